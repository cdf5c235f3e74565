"""Measuring what is left of a plan on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import itertools
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from typing import Any, Protocol

from ...wire.request import SpeechRequest
from ..connections.pool import ConnectionPool, Readiness
from ..keys import Key
from ..threads import in_thread
from .axes import Condition, parameters_of
from .measure import Server, measure
from .plan import Cell, Plan
from .recordings import Recording, Recordings
from .rows import Row, RowFile

__all__ = ["Bench", "WarmUp", "run", "socket_ready"]

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
    *,
    recordings: Recordings | None = None,
    at_once: int = 1,
) -> None:
    """Measure what is left of a plan.

    By default each server has one stream at a time, since streams beside each other spoil what is
    measured; different servers are measured beside each other, block by block. The first stream of
    each server, voice, model and transport is not counted. May be cancelled: at most what is being
    measured is lost.

    Parameters
    ----------
    plan : Plan
    bench : Bench
    file : RowFile
        Gets each row as it comes.
    measured : callable, optional
        Called with each row.
    recordings : Recordings, optional
        Gets what was heard; by default it is not kept.
    at_once : int, optional
        Streams that a server has at the same time, at most what the account allows. A server whose
        network differs from one condition to another has one.

    Raises
    ------
    TTSError
        If nothing can be measured: no key, no such voice; or what was measured cannot be written.
        An error of a stream is a row.
    """
    local = _LocalRun(bench, file, measured, recordings)
    for _, block in itertools.groupby(plan.left(file.rows), lambda cell: cell.repetition):
        lanes: dict[Any, list[Cell]] = {}
        for cell in block:
            lanes.setdefault(cell.condition.get("server"), []).append(cell)
        work: list[Coroutine[Any, Any, None]] = []
        for lane in lanes.values():
            cells, beside = iter(lane), _streams(lane, at_once)
            work += [local.measure_each(cells, beside) for _ in range(beside)]
        await _all(work)


class _LocalRun:
    """What the streams of a sweep that are measured here share."""

    def __init__(
        self,
        bench: Bench,
        file: RowFile,
        measured: Callable[[Row], object],
        recordings: Recordings | None,
    ) -> None:
        self._bench = bench
        self._file = file
        self._measured = measured
        self._recordings = recordings
        self._warm_up = WarmUp()

    async def measure_each(self, cells: Iterator[Cell], beside: int) -> None:
        """Measure one cell after the other, as long as there are any."""
        for cell in cells:
            await self._warm_up.before(cell, self._bench)
            server = await self._bench.prepare(cell.condition)
            row, recording = await measure(cell, server)
            row = dataclasses.replace(row, beside=beside)
            # Waiting for the disk would delay the streams to other servers.
            row = await in_thread(self._write, row, recording)
            self._measured(row)

    def _write(self, row: Row, recording: Recording | None) -> Row:
        if self._recordings is not None:
            row = self._recordings.keep(row, recording)
        self._file.add(row)
        return row


class WarmUp:
    """Speaks once, uncounted, before the first cell of each server, voice, model and transport."""

    def __init__(self) -> None:
        self._locks: dict[tuple[Any, ...], asyncio.Lock] = {}
        self._done: set[tuple[Any, ...]] = set()

    async def before(self, cell: Cell, bench: Bench) -> None:
        """Speak a cell's text if it is the first of its kind.

        Raises
        ------
        TTSError
            If nothing can be measured: the server cannot be reached, or refuses the key.
        """
        request = SpeechRequest(**parameters_of(cell.condition))
        kind = request.server, request.voice, request.model, request.endpoint
        async with self._locks.setdefault(kind, asyncio.Lock()):
            if kind not in self._done:
                await measure(cell, await bench.prepare(cell.condition), must_connect=True)
                self._done.add(kind)


def _streams(lane: Sequence[Cell], at_once: int) -> int:
    networks = {cell.condition.get("network") for cell in lane}
    return 1 if len(networks) > 1 else min(at_once, len(lane))


async def _all(work: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Wait for all; the first that fails ends the others."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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
