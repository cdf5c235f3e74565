from __future__ import annotations

import asyncio
from typing import cast

import pytest
from websockets.asyncio.client import ClientConnection

from jupyter_tts.client.retry import Retry
from jupyter_tts.client.watchdog import PAUSE, Watchdog
from jupyter_tts.wire.errors import StreamStalled
from jupyter_tts.wire.request import SpeechRequest

RETRY = Retry(patience=8.0, patience_per_character=0.02)


class Silence:
    """A socket on which nothing comes."""

    async def recv(self, decode: bool) -> bytes:
        assert decode is False
        return await asyncio.get_running_loop().create_future()


class Loop(asyncio.SelectorEventLoop):
    """A loop whose time jumps to the next alarm, so that nobody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self._ahead = 0.0

    def time(self) -> float:
        return super().time() + self._ahead

    def jump(self) -> bool:
        """Jump to the next alarm; false if none is set."""
        pending = [each for each in self._scheduled if not each.cancelled()]  # type: ignore[attr-defined]  # asyncio's own heap of alarms
        if not pending:
            return False
        self._ahead += max(0.0, min(each.when() for each in pending) - self.time())
        return True


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def wait(watchdog: Watchdog, *, holding: bool = False) -> tuple[float | None, object]:
    """How long the watchdog waits for a message that does not come, and what it says then."""
    loop = cast(Loop, asyncio.get_running_loop())
    begun = loop.time()
    waiting = asyncio.create_task(watchdog.receive(holding=holding))
    await settle()
    if not loop.jump():
        waiting.cancel()
        return None, None
    await asyncio.wait([waiting])
    return round(loop.time() - begun, 1), waiting.exception() or waiting.result()


def run(coroutine: object) -> None:
    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(coroutine)  # type: ignore[arg-type]  # a coroutine in every call


def watch() -> Watchdog:
    return Watchdog(cast(ClientConnection, Silence()), SpeechRequest(schedule=[50, 90]), RETRY)


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
        waited, said = await wait(watchdog)
        assert waited == pytest.approx(8.6)
        assert isinstance(said, StreamStalled)
        watchdog = watch()
        watchdog.sent(1000)
        watchdog.heard(100)
        waited, said = await wait(watchdog)
        assert waited == pytest.approx(8 + 0.02 * 90)  # no more than one segment at a time
        assert isinstance(said, StreamStalled)

    run(check())


def test_a_pause_is_told_once() -> None:
    async def check() -> None:
        watchdog = watch()
        watchdog.sent(10)
        watchdog.heard(10)
        waited, said = await wait(watchdog, holding=True)
        assert (waited, said) == (pytest.approx(PAUSE, abs=0.06), None)
        assert await wait(watchdog, holding=True) == (None, None)

    run(check())


def test_the_deadline_starts_when_the_end_of_input_is_sent_in_mid_wait() -> None:
    async def check() -> None:
        loop = cast(Loop, asyncio.get_running_loop())
        watchdog = watch()
        waiting = asyncio.create_task(watchdog.receive(holding=False))
        await settle()
        assert not loop.jump()
        watchdog.ended()
        await settle()
        assert loop.jump()
        with pytest.raises(StreamStalled):
            await waiting

    run(check())
