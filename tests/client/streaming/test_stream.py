from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from jupyter_tts.audio import codecs
from jupyter_tts.client.keys import Key
from jupyter_tts.client.speech.events import Audio, Event, Final
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.streaming.chunking import Chunker, TextChunk
from jupyter_tts.client.streaming.retry import Retry
from jupyter_tts.client.streaming.stream import stream_speech
from jupyter_tts.client.streaming.text_sources import Text
from jupyter_tts.wire.alignment import Alignment, Word
from jupyter_tts.wire.errors import (
    AuthenticationError,
    ConnectionLost,
    ParameterError,
    ProtocolError,
    UnsupportedFormat,
)
from jupyter_tts.wire.messages import ServerFault, ServerMessage, encode_server
from jupyter_tts.wire.request import SpeechRequest

from ..conftest import TRACE_ID, ServeWith

FINAL = encode_server(ServerMessage(is_final=True))
AT_ONCE = Retry(base=0.0, cap=0.0)


def audio(data: bytes, alignment: Alignment | None = None) -> str:
    return encode_server(ServerMessage(data, alignment=alignment))


def request(address: str, **parameters: Any) -> SpeechRequest:
    return SpeechRequest(server=address, **{"format": "pcm_8000", **parameters})


async def collect(address: str, text: Text, **parameters: Any) -> list[Event]:
    wanted = request(address, **parameters)
    return [event async for event in stream_speech(wanted, text, retry=AT_ONCE)]


def spoken_words(events: list[Event]) -> list[Word]:
    return [word for event in events if isinstance(event, Audio) for word in event.words]


async def read_text(socket: ServerConnection) -> list[str]:
    """Everything the client sends, up to the end of input."""
    texts = []
    while not texts or texts[-1]:
        texts.append(json.loads(await socket.recv())["text"])
    return texts


async def test_the_wire_sees_the_first_message_the_text_and_the_end(serve_with: ServeWith) -> None:
    seen: list[Any] = []

    async def handler(socket: ServerConnection) -> None:
        assert socket.request is not None
        seen.append((socket.request.path, socket.request.headers.get("xi-api-key")))
        seen.append(json.loads(await socket.recv()))
        seen.extend(await read_text(socket))
        await socket.send(audio(b"\1\0"))
        await socket.send(FINAL)

    wanted = request(await serve_with(handler), latency=3, stability=0.4)
    events = [event async for event in stream_speech(wanted, "One two.", key=Key("canary"))]
    assert events == [Audio(b"\1\0", 8000), Final()]
    path = wanted.url[wanted.url.index("/v1/") :]
    assert seen == [(path, "canary"), wanted.first_message, "One two.", ""]


async def test_audio_is_read_while_text_is_still_being_made(serve_with: ServeWith) -> None:
    heard = asyncio.Event()

    async def handler(socket: ServerConnection) -> None:
        await socket.recv()
        assert json.loads(await socket.recv()) == {"text": "one "}
        await socket.send(audio(b"\1\0"))
        assert json.loads(await socket.recv()) == {"text": "two "}
        await read_text(socket)
        await socket.send(FINAL)

    async def source() -> AsyncIterator[str]:
        yield "one "
        await heard.wait()  # only what the server said of the first word lets the second come
        yield "two "

    async for event in stream_speech(request(await serve_with(handler)), source()):
        if isinstance(event, Audio):
            assert event == Audio(b"\1\0", 8000)
            heard.set()
    assert heard.is_set()


async def test_words_are_on_the_clock_of_the_stream(serve_with: ServeWith) -> None:
    half = b"\0\0" * 4000

    async def handler(socket: ServerConnection) -> None:
        await read_text(socket)
        await socket.send(audio(half, Alignment(("o", "n"), (0, 100), (100, 100))))
        await socket.send(audio(half, Alignment(("e", " ", "x"), (0, 100, 200), (50, 10, 50))))
        await socket.send(FINAL)

    events = await collect(await serve_with(handler), ["one x"])
    assert spoken_words(events) == [Word("one", 0.0, 0.55), Word("x", 0.7, 0.75)]


