from __future__ import annotations

from typing import Any

import psutil
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from jupyter_tts.notebook.runtime import frontend
from jupyter_tts.notebook.runtime.frontend import (
    FRONTEND_VARIABLE,
    Frontend,
    client_session,
    detect,
    has_page,
    lacks_page,
)
from jupyter_tts.notebook.runtime.pages import Pages


class Kernel:
    """As much of a kernel as is asked for its parent message."""

    def __init__(self, parent: dict[str, Any]) -> None:
        self._parent = parent

    def get_parent(self) -> dict[str, Any]:
        return self._parent


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [({"cellId": "abc"}, Frontend.LIVE), ({}, Frontend.HEADLESS)],
)
def test_a_front_end_is_known_by_the_cell_it_names(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, metadata: Any, expected: Frontend
) -> None:
    kernel = Kernel({"metadata": metadata, "header": {"session": "s1"}})
    monkeypatch.setattr(shell, "kernel", kernel, raising=False)
    assert detect() is expected
    assert has_page() is (expected is Frontend.LIVE)
    assert client_session() == "s1"


def test_a_widgets_message_comes_from_a_page(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel({"metadata": {}, "header": {"msg_type": "comm_msg"}})
    monkeypatch.setattr(shell, "kernel", kernel, raising=False)
    assert detect() is Frontend.LIVE


def test_while_output_is_captured_nobody_looks(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel({"metadata": {"cellId": "abc"}, "header": {}})
    monkeypatch.setattr(shell, "kernel", kernel, raising=False)
    with capture_output():
        assert detect() is Frontend.HEADLESS
    assert detect() is Frontend.LIVE


def test_where_a_server_runs_the_cells_a_page_that_answers_is_the_front_end(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel({"metadata": {}, "header": {"session": "the server's", "msg_id": "1"}})
    monkeypatch.setattr(shell, "kernel", kernel, raising=False)
    monkeypatch.setenv("JPY_SESSION_NAME", "this.ipynb")
    monkeypatch.setattr(Pages, "client", lambda self, request: "the page's")
    assert detect() is Frontend.LIVE
    assert not has_page()  # without asking
    assert client_session() == "the page's"
    monkeypatch.setattr(Pages, "client", lambda self, request: None)
    assert detect() is Frontend.HEADLESS
    assert lacks_page()


def test_a_notebook_that_a_cell_runs_is_not_the_one_in_the_page(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel({"metadata": {}, "header": {"session": "papermill's"}})
    monkeypatch.setattr(shell, "kernel", kernel, raising=False)
    monkeypatch.setenv("JPY_SESSION_NAME", "outer.ipynb")
    monkeypatch.setattr(psutil.Process, "environ", lambda self: {"JPY_SESSION_NAME": "outer.ipynb"})
    assert detect() is Frontend.HEADLESS
    assert not lacks_page()


def test_voila_opens_its_page_after_the_cells(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel({"metadata": {}, "header": {"session": "Voila's"}})
    monkeypatch.setattr(shell, "kernel", kernel, raising=False)
    monkeypatch.setenv("VOILA_BASE_URL", "/")
    assert detect() is Frontend.LIVE
    assert client_session() == ""


def test_without_a_kernel_it_is_a_terminal(shell: InteractiveShell) -> None:
    assert detect() is Frontend.TERMINAL
    assert client_session() == ""


def test_the_environment_overrides_the_guess(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FRONTEND_VARIABLE, "headless")
    assert detect() is Frontend.HEADLESS
    monkeypatch.setenv(FRONTEND_VARIABLE, "nonsense")
    assert detect() is Frontend.TERMINAL


@pytest.mark.parametrize(
    ("metadata", "session"),
    [
        ({"cellId": "abc"}, "asked"),
        ({"cellId": "abc", "deletedCells": []}, "s1"),
        ({"cellId": "vscode-notebook-cell:/a.ipynb"}, "s1"),
    ],
)
def test_for_a_console_the_pages_are_asked_which_of_them_it_is_in(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, metadata: Any, session: str
) -> None:
    kernel = Kernel({"metadata": metadata, "header": {"session": "s1", "msg_id": "m1"}})
    monkeypatch.setattr(shell, "kernel", kernel, raising=False)
    monkeypatch.setattr(frontend, "started_by_server", lambda: True)
    monkeypatch.setattr(Pages, "client", lambda _, request: "asked" if request == "m1" else None)
    assert client_session() == session
