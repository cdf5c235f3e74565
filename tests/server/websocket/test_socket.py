"""Clients that break the WebSocket protocol, ask too much or do not read: real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import ssl
import struct
import tracemalloc
from typing import Any

import pytest
import trustme
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from jupyter_tts.server.access.limits import Limits
from jupyter_tts.server.websocket.socket import has_unsent

from ..serving import (
    PATIENCE,
    StreamResult,
    exchange,
    in_process,
    read_all,
    speak,
    stream_url,
    until,
)

FIRST: dict[str, Any] = {"text": " "}
END: dict[str, Any] = {"text": ""}
LONG = "Hello world, again and again. " * 3_000


def masked(first: int, payload: bytes) -> bytes:
    """A client's frame with any first byte; the mask is zero, which leaves the payload as it is."""
    return struct.pack("!BBH4x", first, 0x80 | 126, len(payload)) + payload


@pytest.mark.parametrize("cut", [False, True], ids=["one frame", "fragments"])
async def test_a_message_that_is_too_long_is_refused_in_words(cut: bool) -> None:
    async with in_process(limits=Limits(frame_bytes=10_000)) as address:
        result = await speak(stream_url(address), [FIRST, {"text": "x" * 9_000}, END])
        assert result.code == 1000
        async with connect(stream_url(address), compression=None, proxy=None) as socket:
            await socket.send(json.dumps(FIRST))
            with contextlib.suppress(ConnectionClosedError):  # closed while it is being sent
                await socket.send(["x" * 6_000, "x" * 6_000] if cut else "x" * 5_000_000)
            result = await read_all(socket)
        assert (result.code, result.reason) == (1009, "A message may have 10000 bytes at most.")


@pytest.mark.parametrize(
    ("frame", "code", "reason"),
    [
        (masked(0x81, b"\xff\xfe"), 1007, "A text frame was not UTF-8."),
        (masked(0x80, b"more"), 1002, "A frame broke the WebSocket protocol (RFC 6455)."),
        (masked(0xC1, b"{}"), 1002, "A frame broke the WebSocket protocol"),
        (masked(0x89, b"x" * 126), 1002, "A frame broke the WebSocket protocol"),
        (masked(0x82, b"{}"), 1008, "A message must be JSON in a text frame"),
        (masked(0x81, b"[" * 9_999), 1008, "A frame was not valid JSON."),
    ],
    ids=["utf-8", "continuation", "reserved bit", "long ping", "binary", "nesting"],
)
async def test_a_frame_that_breaks_the_protocol_is_refused_in_words(
    frame: bytes, code: int, reason: str
) -> None:
    async with (
        in_process() as address,
        connect(stream_url(address), compression=None, proxy=None) as socket,
    ):
        socket.transport.write(frame)
        result = await read_all(socket)
        assert result.code == code
        assert result.reason.startswith(reason)


async def test_one_stream_too_many_is_refused_and_room_is_given_again() -> None:
    async with in_process(limits=Limits(streams=2)) as address:
        url = stream_url(address)
        open_streams = [await connect(url, compression=None, proxy=None) for _ in range(2)]
        for _ in range(3):
            with pytest.raises(InvalidStatus) as refusal:
                await connect(url, proxy=None)
            response = refusal.value.response
            assert response.status_code == 429
            assert response.headers["Retry-After"] == "1"
            detail = json.loads(response.body or b"")["detail"]
            assert detail["code"] == detail["status"] == "too_many_concurrent_requests"
            assert detail["message"] == "The server speaks 2 streams at once already."
        for stream in open_streams:
            assert (await exchange(stream, [FIRST, END])).code == 1000
        assert (await speak(url, [FIRST, END])).code == 1000


async def test_a_client_that_never_sends_the_first_message_is_closed() -> None:
    async with in_process() as address:
        url = stream_url(address, "output_format=pcm_24000&inactivity_timeout=1")
        result = await speak(url, [])
        assert result.messages[-1]["error"] == "input_timeout_exceeded"
        assert result.code == 1008


