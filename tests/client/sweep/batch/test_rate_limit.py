"""Where a service asks for patience, all rows wait, and none longer than it asks."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from jupyter_tts.client.connections.channel import Channel
from jupyter_tts.client.keys import Key
from jupyter_tts.client.streaming.retry import Retry
from jupyter_tts.client.sweep.batch.items import Item
from jupyter_tts.client.sweep.batch.manifest import Manifest
from jupyter_tts.client.sweep.batch.rate_limit import PATIENT, RateLimit, is_rate_limit
from jupyter_tts.client.sweep.batch.results import NarratedRow
from jupyter_tts.client.sweep.batch.runner import Spoken, narrate_items
from jupyter_tts.wire.error_mapping import handshake_error, server_error
from jupyter_tts.wire.errors import ConnectionLost, TTSError
from jupyter_tts.wire.request import SpeechRequest

from .making import TestSpeaker, items_of, speech_of


def refusal(retry_after: str | None = "7") -> TTSError:
    return handshake_error(429, b"{}", retry_after=retry_after)


class Clock:
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        until = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, until)


def limited(clock: Clock, retry: Retry = PATIENT, **options: Any) -> RateLimit:
    return RateLimit(retry, clock=clock, sleep=clock.sleep, **options)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (refusal(), True),
        (handshake_error(503), True),
        (handshake_error(429, b'{"detail": {"status": "max_active_conversations"}}'), False),
        (handshake_error(500), False),
        (handshake_error(401), False),
        (server_error("Busy.", error="system_busy"), True),
        (server_error("Too many.", error="concurrent_limit_exceeded"), True),
        (server_error("Spent.", error="quota_exceeded"), False),
        (ConnectionLost("Lost."), False),
    ],
)
def test_what_asks_for_patience(error: TTSError, expected: bool) -> None:
    assert is_rate_limit(error) is expected


class Sockets:
    """Refuses so many."""

    def __init__(self, refused: int, clock: Clock) -> None:
        self.refused = refused
        self.clock = clock
        self.asked: list[float] = []

    async def take(
        self, request: SpeechRequest, key: Key | None, *, fresh: bool = False
    ) -> Channel:
        self.asked.append(self.clock.now)
        await asyncio.sleep(0)
        if len(self.asked) <= self.refused:
            raise refusal()
        return cast("Channel", object())


async def test_all_wait_as_long_as_the_service_asks() -> None:
    clock, pauses = Clock(), list[float]()
    limit = limited(clock, paused=pauses.append)
    sockets = Sockets(2, clock)
    source = limit.source(sockets)
    await asyncio.gather(*(source.take(SpeechRequest(), None) for _ in range(2)))
    late = asyncio.create_task(source.take(SpeechRequest(), None))
    await late
    assert sockets.asked == [100.0, 100.0, 107.0, 107.0, 107.0]
    assert pauses == [7.0]


class Refused:
    """A channel whose answer is a refusal, as HTTP's is."""

    async def recv(self) -> bytes:
        raise refusal("9")


class Channels(Sockets):
    """Gives such channels."""

    async def take(
        self, request: SpeechRequest, key: Key | None, *, fresh: bool = False
    ) -> Channel:
        self.asked.append(self.clock.now)
        return cast("Channel", Refused())


async def test_a_refusal_that_is_an_answer_has_all_wait_too() -> None:
    clock = Clock()
    limit = limited(clock, Retry(attempts=1))
    sockets = Channels(0, clock)
    source = limit.source(sockets)
    for retryable in (True, False):  # the second is one too many: the stream is not to ask again
        channel = await source.take(SpeechRequest(), None)
        with pytest.raises(TTSError, match="429") as raised:
            await channel.recv()
        assert raised.value.retryable is retryable
        assert limit.is_spent is not retryable
    assert sockets.asked == [100.0, 109.0]


async def test_waits_grow_and_end_where_no_row_gets_done() -> None:
    clock = Clock()
    limit = limited(clock, Retry(attempts=4, base=1.0, cap=3.0, budget=900.0))
    source = limit.source(Sockets(99, clock))
    for _ in range(2):
        with pytest.raises(TTSError, match="429"):
            await source.take(SpeechRequest(), None)
        assert len(clock.slept) == 4
        limit.progress()
        clock.slept.clear()


def test_a_wait_longer_than_anybody_has_is_not_begun() -> None:
    limit = limited(Clock())
    assert not limit.pause(refusal("3600"))
    assert limit.pause(refusal("600"))


class Busy(TestSpeaker):
    """Refuses every other text, in the answer."""

    def __init__(self, limit: RateLimit) -> None:
        super().__init__()
        self.limit = limit

    async def speak(self, item: Item) -> Spoken:
        await super().speak(item)
        if len(self.spoken) % 2:
            error = server_error("Busy.", error="system_busy")
            error.speech = speech_of(item, 0)
            raise error
        return Spoken(speech_of(item))


async def test_a_row_that_was_refused_is_sent_again(tmp_path: Path) -> None:
    clock, rows = Clock(), list[NarratedRow]()
    limit = limited(clock)
    speaker = Busy(limit)
    items = items_of(tmp_path, ["a", "b", "c"])
    await narrate_items(
        items, speaker, Manifest(tmp_path), at_once=1, limit=limit, finished=rows.append
    )
    assert speaker.spoken == ["1", "1", "2", "2", "3", "3"]
    assert [row.error for row in rows] == ["", "", ""]
    assert len(clock.slept) == 3