@pytest.mark.parametrize("text", ["One, two — one.", ["One", ", two — ", "on", "e."]])
async def test_words_know_where_they_stand_in_the_text(serve_with: ServeWith, text: Text) -> None:
    async def handler(socket: ServerConnection) -> None:
        await read_text(socket)
        spoken = "One, two one."
        times = tuple(range(0, 100 * len(spoken), 100))
        await socket.send(audio(b"\0\0" * 16_000, Alignment(tuple(spoken), times, (100,) * 13)))
        await socket.send(FINAL)

    events = await collect(await serve_with(handler), text)
    assert [word.span for word in spoken_words(events)] == [(0, 4), (5, 8), (11, 15)]


async def test_samples_split_across_messages_are_joined(serve_with: ServeWith) -> None:
    async def handler(socket: ServerConnection) -> None:
        await read_text(socket)
        for part in (b"\1", b"\2\3", b"\4"):
            await socket.send(audio(part))
        await socket.send(FINAL)

    events = await collect(await serve_with(handler), "x")
    assert b"".join(e.pcm for e in events if isinstance(e, Audio)) == b"\1\2\3\4"


async def test_the_timeline_is_stamped(serve_with: ServeWith) -> None:
    async def handler(socket: ServerConnection) -> None:
        await read_text(socket)
        await socket.send(audio(b"\0\0" * 800))
        await socket.send(FINAL)

    timeline = Timeline()
    wanted = request(await serve_with(handler))
    async for _ in stream_speech(wanted, "x", timeline=timeline):
        pass
    assert timeline.connected is not None
    assert timeline.finished is not None
    assert timeline.submitted < timeline.connected < timeline.arrivals[0].at < timeline.finished
    assert timeline.duration == pytest.approx(0.1)


async def test_a_frame_larger_than_a_mebibyte_is_read(serve_with: ServeWith) -> None:
    async def handler(socket: ServerConnection) -> None:
        await read_text(socket)
        await socket.send(audio(b"\0\1" * 1_000_000))
        await socket.send(FINAL)

    events = await collect(await serve_with(handler), "word " * 20)
    assert isinstance(events[0], Audio)
    assert events[0].pcm == b"\0\1" * 1_000_000


async def test_an_error_in_band_is_raised_in_words(serve_with: ServeWith) -> None:
    async def handler(socket: ServerConnection) -> None:
        await socket.recv()
        fault = ServerFault("Invalid API key", "invalid_api_key", 1008)
        await socket.send(encode_server(ServerMessage(fault=fault)))
        await socket.close(1008)

    with pytest.raises(AuthenticationError, match="ELEVENLABS_API_KEY") as caught:
        await collect(await serve_with(handler), "x")
    assert caught.value.trace_id == TRACE_ID
    assert str(caught.value).endswith(f"Trace id {TRACE_ID}.")


async def test_a_socket_that_closes_in_mid_stream_is_a_loss(serve_with: ServeWith) -> None:
    async def handler(socket: ServerConnection) -> None:
        await read_text(socket)
        await socket.send(audio(b"\1\0"))
        await socket.close(1011)

    with pytest.raises(ConnectionLost) as caught:
        await collect(await serve_with(handler), "x")
    assert caught.value.code == 1011


