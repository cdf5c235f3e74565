"""Messages on their way, with a clock that the test holds in its hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from jupyter_tts.server.simulation.link import Clock, Generation, Link, Outlet
from jupyter_tts.server.simulation.network_delay import LinkSchedule
from jupyter_tts.wire.conditions import Conditions


class Far:
    """The other end, and a clock that goes on when everybody waits for it."""

    def __init__(self) -> None:
        self.now = 100.0
        self.arrived: list[tuple[float, int]] = []
        self.resets = 0
        self.broken: Exception | None = None

    async def sleep(self, seconds: float) -> None:
        await settle()
        self.now += seconds

    async def take(self, number: int) -> None:
        if self.broken:
            raise self.broken
        self.arrived.append((round(self.now - 100, 6), number))

    def reset(self) -> None:
        self.resets += 1


@asynccontextmanager
async def linked(**changes: Any) -> AsyncIterator[tuple[Link, Far]]:
    far = Far()
    schedule = LinkSchedule(Conditions(**changes))
    link = Link(schedule, reset=far.reset, clock=Clock(lambda: far.now, far.sleep))
    try:
        yield link, far
    finally:
        await link.close()


async def settle() -> None:
    """Let everything run that can run without an event from outside."""
    for _ in range(50):
        await asyncio.sleep(0)


async def put(link: Link, far: Far, number: int, size: int = 1_000, sound: float = 0.0) -> None:
    await link.put(size, lambda: far.take(number), sound=sound)


async def test_messages_arrive_in_order_when_they_are_due() -> None:
    async with linked(rtt=200, bandwidth=80) as (link, far):
        for number in range(3):
            await put(link, far, number)
        await link.delivered()
        assert far.arrived == [(0.3, 0), (0.4, 1), (0.5, 2)]


async def test_no_more_than_a_window_is_under_way_and_the_sender_waits() -> None:
    async with linked(rtt=1_000) as (link, far):
        tasks = [asyncio.create_task(put(link, far, number, size=100_000)) for number in range(4)]
        for _ in range(2):
            await asyncio.sleep(0)
        assert [task.done() for task in tasks] == [True, True, False, False]
        await asyncio.gather(*tasks)
        await link.delivered()
        assert [number for _, number in far.arrived] == [0, 1, 2, 3]
        assert far.arrived[2][0] >= 2.0  # one round trip after there was room


async def test_a_message_larger_than_the_window_goes_alone() -> None:
    async with linked(rtt=100) as (link, far):
        await put(link, far, 0, size=10_000_000)
        await put(link, far, 1)
        await link.delivered()
        assert far.arrived == [(0.1, 0), (0.2, 1)]


async def test_after_the_mark_the_connection_is_reset_once_and_senders_are_told() -> None:
    async with linked(drop_after=1.0) as (link, far):
        for number in range(3):
            await put(link, far, number, sound=0.6)
        await link.delivered()
        assert [number for _, number in far.arrived] == [0, 1]
        assert far.resets == 1
        with pytest.raises(ConnectionResetError):
            await put(link, far, 3)


async def test_a_sender_that_waits_for_room_is_told_of_a_reset() -> None:
    async with linked(rtt=100, drop_after=1.0) as (link, far):
        await put(link, far, 0, size=200_000, sound=1.0)
        with pytest.raises(ConnectionResetError):
            await put(link, far, 1, size=200_000)


async def test_in_a_stall_nothing_arrives_nothing_is_reset_and_the_link_can_be_closed() -> None:
    async with linked(stall_after=1.0) as (link, far):
        for number in range(3):
            await put(link, far, number, sound=0.5)
        waiting = asyncio.create_task(link.delivered())
        await settle()
        assert [number for _, number in far.arrived] == [0, 1]
        assert far.resets == 0
        assert not waiting.done()
    await waiting


async def test_a_client_that_is_gone_is_reported_to_the_next_sender() -> None:
    async with linked(rtt=10) as (link, far):
        far.broken = ConnectionResetError("gone")
        await put(link, far, 0)
        await link.delivered()
        with pytest.raises(ConnectionResetError):
            await put(link, far, 1)


async def test_an_error_of_the_program_is_not_hidden() -> None:
    async with linked(rtt=10) as (link, far):
        far.broken = LookupError("a bug")
        await put(link, far, 0)
        with pytest.raises(LookupError):
            await link.delivered()


async def test_without_a_network_a_message_is_handed_on_as_it_comes() -> None:
    far = Far()
    outlet = Outlet(Conditions())
    await outlet.send(10, lambda: far.take(0), sound=1.0)
    assert far.arrived == [(0.0, 0)]
    await outlet.delivered()
    await outlet.close()


async def test_sound_is_waited_for_until_it_has_been_made() -> None:
    far = Far()
    conditions = Conditions(generation_rate=2, first_audio_delay=300)
    generation = Generation(conditions, clock=Clock(lambda: far.now, far.sleep))
    made = []
    for sound in (0.0, 1.0, 1.0):
        await generation.made(sound)
        made.append(far.now - 100)
    assert made == pytest.approx([0.0, 0.8, 1.3])
