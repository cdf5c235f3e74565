"""Connections: too many, half open, silent. Real sockets, with limits small enough to be met."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme
from aiohttp import ClientSession

from jupyter_tts.server.access.limits import Limits
from jupyter_tts.server.listener import bind

from .serving import PATIENCE, in_process

HALF_A_REQUEST = b"GET /v1/text-to-speech/en-us/stream-input HTTP/1.1\r\nHost: localhost\r\nUpgra"


class Peer:
    """A bare TCP client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, address: str) -> Peer:
        parts = urlsplit(address)
        return cls(*await asyncio.open_connection(parts.hostname, parts.port))

    async def rest(self) -> bytes:
        """What the server sends until it closes, in whatever way."""
        received = b""
        try:
            async with asyncio.timeout(PATIENCE):
                while piece := await self.reader.read(65_536):
                    received += piece
        except ConnectionError:
            pass
        return received

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


async def test_one_connection_too_many_is_told_so_and_room_is_given_again() -> None:
    async with in_process(limits=Limits(connections=2)) as address:
        peers = [await Peer.connect(address) for _ in range(2)]
        for _ in range(20):  # every one is told, and none of them takes a place
            refused = await Peer.connect(address)
            refused.writer.write(b"GET /v1/voices HTTP/1.1\r\nHost: localhost\r\n\r\n")
            head, _, body = (await refused.rest()).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 503 ")
            assert b"Retry-After: 1" in head
            assert json.loads(body)["detail"]["code"] == "system_busy"
            await refused.close()
        await peers.pop().close()
        async with asyncio.timeout(PATIENCE), ClientSession() as session:
            status = 503
            while status == 503:  # until the server has seen the other one leave
                async with session.get(f"{address}/v1/voices") as answer:
                    status = answer.status
        assert status == 200
        await peers.pop().close()


@pytest.mark.parametrize("sent", [b"", b"G", HALF_A_REQUEST], ids=["nothing", "a letter", "half"])
async def test_a_peer_that_sends_no_whole_request_is_closed(sent: bytes) -> None:
    async with in_process(limits=Limits(handshake_seconds=0.1)) as address:
        peer = await Peer.connect(address)
        peer.writer.write(sent)
        assert await peer.rest() == b""
        await peer.close()


async def test_an_idle_connection_is_closed_after_its_answer() -> None:
    async with in_process(limits=Limits(handshake_seconds=0.5)) as address:
        peer = await Peer.connect(address)
        peer.writer.write(b"GET /v1/voices/en-us HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert (await peer.rest()).startswith(b"HTTP/1.1 200 OK\r\n")
        await peer.close()


async def test_a_body_that_never_ends_is_not_waited_for() -> None:
    async with in_process(limits=Limits(handshake_seconds=0.5)) as address:
        peer = await Peer.connect(address)
        peer.writer.write(
            b"POST /v1/voices HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n\r\nbegin"
        )
        assert (await peer.rest()).startswith(b"HTTP/1.1 405 ")
        await peer.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x00" * 99,
        b"GET / HTTP/9.9",
        b"x" * 99_999,
    ],
    ids=["TLS", "zeros", "version", "long"],
)
async def test_what_is_no_request_is_refused_and_the_server_serves_on(sent: bytes) -> None:
    async with in_process(limits=Limits(handshake_seconds=1)) as address:
        peer = await Peer.connect(address)
        peer.writer.write(sent + b"\r\n\r\n")
        assert b" 400 Bad Request\r\n" in await peer.rest()
        await peer.close()
        async with ClientSession() as session, session.get(f"{address}/v1/voices/en-us") as answer:
            assert answer.status == 200


async def test_a_peer_that_never_shakes_hands_over_tls_is_closed(tmp_path: Path) -> None:
    certificate = trustme.CA().issue_cert("127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    async with in_process(limits=Limits(handshake_seconds=0.1), tls=context) as address:
        peer = await Peer.connect(address)
        assert await peer.rest() == b""
        await peer.close()


async def test_what_the_system_holds_for_a_client_is_bounded() -> None:
    listener = await bind("127.0.0.1", 0, limits=Limits(kernel_bytes=50_000))
    with listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            # Linux doubles what is asked for, to have room for its own notes.
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 100_000


async def test_a_port_in_use_is_an_error() -> None:
    taken = await bind("127.0.0.1", 0, limits=Limits())
    with taken, pytest.raises(OSError, match="in use"):
        await bind("127.0.0.1", taken.getsockname()[1], limits=Limits())
