"""One ``multi-stream-input`` socket, and the lines of the streams that share it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable

from ..wire.contexts import ContextExchange
from ..wire.errors import LineClosed, TTSError
from ..wire.exchange import State
from ..wire.messages import CLOSE_SOCKET, FIRST_CONTEXT, MOST_CONTEXTS, context_of
from ..wire.request import SpeechRequest
from .lines import FAREWELL, Line

__all__ = ["ContextLine", "SharedSocket"]

# Bytes of one context that wait to be read: some two minutes of pcm_24000.
MOST_UNREAD = 8 * 1024 * 1024


class SharedSocket:
    """A socket that several streams speak through, until none has wanted it for a while.

    A task of its own reads it, hands every message to the context it names, and closes it.

    Parameters
    ----------
    line : Line
        The socket, which nobody else uses.
    limit : float
        Seconds without a stream after which it is closed.
    changed : callable
        Called when there may be room where there was none, or none any more.
    last : bool, optional
        Whether no other is to be opened in its place then.
    clock : callable, optional
        Seconds on a clock that goes on while the machine sleeps, as the loop's does not.

    Attributes
    ----------
    over : bool
        Whether it has ended, or is about to.
    task : Task
    """

    def __init__(
        self,
        line: Line,
        limit: float,
        changed: Callable[[], object],
        *,
        last: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._line = line
        self._limit = limit
        self._changed = changed
        self._last = last
        self._clock = clock
        self._contexts: dict[str, ContextLine] = {}  # of which the server may send more
        self._next = int(FIRST_CONTEXT)
        self._retired = False  # takes no new stream
        self._suspect = False  # is dropped rather than closed, and leaves no successor
        self._farewell = ""
        self._expiry: asyncio.TimerHandle | None = None
        self._idle_since = clock()
        self.over = False
        self.task = asyncio.create_task(self._run())

    @property
    def idle(self) -> bool:
        """Whether no stream uses it."""
        return not any(context.in_use for context in self._contexts.values())

    def has_room_for(self, request: SpeechRequest) -> bool:
        """Whether one stream more may use it.

        Not beside one with other voice settings: by the reference every context has its own, but
        they were also seen to be refused while an earlier context was open (pipecat#4556).
        """
        if self.over or self._retired or len(self._contexts) >= MOST_CONTEXTS:
            return False
        if self.idle and self._clock() - self._idle_since > self._limit:
            return False  # the machine has slept
        return all(each.goes_with(request) for each in self._contexts.values())

    def begin(self, request: SpeechRequest, *, warm: bool) -> ContextLine:
        """Return the line of a new context, which bears an id that was not used before."""
        context = ContextLine(self, request, str(self._next), warm=warm)
        self._next += 1
        self._contexts[context.id] = context
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        return context

    def retire(self) -> None:
        """Take no new stream, close when the last has left, and leave no successor."""
        self._retired = self._suspect = True
        if self.idle:
            self.end(CLOSE_SOCKET)

    def abort(self, context: ContextLine) -> None:
        """Take no new stream, and drop the socket as soon as only this context is left."""
        self._retired = self._suspect = True
        if self.is_alone(context):
            self._line.abort()

    def end(self, farewell: str = "") -> None:
        """Close the socket, perhaps with a last message: at once what is being said ends."""
        if not self.over:
            self.over = True
            self._farewell = farewell
            self.task.cancel()

    def is_alone(self, context: ContextLine) -> bool:
        """Whether no other stream uses the socket."""
        return not any(each.in_use and each is not context for each in self._contexts.values())

    async def send(self, frame: str) -> None:
        """Send a message.

        Raises
        ------
        LineClosed
            If the socket has ended.
        """
        if self.over:
            raise LineClosed
        await self._line.send(frame)

    async def send_last(self, frame: str) -> None:
        """Send a farewell, if that takes no more than a moment."""
        with contextlib.suppress(LineClosed, TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await self._line.send(frame)

    def leave(self, context: ContextLine) -> None:
        """Take note that a stream has left, or that the server is done with one that has."""
        if context.done:
            self._contexts.pop(context.id, None)
        if self.idle and self._retired:
            self.end(CLOSE_SOCKET)
        elif self.idle and self._expiry is None and not self.over:
            self._idle_since = self._clock()
            self._expiry = asyncio.get_running_loop().call_later(self._limit, self._expire)
        self._changed()

    def _expire(self) -> None:
        self._suspect = self._suspect or self._last
        self.end(CLOSE_SOCKET)

    async def _run(self) -> None:
        end = LineClosed()
        try:
            while True:
                await self._deliver(await self._line.recv())
        except LineClosed as closed:
            end = closed
        finally:
            self._suspect = self._suspect or not self.over
            self.over = True
            if self._expiry is not None:
                self._expiry.cancel()
            for context in tuple(self._contexts.values()):
                context.lose(end)
            self._changed()
            await self._close()

    async def _close(self) -> None:
        try:
            if self._farewell:
                await self.send_last(self._farewell)
        finally:
            if self._suspect:
                self._line.abort()
            await self._line.close()

    async def _deliver(self, frame: bytes) -> None:
        """Hand a message to the context it names; an error, and what names none, to all."""
        named = context_of(frame)
        if named is not None and b'"audio"' in frame:
            owner = self._contexts.get(named)
            receivers = [] if owner is None else [owner]
        else:
            receivers = list(self._contexts.values())
        for context in receivers:
            await context.take(frame)


class ContextLine:
    """One stream's line through a shared socket (see :class:`~jupyter_tts.client.lines.Line`).

    Parameters
    ----------
    shared : SharedSocket
    request : SpeechRequest
    context_id : str
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
        self, shared: SharedSocket, request: SpeechRequest, context_id: str, *, warm: bool
    ) -> None:
        self._shared = shared
        self._exchange = ContextExchange(request, context_id)
        self._settings = _voice_settings(request)
        self._frames: deque[bytes] = deque()
        self._unread = 0
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._end: LineClosed | None = None
        self._failed = False
        self.warm = warm
        self.id = context_id
        self.in_use = True

    @property
    def done(self) -> bool:
        """Whether the server sends no more that anybody could want."""
        return self._failed or self._exchange.state in (State.NEW, State.FINAL)

    def goes_with(self, request: SpeechRequest) -> bool:
        """Whether another stream may begin on the socket now."""
        return self._unread <= MOST_UNREAD and self._settings == _voice_settings(request)

    def begin(self, request: SpeechRequest) -> ContextExchange:
        """Return the client's side of the stream."""
        return self._exchange

    async def send(self, frame: str) -> None:
        """Send a message."""
        if self._end is not None:
            raise LineClosed
        await self._shared.send(frame)

    async def recv(self) -> bytes:
        """Return the next message."""
        while not self._frames:
            if self._end is not None:
                raise LineClosed(self._end.code, self._end.reason)
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
        self.lose(LineClosed())
        self._room.set()
        for frame in self._frames:
            self._discard(frame)
        self._frames.clear()
        try:
            if self._exchange.state is State.OPEN:
                await self._shared.send_last(self._exchange.interrupt())
            elif not self.done and self._shared.is_alone(self):
                self._shared.end()
        finally:
            self._shared.leave(self)

    def abort(self) -> None:
        """Give the context up, and the socket where no other stream uses it."""
        self._failed = True
        self._shared.abort(self)

    def lose(self, end: LineClosed) -> None:
        """Take note that no more comes, for whom there is to be more."""
        self._end = self._end or end
        self._news.set()

    async def take(self, frame: bytes) -> None:
        """Keep a message of the socket's until it is read.

        One that is not read holds up the socket if it is alone there. If it is not, it is cut off
        instead, and goes on by itself when it is read again.
        """
        if not self.in_use:
            self._discard(frame)
            if self.done:
                self._shared.leave(self)
        elif self._end is None:
            self._frames.append(frame)
            self._unread += len(frame)
            self._news.set()
            await self._until_read()

    async def _until_read(self) -> None:
        while self._unread > MOST_UNREAD and self.in_use:
            if not self._shared.is_alone(self):
                self.lose(LineClosed())
                return
            self._room.clear()
            await self._room.wait()

    def _discard(self, frame: bytes) -> None:
        """Read what nobody wants, for the end of the context."""
        if not self.done:
            try:
                self._exchange.receive(frame)
            except TTSError:
                self._failed = True


def _voice_settings(request: SpeechRequest) -> object:
    return request.first_message.get("voice_settings")
