"""What a stream speaks through, and where it gets it from."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Protocol

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from ...wire.errors import LineClosed
from ...wire.multi_context import exchange
from ...wire.protocol import Exchange
from ...wire.request import SpeechRequest
from ..keys import Key
from .connect import open_connection

__all__ = ["FAREWELL", "ColdSockets", "Line", "SocketLine", "SocketSource", "farewell"]

FAREWELL = 0.1  # seconds for the peer to answer a close frame


class Line(Protocol):
    """One stream's way to a server and back, full duplex."""

    @property
    def warm(self) -> bool:
        """Whether it was open before the stream asked for it."""

    def begin(self, request: SpeechRequest) -> Exchange:
        """Return the client's side of a stream on this line."""

    async def send(self, frame: str) -> None:
        """Send a message.

        Raises
        ------
        LineClosed
            If the line has ended.
        """

    async def recv(self) -> bytes:
        """Return the next message. May be cancelled, and loses none then.

        Raises
        ------
        LineClosed
            If the line has ended.
        """

    async def close(self) -> None:
        """End the line in order, in a moment; also one that has ended."""

    def abort(self) -> None:
        """Give the line up at once: nobody answers on it any more."""


class SocketSource(Protocol):
    """Where streams get their lines."""

    async def take(self, request: SpeechRequest, key: Key | None, *, fresh: bool = False) -> Line:
        """Return a line for one stream, which closes it.

        Parameters
        ----------
        request : SpeechRequest
        key : Key or None
            The server's.
        fresh : bool, optional
            Not one that was opened ahead: those have become suspect.

        Raises
        ------
        ConnectError
            As :func:`~jupyter_tts.client.connections.connect.open_connection` does.
        """


class SocketLine:
    """A line that has a socket to itself.

    Parameters
    ----------
    socket : ClientConnection
        Open.
    warm : bool, optional
        Whether it was open before it was asked for.
    """

    def __init__(self, socket: ClientConnection, *, warm: bool = False) -> None:
        self._socket = socket
        self.warm = warm

    def begin(self, request: SpeechRequest) -> Exchange:
        """Return the client's side of a stream; with several contexts, of the first one."""
        return exchange(request)

    async def send(self, frame: str) -> None:
        """Send a message."""
        try:
            await self._socket.send(frame)
        except ConnectionClosed as closed:
            raise _line_closed(closed) from None

    async def recv(self) -> bytes:
        """Return the next message."""
        try:
            return await self._socket.recv(decode=False)
        except ConnectionClosed as closed:
            raise _line_closed(closed) from None

    async def close(self) -> None:
        """Close the socket."""
        await farewell(self._socket)

    def abort(self) -> None:
        """Drop the socket."""
        self._socket.transport.abort()


class ColdSockets:
    """Opens a socket for every stream."""

    async def take(
        self, request: SpeechRequest, key: Key | None, *, fresh: bool = False
    ) -> SocketLine:
        """Open a socket; every one is fresh."""
        return SocketLine(await open_connection(request.url, key))


async def farewell(socket: ClientConnection) -> None:
    """Close a socket; whoever interrupts a stream does not wait for a slow peer."""
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await socket.close()
    finally:
        socket.transport.abort()  # also for who is interrupted twice


def _line_closed(closed: ConnectionClosed) -> LineClosed:
    # What this side has found wrong (1009, say) tells more than an answer to it.
    end = closed.rcvd if closed.rcvd_then_sent or not closed.sent else closed.sent
    return LineClosed(end.code, end.reason) if end else LineClosed()
