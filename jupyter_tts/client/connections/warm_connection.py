"""One socket that waits for its stream, and is replaced before the server would close it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ...wire.errors import TTSError
from ...wire.request import SpeechRequest
from ..keys import Key
from .channel import close_quickly
from .connect import open_connection
from .library import ClientConnection, State

__all__ = ["ConnectionKey", "WarmConnection", "hold_seconds"]

# Seconds before the server's limit at which a waiting socket is replaced: time for a first message
# to be on its way, over a slow network too.
MARGIN = 4.0

# Seconds below which it is not worth it: there would be more handshakes than streams.
LEAST = 5.0

_logger = logging.getLogger(__name__)


def hold_seconds(request: SpeechRequest) -> float | None:
    """Return for how many seconds a socket may wait; None where that is too short.

    The server counts from the handshake: the first message, which fixes the voice settings, would
    be the first thing to stop its clock, and a keep-alive would be taken for it.
    """
    seconds = request.inactivity_limit - MARGIN
    return seconds if seconds >= LEAST else None


@dataclass(frozen=True)
class ConnectionKey:
    """What a socket is opened for: all that its URL fixes, and whose key."""

    url: str
    key: Key | None = field(repr=False)


class WarmConnection:
    """Holds one socket open ahead of its use, until it is handed over or has waited too long.

    After the handshake nothing is sent on it but pings and the answers to pings.

    Parameters
    ----------
    connection_key : ConnectionKey
    limit : float
        Seconds that one socket may wait; then another replaces it.
    until : float
        When it is closed for good, on the loop's clock. May be changed.
    may_overlap : callable
        Whether there may be two sockets for the moment in which one replaces the other.
    changed : callable
        Called when it becomes or ceases to be ready.
    clock : callable, optional
        Seconds on a clock that goes on while the machine sleeps, as the loop's does not.
    """

    def __init__(
        self,
        connection_key: ConnectionKey,
        limit: float,
        until: float,
        *,
        may_overlap: Callable[[], bool],
        changed: Callable[[], object],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.until = until
        self._connection_key = connection_key
        self._limit = limit
        self._may_overlap = may_overlap
        self._changed = changed
        self._clock = clock
        self._socket: ClientConnection | None = None
        self._opened = 0.0
        self._opening: asyncio.Task[ClientConnection] | None = None
        self.task = asyncio.create_task(self._run())

    @property
    def ready(self) -> bool:
        """Whether it could be used now."""
        return (
            self._socket is not None
            and self._socket.state is State.OPEN
            and self._clock() - self._opened < self._limit + MARGIN / 2
        )

    @property
    def sockets(self) -> int:
        """How many there are, the one that is going to be counted in."""
        return max(1, (self._socket is not None) + (self._opening is not None))

    async def hand_over(self) -> tuple[ClientConnection, bool] | None:
        """Hand over the socket, and end.

        Returns
        -------
        tuple of ClientConnection and bool, or None
            The socket, and whether it was ready; one that was being opened is waited for. None
            where it turned out to be dead.

        Raises
        ------
        ConnectError
            If it was being opened, and that failed.
        """
        self.task.cancel()
        if self.ready and self._socket is not None:
            socket, self._socket = self._socket, None
            return socket, True
        opening, self._opening = self._opening, None
        return None if opening is None else (await opening, False)

    async def _run(self) -> None:
        try:
            while True:
                await self._open()
                if await self._wait_for_end():
                    return
        except TTSError as failure:
            # The next stream will open a socket itself, and report the failure.
            _logger.debug("No socket could be opened ahead: %s", failure)
        finally:
            await self._end()

    async def _open(self) -> None:
        """Open a socket; the one before it waits until then, where two may be."""
        if not self._may_overlap():
            await self._drop()
        self._opening = asyncio.create_task(
            open_connection(self._connection_key.url, self._connection_key.key)
        )
        self._changed()
        await asyncio.wait([self._opening])  # which leaves it alone if this task is cancelled
        fresh, self._opening = self._opening.result(), None
        before, self._socket, self._opened = self._socket, fresh, self._clock()
        self._changed()
        if before is not None:
            await close_quickly(before)

    async def _wait_for_end(self) -> bool:
        """Wait for the end of the socket's time; return whether there is to be no other."""
        assert self._socket is not None
        clock = asyncio.get_running_loop().time
        expires = clock() + self._limit
        while True:
            try:
                async with asyncio.timeout_at(min(expires, self.until)):
                    await self._socket.wait_closed()
            except TimeoutError:
                if clock() >= self.until:
                    return True
                if clock() >= expires:
                    return False
            else:
                return True

    async def _end(self) -> None:
        """Close what has not been handed over."""
        if (opening := self._opening) is not None:
            self._opening = None
            opening.cancel()
            await asyncio.wait([opening])
            if not opening.cancelled() and opening.exception() is None:
                opening.result().transport.abort()
        await self._drop()
        self._changed()

    async def _drop(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            await close_quickly(socket)
