"""A pool whose ``multi-stream-input`` sockets are shared by the streams that want them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from weakref import WeakValueDictionary

from ...wire.messages import CLOSE_SOCKET
from ...wire.request import SpeechRequest
from ..keys import Key
from .channel import Channel
from .limits import ConnectionLimits
from .pool import ConnectionPool, Readiness
from .shared_connection import SharedConnection
from .warm_connection import ConnectionKey, hold_seconds

__all__ = ["SharedConnectionPool"]


class SharedConnectionPool(ConnectionPool):
    """Sockets that wait and that are shared, per URL and key.

    Up to five streams share a socket (see :data:`~jupyter_tts.wire.messages.MOST_CONTEXTS`); then
    another is opened. One that no stream uses counts as waiting: it is closed after as long, and
    replaced as long, as any that waits.

    Parameters
    ----------
    bounds, clock
        See :class:`~jupyter_tts.client.connections.pool.ConnectionPool`.
    """

    def __init__(
        self, bounds: ConnectionLimits | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(bounds, clock=clock)
        self._shared: dict[SharedConnection, ConnectionKey] = {}  # the last opened last
        self._turns: WeakValueDictionary[ConnectionKey, asyncio.Lock] = WeakValueDictionary()

    def readiness(self, request: SpeechRequest, key: Key | None) -> Readiness:
        """Return whether a socket waits for a request, or has room for it."""
        if self._with_room(request, key) is not None:
            return Readiness.READY
        return super().readiness(request, key)

    def warm(self, request: SpeechRequest, key: Key | None) -> None:
        """Have a socket wait for a request, unless one has room for it."""
        if self._with_room(request, key) is None:
            super().warm(request, key)

    async def take(
        self, request: SpeechRequest, key: Key | None, *, fresh: bool = False
    ) -> Channel:
        """Return a channel of a socket that waits for a request or has room for it, or open one.

        Raises
        ------
        ConnectError
            As :func:`~jupyter_tts.client.connections.connect.open_connection` does.
        """
        if not request.multi:
            self._make_room_among_shared()
            return await super().take(request, key, fresh=fresh)
        if not fresh and (shared := self._with_room(request, key)) is not None:
            return shared.begin(request, warm=True)
        suspects = set(self._shared) if fresh else set()
        place = ConnectionKey(request.url, key)
        async with self._turns.setdefault(place, asyncio.Lock()):
            # Somebody may have opened one meanwhile.
            shared = self._with_room(request, key, suspects)
            if shared is not None:
                return shared.begin(request, warm=False)
            self._make_room_among_shared()
            channel = await super().take(request, key, fresh=fresh)
            shared = self._share(channel, request, place)
            return shared.begin(request, warm=channel.warm)

    def cool(self, request: SpeechRequest, key: Key | None) -> None:
        """Close what waits for a request."""
        super().cool(request, key)
        place = ConnectionKey(request.url, key)
        self._retire(lambda shared: self._shared[shared] == place and shared.idle)

    def drop(self, key: Key | None) -> None:
        """Close every socket that waits with a key, and have no other stream share one."""
        super().drop(key)
        self._retire(lambda shared: self._shared[shared].key == key)

    def settle(self) -> None:
        """Close what the bounds, which have changed, do not allow any more."""
        super().settle()
        if not self._bounds.wanted:
            self._retire(lambda shared: shared.idle)

    async def close(self) -> None:
        """Close every socket that no stream uses, and open no more."""
        await super().close()
        idle = [shared.task for shared in self._shared if shared.idle]
        self._retire(lambda shared: True)
        if idle:
            await asyncio.wait(idle)

    def _with_room(
        self, request: SpeechRequest, key: Key | None, but: set[SharedConnection] | None = None
    ) -> SharedConnection | None:
        place = ConnectionKey(request.url, key)
        fitting = (
            shared
            for shared, its in self._shared.items()
            if its == place and shared not in (but or ()) and shared.has_room_for(request)
        )
        return next(fitting, None)

    def _share(
        self, channel: Channel, request: SpeechRequest, place: ConnectionKey
    ) -> SharedConnection:
        limit = hold_seconds(request) or 0.0

        def changed() -> None:
            if shared.over:
                self._shared.pop(shared, None)
            self._tell()

        shared = SharedConnection(
            channel,
            min(limit, self._bounds.idle),
            changed,
            last=limit >= self._bounds.idle,
            clock=self._clock,
        )
        self._shared[shared] = place
        return shared

    def _make_room_among_shared(self) -> None:
        """Close as many that no stream uses as the plan has not, with one more that speaks."""
        idle = [shared for shared in self._shared if shared.idle]
        for shared in idle[: max(0, self._speaking + 1 - self._bounds.concurrency)]:
            shared.end(CLOSE_SOCKET)

    def _retire(self, chosen: Callable[[SharedConnection], bool]) -> None:
        for shared in [shared for shared in self._shared if chosen(shared)]:
            shared.retire()
