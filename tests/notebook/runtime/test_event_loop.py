from __future__ import annotations

import asyncio
import contextvars
import subprocess
import sys
import threading

import pytest

from jupyter_tts.notebook.runtime.event_loop import Engine

CELL: contextvars.ContextVar[str] = contextvars.ContextVar("cell")


async def where() -> tuple[str, str]:
    return threading.current_thread().name, CELL.get("")


def test_work_runs_on_a_thread_of_its_own_in_the_callers_context() -> None:
    engine = Engine()
    assert not engine.running
    CELL.set("cell 7")
    assert engine.submit(where()).result() == ("jupyter_tts", "cell 7")
    assert engine.running
    engine.stop()
    assert not engine.running


def test_stopping_cancels_what_runs_and_ends_the_thread() -> None:
    engine = Engine()
    ended = threading.Event()

    async def wait_for_ever() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.set()

    future = engine.submit(wait_for_ever())
    engine.submit(where()).result()
    engine.stop()
    assert ended.is_set()
    assert future.cancelled()
    assert "jupyter_tts" not in [thread.name for thread in threading.enumerate()]


def test_it_starts_anew_after_a_stop() -> None:
    engine = Engine()
    engine.stop()
    assert engine.submit(where()).result()[0] == "jupyter_tts"
    engine.stop()


def test_an_error_reaches_the_caller() -> None:
    async def fail() -> None:
        raise LookupError("here")

    engine = Engine()
    with pytest.raises(LookupError, match="here"):
        engine.submit(fail()).result()
    engine.stop()


FORK = """
import asyncio, os, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.12 on, of forking with threads
from jupyter_tts.notebook.runtime.event_loop import ENGINE
ENGINE.submit(asyncio.sleep(0)).result()
child = os.fork()
if child == 0:
    ENGINE.submit(asyncio.sleep(0)).result(30)
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_forked_process_has_an_engine_of_its_own() -> None:
    done = subprocess.run([sys.executable, "-c", FORK], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "7", done.stderr
