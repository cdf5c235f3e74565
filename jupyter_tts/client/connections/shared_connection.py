"""One socket, which several streams share."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

from ...wire.errors import ChannelClosed
from ...wire.messages import FIRST_CONTEXT
from ...wire.multi_context import MultiContextEndpoint
from ...wire.request import SpeechRequest
from .channel import CLOSE_GRACE, Channel, SocketChannel
from .context_channel import ContextChannel

__all__ = ["SharedConnection"]


class SharedConnection:
    """A socket that several streams speak through, until none has wanted it for a while.

    A task of its own reads it, hands every message to the context it names, and closes it.

    Parameters
    ----------
    channel : Channel
        The socket, which nobody else uses.
    endpoint : MultiContextEndpoint
        That it leads to.
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
        channel: Channel,
        endpoint: MultiContextEndpoint,
        limit: float,
        changed: Callable[[], object],
        *,
        last: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._channel = channel
        self._endpoint = endpoint
        self._limit = limit
        self._changed = changed
        self._last = last
        self._clock = clock
        self._contexts: dict[str, ContextChannel] = {}  # of which the server may send more
        self._next = int(FIRST_CONTEXT)
        self._retired = False  # takes no new stream
        self._suspect = False  # is dropped rather than closed, and leaves no successor
        self._last_message = ""
        self._expiry: asyncio.TimerHandle | None = None
        self._idle_since = clock()
        self.over = False
        self.task = asyncio.create_task(self._run())

    @property
    def idle(self) -> bool:
        """Whether no stream uses it."""
        return not any(context.in_use for context in self._contexts.values())

    def has_room_for(self, request: SpeechRequest) -> bool:
        """Whether one stream more may use it."""
        full = len(self._contexts) >= self._endpoint.most_contexts
        if self.over or self._retired or full:
            return False
        if self.idle and self._clock() - self._idle_since > self._limit:
            return False  # the machine has slept
        settings = self._endpoint.common_settings(request)
        return all(context.goes_with(settings) for context in self._contexts.values())

    def begin(self, request: SpeechRequest, *, warm: bool) -> ContextChannel:
        """Return the channel of a new context, whose id was not used before on this socket."""
        protocol = self._endpoint.begin(request, str(self._next))
        if isinstance(self._channel, SocketChannel):
            protocol.server_ids = self._channel.server_ids
        settings = self._endpoint.common_settings(request)
        context = ContextChannel(self, protocol, settings, warm=warm)
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
            self.end_in_order()

    def abort(self, context: ContextChannel) -> None:
        """Take no new stream, and drop the socket as soon as only this context is left."""
        self._retired = self._suspect = True
        if self.is_alone(context):
            self._channel.abort()

    def end_in_order(self) -> None:
        """Close the socket, and let the server know first."""
        if not self.over:
            self._last_message = self._endpoint.close_socket
        self.end()

    def end(self) -> None:
        """Close the socket, and with it every stream on it."""
        if not self.over:
            self.over = True
            self.task.cancel()

    def is_alone(self, context: ContextChannel) -> bool:
        """Whether no other stream uses the socket."""
        return not any(other.in_use and other is not context for other in self._contexts.values())

    async def send(self, frame: str) -> None:
        """Send a message.

        Raises
        ------
        ChannelClosed
            If the socket has ended.
        """
        if self.over:
            raise ChannelClosed
        await self._channel.send(frame)

    async def send_last(self, frame: str) -> None:
        """Send the last message of a context or of the socket, if that takes only a moment."""
        with contextlib.suppress(ChannelClosed, TimeoutError):
            async with asyncio.timeout(CLOSE_GRACE):
                await self._channel.send(frame)

    def leave(self, context: ContextChannel) -> None:
        """Take note that a stream has left, or that the server is done with one that has."""
        if context.done:
            self._contexts.pop(context.id, None)
        if self.idle and self._retired:
            self.end_in_order()
        elif self.idle and self._expiry is None and not self.over:
            self._idle_since = self._clock()
            self._expiry = asyncio.get_running_loop().call_later(self._limit, self._expire)
        self._changed()

    def _expire(self) -> None:
        self._suspect = self._suspect or self._last
        self.end_in_order()

    async def _run(self) -> None:
        end = ChannelClosed()
        try:
            while True:
                await self._deliver(await self._channel.recv())
        except ChannelClosed as closed:
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
            if self._last_message:
                await self.send_last(self._last_message)
        finally:
            if self._suspect:
                self._channel.abort()
            await self._channel.close()

    async def _deliver(self, frame: bytes) -> None:
        """Hand a message to the context it names; an error, and what names none, to all."""
        named = self._endpoint.context_of(frame)
        if named is not None and b'"audio"' in frame:
            owner = self._contexts.get(named)
            receivers = [] if owner is None else [owner]
        else:
            receivers = list(self._contexts.values())
        for context in receivers:
            await context.take(frame)
