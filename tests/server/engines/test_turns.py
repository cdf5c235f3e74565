"""Whose request a busy worker takes next."""

from __future__ import annotations

import asyncio
import contextvars
from typing import Any

import pytest

from jupyter_tts.server.engines.turns import OVERTAKEN, begin_stream, next_turn
from jupyter_tts.server.engines.worker_pool import WorkerPool
from jupyter_tts.server.engines.worker_process import WorkerProcess

from ..serving import until


class Worker:
    """Answers only while it may."""

    pid = 0

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.free = asyncio.Event()

    async def ask(self, header: dict[str, Any], *_: object) -> tuple[dict[str, Any], bytes]:
        self.asked.append(header["text"])
        await self.free.wait()
        return header, b""

    async def end(self) -> None:
        pass


async def test_the_first_request_of_a_stream_goes_before_those_of_streams_that_are_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker = Worker()

    async def start(*_: object, **__: object) -> Worker:
        return worker

    monkeypatch.setattr(WorkerProcess, "start", start)
    pool = WorkerPool[str](
        1, reply_timeout=1.0, read_reply=lambda header, _: str(header["text"]), start_hint=""
    )

    async def speak(*texts: str) -> None:
        begin_stream()
        await asyncio.gather(*(pool.ask({"text": text}) for text in texts))  # a task for each

    await pool.start([])
    try:
        long = asyncio.create_task(speak("a1", "a2", "a3"))
        await until(lambda: worker.asked == ["a1"])
        others = [asyncio.create_task(speak("b1", "b2")), asyncio.create_task(speak("c1"))]
        preview = asyncio.create_task(pool.ask({"text": "alone"}))
        await until(lambda: pool._queue.qsize() == 6)
        worker.free.set()
        await asyncio.gather(long, preview, *others)
        assert worker.asked == ["a1", "alone", "b1", "c1", "a2", "a3", "b2"]
    finally:
        await pool.close()


def test_streams_without_end_do_not_hold_up_one_that_is_heard() -> None:
    def turn_of(first: bool) -> int:
        begin_stream()
        return next_turn() if first else max(next_turn(), next_turn())

    context = contextvars.copy_context()
    waiting = context.run(turn_of, False)
    others = [context.run(turn_of, True) for _ in range(10 * OVERTAKEN)]
    assert others == sorted(others)
    assert sum(turn < waiting for turn in others) == OVERTAKEN - 1
