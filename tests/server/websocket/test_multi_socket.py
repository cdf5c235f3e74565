"""multi-stream-input as a client on a real socket meets it: bare websockets."""

from __future__ import annotations

import contextlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from ..serving import StreamResult, in_process, read_all, speak, stream_url

PLAIN = "output_format=pcm_24000"
TEXTS = {
    "a": "The first voice speaks, and it takes its time. It has a lot to say, and says it. ",
    "b": "The second one is result meanwhile. It does not wait for the first one to end. ",
}


def multi_url(address: str, query: str = PLAIN) -> str:
    return stream_url(address, query).replace("/stream-input", "/multi-stream-input")


@contextlib.asynccontextmanager
async def talking(query: str = PLAIN, **options: Any) -> AsyncIterator[ClientConnection]:
    async with (
        in_process(**options) as address,
        connect(multi_url(address, query), compression=None, proxy=None) as socket,
    ):
        yield socket


async def send(socket: ClientConnection, **message: object) -> None:
    await socket.send(json.dumps(message))


async def read_until_final(socket: ClientConnection, context_id: str | None) -> StreamResult:
    """Read one context up to its last message; others are passed over."""
    result = StreamResult()
    async for frame in socket:
        message = json.loads(frame)
        if message["contextId"] == context_id:
            result.messages.append(message)
            if message["isFinal"]:
                return result
    raise AssertionError("closed before the final message")


def by_context(result: StreamResult) -> dict[str | None, StreamResult]:
    parts: dict[str | None, StreamResult] = defaultdict(StreamResult)
    for message in result.messages:
        parts[message["contextId"]].messages.append(message)
    return parts


async def test_two_contexts_at_once_are_each_heard_whole() -> None:
    async with in_process() as address:
        alone = {
            name: await speak(stream_url(address), [{"text": " "}, {"text": text}, {"text": ""}])
            for name, text in TEXTS.items()
        }
        async with connect(multi_url(address), compression=None, proxy=None) as socket:
            for name in TEXTS:
                await send(socket, text=" ", context_id=name)
            words = {name: text.split() for name, text in TEXTS.items()}
            while any(words.values()):
                for name, left in words.items():
                    if left:
                        await send(socket, text=left.pop(0) + " ", context_id=name)
            await send(socket, close_socket=True, flush=True)
            result = await read_all(socket)
    assert result.code == 1000
    parts = by_context(result)
    assert set(parts) == set(TEXTS)
    for name, text in TEXTS.items():
        assert parts[name].text == text
        assert abs(len(parts[name].audio) - len(alone[name].audio)) < 0.2 * 48_000
        *_, final = parts[name].messages
        assert final == {
            "audio": None,
            "isFinal": True,
            "alignment": None,
            "normalizedAlignment": None,
            "contextId": name,
        }


async def test_a_conversation_on_one_socket_speaks_turn_after_turn() -> None:
    async with talking() as socket:
        for turn in ("one", "two", "two"):
            await send(socket, text=" ", context_id=turn, voice_settings={"speed": 1.1})
            await send(socket, text=f"Turn {turn}. ", context_id=turn, flush=True)
            await send(socket, context_id=turn, close_context=True)
            result = await read_until_final(socket, turn)
            assert result.text == f"Turn {turn}. "
            assert len(result.audio) > 10_000
        await send(socket, close_socket=True)
        assert (await read_all(socket)).code == 1000


async def test_an_interruption_ends_the_sound_and_leaves_the_socket() -> None:
    async with talking("output_format=pcm_24000&auto_mode=true") as socket:
        await send(socket, text="A sentence that goes on. " * 2_000, context_id="a")
        assert json.loads(await socket.recv())["contextId"] == "a"
        await send(socket, context_id="a", close_context=True)
        result = await read_until_final(socket, "a")
        assert len(result.text) < 25_000  # of 50,000
        await send(socket, text="Yes? ", context_id="b", close_context=True, flush=True)
        assert (await read_until_final(socket, "b")).text == "Yes? "


async def test_the_sixth_context_closes_the_socket_in_the_documented_words() -> None:
    async with talking() as socket:
        with contextlib.suppress(ConnectionClosedError):
            for number in range(6):
                await send(socket, text=" ", context_id=str(number))
        result = await read_all(socket)
    (error,) = result.messages
    assert error == {
        "message": "Maximum simultaneous contexts per WebSocket connection exceeded (5). Please "
        "close an existing context before opening a new one.",
        "error": "max_active_conversations",
        "code": 1008,
        "contextId": "5",
    }
    assert result.code == 1008
    assert error["message"].startswith(result.reason)


async def test_the_default_context_has_no_id_and_flush_alone_is_not_final() -> None:
    async with talking() as socket:
        await send(socket, text="Hello there. ", flush=True)
        first = json.loads(await socket.recv())
        assert (first["contextId"], first["isFinal"]) == (None, None)
        await send(socket, text="")  # the keep-alive
        await send(socket, text="More. ")
        await send(socket, close_context=True, flush=True)
        rest = await read_until_final(socket, None)
        text = "".join(first["alignment"]["chars"]) + rest.text
        assert text == "Hello there. More. "


async def test_a_silent_socket_closes_with_the_id_of_its_context() -> None:
    async with talking(PLAIN + "&inactivity_timeout=1") as socket:
        await send(socket, text=" ", context_id="a")
        result = await read_all(socket)
    assert result.messages[-1]["error"] == "input_timeout_exceeded"
    assert result.messages[-1]["contextId"] == "a"
    assert result.code == 1008


@pytest.mark.parametrize("query", ["optimize_streaming_latency=9", "use_pvc_as_ivc=maybe"])
async def test_parameters_of_the_other_endpoint_are_unknown_here(query: str) -> None:
    async with in_process() as address:
        with pytest.raises(InvalidStatus):
            await speak(stream_url(address, f"{PLAIN}&{query}"), [])
        result = await speak(multi_url(address, f"{PLAIN}&{query}"), [{"close_socket": True}])
    assert result.code == 1000


async def test_the_key_may_come_in_the_first_message() -> None:
    async with in_process(key="KEY") as address:
        refused = await speak(multi_url(address), [{"text": " ", "context_id": "a"}])
        assert (refused.code, refused.messages[0]["error"]) == (1008, "invalid_api_key")
        first = {"text": " ", "context_id": "a", "xi_api_key": "KEY"}
        assert (await speak(multi_url(address), [first, {"close_socket": True}])).code == 1000


async def test_tags_are_obeyed_and_stand_in_the_alignment_as_they_were_sent() -> None:
    text = 'Hold on. <break time="2s" />Now. '
    async with talking(PLAIN + "&enable_ssml_parsing=true&sync_alignment=true") as socket:
        for piece in (text[:12], text[12:20], text[20:]):
            await send(socket, text=piece, context_id="a")
        await send(socket, context_id="a", close_context=True, flush=True)
        result = await read_until_final(socket, "a")
    assert result.text == text
    assert bytes(2 * 48_000) in result.audio
    assert 2.8 < len(result.audio) / 48_000 < 4
