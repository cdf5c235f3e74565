"""The channel of one stream through a socket that several share."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

from ...wire.errors import ChannelClosed, TTSError
from ...wire.multi_context import ContextProtocol
from ...wire.protocol import State
from ...wire.request import SpeechRequest

__all__ = ["ContextCarrier", "ContextChannel"]

# Bytes of one context that wait to be read: some two minutes of pcm_24000.
MOST_UNREAD = 8 * 1024 * 1024


class ContextCarrier(Protocol):
    """The socket; `SharedConnection` says what its methods do."""

    def is_alone(self, context: ContextChannel) -> bool: ...
    async def send(self, frame: str) -> None: ...
    async def send_last(self, frame: str) -> None: ...
    def leave(self, context: ContextChannel) -> None: ...
    def abort(self, context: ContextChannel) -> None: ...
    def end(self) -> None: ...


class ContextChannel:
    """One stream's channel through a shared socket (see `Channel`).

    Parameters
    ----------
    connection : ContextCarrier
    protocol : ContextProtocol
        The client's side of the context.
    settings : object
        What the other contexts on the socket must have in common with it.
    warm : bool
        Whether the socket was open before it was asked for.

    Attributes
    ----------
    id : str
        Of the context.
    in_use : bool
        Whether its stream has not left.
    """

    def __init__(
        self, connection: ContextCarrier, protocol: ContextProtocol, settings: object, *, warm: bool
    ) -> None:
        self._connection = connection
        self._protocol = protocol
        self._settings = settings
        self._frames: deque[bytes] = deque()
        self._unread = 0
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._end: ChannelClosed | None = None
        self._failed = False
        self.warm = warm
        self.id = protocol.context_id
        self.in_use = True

    @property
    def done(self) -> bool:
        """Whether the server sends no more that anybody could want."""
        return self._failed or self._protocol.state in (State.NEW, State.FINAL)

    def goes_with(self, settings: object) -> bool:
        """Whether another stream with these settings may begin on the socket now."""
        return self._unread <= MOST_UNREAD and self._settings == settings

    def begin(self, request: SpeechRequest) -> ContextProtocol:
        """Return the client's side of the stream."""
        return self._protocol

    async def send(self, frame: str) -> None:
        """Send a message."""
        if self._end is not None:
            raise ChannelClosed
        await self._connection.send(frame)

    async def recv(self) -> bytes:
        """Return the next message."""
        while not self._frames:
            if self._end is not None:
                raise ChannelClosed(self._end.code, self._end.reason)
            self._news.clear()
            await self._news.wait()
        frame = self._frames.popleft()
        self._unread -= len(frame)
        self._room.set()
        return frame

    async def close(self) -> None:
        """End the context, and not the socket.

        Once the input has ended, the protocol has no way to interrupt a context. Where another
        stream uses the socket, it is then heard to its end by nobody; else the socket goes.
        """
        if not self.in_use:
            return
        self.in_use = False
        self.lose(ChannelClosed())
        self._room.set()
        for frame in self._frames:
            self._discard(frame)
        self._frames.clear()
        try:
            if self._protocol.state is State.OPEN:
                await self._connection.send_last(self._protocol.interrupt())
            elif not self.done and self._connection.is_alone(self):
                self._connection.end()
        finally:
            self._connection.leave(self)

    def abort(self) -> None:
        """Give the context up, and the socket where no other stream uses it."""
        self._failed = True
        self._connection.abort(self)

    def lose(self, end: ChannelClosed) -> None:
        """Take note that no more messages come."""
        self._end = self._end or end
        self._news.set()

    async def take(self, frame: bytes) -> None:
        """Hold a message until the stream reads it.

        A stream that does not read holds up the socket if it is alone there. Beside others it is
        cut off instead, and is resumed as after any loss when it reads again.
        """
        if not self.in_use:
            self._discard(frame)
            if self.done:
                self._connection.leave(self)
        elif self._end is None:
            self._frames.append(frame)
            self._unread += len(frame)
            self._news.set()
            await self._until_read()

    async def _until_read(self) -> None:
        while self._unread > MOST_UNREAD and self.in_use:
            if not self._connection.is_alone(self):
                self.lose(ChannelClosed())
                return
            self._room.clear()
            await self._room.wait()

    def _discard(self, frame: bytes) -> None:
        """Read a message that nobody wants, to learn of the end of the context."""
        if not self.done:
            try:
                self._protocol.receive(frame)
            except TTSError:
                self._failed = True
