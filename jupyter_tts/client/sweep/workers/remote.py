"""Measuring what is left of a plan on the workers of an executor."""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Executor
from typing import Any, Final

from .... import __version__
from ....wire.errors import (
    LocalVoiceMissing,
    MissingKey,
    ParameterError,
    TTSError,
    WorkerError,
    WorkerLost,
)
from ...threads import in_thread
from ..plan import Cell, Plan
from ..recordings import Recording, Recordings
from ..rows import Row, RowFile
from .executors import check_executor, completed
from .secret import Secret, check_secret
from .worker import measure_cells

__all__ = ["check_workers", "failure_of", "run_on", "tasks_of"]

_KINDS: Final = {kind.__name__: kind for kind in (LocalVoiceMissing, MissingKey, WorkerError)}


async def run_on(
    executor: Executor,
    plan: Plan,
    file: RowFile,
    measured: Callable[[Row], object] = lambda row: None,
    *,
    at_once: int = 1,
    secret: Secret | None = None,
    trusted: Collection[str] = (),
    regions: Mapping[str, str] | None = None,
    recordings: Recordings | None = None,
) -> None:
    """Measure what is left of a plan on the workers of an executor.

    A task is one repetition of one text under all conditions, one after the other in the plan's
    order: what is compared in pairs was measured by the same worker, within the same minute. A lost
    worker's cells are measured again, and none twice. Every worker has a warm-up of its own. May be
    cancelled: at most the tasks that run are lost.

    Parameters
    ----------
    executor : concurrent.futures.Executor
    plan : Plan
    file : RowFile
        Gets the rows as they come.
    measured : callable, optional
        Called with each row.
    at_once : int, optional
        Tasks at the same time, and so streams: at most what the account allows.
    secret : Secret, optional
        Where each worker finds the key; by default in ``ELEVENLABS_API_KEY``.
    trusted : collection of str, optional
        Further hosts that may have it.
    regions : mapping of str to str, optional
        Where a worker is, by its name; by default its ``JUPYTER_TTS_REGION`` says so.
    recordings : Recordings, optional
        Gets one sound of each condition and text; by default no sound comes back.

    Raises
    ------
    ParameterError
        For a secret or executor that is none.
    MissingKey
        If a worker has no key; it is named.
    WorkerError
        If a worker has another version, or the executor takes no more tasks.
    TTSError
        If nothing can be measured there, or what was measured cannot be written. What came before
        is kept, and what runs on other workers is waited for.
    """
    check_workers(executor, secret, regions)
    group = _Group(file, recordings)
    tasks = tasks_of(
        plan,
        file,
        at_once=at_once,
        secret=secret,
        trusted=trusted,
        regions=regions,
        recordings=recordings,
    )
    failure: TTSError | None = None

    def wanted() -> Iterator[dict[str, Any]]:
        for task in tasks:
            if failure is not None:
                return
            yield task

    coming = completed(executor, measure_cells, wanted(), in_flight=at_once)
    async with contextlib.aclosing(coming) as results:
        async for task, result in results:
            if not isinstance(result, WorkerLost) and "failure" in result:
                failure = failure or failure_of(**result["failure"])
            for row in await in_thread(group.write, task, result):
                measured(row)
    if failure is not None:
        raise failure


def check_workers(executor: object, secret: object, regions: object) -> None:
    """Refuse what :func:`run_on` cannot take.

    Raises
    ------
    ParameterError
    """
    check_executor(executor)
    check_secret(secret)
    if regions is None:
        return
    if not isinstance(regions, Mapping) or not all(
        isinstance(text, str) for pair in regions.items() for text in pair
    ):
        raise ParameterError(['regions must be labels by workers: {"tokyo-1": "Tokyo"}, say'])


def tasks_of(
    plan: Plan,
    file: RowFile,
    *,
    at_once: int = 1,
    secret: Secret | None = None,
    trusted: Collection[str] = (),
    regions: Mapping[str, str] | None = None,
    recordings: Recordings | None = None,
) -> list[dict[str, Any]]:
    """Return what is left of a plan as tasks for :func:`~.worker.measure_cells`: plain values.

    The parameters are those of :func:`run_on`.
    """
    groups: dict[tuple[int, str], list[Cell]] = {}
    for cell in plan.left(file.rows):
        groups.setdefault((cell.repetition, cell.prompt.name), []).append(cell)
    shared = {
        "version": __version__,
        "run": secrets.token_hex(8),  # each run has its own warm-up
        "beside": min(at_once, len(groups)),
        "secret": None if secret is None else dataclasses.asdict(secret),
        "trusted": sorted(trusted),
        "regions": dict(regions or {}),
    }
    lacking = _Lacking(recordings)
    return [
        {
            **shared,
            "cells": [dataclasses.asdict(cell) for cell in cells],
            "sounds": [cell.name for cell in cells if lacking.takes(cell)],
        }
        for cells in groups.values()
    ]


class _Lacking:
    """Tells which cells' sounds are to come back: the first of each condition and text."""

    def __init__(self, recordings: Recordings | None) -> None:
        self._recordings = recordings
        self._taken: set[str] = set()

    def takes(self, cell: Cell) -> bool:
        place = cell.name.rpartition("/")[0]
        if self._recordings is None or place in self._taken:
            return False
        self._taken.add(place)
        return self._recordings.lacks(cell.condition, cell.prompt.name)


class _Group:
    """Writes what came of a task."""

    def __init__(self, file: RowFile, recordings: Recordings | None) -> None:
        self._file = file
        self._recordings = recordings

    def write(self, task: Mapping[str, Any], result: dict[str, Any] | WorkerLost) -> list[Row]:
        """Write the rows and sounds of a task; an error in their place if its worker was lost."""
        if isinstance(result, WorkerLost):
            rows, sounds = [_lost(plain, result) for plain in task["cells"]], {}
        else:
            rows = [Row.from_json(line) for line in result.get("rows", ())]
            sounds = result.get("sounds", {})
        for index, row in enumerate(rows):
            if self._recordings is not None and row.cell in sounds:
                rows[index] = self._recordings.keep(row, Recording(*sounds[row.cell]))
            self._file.add(rows[index])
        return rows


def _lost(plain: Mapping[str, Any], lost: WorkerLost) -> Row:
    return Row(
        cell=plain["name"],
        condition=plain["condition"],
        text=plain["prompt"]["name"],
        repetition=plain["repetition"],
        error=lost.message,
        kind=type(lost).__name__,
    )


def failure_of(kind: str, message: str, hint: str) -> TTSError:
    """Return the error that a worker's result tells of."""
    return _KINDS.get(kind, TTSError)(message, hint=hint)
