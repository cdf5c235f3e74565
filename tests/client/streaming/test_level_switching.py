"""A stream whose latency level changes on its way, against a server whose speed a test decides."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
from websockets.asyncio.server import ServerConnection

from jupyter_tts.client.speech.events import Audio, Event
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.streaming.level_control import LevelController
from jupyter_tts.client.streaming.retry import Retry
from jupyter_tts.client.streaming.stream import stream_speech
from jupyter_tts.client.streaming.text_sources import Text
from jupyter_tts.wire.alignment import Alignment
from jupyter_tts.wire.messages import ServerMessage, encode_server
from jupyter_tts.wire.request import SpeechRequest

from ..conftest import ServeWith

RATE = 8_000
MS = 50  # of sound for a character
TEXT = " ".join(f"This is sentence number {number} of a long story." for number in range(60))


@dataclass
class Reader:
    """A server that speaks what it is sent at once, and remembers which socket was sent what."""

    timed: bool = True
    loses: int | None = None  # the socket that is lost after its first sound
    levels: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    async def __call__(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        query = parse_qs(urlsplit(socket.request.path).query)
        self.levels.append(int(query["optimize_streaming_latency"][0]))
        number = len(self.texts)
        self.texts.append("")
        await socket.recv()
        while text := json.loads(await socket.recv())["text"]:
            self.texts[number] += text
            await socket.send(self.spoken(text))
            if number == self.loses:
                socket.transport.abort()
                return
        await socket.send(encode_server(ServerMessage(is_final=True)))

    def spoken(self, text: str) -> str:
        starts = tuple(range(0, MS * len(text), MS))
        times = Alignment(tuple(text), starts, (MS,) * len(text)) if self.timed else None
        sound = bytes(2 * RATE * MS * len(text) // 1000)
        return encode_server(ServerMessage(sound, alignment=times))


async def speak(
    serve_with: ServeWith, reader: Reader, text: Text, controller: LevelController
) -> tuple[list[Event], Timeline]:
    timeline = Timeline()
    request = SpeechRequest(server=await serve_with(reader), format="pcm_8000")
    events = stream_speech(
        request, text, timeline=timeline, retry=Retry(base=0.0, cap=0.0), levels=controller
    )
    return [event async for event in events], timeline


def words(events: list[Event]) -> list[str]:
    return [word.text for event in events if isinstance(event, Audio) for word in event.words]


def seconds(events: list[Event]) -> float:
    return sum(len(event.pcm) for event in events if isinstance(event, Audio)) / 2 / RATE


async def test_sound_ahead_of_the_listener_lets_the_quality_rise_between_sentences(
    serve_with: ServeWith,
) -> None:
    reader = Reader()
    events, timeline = await speak(serve_with, reader, TEXT, LevelController(0.4))
    assert reader.levels == [2, 0]
    first, second = reader.texts
    assert first + second == TEXT
    assert first.endswith("story. ")
    assert words(events) == TEXT.split()
    assert seconds(events) == pytest.approx(MS * len(TEXT) / 1000)
    assert [(decision.level, decision.character) for decision in timeline.levels] == [
        (2, 0),
        (0, len(first)),
    ]
    assert "ahead of the listener" in timeline.levels[1].reason
    assert timeline.reconnects == []


async def test_words_stay_on_the_clock_of_the_stream_when_the_level_changes(
    serve_with: ServeWith,
) -> None:
    events, _ = await speak(serve_with, Reader(), TEXT, LevelController(0.4))
    spoken = [word for event in events if isinstance(event, Audio) for word in event.words]
    position = 0
    for word in spoken:
        position = TEXT.index(word.text, position)
        assert word.start == pytest.approx(MS * position / 1000)
        position += len(word.text)


async def test_tokens_change_the_level_between_sentences_too(serve_with: ServeWith) -> None:
    async def tokens():  # type: ignore[no-untyped-def]  # a source as users write it
        for word in TEXT.split():
            yield f"{word} "

    reader = Reader()
    events, _ = await speak(serve_with, reader, tokens(), LevelController(0.4))
    assert set(reader.levels) <= {0, 1, 2}
    assert all(text.endswith("story. ") for text in reader.texts)
    assert words(events) == TEXT.split()


async def test_a_server_without_times_keeps_the_level(serve_with: ServeWith) -> None:
    reader = Reader(timed=False)
    events, _ = await speak(serve_with, reader, TEXT, LevelController(0.4))
    assert reader.levels == [2]
    assert reader.texts == [TEXT]
    assert seconds(events) == pytest.approx(MS * len(TEXT) / 1000)


async def test_a_loss_behind_a_change_goes_on_with_the_changed_level(serve_with: ServeWith) -> None:
    reader = Reader(loses=1)
    events, timeline = await speak(serve_with, reader, TEXT, LevelController(0.4))
    assert reader.levels == [2, 0, 0]
    assert words(events) == TEXT.split()
    assert len(timeline.reconnects) == 1


async def test_a_level_that_was_decided_before_is_kept_to(serve_with: ServeWith) -> None:
    controller = LevelController(0.4)
    for _ in range(10):
        controller.started(controller.begin().level, 2.0)
    reader = Reader()
    _, timeline = await speak(serve_with, reader, "Short.", controller)
    assert reader.levels == [timeline.levels[0].level]
    assert "target" in timeline.levels[0].reason
