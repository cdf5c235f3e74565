"""A server that says what a test tells it, whatever the client says."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field

from . import frames
from .kinds import Peer

__all__ = ["Scripted", "scripted"]

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3


@dataclass
class Scripted:
    """Where it listens, and how often it was called."""

    address: str = ""
    connections: int = 0
    tasks: list[asyncio.Task[None]] = field(default_factory=list)


@contextlib.asynccontextmanager
async def scripted(script: Callable[[], Iterable[bytes]]) -> AsyncIterator[Scripted]:
    """Serve every connection the same bytes behind the handshake, as fast as they are read.

    Behind them comes FIN. They may be endless.
    """
    state = Scripted()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                writer.write(_answer(await reader.readuntil(b"\r\n\r\n")))
                for _ in range(2):  # the first message and the first text
                    await frames.read(reader)
                for data in script():
                    writer.write(data)
                    await writer.drain()
                    await asyncio.sleep(0)  # an endless script must not hold up the loop
                peer = Peer(reader, writer)
                peer.finish()
                await peer.until_gone()
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        state.connections += 1
        state.tasks.append(asyncio.create_task(serve(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    state.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield state
    finally:
        server.close()
        for task in state.tasks:
            task.cancel()
        await asyncio.gather(*state.tasks, return_exceptions=True)
        await server.wait_closed()


def _answer(head: bytes) -> bytes:
    match = re.search(rb"(?i)sec-websocket-key: *(\S+)", head)
    assert match is not None
    accept = base64.b64encode(hashlib.sha1(match[1] + _MAGIC).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )
