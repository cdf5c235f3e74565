"""A WebSocket that closes with a reason, over a network that may be simulated."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from aiohttp import WSCloseCode, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web_request import BaseRequest

from ..access.limits import Limits
from ..simulation.link import Generation, Outlet
from ..simulation.simulation import Simulation

__all__ = ["WebSocket", "accept", "has_unsent", "is_handshake", "transport_of"]

_REASONS: Final[dict[int, str]] = {
    WSCloseCode.PROTOCOL_ERROR: "A frame broke the WebSocket protocol (RFC 6455).",
    WSCloseCode.INVALID_TEXT: "A text frame was not UTF-8.",
}


class WebSocket(web.WebSocketResponse):
    """The server's end of one stream.

    Pings and pongs are handed to the reader as well, who answers them.

    Parameters
    ----------
    limits
        The server's.
    simulation
        The server's; by default nothing is simulated.
    """

    def __init__(self, limits: Limits, simulation: Simulation | None = None) -> None:
        super().__init__(
            # Compression would only undo base64, at several times the cost in CPU.
            compress=False,
            max_msg_size=limits.frame_bytes,
            writer_limit=limits.unsent_bytes,
            timeout=limits.closing_seconds,
            autoping=False,
        )
        self._reasons = _REASONS | {
            WSCloseCode.MESSAGE_TOO_BIG: f"A message may have {limits.frame_bytes} bytes at most."
        }
        self._simulation = simulation or Simulation()
        self._outlet: Outlet | None = None

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter:
        """Answer the handshake, once."""
        writer = await super().prepare(request)
        if self._outlet is None and request.transport is not None:
            self._outlet = self._simulation.outlet(request.transport)
        return writer

    def generating(self) -> contextlib.AbstractContextManager[None]:
        """Count as generating while the context is open; see `Simulation.generate`."""
        return self._simulation.generate()

    def generation(self) -> Generation:
        """Return the pace at which another stream of text is made for this client."""
        return self._prepared.generation()

    async def send_str(self, data: str, compress: int | None = None, *, sound: float = 0.0) -> None:
        """Send a text frame.

        Parameters
        ----------
        data
        compress
            As aiohttp has it.
        sound
            Seconds of sound in the frame.
        """
        size = len(data)  # of JSON in ASCII, as all frames with sound are
        await self._send(size, partial(super().send_str, data, compress), sound)

    async def ping(self, message: bytes = b"") -> None:
        """Send a ping."""
        await self._send(len(message), partial(super().ping, message))

    async def pong(self, message: bytes = b"") -> None:
        """Answer a ping."""
        await self._send(len(message), partial(super().pong, message))

    async def close(
        self, *, code: int = WSCloseCode.OK, message: bytes = b"", drain: bool = True
    ) -> bool:
        """Close; add the reason where aiohttp closes by itself, with only the code.

        With `drain` false, for instance when the client has closed first, do not wait.
        """
        if self._outlet is not None and drain and not self.closed:
            await self._outlet.delivered()
        reason = message or self._reasons.get(code, "").encode()
        return await super().close(code=code, message=reason, drain=drain)

    async def discard_pending(self) -> None:
        """Discard the messages that are still on their way."""
        if self._outlet is not None:
            await self._outlet.close()

    async def _send(
        self, size: int, send: Callable[[], Awaitable[None]], sound: float = 0.0
    ) -> None:
        await self._prepared.send(size, send, sound=sound)

    @property
    def _prepared(self) -> Outlet:
        if self._outlet is None:
            raise ConnectionResetError("The client left during the handshake.")
        return self._outlet


def is_handshake(request: web.Request) -> bool:
    """Whether a request asks for a WebSocket."""
    return request.headers.get("upgrade", "").lower() == "websocket"


async def accept(
    request: web.Request, limits: Limits
) -> tuple[web.WebSocketResponse, asyncio.Transport]:
    """Answer a handshake without simulation; return the socket and its transport.

    Raises
    ------
    ConnectionResetError
        If the client is gone.
    """
    transport = transport_of(request)
    socket = web.WebSocketResponse(
        compress=False, max_msg_size=limits.frame_bytes, timeout=limits.closing_seconds
    )
    await socket.prepare(request)
    return socket, transport


def transport_of(request: web.Request) -> asyncio.Transport:
    """Return the transport of a request.

    Raises
    ------
    ConnectionResetError
        If the client is gone.
    """
    if request.transport is None:
        raise ConnectionResetError("The client left during the handshake.")
    return request.transport


def has_unsent(transport: asyncio.WriteTransport) -> bool:
    """Whether there is data that has not been sent to the client."""
    with contextlib.suppress(AttributeError):  # a TLS transport that was closed twice
        return transport.get_write_buffer_size() > 0
    return False
