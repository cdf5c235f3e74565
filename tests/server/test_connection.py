"""Flow control: what is made, sent and given up when, with a socket the test holds in its hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from aiohttp import WSMessage, WSMsgType, web

from jupyter_tts.audio.formats import parse_format
from jupyter_tts.server.connection import Connection
from jupyter_tts.server.engine import Engine, Utterance
from jupyter_tts.server.handshake import Handshake
from jupyter_tts.wire.errors import VoiceEngineError


class Socket:
    """A client that takes frames only while `reading` is set."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[WSMessage] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        self.closed: tuple[int, bytes] | None = None
        self.reading = asyncio.Event()
        self.reading.set()
        self.gone = False

    def say(self, **message: object) -> None:
        self.incoming.put_nowait(WSMessage(WSMsgType.TEXT, json.dumps(message), None))

    def vanish(self) -> None:
        self.gone = True
        self.reading.set()
        self.incoming.put_nowait(WSMessage(WSMsgType.CLOSED, None, None))

    async def receive(self) -> WSMessage:
        return await self.incoming.get()

    async def send_str(self, frame: str) -> None:
        await self.reading.wait()
        if self.gone:
            raise ConnectionResetError("Cannot write to closing transport")
        self.sent.append(json.loads(frame))

    async def close(self, *, code: int, message: bytes) -> None:
        self.closed = (code, message)


class Voice:
    """An engine that gives each character a millisecond of silence."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.cancelled = 0
        self.ready = asyncio.Event()
        self.ready.set()

    async def speak(self, text: str, *_: object, **__: object) -> Utterance:
        self.texts.append(text)
        try:
            await self.ready.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if "unspeakable" in text:
            raise VoiceEngineError("The voice cannot speak this.")
        ends = tuple(22 * (index + 1) for index in range(len(text)))
        return Utterance(bytes(44 * len(text)), tuple(text), (0, *ends[:-1]), ends)


@asynccontextmanager
async def connected(
    **changes: Any,
) -> AsyncIterator[tuple[Socket, Voice, asyncio.Task[None]]]:
    values: dict[str, Any] = {
        "voice_id": "en-us",
        "output_format": parse_format("pcm_22050"),
        "language": None,
        "auto_mode": True,
        "sync_alignment": False,
        "inactivity_timeout": 20,
        "read_digits": False,
    }
    socket, voice = Socket(), Voice()
    connection = Connection(
        cast(web.WebSocketResponse, socket),
        Handshake(**values | changes),
        cast(Engine, voice),
        None,
    )
    running = asyncio.create_task(connection.run())
    socket.say(text=" ")
    try:
        yield socket, voice, running
    finally:
        running.cancel()
        await asyncio.wait({running})


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0)


async def settle() -> None:
    """Let everything run that can run without an event from outside."""
    for _ in range(500):
        await asyncio.sleep(0)


async def test_one_segment_is_made_ahead_of_a_client_that_does_not_read() -> None:
    async with connected() as (socket, voice, _):
        socket.reading.clear()
        for number in range(10):
            socket.say(text=f"Sentence {number}. ")
        await settle()
        assert voice.texts == ["Sentence 0. ", "Sentence 1. "]
        socket.reading.set()
        await until(lambda: len(voice.texts) == 10)


async def test_text_is_read_while_speech_is_being_sent() -> None:
    async with connected() as (socket, _, running):
        socket.reading.clear()
        socket.say(text="Hello. ")
        await settle()
        socket.say(text="There is more. ")
        socket.say(text="")
        await until(socket.incoming.empty)
        socket.reading.set()
        await running
        said = "".join("".join(m["alignment"]["chars"]) for m in socket.sent if m["alignment"])
        assert said == "Hello. There is more. "


async def test_a_client_with_too_much_unspoken_text_is_not_read_until_speech_catches_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jupyter_tts.server.connection._MOST_WAITING", 1_000)
    async with connected() as (socket, voice, running):
        voice.ready.clear()
        for _ in range(4):
            socket.say(text="word " * 100)
        await settle()
        assert socket.incoming.qsize() == 1
        voice.ready.set()
        await until(socket.incoming.empty)
        assert not running.done()


async def test_a_client_that_vanishes_ends_everything_at_once() -> None:
    before = asyncio.all_tasks()
    async with connected() as (socket, voice, running):
        voice.ready.clear()
        socket.say(text="Hello. ")
        await until(lambda: voice.texts == ["Hello. "])
        socket.vanish()
        await running
        assert voice.cancelled == 1
        assert socket.sent == []
        assert socket.closed is None
    assert asyncio.all_tasks() == before


async def test_a_client_that_vanishes_while_it_is_sent_to_ends_everything_at_once() -> None:
    before = asyncio.all_tasks()
    async with connected() as (socket, voice, running):
        socket.reading.clear()
        socket.say(text="Hello. ")
        socket.say(text="And more. ")
        await until(lambda: len(voice.texts) == 2)
        socket.vanish()
        await running
        assert socket.sent == []
    assert asyncio.all_tasks() == before


async def test_text_that_cannot_be_spoken_is_an_error_in_the_stream() -> None:
    async with connected() as (socket, _, running):
        socket.say(text="Hello. ")
        socket.say(text="unspeakable ")
        await running
        *audio, error = socket.sent
        assert "".join(audio[0]["alignment"]["chars"]) == "Hello. "
        assert error == {
            "message": "The voice cannot speak this.",
            "error": "something_went_wrong",
            "code": 1008,
        }
        assert socket.closed == (1008, b"The voice cannot speak this.")


async def test_a_broken_rule_stops_the_speech_that_is_under_way() -> None:
    async with connected() as (socket, voice, running):
        voice.ready.clear()
        socket.say(text="Hello. ")
        socket.say(text="more ", voice_settings={"stability": 0.1})
        await running
        assert voice.cancelled == 1
        assert [message["code"] for message in socket.sent] == [1008]


async def test_a_binary_frame_is_refused() -> None:
    async with connected() as (socket, _, running):
        socket.incoming.put_nowait(WSMessage(WSMsgType.BINARY, b"{}", None))
        await running
        assert socket.closed is not None
        assert socket.closed[0] == 1008
        assert "text frame" in socket.sent[0]["message"]


async def test_the_close_reason_is_the_message_cut_to_what_a_close_frame_holds() -> None:
    async with connected(voice_id="ö" * 60) as (socket, _, running):
        await running
        assert socket.closed is not None
        code, reason = socket.closed
        assert code == 1008
        assert len(reason) <= 123
        assert socket.sent[0]["message"].startswith(reason.decode())


async def test_the_end_of_speech_is_one_final_message_and_a_normal_closure() -> None:
    async with connected() as (socket, _, running):
        socket.say(text="Hello. ")
        socket.say(text="")
        await running
        assert [message["isFinal"] for message in socket.sent] == [None] * (
            len(socket.sent) - 1
        ) + [True]
        assert socket.sent[-1]["audio"] is None
        assert socket.closed == (1000, b"")


async def test_an_error_of_the_program_is_not_hidden() -> None:
    async with connected() as (socket, voice, running):
        voice.ready = cast(asyncio.Event, None)
        socket.say(text="Hello. ")
        with pytest.raises(AttributeError):
            await running
