"""Flow control: what is made, sent and given up when, with a socket the test holds in its hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from typing import Any, cast

import pytest
from aiohttp import WSMessage, WSMsgType

from jupyter_tts.audio.formats import parse_format
from jupyter_tts.server.access.limits import Limits
from jupyter_tts.server.engines.engine import Engine
from jupyter_tts.server.engines.espeak.voices import find_voice
from jupyter_tts.server.engines.timed_speech import TimedSpeech
from jupyter_tts.server.websocket.connection import Connection
from jupyter_tts.server.websocket.endpoint import Endpoint
from jupyter_tts.server.websocket.handshake import Handshake
from jupyter_tts.server.websocket.multi_stream_input import MultiStreamInput
from jupyter_tts.server.websocket.socket import WebSocket
from jupyter_tts.server.websocket.stream_input import StreamInput
from jupyter_tts.wire.errors import SoundTooLong, VoiceEngineError

from ..serving import PATIENCE, until


class Pace:
    """Of one stream of text, whose sound is made only while `going` is set."""

    def __init__(self) -> None:
        self.going = asyncio.Event()
        self.going.set()

    async def made(self, _: float) -> None:
        await self.going.wait()


class Socket:
    """A client that takes frames only while `reading` is set."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[WSMessage] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        self.closed: tuple[int, bytes] | None = None
        self.pings = 0
        self.pongs: list[bytes] = []
        self.unsent = 0
        self.aborted = False
        self.reading = asyncio.Event()
        self.reading.set()
        self.gone = False
        self.paces: list[Pace] = []

    def say(self, **message: object) -> None:
        self.incoming.put_nowait(WSMessage(WSMsgType.TEXT, json.dumps(message), None))

    def vanish(self) -> None:
        self.gone = True
        self.reading.set()
        self.incoming.put_nowait(WSMessage(WSMsgType.CLOSED, None, None))

    async def receive(self) -> WSMessage:
        return await self.incoming.get()

    def generating(self) -> AbstractContextManager[None]:
        return nullcontext()

    def generation(self) -> Pace:
        self.paces.append(Pace())
        return self.paces[-1]

    async def send_str(self, frame: str, *, sound: float = 0.0) -> None:
        await self.reading.wait()
        if self.gone:
            raise ConnectionResetError("Cannot write to closing transport")
        self.sent.append(json.loads(frame))

    async def ping(self) -> None:
        self.pings += 1

    async def pong(self, data: bytes) -> None:
        await self.reading.wait()
        self.pongs.append(data)

    async def close(self, *, code: int, message: bytes) -> bool:
        self.closed = (code, message)
        await self.reading.wait()
        return True

    # Its transport

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def abort(self) -> None:
        self.aborted = True


