"""Connections that have not shown the key: they keep nobody waiting who has."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["UnprovenConnections"]


@dataclass
class _Entry:
    opened: float
    seconds: float
    timer: asyncio.TimerHandle | None = None


class UnprovenConnections:
    """Those connections.

    Where no key is required, a connection is one of them until its first whole request.
    """

    def __init__(self) -> None:
        self._entries: dict[asyncio.BaseTransport, _Entry] = {}

    def __len__(self) -> int:
        for transport in [known for known in self._entries if known.is_closing()]:
            self.prove(transport)
        return len(self._entries)

    def add(self, transport: asyncio.Transport, seconds: float) -> None:
        """Add a new connection, which is closed unless it is proven within some seconds."""
        entry = _Entry(asyncio.get_running_loop().time(), seconds)
        self._entries[transport] = entry
        self._start_timer(transport, entry)

    def prove(self, transport: asyncio.BaseTransport | None) -> None:
        """Take a connection out: it has shown the key, or it is closed."""
        entry = self._entries.pop(transport, None) if transport is not None else None
        if entry is not None and entry.timer is not None:
            entry.timer.cancel()

    def replace(self, transport: asyncio.Transport, secure: asyncio.Transport) -> bool:
        """Count a connection on by its secured transport; return whether it was still counted.

        Its time goes on.
        """
        entry = self._entries.get(transport)
        if entry is None or entry.timer is None:
            _abort(secure)
            return False
        due = entry.timer.when()
        self.prove(transport)
        self._entries[secure] = entry
        entry.timer = asyncio.get_running_loop().call_at(due, self._expire, secure)
        return True

    @contextlib.contextmanager
    def answering(self, transport: asyncio.BaseTransport | None) -> Iterator[None]:
        """Stop a connection's clock while the context is open: a request is being answered."""
        entry = self._entries.get(transport) if transport is not None else None
        if entry is not None and entry.timer is not None:
            entry.timer.cancel()
        try:
            yield
        finally:
            if transport is not None and entry is not None and transport in self._entries:
                self._start_timer(transport, entry)

    def make_room(self, limit: int, *, seconds: float) -> bool:
        """Close the oldest until there are fewer than a limit; return whether one was closed.

        One that is not as old as `seconds` stays: it may just have had no turn.
        """
        newest = asyncio.get_running_loop().time() - seconds
        closed = False
        while len(self) >= max(limit, 1):
            # Handshakes end in any order.
            transport, entry = min(self._entries.items(), key=lambda known: known[1].opened)
            if entry.opened > newest:
                break
            self.prove(transport)
            _abort(transport)
            closed = True
        return closed

    def _start_timer(self, transport: asyncio.BaseTransport, entry: _Entry) -> None:
        loop = asyncio.get_running_loop()
        entry.timer = loop.call_later(entry.seconds, self._expire, transport)

    def _expire(self, transport: asyncio.BaseTransport) -> None:
        self.prove(transport)
        _abort(transport)


def _abort(transport: asyncio.BaseTransport) -> None:
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()
