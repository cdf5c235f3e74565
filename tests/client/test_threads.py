from __future__ import annotations

import asyncio
import contextvars
import threading

import pytest

from jupyter_tts.client.threads import CallThread, in_thread, to_its_end

from ..threads import no_thread_left

NAME = contextvars.ContextVar("NAME", default="")


async def test_a_call_gives_its_value_or_its_error_in_the_context_of_its_caller() -> None:
    NAME.set("cell")
    with no_thread_left():
        assert await in_thread(NAME.get) == "cell"
        with pytest.raises(ValueError, match="invalid literal"):
            await in_thread(int, "x")


async def test_calls_of_one_thread_follow_one_another() -> None:
    thread = CallThread()
    with no_thread_left():
        idents = {await thread.call(threading.get_ident) for _ in range(5)}
        thread.close()
    assert len(idents) == 1
    assert idents != {threading.get_ident()}


async def test_calls_that_block_hold_up_no_other() -> None:
    block = threading.Event()
    with no_thread_left():
        blocked = [asyncio.create_task(in_thread(block.wait)) for _ in range(50)]
        await asyncio.sleep(0)
        assert await in_thread(lambda: 1) == 1
        blocked[0].cancel()
        block.set()
        assert await asyncio.gather(*blocked[1:]) == [True] * 49


async def test_a_call_that_is_to_end_has_ended_when_its_caller_is_cancelled() -> None:
    begun, block, ended = threading.Event(), threading.Event(), threading.Event()

    def call() -> None:
        begun.set()
        block.wait()
        ended.set()

    running = asyncio.create_task(to_its_end(call))
    await asyncio.to_thread(begun.wait)
    for _ in range(3):  # however often it is cancelled
        running.cancel()
        await asyncio.sleep(0)
    assert not running.done()
    block.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended.is_set()
    assert await to_its_end(int, "3") == 3
    with pytest.raises(ValueError, match="invalid literal"):
        await to_its_end(int, "x")
