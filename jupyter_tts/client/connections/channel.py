"""What a stream talks through, and where it gets it from."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Protocol

from ...wire.error_mapping import server_ids
from ...wire.errors import ChannelClosed, ServerIds
from ...wire.exchanges import new_exchange
from ...wire.protocol import StreamProtocol
from ...wire.request import SpeechRequest
from ..keys import Key
from .connect import open_connection
from .http_channel import HttpConnections
from .library import ClientConnection, ConnectionClosed

__all__ = [
    "CLOSE_GRACE",
    "Channel",
    "ColdConnections",
    "ConnectionSource",
    "SocketChannel",
    "close_quickly",
]

CLOSE_GRACE = 0.1  # seconds for the peer to answer a close frame


class Channel(Protocol):
    """One stream's way to a server and back, full duplex."""

    @property
    def warm(self) -> bool:
        """Whether it was open before the stream asked for it."""

    def begin(self, request: SpeechRequest) -> StreamProtocol:
        """Return the client's side of a stream on this channel."""

    async def send(self, frame: str) -> None:
        """Send a message.

        Raises
        ------
        ChannelClosed
            If the channel has ended.
        """

    async def recv(self) -> bytes:
        """Return the next message. May be cancelled, and loses none then.

        Raises
        ------
        ChannelClosed
            If the channel has ended.
        """

    async def close(self) -> None:
        """End the channel in order, in a moment; also one that has ended."""

    def abort(self) -> None:
        """Give the channel up at once: nobody answers on it any more."""


class ConnectionSource(Protocol):
    """Where streams get their channels."""

    async def take(
        self, request: SpeechRequest, key: Key | None, *, fresh: bool = False
    ) -> Channel:
        """Return a channel for one stream, which closes it.

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


class SocketChannel:
    """A channel that has a socket to itself.

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

    @property
    def server_ids(self) -> ServerIds:
        """What the server called the handshake."""
        response = self._socket.response
        return ServerIds() if response is None else server_ids(response.headers.raw_items())

    def begin(self, request: SpeechRequest) -> StreamProtocol:
        """Return the client's side of the one stream on this socket."""
        protocol = new_exchange(request)
        protocol.server_ids = self.server_ids
        return protocol

    async def send(self, frame: str) -> None:
        """Send a message."""
        try:
            await self._socket.send(frame)
        except ConnectionClosed as closed:
            raise _channel_closed(closed) from None

    async def recv(self) -> bytes:
        """Return the next message."""
        try:
            return await self._socket.recv(decode=False)
        except ConnectionClosed as closed:
            raise _channel_closed(closed) from None

    async def close(self) -> None:
        """Close the socket."""
        await close_quickly(self._socket)

    def abort(self) -> None:
        """Drop the socket."""
        self._socket.transport.abort()


class ColdConnections:
    """Opens a socket, or a connection for HTTP, for every stream."""

    async def take(
        self, request: SpeechRequest, key: Key | None, *, fresh: bool = False
    ) -> Channel:
        """Open one; every one is fresh."""
        if request.endpoint.is_http:
            return await HttpConnections(kept=0).take(request, key)
        return SocketChannel(await open_connection(request.url, key))


async def close_quickly(socket: ClientConnection) -> None:
    """Close a socket without waiting for a slow peer: a user may have interrupted the stream."""
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_GRACE):
                await socket.close()
    finally:
        socket.transport.abort()  # also where this is interrupted, too


def _channel_closed(closed: ConnectionClosed) -> ChannelClosed:
    # The code of the side that closed first (1009, say) gives the reason; the other echoes it.
    end = closed.rcvd if closed.rcvd_then_sent or not closed.sent else closed.sent
    return ChannelClosed(end.code, end.reason) if end else ChannelClosed()
