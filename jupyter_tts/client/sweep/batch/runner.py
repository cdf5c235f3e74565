"""Making what is left of a batch: several rows at once, each with its files before the next."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from ....audio.files import write_file
from ....wire.errors import (
    ConnectError,
    ConnectionLost,
    HandshakeRefused,
    LocalVoiceMissing,
    MissingKey,
    ProtocolError,
    ServerError,
    TTSError,
    UnsupportedFormat,
    WorkerError,
    WorkerLost,
)
from ...speech.saving import SUBTITLES, file_bytes
from ...speech.speech import Speech
from ...threads import to_its_end
from ..account import is_account_refused
from .items import Item
from .manifest import Manifest, Record, fingerprint
from .rate_limit import RateLimit, is_rate_limit
from .results import NarratedRow, failed, spoken

__all__ = ["MOST_ALIKE", "Speaker", "Spoken", "hits_every_row", "narrate_items", "remove_leftovers"]

MOST_ALIKE: Final = 10
"""Rows that fail one after the other by the service's fault before the batch is given up."""

# What is wrong with this machine or the way to the server, rather than with a row.
_OF_ALL: Final = (
    ConnectError,
    LocalVoiceMissing,
    MissingKey,
    UnsupportedFormat,
    WorkerError,
)

# Of a file that could not be written: no other could be.
_NO_FILE: Final = frozenset({errno.EACCES, errno.EDQUOT, errno.ENOSPC, errno.EROFS})

# The name under which a file is written first; see `write_file`.
_BESIDE: Final = re.compile(r"\.(.+)\.[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Spoken:
    """The speech of a row.

    Attributes
    ----------
    speech : Speech
    cached : bool
        Whether it was there already.
    written : callable
        Called, on some thread, once its files are written.
    """

    speech: Speech
    cached: bool = False
    written: Callable[[], object] = lambda: None


class Speaker(Protocol):
    """What speaks the rows of a batch."""

    async def speak(self, item: Item) -> Spoken:
        """Return the whole speech of an item.

        Raises
        ------
        TTSError
            Its ``speech`` holds what came before.
        """


async def narrate_items(
    items: Iterable[Item],
    speaker: Speaker,
    manifest: Manifest,
    *,
    at_once: int,
    limit: RateLimit | None = None,
    finished: Callable[[NarratedRow], object] = lambda row: None,
) -> None:
    """Speak each item and write its files.

    May be cancelled: what is done stays, and no file is written by half.

    Parameters
    ----------
    items : iterable of Item
        That are not done.
    speaker : Speaker
    manifest : Manifest
        Gets a record of each item that is done.
    at_once : int
        Items that are spoken at the same time, 1 or more.
    limit : RateLimit, optional
        What the speaker waits for.
    finished : callable, optional
        Called with the row of each item, on the event loop.

    Raises
    ------
    TTSError
        What would hit every row: no key, no quota, a server that cannot be reached. The rows that
        are on their way are done first. Any other error is a row.
    """
    batch = _Batch(iter(items), speaker, manifest, limit or RateLimit(), finished)
    workers = [asyncio.create_task(batch.work()) for _ in range(at_once)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*workers, return_exceptions=True)
    if batch.fault is not None:
        raise batch.fault


class _Batch:
    """What the workers of a batch share."""

    def __init__(
        self,
        items: Iterator[Item],
        speaker: Speaker,
        manifest: Manifest,
        limit: RateLimit,
        finished: Callable[[NarratedRow], object],
    ) -> None:
        self._items = items
        self._speaker = speaker
        self._manifest = manifest
        self._limit = limit
        self._finished = finished
        self._alike = 0  # rows in succession that failed by the service's fault
        self._recording = asyncio.Lock()
        self.fault: TTSError | None = None

    async def work(self) -> None:
        """Make one item after the other."""
        for item in self._items:
            row = await self._row(item)
            if row is not None:
                self._finished(row)
            if self.fault is not None:
                return

    async def _row(self, item: Item) -> NarratedRow | None:
        """Return the row of an item, None for one that a fault has kept from being made."""
        written: dict[Path, tuple[int, str]] = {}
        try:
            made = await self._spoken(item)
            await self._write(item, made.speech, written)
            await to_its_end(made.written)
        except TTSError as error:
            self._note(error)
            return None if self.fault is error else failed(item, error, tuple(written))
        self._alike = 0
        self._limit.progress()
        return spoken(item, made.speech, cached=made.cached)

    async def _spoken(self, item: Item) -> Spoken:
        while True:
            await self._limit.passed()
            try:
                return await self._speaker.speak(item)
            except TTSError as error:
                silent = error.speech is None or not error.speech.frames
                if not (silent and is_rate_limit(error) and self._limit.pause(error)):
                    raise

    async def _write(
        self, item: Item, speech: Speech, written: dict[Path, tuple[int, str]]
    ) -> None:
        """Write the files, sounds first, and the record."""
        path = self._manifest.path
        try:
            for path in sorted(item.files, key=lambda path: path.suffix.lower() in SUBTITLES):
                written[path] = await to_its_end(_write_one, speech, path)
            path = self._manifest.path
            async with self._recording:
                seconds = round(speech.duration, 3)
                sent = speech.timeline.sent
                files = self._manifest.named({file: written[file] for file in item.files})
                record = Record(item.key, files, seconds, item.characters, sent)
                await to_its_end(self._manifest.add, item, record)
        except OSError as failure:
            error = TTSError(f"{path} could not be written: {failure.strerror or failure}.")
            if failure.errno in _NO_FILE:
                self.fault = self.fault or error
            raise error from None

    def _note(self, error: TTSError) -> None:
        """Decide whether the batch goes on."""
        self._alike = self._alike + 1 if _is_of_service(error) else 0
        is_general = hits_every_row(error) or self._limit.is_spent or self._alike >= MOST_ALIKE
        if self.fault is None and is_general:
            self.fault = error


def hits_every_row(error: TTSError) -> bool:
    """Whether every other row would fail in the same way."""
    if isinstance(error, WorkerLost):
        return False
    if is_account_refused(error) or is_rate_limit(error):
        return True
    return isinstance(error, _OF_ALL) and not isinstance(error, HandshakeRefused)


def remove_leftovers(files: Sequence[Path]) -> None:
    """Remove what a process that was killed has left of files that it was writing."""
    wanted = {(path.parent, path.name[:100]) for path in files}
    for folder in {folder for folder, _ in wanted}:
        with contextlib.suppress(OSError):
            for entry in os.scandir(folder):
                match = _BESIDE.fullmatch(entry.name)
                if match and (folder, match[1]) in wanted:
                    os.unlink(entry)


def _is_of_service(error: TTSError) -> bool:
    is_server = isinstance(error, HandshakeRefused | ServerError)
    return error.retryable and (is_server or isinstance(error, ConnectionLost | ProtocolError))


def _write_one(speech: Speech, path: Path) -> tuple[int, str]:
    """Write a file, and return what tells it from any other."""
    data = file_bytes(speech, path.suffix.lower(), path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, data)
    return fingerprint(data)
