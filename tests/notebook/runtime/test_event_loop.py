from __future__ import annotations

import asyncio
import contextvars
import subprocess
import sys
import threading

import pytest

from jupyter_tts.notebook.runtime.event_loop import EventLoopThread
from jupyter_tts.wire.errors import TTSError

CELL: contextvars.ContextVar[str] = contextvars.ContextVar("cell")


async def where() -> tuple[str, str]:
    return threading.current_thread().name, CELL.get("")


def test_work_runs_on_a_thread_of_its_own_in_the_callers_context() -> None:
    event_loop = EventLoopThread()
    assert not event_loop.running
    CELL.set("cell 7")
    assert event_loop.submit(where()).result() == ("jupyter_tts", "cell 7")
    assert event_loop.running
    event_loop.close()
    assert not event_loop.running


def test_stopping_cancels_what_runs_and_ends_the_thread() -> None:
    event_loop = EventLoopThread()
    ended = threading.Event()

    async def wait_for_ever() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.set()

    future = event_loop.submit(wait_for_ever())
    event_loop.submit(where()).result()
    event_loop.close()
    assert ended.is_set()
    assert future.cancelled()
    assert "jupyter_tts" not in [thread.name for thread in threading.enumerate()]


def test_once_closed_it_takes_no_more_work_and_says_what_to_do() -> None:
    event_loop = EventLoopThread()
    event_loop.close()
    with pytest.raises(TTSError, match="%load_ext jupyter_tts"):
        event_loop.submit(where())
    assert not event_loop.running


def test_an_error_reaches_the_caller() -> None:
    async def fail() -> None:
        raise LookupError("here")

    event_loop = EventLoopThread()
    with pytest.raises(LookupError, match="here"):
        event_loop.submit(fail()).result()
    event_loop.close()


FORK = """
import asyncio, os, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.12 on, of forking with threads
from jupyter_tts.notebook.runtime.session import current_session
current_session().event_loop.submit(asyncio.sleep(0)).result()
child = os.fork()
if child == 0:
    current_session().event_loop.submit(asyncio.sleep(0)).result(60)
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_forked_process_has_an_event_loop_of_its_own() -> None:
    done = subprocess.run([sys.executable, "-c", FORK], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "7", done.stderr


def loop_threads() -> set[threading.Thread]:
    """The event loops' threads that run; those of a pool may come and go meanwhile."""
    return {thread for thread in threading.enumerate() if thread.name == "jupyter_tts"}


def test_an_interrupt_while_its_thread_starts_leaves_one_that_works_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, start = loop_threads(), threading.Thread.start

    def interrupted_start(thread: threading.Thread) -> None:
        start(thread)
        raise KeyboardInterrupt

    event_loop = EventLoopThread()
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", interrupted_start)
        with pytest.raises(KeyboardInterrupt):
            event_loop.submit(where())
    assert event_loop.submit(where()).result(60)[0] == "jupyter_tts"
    event_loop.close()
    for thread in loop_threads() - before:
        thread.join(60)  # the one that was interrupted ends by itself
    assert loop_threads() == before


def test_an_interrupt_handler_may_use_it_in_the_midst_of_any_use() -> None:
    event_loop = EventLoopThread()
    used = threading.Event()

    def use() -> None:
        with event_loop._lock:  # as an interrupt of the same thread finds it
            event_loop.submit(where()).result()
        used.set()

    threading.Thread(target=use, daemon=True).start()
    assert used.wait(60)
    event_loop.close()
