from __future__ import annotations

import asyncio
from typing import cast

import pytest

from jupyter_tts.client.connections.channel import Channel
from jupyter_tts.client.streaming.retry import Retry
from jupyter_tts.client.streaming.watchdog import PAUSE, Watchdog
from jupyter_tts.wire.errors import StreamStalled
from jupyter_tts.wire.request import SpeechRequest

from ..virtual import run

FOREVER = 3_600.0  # seconds
RETRY = Retry(patience=8.0, patience_per_character=0.02)


class Silence:
    """A channel on which nothing comes."""

    async def recv(self) -> bytes:
        return await asyncio.get_running_loop().create_future()


async def wait(watchdog: Watchdog, *, holding: bool = False) -> tuple[float | None, object]:
    """How long the watchdog waits for a message that does not come, and what comes of it."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    outcome: object
    try:
        async with asyncio.timeout(FOREVER):
            outcome = await watchdog.receive(holding=holding)
    except StreamStalled as stalled:
        outcome = stalled
    except TimeoutError:
        return None, None
    return loop.time() - begun, outcome


def watch() -> Watchdog:
    return Watchdog(cast(Channel, Silence()), SpeechRequest(schedule=[50, 90]), RETRY)


def test_nothing_is_owed_while_the_server_may_wait_for_more_text() -> None:
    async def check() -> None:
        watchdog = watch()
        watchdog.sent(1000)
        assert await wait(watchdog) == (None, None)  # it tells no times: nobody knows
        watchdog.heard(950)
        assert await wait(watchdog) == (None, None)

    run(check())


def test_a_server_that_owes_sound_has_a_deadline_by_how_much_it_owes() -> None:
    async def check() -> None:
        watchdog = watch()
        watchdog.sent(30)
        watchdog.ended()
        waited, outcome = await wait(watchdog)
        assert waited == pytest.approx(8.6)
        assert isinstance(outcome, StreamStalled)
        watchdog = watch()
        watchdog.sent(1000)
        watchdog.heard(100)
        waited, outcome = await wait(watchdog)
        assert waited == pytest.approx(8 + 0.02 * 90)  # no more than one segment at a time
        assert isinstance(outcome, StreamStalled)

    run(check())


def test_what_was_flushed_is_owed_until_something_is_heard() -> None:
    async def check() -> None:
        watchdog = watch()
        watchdog.sent(10)
        watchdog.sent(20, flush=True)
        waited, outcome = await wait(watchdog)
        assert waited == pytest.approx(8.6)
        assert isinstance(outcome, StreamStalled)
        watchdog.heard(5)
        assert await wait(watchdog) == (None, None)

    run(check())


def test_a_pause_is_reported_once() -> None:
    async def check() -> None:
        watchdog = watch()
        watchdog.sent(10)
        watchdog.heard(10)
        waited, outcome = await wait(watchdog, holding=True)
        assert (waited, outcome) == (pytest.approx(PAUSE), None)
        assert await wait(watchdog, holding=True) == (None, None)

    run(check())


def test_the_deadline_starts_when_the_end_of_input_is_sent_in_mid_wait() -> None:
    async def check() -> None:
        loop = asyncio.get_running_loop()
        watchdog = watch()
        waiting = asyncio.create_task(watchdog.receive(holding=False))
        await asyncio.sleep(100)
        assert not waiting.done()
        watchdog.ended()
        with pytest.raises(StreamStalled):
            await waiting
        assert loop.time() == pytest.approx(108)

    run(check())
