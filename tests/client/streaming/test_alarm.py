from __future__ import annotations

import asyncio
from typing import Any

import pytest

from jupyter_tts.client.streaming.alarm import Alarm

from ..virtual import run


async def ends(alarm: Alarm, seconds: float) -> float | None:
    """When the alarm ends a wait of so many seconds; None if it does not."""
    loop = asyncio.get_running_loop()
    try:
        with alarm:
            await asyncio.sleep(seconds)
    except TimeoutError:
        return loop.time()
    return None


def test_a_wait_ends_at_its_time_which_may_be_changed_before_and_meanwhile() -> None:
    async def check() -> None:
        loop, alarm = asyncio.get_running_loop(), Alarm()
        assert await ends(alarm, 10.0) is None  # at 10 s
        for first, then, at, expected in (
            (15.0, None, None, 15.0),
            (19.0, 17.0, 16.0, 17.0),
            (19.0, 21.0, 18.0, 21.0),
            (23.0, None, 22.0, None),  # at 31 s
            (32.0, 40.0, 31.0, 40.0),
        ):
            alarm.set(first)
            if at is not None:
                loop.call_at(at, alarm.set, then)
            assert await ends(alarm, 10.0) == expected
        alarm.set(30.0)
        assert await ends(alarm, 10.0) == 40.0  # in the past: at once

    run(check())


def test_waits_that_end_in_time_share_a_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def check() -> None:
        loop, alarm = asyncio.get_running_loop(), Alarm()
        set_for: list[float] = []
        call_at = loop.call_at

        def spy(when: float, callback: Any, *rest: Any, context: Any = None) -> asyncio.TimerHandle:
            if callback == alarm._ring:
                set_for.append(when)
            return call_at(when, callback, *rest, context=context)

        monkeypatch.setattr(loop, "call_at", spy)
        for _ in range(100):
            alarm.set(loop.time() + 30.0)
            assert await ends(alarm, 0.5) is None
        assert set_for == [30.0, 59.0]  # and none goes off too early
        alarm.close()

    run(check())


def test_a_task_that_is_cancelled_at_the_same_moment_is_cancelled() -> None:
    async def check() -> None:
        loop, alarm = asyncio.get_running_loop(), Alarm()
        alarm.set(5.0)
        task = asyncio.create_task(ends(alarm, 10.0))
        loop.call_at(5.0, task.cancel)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()

    run(check())


def test_what_came_at_the_same_moment_is_kept_where_the_wait_allows_it() -> None:
    async def check() -> None:
        loop, alarm, news = asyncio.get_running_loop(), Alarm(), asyncio.Queue[int]()
        alarm.set(5.0)
        loop.call_at(5.0, news.put_nowait, 1)
        try:
            with alarm:
                await news.get()
        except TimeoutError:
            assert news.get_nowait() == 1
        task = asyncio.current_task()
        assert task is not None
        assert not task.cancelling()
        await asyncio.sleep(0)

    run(check())
