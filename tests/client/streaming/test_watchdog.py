from __future__ import annotations

import asyncio
from typing import cast

import pytest

from jupyter_tts.client.connections.channel import Channel
from jupyter_tts.client.streaming.retry import Retry
from jupyter_tts.client.streaming.watchdog import LEAST, PAUSE, SilenceBudget, Watchdog
from jupyter_tts.wire.errors import StreamStalled
from jupyter_tts.wire.request import SpeechRequest

from ..virtual import run

FOREVER = 3_600.0  # seconds
RETRY = Retry(patience=8.0, patience_per_character=0.02)


class Silence:
    """A channel on which nothing comes."""

    async def recv(self) -> bytes:
        return await asyncio.get_running_loop().create_future()


class Drip:
    """A channel on which a message comes now and then."""

    def __init__(self, every: float) -> None:
        self._every = every

    async def recv(self) -> bytes:
        await asyncio.sleep(self._every)
        return b""


async def wait(watchdog: Watchdog, *, pause: float | None = None) -> tuple[float | None, object]:
    """How long the watchdog waits for a message that does not come, and what comes of it."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    outcome: object
    try:
        async with asyncio.timeout(FOREVER):
            outcome = await watchdog.receive(pause=pause)
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
        watchdog.heard(950, 60.0)
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
        watchdog.heard(100, 6.0)
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
        watchdog.heard(5, 1.0)
        assert await wait(watchdog) == (None, None)

    run(check())


def test_a_pause_is_reported_when_a_listener_has_nothing_else_to_hear() -> None:
    async def check() -> None:
        watchdog = watch()
        watchdog.sent(10)
        watchdog.heard(10, 1.0)
        assert await wait(watchdog, pause=0.0) == (pytest.approx(PAUSE), None)
        assert await wait(watchdog, pause=3.0) == (pytest.approx(3.0), None)
        assert await wait(watchdog) == (None, None)

    run(check())


def test_a_sample_now_and_then_is_no_answer_to_what_is_owed() -> None:
    async def check() -> None:
        loop = asyncio.get_running_loop()
        watchdog = watch()
        watchdog.sent(10)
        watchdog.ended()
        waiting = asyncio.create_task(watchdog.receive())
        while not waiting.done():
            await asyncio.sleep(2)
            watchdog.heard(None, LEAST / 10)
        with pytest.raises(StreamStalled, match="has sent nothing for 8"):
            await waiting
        assert loop.time() < 12

    run(check())


def test_the_silence_of_a_whole_stream_is_bounded_by_its_sound() -> None:
    async def check() -> None:
        loop = asyncio.get_running_loop()
        channel = Drip(every=7.0)
        budget = SilenceBudget(RETRY)
        watchdog = Watchdog(cast(Channel, channel), SpeechRequest(), RETRY, budget)
        watchdog.sent(10)
        watchdog.ended()

        async def listen() -> None:
            while await watchdog.receive() is not None:
                watchdog.heard(None, LEAST)

        with pytest.raises(StreamStalled, match="too slowly") as failure:
            await listen()
        assert not failure.value.retryable
        assert RETRY.silence < loop.time() < 1.2 * RETRY.silence

    run(check())


def test_a_server_that_does_not_read_owes_that() -> None:
    async def check() -> None:
        watchdog = watch()
        watchdog.sent(10)
        with watchdog.sending():
            waited, outcome = await wait(watchdog)
        assert waited == pytest.approx(8 + 0.02 * 10)
        assert "read nothing" in str(outcome)
        assert await wait(watchdog) == (None, None)

    run(check())


def test_a_server_that_does_not_read_uses_up_the_silence_of_the_whole_stream() -> None:
    async def check() -> None:
        budget = SilenceBudget(Retry(silence=10.0))
        for sentence in ("read nothing for 8.2 seconds", "reads too slowly"):
            watchdog = Watchdog(cast(Channel, Silence()), SpeechRequest(), RETRY, budget)
            watchdog.sent(10)
            with watchdog.sending():
                _, outcome = await wait(watchdog)
            assert sentence in str(outcome)

    run(check())


def test_the_deadline_starts_when_the_end_of_input_is_sent_in_mid_wait() -> None:
    async def check() -> None:
        loop = asyncio.get_running_loop()
        watchdog = watch()
        waiting = asyncio.create_task(watchdog.receive())
        await asyncio.sleep(100)
        assert not waiting.done()
        watchdog.ended()
        with pytest.raises(StreamStalled):
            await waiting
        assert loop.time() == pytest.approx(108)

    run(check())


def test_the_budget_of_silence_grows_with_the_sound_over_all_sockets() -> None:
    budget = SilenceBudget(Retry(silence=60.0, silence_per_second=10.0))
    budget.wait(50.0)
    budget.earn(1.5)
    budget.wait(20.0)
    assert budget.left == pytest.approx(5.0)


def test_what_one_socket_waited_for_is_missing_to_the_next() -> None:
    async def check() -> None:
        budget = SilenceBudget(Retry(silence=20.0))
        waits = []
        for _ in range(3):
            watchdog = Watchdog(cast(Channel, Silence()), SpeechRequest(), RETRY, budget)
            watchdog.sent(10)
            watchdog.ended()
            waited, outcome = await wait(watchdog)
            waits.append(waited)
            assert isinstance(outcome, StreamStalled)
        assert waits == pytest.approx([8.2, 8.2, 3.6])
        assert not outcome.retryable

    run(check())


def test_a_server_that_owes_nothing_uses_up_no_silence() -> None:
    async def check() -> None:
        budget = SilenceBudget(RETRY)
        watchdog = Watchdog(cast(Channel, Silence()), SpeechRequest(), RETRY, budget)
        watchdog.sent(10)
        assert await wait(watchdog) == (None, None)
        assert budget.left == RETRY.silence

    run(check())


def test_on_text_to_dialogue_sound_is_owed_only_once_it_was_asked_for() -> None:
    async def check() -> None:
        request = SpeechRequest(model="eleven_v4_turbo")
        watchdog = Watchdog(cast(Channel, Silence()), request, RETRY)
        watchdog.sent(1000)
        watchdog.heard(10, 1.0)
        assert await wait(watchdog) == (None, None)  # its words may be those of no script it counts
        watchdog.sent(10, flush=True)
        waited, _ = await wait(watchdog)
        assert waited is not None

    run(check())
