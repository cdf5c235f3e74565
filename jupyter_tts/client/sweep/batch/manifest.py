"""What of a batch is done: a file beside its sounds that survives its writer."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from ....wire.errors import ParameterError
from ..lines import append, as_line
from .items import Item

__all__ = ["FORMAT", "NAME", "Manifest", "Record", "fingerprint"]

FORMAT: Final = "jupyter_tts narration 1"

NAME: Final = "manifest.jsonl"
"""What it is called, in the folder of the files."""


@dataclass(frozen=True, slots=True)
class Record:
    """A row that is done.

    Attributes
    ----------
    key : str
        Of its item.
    files : mapping of str to tuple of int and str
        Size (bytes) and SHA-256 by the path from the manifest's folder.
    seconds : float
        Of sound.
    characters : int
        That are spoken.
    sent : int
        Characters that were sent for it.
    """

    key: str
    files: Mapping[str, tuple[int, str]]
    seconds: float
    characters: int
    sent: int

    def as_json(self) -> str:
        """Return it as one line."""
        return as_line(self)

    @classmethod
    def from_json(cls, line: str) -> Self:
        """Return the record that a line holds.

        Raises
        ------
        ValueError
            If it holds none.
        """
        try:
            values = json.loads(line)
            files = {
                str(name): (int(size), str(sha)) for name, (size, sha) in values["files"].items()
            }
            return cls(
                str(values["key"]),
                files,
                float(values["seconds"]),
                int(values["characters"]),
                int(values["sent"]),
            )
        except (TypeError, KeyError, AttributeError, OverflowError, RecursionError) as fault:
            raise ValueError(f"no record: {fault}") from None


class Manifest:
    """The records of a folder; several batches may share it, since a record is of its files.

    Parameters
    ----------
    folder : Path
        Nothing is written there before the first record.

    Raises
    ------
    ParameterError
        If what has its name is something else.
    OSError
        If it cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._records: dict[str, Record] = {}
        self._header = json.dumps({"format": FORMAT})
        self._whole = True  # whether it ends in a line break
        text = ""
        if self.path.exists():
            text = self.path.read_text(encoding="utf-8", errors="replace")
        first, *lines = text.split("\n")
        self._begun = first == self._header
        if not self._begun and not (self._header.startswith(first) and not lines):
            raise ParameterError(
                [f"{self.path.name} in {str(folder)!r} holds something else"],
                hint="Name another folder. Nothing was sent.",
            )
        self._whole = not text or text.endswith("\n")
        self._read(lines)

    def record(self, item: Item) -> Record | None:
        """Return the record of an item whose files are there as they were written."""
        record = self._records.get(self._name(item.files[0]))
        if record is None or record.key != item.key:
            return None
        wanted = {self._name(path): path for path in item.files}
        if record.files.keys() != wanted.keys():
            return None
        alike = all(_is_alike(path, *record.files[name]) for name, path in wanted.items())
        return record if alike else None

    def add(self, item: Item, record: Record) -> None:
        """Append a record.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        if not self._begun:
            self.path.unlink(missing_ok=True)  # a header that was cut off
            append(self.path, f"{self._header}\n")
        elif not self._whole:
            append(self.path, "\n")  # what was cut off is a line of its own, and counts for none
        self._begun = self._whole = True
        append(self.path, f"{record.as_json()}\n")
        self._records[self._name(item.files[0])] = record

    def named(self, files: Mapping[Path, tuple[int, str]]) -> dict[str, tuple[int, str]]:
        """Return files by the names that they have here."""
        return {self._name(path): written for path, written in files.items()}

    def _read(self, lines: list[str]) -> None:
        for line in lines:
            try:
                record = Record.from_json(line)
            except ValueError:
                continue  # the row that it was of is made again
            if record.files:
                self._records[next(iter(record.files))] = record

    def _name(self, path: Path) -> str:
        try:
            return Path(os.path.relpath(path, self.path.parent)).as_posix()
        except ValueError:  # another drive of Windows
            return path.absolute().as_posix()


def fingerprint(data: bytes) -> tuple[int, str]:
    """Return the size of a file, and its SHA-256."""
    return len(data), hashlib.sha256(data).hexdigest()


def _is_alike(path: Path, size: int, sha: str) -> bool:
    try:
        return path.stat().st_size == size and fingerprint(path.read_bytes())[1] == sha
    except OSError:
        return False
