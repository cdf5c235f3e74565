"""An IPython of the test's own, in this process, without a front end."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts.client.embedded_process import Running
from jupyter_tts.client.http import put_json
from jupyter_tts.client.keys import KEY_VARIABLE, Key
from jupyter_tts.notebook.runtime.session import drop_session
from jupyter_tts.notebook.servers import embedded
from jupyter_tts.wire.conditions import CONDITIONS_PATH, Conditions
from jupyter_tts.wire.hosts import LOCAL_KEY_VARIABLE

from ..server.serving import RunningServer, start, stop


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


@pytest.fixture(scope="session")
def server_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """An embedded server that outlives the shells."""
    log_file = tmp_path_factory.mktemp("embedded") / "server.log"
    running = start(log_file, [], {LOCAL_KEY_VARIABLE: "SECRET"})
    yield running
    stop(running)


@pytest.fixture
def shared_server(server_process: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every session the same embedded server: for tests that are not about its process."""
    key = Key("SECRET")

    async def spawn(server: embedded.EmbeddedServer) -> Running:
        async def leave() -> None:
            server._running = None

        server._end = leave  # type: ignore[method-assign]  # not undone: a session may end later
        await put_json(server_process.address, CONDITIONS_PATH, Conditions().plain, key)
        log = asyncio.create_task(asyncio.sleep(0))
        return Running(_SharedProcess(), server_process.address, key, log)

    monkeypatch.setattr(embedded.EmbeddedServer, "_spawn", spawn)


class _SharedProcess:
    """What a session asks of its server's process."""

    returncode = None
