"""An interrupt ends a stream at whatever it is, and nothing of it is left."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from websockets.sync.server import Request, Response, ServerConnection, serve

from jupyter_tts import say
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.servers.connections import connections
from jupyter_tts.notebook.servers.embedded import embedded_server

from ...threads import no_thread_left

PATIENCE = 60.0

pytestmark = pytest.mark.usefixtures("shell")


@contextmanager
def stuck_server(moment: str) -> Iterator[tuple[str, threading.Event]]:
    """A server that goes no further than a moment, and an event that tells when it is there."""
    reached, released = threading.Event(), threading.Event()

    def stop_here(at: str) -> None:
        if at == moment:
            reached.set()
            released.wait()

    def handshake(_: ServerConnection, __: Request) -> Response | None:
        stop_here("connecting")
        return None

    def handler(socket: ServerConnection) -> None:
        stop_here("sending")
        while json.loads(socket.recv())["text"]:
            pass
        stop_here("waiting")

    with serve(handler, "127.0.0.1", 0, process_request=handshake, compression=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}", reached
        finally:
            released.set()
            server.shutdown()
            thread.join()


async def end_of_tasks() -> None:
    """Wait until the engine has no task but this one; those of an interrupted stream end soon.

    Except those that hold a socket for the next stream, which are ended.
    """
    await connections(current_session()).close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others)


def children() -> set[str]:
    lists = Path("/proc/self/task").glob("*/children")
    return {process for children in lists for process in children.read_text().split()}


def sockets() -> int:
    links = (os.readlink(f"/proc/self/fd/{fd}") for fd in _open_files())
    return sum(link.startswith("socket:") for link in links)


def _open_files() -> list[str]:
    return [fd for fd in os.listdir("/proc/self/fd") if os.path.lexists(f"/proc/self/fd/{fd}")]


@contextmanager
def interrupted_when(reached: threading.Event) -> Iterator[None]:
    main = threading.main_thread().ident
    assert main is not None

    def interrupt() -> None:
        reached.wait()
        signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        yield
    finally:
        reached.set()
        thread.join()


@pytest.mark.parametrize("moment", ["connecting", "sending", "waiting"])
def test_an_interrupt_leaves_no_task_thread_process_or_socket(moment: str) -> None:
    current_session().event_loop.submit(asyncio.sleep(0)).result()
    with no_thread_left(but_the_pool=True), stuck_server(moment) as (address, reached):
        processes, descriptors = children(), sockets()
        with interrupted_when(reached), pytest.raises(KeyboardInterrupt, match="speech stopped"):
            say("A text. " * 4000, server=address, latency=4)
        current_session().event_loop.submit(end_of_tasks()).result(PATIENCE)
        assert children() == processes
    assert sockets() <= descriptors


def test_an_interrupt_while_the_embedded_voice_starts_leaves_one_voice_that_works() -> None:
    before = children()
    starting = threading.Event()
    begin = embedded_server(current_session())._bring_up

    async def bring_up() -> None:
        starting.set()
        await begin()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded_server(current_session()), "_bring_up", bring_up)
        with interrupted_when(starting), pytest.raises(KeyboardInterrupt):
            say("One.", play=False)
    assert say("Two.", play=False).complete
    assert len(children() - before) == 1


def test_unloading_in_mid_speech_leaves_no_thread_process_or_socket(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_TTS_FRONTEND", "live")
    shell.run_line_magic("unload_ext", "jupyter_tts")
    processes, descriptors = children(), sockets()
    with no_thread_left():
        for magic in ("load_ext", "reload_ext"):
            shell.run_line_magic(magic, "jupyter_tts")
            shell.run_line_magic("tts", "--background " + "A sentence. " * 200)
            shell.run_line_magic("tts_panel", "Hello.")
        shell.run_line_magic("unload_ext", "jupyter_tts")
    assert children() == processes
    assert sockets() <= descriptors
    shell.run_line_magic("load_ext", "jupyter_tts")
