"""Measuring what is left of a plan, one stream after the other."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

from ...wire.request import SpeechRequest
from ..connections.pool import ConnectionPool, Readiness
from ..keys import Key
from .axes import Condition, parameters_of
from .measure import Server, measure
from .plan import Cell, Plan
from .rows import Row, RowFile

__all__ = ["Bench", "run", "socket_ready"]

# Seconds for which a socket is waited for that is opened ahead; a slow one is a cold one.
_PATIENCE = 10.0


class Bench(Protocol):
    """Where a sweep is measured."""

    async def prepare(self, condition: Condition) -> Server:
        """Return the server for a condition, which has its network by then, and its warm socket.

        Raises
        ------
        TTSError
            If there is none: no key, no such voice.
        """


async def run(
    plan: Plan,
    bench: Bench,
    file: RowFile,
    measured: Callable[[Row], object] = lambda row: None,
) -> None:
    """Measure what is left of a plan.

    One stream at a time, since streams beside each other spoil what is measured. The first one of
    each server, voice, model and transport is not counted. May be cancelled: at most the running
    measurement is lost.

    Parameters
    ----------
    plan : Plan
    bench : Bench
    file : RowFile
        Gets each row as it comes.
    measured : callable, optional
        Called with each row.

    Raises
    ------
    TTSError
        If nothing can be measured: no key, no such voice. An error of a stream is a row.
    """
    begun: set[tuple[Any, ...]] = set()
    for cell in plan.left(file.rows):
        server = await bench.prepare(cell.condition)
        if (kind := _kind(cell)) not in begun:
            begun.add(kind)
            await measure(cell, server)
            server = await bench.prepare(cell.condition)
        row = await measure(cell, server)
        file.add(row)
        measured(row)


async def socket_ready(pool: ConnectionPool, request: SpeechRequest, key: Key | None) -> None:
    """Have a socket wait for a request, where it wants a warm one."""
    if not request.warm or request.endpoint.is_http:
        return
    pool.warm(request, key)
    changed = asyncio.Event()
    async with _watching(pool, changed.set):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while pool.readiness(request, key) is Readiness.OPENING:
                    changed.clear()
                    await changed.wait()


@contextlib.asynccontextmanager
async def _watching(pool: ConnectionPool, watcher: Callable[[], object]) -> AsyncIterator[None]:
    pool.watchers.append(watcher)
    try:
        yield
    finally:
        pool.watchers.remove(watcher)


def _kind(cell: Cell) -> tuple[Any, ...]:
    request = SpeechRequest(**parameters_of(cell.condition))
    return request.server, request.voice, request.model, request.endpoint
