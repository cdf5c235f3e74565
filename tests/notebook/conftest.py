"""An IPython of the test's own, in this process, without a front end."""

from __future__ import annotations

import atexit
from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts.client.keys import KEY_VARIABLE
from jupyter_tts.notebook.runtime.session import drop_session


@pytest.fixture(autouse=True)
def _no_session_without_a_shell() -> Iterator[None]:
    """End what a test has started outside any shell."""
    yield
    drop_session(None)


def end_shell(shell: InteractiveShell) -> None:
    """End what a shell has opened, and let the interpreter's exit find nothing to do for it."""
    shell.history_manager.end_session()
    atexit.unregister(shell.atexit_operations)  # it collects garbage for each shell there was


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A shell with the extension loaded; all that it started ends with the test."""
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "jupyter_tts")
    yield shell
    shell.run_line_magic("unload_ext", "jupyter_tts")
    end_shell(shell)
    InteractiveShell.clear_instance()