class FakeEngine:
    """A fake engine: a millisecond of silence for every character."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.cancelled = 0
        self.longest = 10_000  # characters at once
        self.ready = asyncio.Event()
        self.ready.set()

    find_voice = staticmethod(find_voice)

    async def speak(self, text: str, *_: object, **__: object) -> TimedSpeech:
        self.texts.append(text)
        try:
            await self.ready.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if len(text) > self.longest:
            raise SoundTooLong("Too long.")
        if "unspeakable" in text:
            raise VoiceEngineError("The voice cannot speak this.")
        if "unforeseen" in text:
            raise RuntimeError("CANARY")
        ends = tuple(22 * (index + 1) for index in range(len(text)))
        return TimedSpeech(bytes(44 * len(text)), tuple(text), (0, *ends[:-1]), ends)


@asynccontextmanager
async def connected(
    limits: Limits | None = None, endpoint: type[Endpoint] = StreamInput, **changes: Any
) -> AsyncIterator[tuple[Socket, FakeEngine, asyncio.Task[None]]]:
    values: dict[str, Any] = {
        "voice_id": "en-us",
        "output_format": parse_format("pcm_22050"),
        "language": None,
        "auto_mode": True,
        "sync_alignment": False,
        "inactivity_timeout": 20,
        "read_digits": False,
    }
    socket, voice = Socket(), FakeEngine()
    handshake = Handshake(**values | changes)
    session = endpoint(
        handshake,
        voice_known=find_voice(handshake.voice_id) is not None,
        key=None,
        now=asyncio.get_running_loop().time(),
    )
    connection = Connection(
        cast(WebSocket, socket),
        cast(asyncio.Transport, socket),
        session,
        cast(Engine, voice),
        limits or Limits(),
    )
    running = asyncio.create_task(connection.run())
    socket.say(text=" ")
    try:
        yield socket, voice, running
    finally:
        running.cancel()
        await asyncio.wait({running})


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


async def test_a_segment_that_is_too_long_is_spoken_in_parts_one_made_ahead() -> None:
    async with connected() as (socket, voice, running):
        voice.longest = 12
        socket.reading.clear()
        socket.say(text="One two three four five. ", flush=True)
        await settle()
        assert voice.texts[1:] == ["One two three ", "One two ", "three "]
        socket.reading.set()
        socket.say(text="Six. ")
        socket.say(text="")
        await running
        times = [message["alignment"]["chars"] for message in socket.sent if message["alignment"]]
        assert ["".join(part) for part in times] == ["One two ", "three ", "four five. ", "Six. "]
        assert socket.sent[-1]["isFinal"]


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
        spoken = "".join("".join(m["alignment"]["chars"]) for m in socket.sent if m["alignment"])
        assert spoken == "Hello. There is more. "


async def test_a_client_with_too_much_unspoken_text_is_not_read_until_speech_catches_up() -> None:
    async with connected(Limits(waiting_characters=1_000)) as (socket, voice, running):
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


async def test_what_nobody_has_foreseen_is_an_error_in_the_stream_and_stands_in_the_log_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with connected() as (socket, _, running):
        socket.say(text="unforeseen ")
        await running
        [error] = socket.sent
        assert (error["error"], error["code"]) == ("something_went_wrong", 1011)
        assert socket.closed == (1011, error["message"].encode())
    assert "CANARY" not in error["message"]
    assert "RuntimeError: CANARY" in caplog.text


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


# Clients that are silent, gone, or do not read


async def test_a_silent_client_is_pinged_and_its_answer_keeps_the_stream_open() -> None:
    limits = Limits(ping_seconds=0.01, pong_seconds=PATIENCE)
    async with connected(limits) as (socket, _, running):
        for pings in range(1, 4):
            await until(lambda pings=pings: socket.pings == pings)
            socket.incoming.put_nowait(WSMessage(WSMsgType.PONG, b"", None))
        assert not running.done()


async def test_a_client_that_answers_no_ping_is_cut_off() -> None:
    before = asyncio.all_tasks()
    async with connected(Limits(ping_seconds=0.01, pong_seconds=0.01)) as (socket, _, running):
        await running
        assert socket.aborted
        assert socket.closed is None
    assert asyncio.all_tasks() == before


async def test_a_client_that_was_sent_audio_has_its_length_more_to_answer() -> None:
    limits = Limits(ping_seconds=0.01, pong_seconds=0.01)
    async with connected(limits, inactivity_timeout=1) as (socket, _, running):
        socket.say(text="x" * 5_000)  # five seconds
        await running
        assert not socket.aborted
        assert socket.sent[-1]["error"] == "input_timeout_exceeded"


async def test_after_the_end_of_input_nobody_is_pinged() -> None:
    async with connected(Limits(ping_seconds=0.0)) as (socket, voice, running):
        voice.ready.clear()
        socket.say(text="Hello. ")
        socket.say(text="")
        await until(lambda: socket.incoming.empty() and voice.texts == ["Hello. "])
        await settle()
        pings = socket.pings
        await settle()
        assert socket.pings == pings
        voice.ready.set()
        await running
        assert socket.closed == (1000, b"")


async def test_a_ping_is_answered_with_its_data() -> None:
    async with connected() as (socket, _, _):
        socket.incoming.put_nowait(WSMessage(WSMsgType.PING, b"abc", None))
        await until(lambda: socket.pongs == [b"abc"])


async def test_a_client_that_does_not_read_is_told_and_closed() -> None:
    limits = Limits(reader_seconds=0.01, closing_seconds=PATIENCE)
    async with connected(limits) as (socket, _, running):
        socket.reading.clear()
        socket.say(text="Hello. ")
        await until(lambda: socket.closed is not None)
        assert socket.closed == (
            1008,
            b"The stream was not read: no message could be delivered within 0.01 seconds.",
        )
        socket.reading.set()
        await running
        assert socket.sent[-1]["error"] == "client_not_reading"
        assert not socket.aborted


async def test_a_client_that_does_not_even_read_the_close_frame_is_cut_off() -> None:
    before = asyncio.all_tasks()
    limits = Limits(reader_seconds=0.01, closing_seconds=0.01)
    async with connected(limits) as (socket, _, running):
        socket.reading.clear()
        socket.unsent = 1
        socket.say(text="Hello. ")
        await running
        assert socket.aborted
    assert asyncio.all_tasks() == before


async def test_a_client_that_pings_and_does_not_read_is_closed() -> None:
    async with connected(Limits(reader_seconds=0.01)) as (socket, _, _):
        socket.reading.clear()
        for _ in range(100):
            socket.incoming.put_nowait(WSMessage(WSMsgType.PING, b"", None))
        await until(lambda: socket.closed is not None)
        assert socket.incoming.qsize() >= 98


async def test_a_flood_of_messages_does_not_hold_up_the_others() -> None:
    async with connected() as (flooding, _, _), connected() as (other, _, running):
        for _ in range(10_000):
            flooding.say(text=" ")
        other.say(text="Hello. ")
        other.say(text="")
        await running
        assert flooding.incoming.qsize() > 5_000


async def test_each_context_is_made_at_a_pace_of_its_own() -> None:
    async with connected(endpoint=MultiStreamInput) as (socket, _, running):
        socket.say(text="Slow. ", context_id="slow")
        await until(lambda: any(message["contextId"] == "slow" for message in socket.sent))
        *_, slow = socket.paces
        slow.going.clear()
        socket.say(text="Slow again. ", context_id="slow", flush=True)
        socket.say(text="Fast. ", context_id="fast", flush=True)
        socket.say(close_socket=True)

        def ended(name: str) -> bool:
            return any(
                message["isFinal"] and message["contextId"] == name for message in socket.sent
            )

        await until(lambda: ended("fast"))
        assert not ended("slow")
        slow.going.set()
        await until(running.done)
        assert ended("slow")