async def test_a_frame_that_is_no_message_is_a_protocol_error(serve_with: ServeWith) -> None:
    async def handler(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send("nonsense")
        await socket.wait_closed()

    with pytest.raises(ProtocolError):
        await collect(await serve_with(handler), "x")


def failing(*tokens: str) -> Iterator[str]:
    """A text source that fails behind its tokens."""
    yield from tokens
    raise LookupError("no more words")


async def read_into(events: list[Event], stream: AsyncGenerator[Event, None]) -> None:
    """Read a stream that may fail."""
    async for event in stream:
        events.append(event)


async def speak_words(socket: ServerConnection, text: str) -> None:
    """Answer with a second of sound for each word, all times in one message."""
    characters = text.rstrip() + " "
    pcm = b"\0\x10" * (800 * len(characters))
    times = tuple(100 * index for index in range(len(characters)))
    alignment = Alignment(tuple(characters), times, (100,) * len(characters))
    await socket.send(audio(pcm, alignment))


@pytest.mark.parametrize(
    ("source", "error"),
    [
        (lambda: failing("One two. "), LookupError),
        (lambda: iter(["One two. ", "\ud83d", "never"]), ParameterError),
        (lambda: iter(["One two. ", 3]), ParameterError),
    ],
)
@pytest.mark.parametrize("parameters", [{}, {"auto_mode": True}])
async def test_what_came_before_a_text_source_failed_is_spoken_first(
    serve_with: ServeWith,
    source: Callable[[], Iterator[str]],
    error: type[Exception],
    parameters: dict[str, Any],
) -> None:
    async def handler(socket: ServerConnection) -> None:
        text = "".join((await read_text(socket))[1:])
        assert text.strip() == "One two."
        await asyncio.sleep(0.05)  # the source has failed long before
        await speak_words(socket, text)
        await socket.send(FINAL)

    stream = stream_speech(request(await serve_with(handler), **parameters), source())
    events: list[Event] = []
    with pytest.raises(error):
        await read_into(events, stream)
    assert [word.text for word in spoken_words(events)] == ["One", "two."]
    last = events[-1]
    assert isinstance(last, Audio)
    assert last.spoken == len("One two. ")


async def test_a_server_without_times_has_spoken_all_that_came_before_a_source_failed(
    serve_with: ServeWith,
) -> None:
    async def handler(socket: ServerConnection) -> None:
        await read_text(socket)
        await socket.send(audio(b"\0\x10" * 8_000))
        await socket.send(FINAL)

    stream = stream_speech(request(await serve_with(handler)), failing("One. "))
    events: list[Event] = []
    with pytest.raises(LookupError):
        await read_into(events, stream)
    last = events[-1]
    assert isinstance(last, Audio)
    assert last.spoken == len("One. ")


async def test_sockets_lost_after_the_text_source_failed_are_replaced(
    serve_with: ServeWith,
) -> None:
    text = 5 * "One two three four five six seven eight. "
    pieces: list[str] = []

    async def handler(socket: ServerConnection) -> None:
        piece = "".join((await read_text(socket))[1:]).strip()
        pieces.append(piece)
        first, _, rest = piece.partition(" ")
        await speak_words(socket, first)
        if rest:
            socket.transport.abort()
        else:
            await socket.send(FINAL)

    events: list[Event] = []
    stream = stream_speech(request(await serve_with(handler)), failing(text), retry=AT_ONCE)
    with pytest.raises(LookupError, match="no more words"):
        await read_into(events, stream)
    assert [word.text for word in spoken_words(events)] == text.split()
    assert max(map(len, pieces[3:])) < len(text) / 2  # in small pieces by then


async def test_a_stream_given_up_after_its_source_failed_names_both(serve_with: ServeWith) -> None:
    async def handler(socket: ServerConnection) -> None:
        await read_text(socket)
        socket.transport.abort()

    with pytest.raises(LookupError, match="no more words") as caught:
        await collect(await serve_with(handler), failing("One two. "))
    assert isinstance(caught.value.__cause__, ConnectionLost)


async def test_nothing_is_waited_for_where_a_source_fails_before_its_first_word(
    serve_with: ServeWith,
) -> None:
    async def handler(socket: ServerConnection) -> None:
        await socket.wait_closed()

    async with asyncio.timeout(60):
        with pytest.raises(LookupError, match="no more words"):
            await collect(await serve_with(handler), failing(" "))


async def test_leaving_the_stream_closes_the_socket_normally(serve_with: ServeWith) -> None:
    closed: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()

    async def handler(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(audio(b"\1\0"))
        await socket.wait_closed()
        closed.set_result(socket.close_code)

    async def endless() -> AsyncIterator[str]:
        yield "one "
        await asyncio.get_running_loop().create_future()

    events = stream_speech(request(await serve_with(handler)), endless())
    assert await anext(events) == Audio(b"\1\0", 8000)
    await events.aclose()
    assert await closed == 1000


async def test_a_cancelled_stream_closes_the_socket_normally(serve_with: ServeWith) -> None:
    connected = asyncio.Event()
    closed: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()

    async def handler(socket: ServerConnection) -> None:
        await socket.recv()
        connected.set()
        await socket.wait_closed()
        closed.set_result(socket.close_code)

    task = asyncio.create_task(collect(await serve_with(handler), "x"))
    await connected.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await closed == 1000


async def test_a_format_without_a_decoder_is_refused_before_connecting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(codecs, "find_spec", lambda package: None)
    with pytest.raises(UnsupportedFormat, match="mp3_44100_128"):
        await collect("http://127.0.0.1:9", "x", format="mp3_44100_128")


async def test_a_lost_stream_goes_on_from_the_first_word_not_received(
    serve_with: ServeWith,
) -> None:
    texts: list[str] = []

    async def handler(socket: ServerConnection) -> None:
        texts.append("".join(await read_text(socket)).strip())
        if len(texts) == 1:
            await socket.send(
                audio(b"\1\0" * 4000, Alignment(("one ", "tw"), (0, 300), (300, 200)))
            )
            socket.transport.abort()
        else:
            await socket.send(audio(b"\1\0" * 4000, Alignment(("two",), (0,), (500,))))
            await socket.send(FINAL)

    timeline = Timeline()
    wanted = request(await serve_with(handler))
    sounds = [
        event
        async for event in stream_speech(wanted, "one two", timeline=timeline, retry=AT_ONCE)
        if isinstance(event, Audio)
    ]
    assert texts == ["one two", "two"]
    assert [word.text for sound in sounds for word in sound.words] == ["one", "two"]
    assert sounds[-1].spoken == len("one two")
    (reconnect,) = timeline.reconnects
    assert (reconnect.resumed_at, reconnect.repeated, timeline.repeated) == (3, 4, 4)
    assert timeline.sent == len("one two") + 4
    assert "connection was lost" in reconnect.reason


async def test_an_end_before_the_end_of_the_text_is_a_loss(serve_with: ServeWith) -> None:
    connections: list[ServerConnection] = []
    source = asyncio.Event()

    async def handler(socket: ServerConnection) -> None:
        connections.append(socket)
        await socket.recv()
        await socket.recv()
        if len(connections) == 1:
            await socket.send(FINAL)
            await socket.wait_closed()
        else:
            source.set()
            await read_text(socket)
            await socket.send(audio(b"\1\0"))
            await socket.send(FINAL)

    async def words() -> AsyncIterator[str]:
        yield "one "
        await source.wait()
        yield "two"

    wanted = request(await serve_with(handler))
    events = [event async for event in stream_speech(wanted, words(), retry=AT_ONCE)]
    assert events[-1] == Final()
    assert len(connections) == 2


async def test_a_key_that_the_server_echoes_is_hidden(serve_with: ServeWith) -> None:
    async def handler(socket: ServerConnection) -> None:
        fault = ServerFault("No such key: canary-key", "invalid_api_key", 1008)
        await socket.send(encode_server(ServerMessage(fault=fault)))
        await socket.close(1008)

    wanted = request(await serve_with(handler))
    with pytest.raises(AuthenticationError, match="No such key: ••••") as caught:
        async for _ in stream_speech(wanted, "x", key=Key("canary-key")):
            pass
    assert "canary" not in f"{caught.value!r}{caught.value.args}{vars(caught.value)}"


async def test_a_short_key_does_not_change_the_sound(serve_with: ServeWith) -> None:
    pcm = bytes(range(256)) * 2

    async def handler(socket: ServerConnection) -> None:
        await read_text(socket)
        await socket.send(audio(pcm))
        await socket.send(FINAL)

    wanted = request(await serve_with(handler))
    events = [event async for event in stream_speech(wanted, "x", key=Key("A"))]
    assert events == [Audio(pcm, 8000), Final()]


async def test_what_fails_while_sending_is_not_told_as_a_loss(
    serve_with: ServeWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections = []

    async def handler(socket: ServerConnection) -> None:
        connections.append(socket)
        await socket.wait_closed()

    async def broken(self: Chunker) -> TextChunk:
        raise ImportError("no segmenter")

    monkeypatch.setattr(Chunker, "next", broken)
    with pytest.raises(ImportError, match="no segmenter"):
        await collect(await serve_with(handler), "x")
    assert len(connections) == 1


async def test_a_slow_text_source_keeps_its_socket_alive(serve_with: ServeWith) -> None:
    alive = asyncio.Event()
    seen: list[str] = []

    async def handler(socket: ServerConnection) -> None:
        while not seen or seen[-1]:
            seen.append(json.loads(await socket.recv())["text"])
            if len(seen) == 3:
                alive.set()
        await socket.send(audio(b"\1\0"))
        await socket.send(FINAL)

    async def source() -> AsyncIterator[str]:
        yield "one "
        await alive.wait()  # only the keep-alive lets it go on
        yield "two"

    await collect(await serve_with(handler), source(), inactivity_timeout=1)
    assert seen == [" ", "one ", " ", "two", ""]


async def test_a_finished_sentence_is_spoken_while_its_source_pauses(serve_with: ServeWith) -> None:
    spoken = asyncio.Event()
    seen: list[Any] = []

    async def handler(socket: ServerConnection) -> None:
        await socket.recv()
        while not seen or seen[-1]["text"]:
            seen.append(json.loads(await socket.recv()))
            if seen[-1].get("flush"):
                await socket.send(audio(b"\1\0"))
        await socket.send(FINAL)

    async def source() -> AsyncIterator[str]:
        yield "Hello "
        yield "world."
        await spoken.wait()  # only its sound lets the source go on
        yield " Goodbye"

    async for event in stream_speech(request(await serve_with(handler)), source()):
        if isinstance(event, Audio):
            spoken.set()
    assert seen == [{"text": "Hello world.", "flush": True}, {"text": " Goodbye"}, {"text": ""}]


async def test_what_was_flushed_is_flushed_again_on_another_socket(serve_with: ServeWith) -> None:
    go_on = asyncio.Event()
    seen: list[Any] = []

    async def handler(socket: ServerConnection) -> None:
        await socket.recv()
        seen.append(json.loads(await socket.recv()))
        if len(seen) == 1:
            await socket.send(
                audio(b"\1\0" * 4000, Alignment(("Hello ", "wo"), (0, 300), (300, 200)))
            )
            socket.transport.abort()
            return
        await socket.send(audio(b"\1\0" * 4000, Alignment(("world.",), (0,), (500,))))
        go_on.set()
        await read_text(socket)
        await socket.send(FINAL)

    async def source() -> AsyncIterator[str]:
        yield "Hello world."
        await go_on.wait()

    wanted = request(await serve_with(handler))
    events = [event async for event in stream_speech(wanted, source(), retry=AT_ONCE)]
    assert [message["text"].strip() for message in seen] == ["Hello world.", "world."]
    assert all(message["flush"] for message in seen)
    assert [word.text for e in events if isinstance(e, Audio) for word in e.words] == [
        "Hello",
        "world.",
    ]


async def test_latency_is_counted_from_the_first_text_that_comes(serve_with: ServeWith) -> None:
    async def handler(socket: ServerConnection) -> None:
        await read_text(socket)
        await socket.send(audio(b"\1\0"))
        await socket.send(FINAL)

    wanted = request(await serve_with(handler))
    for text in ("one", ["one"]):
        timeline = Timeline()
        async for _ in stream_speech(wanted, text, timeline=timeline):
            pass
        assert timeline.first_text is None  # it was there when it was submitted
    timeline = Timeline()
    async for _ in stream_speech(wanted, (word for word in (" ", "one")), timeline=timeline):
        pass
    assert timeline.first_text is not None
    assert timeline.submitted < timeline.first_text < timeline.arrivals[0].at


async def test_a_server_at_another_address_is_asked_for_before_each_attempt(
    serve_with: ServeWith,
) -> None:
    async def handler(socket: ServerConnection) -> None:
        await read_text(socket)
        await socket.send(FINAL)

    there = request(await serve_with(handler))

    async def renew() -> tuple[SpeechRequest, None]:
        return there, None

    gone = request("http://127.0.0.1:9")
    events = [event async for event in stream_speech(gone, "x", renew=renew, retry=AT_ONCE)]
    assert events[-1] == Final()


async def test_the_reader_learns_of_a_loss_before_the_stream_goes_on(
    serve_with: ServeWith,
) -> None:
    connections: list[ServerConnection] = []
    go_on = asyncio.Event()

    async def handler(socket: ServerConnection) -> None:
        connections.append(socket)
        if len(connections) == 1:
            socket.transport.abort()
            return
        await go_on.wait()
        await read_text(socket)
        await socket.send(audio(b"\1\0"))
        await socket.send(FINAL)

    timeline = Timeline()
    wanted = request(await serve_with(handler))
    async for event in stream_speech(wanted, "x", timeline=timeline, retry=AT_ONCE):
        if not go_on.is_set():
            assert event == Audio(b"", 8000)
            assert len(timeline.reconnects) == 1
            go_on.set()
    assert go_on.is_set()