async def test_a_client_that_keeps_the_rfc_outlives_many_pings() -> None:
    async with in_process(limits=Limits(ping_seconds=0.05, pong_seconds=1)) as address:
        url = stream_url(address, "output_format=pcm_24000&inactivity_timeout=2")
        result = await speak(url, [FIRST])
        assert result.messages[-1]["error"] == "input_timeout_exceeded"


async def served_at_last(url: str) -> StreamResult:
    """Ask until there is room."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(InvalidStatus):
                return await speak(url, [FIRST, END])


async def test_a_client_that_has_vanished_is_forgotten() -> None:
    limits = Limits(streams=1, ping_seconds=0.05, pong_seconds=0.05)
    async with (
        in_process(limits=limits) as address,
        connect(stream_url(address), compression=None, proxy=None, close_timeout=0) as vanished,
    ):
        vanished.transport.pause_reading()  # nothing answers, as when the network is cut
        assert (await served_at_last(stream_url(address))).code == 1000
        vanished.transport.abort()


async def test_a_client_that_reads_too_late_finds_all_that_was_sent_and_why_it_ended(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    limits = Limits(reader_seconds=0.2, kernel_bytes=2**14)
    async with (
        in_process(limits=limits) as address,
        connect(stream_url(address), compression=None, proxy=None, max_queue=1) as socket,
    ):
        await socket.send(json.dumps(FIRST))
        await socket.send(json.dumps({"text": LONG}))
        await until(lambda: "client_not_reading" in caplog.text)
        result = await read_all(socket)
        *audio, error = result.messages
        assert LONG.startswith(result.text)
        assert len(audio) > 5
        assert error["error"] == "client_not_reading"
        assert (result.code, result.reason) == (1008, error["message"])


async def test_clients_that_never_read_hold_little_memory_and_not_for_long(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    clients = 8
    limits = Limits(reader_seconds=0.2, closing_seconds=0.2, streams=clients, kernel_bytes=2**14)
    async with in_process(limits=limits) as address:
        assert (await speak(stream_url(address), [FIRST, {"text": "Warm up. "}, END])).code == 1000
        tracemalloc.start()
        try:
            sockets = [
                await connect(stream_url(address), compression=None, proxy=None, max_queue=1)
                for _ in range(clients)
            ]
            for socket in sockets:
                await socket.send(json.dumps(FIRST))
                await socket.send(json.dumps({"text": LONG}))  # 90 minutes of speech, 259 MB
            await until(lambda: caplog.text.count("client_not_reading") == clients)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        # Text, two segments of sound at most, and what is unsent; here also what the clients hold.
        assert peak / clients < 3_000_000
        for socket in sockets:
            socket.transport.abort()
        assert (await speak(stream_url(address), [FIRST, END])).code == 1000


async def test_a_client_that_never_reads_loses_its_connection() -> None:
    limits = Limits(reader_seconds=0.1, closing_seconds=0.1, kernel_bytes=2**14, connections=1)
    async with (
        in_process(limits=limits) as address,
        connect(stream_url(address), compression=None, proxy=None, max_queue=1) as silent,
    ):
        await silent.send(json.dumps(FIRST))
        await silent.send(json.dumps({"text": LONG}))
        assert (await served_at_last(stream_url(address))).code == 1000
        silent.transport.abort()


async def test_a_tls_connection_that_was_closed_twice_has_nothing_unsent() -> None:
    authority = trustme.CA()
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server_side)
    client_side = ssl.create_default_context()
    authority.configure_trust(client_side)

    async def handler(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"x")
        writer.close()

    async with await asyncio.start_server(handler, "127.0.0.1", 0, ssl=server_side) as server:
        port = server.sockets[0].getsockname()[1]
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client_side)
        writer.transport.close()
        writer.transport.close()
        assert not has_unsent(writer.transport)
