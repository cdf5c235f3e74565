"""The listening socket, and the limit of connections behind it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from typing import Final

from aiohttp import web

from .access.limits import Limits
from .access.refusals import error_body

__all__ = ["bind", "listening"]

logger = logging.getLogger(__name__)

# Seconds that open requests have to end when the server closes. aiohttp waits for it twice.
_SHUTDOWN: Final = 0.5
_LAST_TURNS: Final = 10

_BUSY_BODY: Final = json.dumps(
    error_body("system_busy", "The server has as many connections as it can serve. Try again.")
).encode()
_BUSY: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\n"
    b"Content-Type: application/json; charset=utf-8\r\n"
    b"Content-Length: %d\r\n"
    b"Retry-After: 1\r\n"
    b"Connection: close\r\n"
    b"\r\n"
    b"%b"
) % (len(_BUSY_BODY), _BUSY_BODY)


class _ConnectionLimiter(asyncio.Protocol):
    """Hands a new connection to the application, or refuses it where there are too many."""

    def __init__(self, server: web.Server, limit: int) -> None:
        self._server = server
        self._limit = limit

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # of a stream socket
        if len(self._server.connections) >= self._limit:
            logger.warning("refused a connection: %d are open", self._limit)
            transport.write(_BUSY)
            transport.close()
            return
        handler = self._server()
        transport.set_protocol(handler)
        handler.connection_made(transport)


async def bind(host: str, port: int, *, limits: Limits) -> socket.socket:
    """Return one listening socket, IPv4 if the host's name has both.

    Raises
    ------
    OSError
        If the host is unknown, or the port is taken.
    """
    addresses = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    family, _, _, _, address = min(addresses, key=lambda entry: entry[0] != socket.AF_INET)
    listener = socket.create_server(address, family=family)
    # Accepted sockets inherit it.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, limits.kernel_bytes)
    return listener


@contextlib.asynccontextmanager
async def listening(
    app: web.Application,
    listener: socket.socket,
    *,
    limits: Limits,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[str]:
    """Serve `app` while the context is open; its value is the address, as a URL."""
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=_SHUTDOWN,
        # aiohttp counts it from the start of a connection, until its first request is whole.
        keepalive_timeout=limits.handshake_seconds,
        lingering_time=limits.handshake_seconds,
    )
    await runner.setup()
    server = runner.server
    assert server is not None  # set up
    try:
        listening_server = await asyncio.get_running_loop().create_server(
            lambda: _ConnectionLimiter(server, limits.connections),
            sock=listener,
            ssl=tls,
            ssl_handshake_timeout=limits.handshake_seconds if tls else None,
        )
        try:
            host, port = listener.getsockname()[:2]
            yield f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
        finally:
            listening_server.close()
            # A connection that has just been accepted is made in a later turn, and could not be
            # closed before.
            for _ in range(_LAST_TURNS):
                await asyncio.sleep(0)
    finally:
        await runner.cleanup()
        # A transport that was closed closes its socket in a later turn of the loop.
        for _ in range(_LAST_TURNS):
            await asyncio.sleep(0)
