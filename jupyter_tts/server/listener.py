"""The listening socket, and the limit of connections behind it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import ssl
import sys
from collections.abc import AsyncIterator
from typing import Final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from .access.limits import Limits
from .access.middleware import UNPROVEN
from .access.refusals import error_body
from .access.unproven import UnprovenConnections
from .tls_handshake import hand_over, secured

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


class _WithoutRequests(logging.Filter):
    """Leaves out of the log what cannot be read: aiohttp quotes it, and a key may be in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        fault = record.exc_info[1] if record.exc_info else None
        if isinstance(fault, HttpProcessingError | web.RequestPayloadError):
            record.msg, record.args = "a request was not HTTP", ()
            record.exc_info = record.exc_text = None
        return True


_HTTP_LOGGER: Final = logging.getLogger(f"{__name__}.http")
_HTTP_LOGGER.addFilter(_WithoutRequests())


class _Door:
    """Hands new connections to the application, or refuses them where there are too many.

    One takes the place of another that has not shown the key in time: who has it must get in.
    """

    def __init__(
        self,
        server: web.Server,
        unproven: UnprovenConnections,
        limits: Limits,
        tls: ssl.SSLContext | None,
    ) -> None:
        self._server = server
        self._unproven = unproven
        self._limits = limits
        self._tls = tls
        self._handshakes: set[asyncio.Task[None]] = set()

    def admit(self, transport: asyncio.Transport) -> None:
        """Take a connection that has just been accepted."""
        if not self._has_room():
            logger.warning("refused a connection: %d are open", self._limits.connections)
            if self._tls is None:
                transport.write(_BUSY)
            transport.close()
            return
        self._unproven.add(transport, self._limits.unproven_seconds)
        if self._tls is None:
            handler = self._server()
            transport.set_protocol(handler)
            handler.connection_made(transport)
            return
        transport.pause_reading()  # until the handshake begins
        handshake = asyncio.create_task(self._admit_secured(transport, self._tls))
        self._handshakes.add(handshake)
        handshake.add_done_callback(self._handshakes.discard)

    async def close(self) -> None:
        """End the handshakes."""
        handshakes = tuple(self._handshakes)
        for handshake in handshakes:
            handshake.cancel()
        await asyncio.gather(*handshakes, return_exceptions=True)

    def _has_room(self) -> bool:
        limits = self._limits
        is_full = len(self._server.connections) + len(self._handshakes) >= limits.connections
        most = min(limits.unproven_connections, len(self._unproven) if is_full else sys.maxsize)
        return self._unproven.make_room(most, seconds=limits.arrival_seconds) or not is_full

    async def _admit_secured(self, transport: asyncio.Transport, tls: ssl.SSLContext) -> None:
        secure = await secured(transport, tls, seconds=self._limits.unproven_seconds)
        if secure is None:
            self._unproven.prove(transport)
        elif self._unproven.replace(transport, secure):
            hand_over(secure, self._server())


class _Visitor(asyncio.Protocol):
    """A connection on its way to the door."""

    def __init__(self, door: _Door) -> None:
        self._door = door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # of a stream socket
        self._door.admit(transport)


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
        logger=_HTTP_LOGGER,
        shutdown_timeout=_SHUTDOWN,
        # aiohttp counts it from the start of a connection, until its first request is whole.
        keepalive_timeout=limits.handshake_seconds,
        lingering_time=limits.handshake_seconds,
    )
    await runner.setup()
    server = runner.server
    assert server is not None  # set up
    door = _Door(server, app[UNPROVEN], limits, tls)
    try:
        listening_server = await asyncio.get_running_loop().create_server(
            lambda: _Visitor(door), sock=listener
        )
        try:
            host, port = listener.getsockname()[:2]
            yield f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
        finally:
            # A connection that has just been accepted is made in a later turn. A closed server
            # could not take it, and its socket would stay open.
            with contextlib.suppress(NotImplementedError):  # a loop that has no readers
                asyncio.get_running_loop().remove_reader(listener)
            await _last_turns()
            listening_server.close()
            await _last_turns()
            await door.close()
    finally:
        await runner.cleanup()
        # A transport that was closed closes its socket in a later turn of the loop.
        await _last_turns()


async def _last_turns() -> None:
    for _ in range(_LAST_TURNS):
        await asyncio.sleep(0)
