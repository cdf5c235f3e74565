"""What one measurement found, and the file that measurements are appended to as they come."""

from __future__ import annotations

import dataclasses
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from ...wire.errors import ParameterError, TTSError
from .lines import append, as_line

__all__ = ["FORMAT", "Row", "RowFile"]

FORMAT: Final = "jupyter_tts sweep 1"
"""The first line of a file says so, with the plan that its rows are of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement. Times are in milliseconds from the submission of the text.

    Attributes
    ----------
    cell : str
        Which cell of the plan it is of.
    condition : dict
        The value of each axis, by its name.
    text : str
        The name of the text.
    repetition : int
    connect : float or None
        Until the socket was open; 0 for one that was.
    ttfb, ttfa : float or None
        Until the first byte of sound, and until the first audible frame of it (10 ms, RMS above
        0.01; Coval's definition). None where no sound came.
    audible : float or None
        Until it is heard from a playout that starts 200 ms after the first byte, and waits where
        the next message has not come: without a sound card's own delay.
    silence : float or None
        Leading silence, the difference between both.
    duration : float
        Milliseconds of sound.
    real_time_factor : float or None
        From the first to the last message with sound, over its duration.
    gap : float
        Milliseconds without sound in that playout.
    arrivals : tuple of tuple of float and float
        When each message with sound came, and how much was in it.
    characters, repeated : int
        Sent, and sent again.
    reconnects : int
    error : str
        Why there is no whole speech, as a sentence; "" if there is one.
    kind : str
        The class of the error.
    request_id : str
        The server's name for a request that failed, where it told.
    worker, region : str
        Where it was measured.
    started : str
        When, in UTC, on that machine's clock.
    beside : int
        At most how many streams of the sweep its server had at the same time, itself included.
    sound : str
        The name of the file that has its sound; "" where that was not kept.
    scores : dict
        What else was found of the sound, by name: word errors, DNSMOS.
    """

    cell: str
    condition: Mapping[str, Any]
    text: str
    repetition: int
    connect: float | None = None
    ttfb: float | None = None
    ttfa: float | None = None
    audible: float | None = None
    silence: float | None = None
    duration: float = 0.0
    real_time_factor: float | None = None
    gap: float = 0.0
    arrivals: tuple[tuple[float, float], ...] = field(default=(), repr=False)
    characters: int = 0
    repeated: int = 0
    reconnects: int = 0
    error: str = ""
    kind: str = ""
    request_id: str = ""
    worker: str = ""
    region: str = ""
    started: str = ""
    beside: int = 1
    sound: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return it as one line."""
        return as_line(self)

    @classmethod
    def from_json(cls, line: str) -> Self:
        """Return the row that a line holds, also one of an older version with fewer values.

        Raises
        ------
        ValueError
            If it holds none.
        """
        try:
            values = json.loads(line)
            known = {name: values[name] for name in _NAMES if name in values}
            known["condition"] = {
                name: tuple(value) if isinstance(value, list) else value  # as an axis has it
                for name, value in known["condition"].items()
            }
            known["arrivals"] = tuple((at, length) for at, length in values.get("arrivals", ()))
            for name in _TIMES & known.keys():
                known[name] = None if known[name] is None else float(known[name])
            return cls(**known)
        except (TypeError, KeyError, AttributeError) as fault:
            raise ValueError(f"no row: {fault}") from None


_NAMES: Final = tuple(one.name for one in dataclasses.fields(Row))
_TIMES: Final = frozenset(
    {"connect", "ttfb", "ttfa", "audible", "silence", "duration", "real_time_factor", "gap"}
)


class RowFile:
    """A file of rows that survives its writer: each row is on the disk before the next is measured.

    Parameters
    ----------
    path : Path
        Made if it does not exist, and gone on with if it is of the same plan.
    plan : str
        What tells the plan from any other.
    conditions : mapping of str to mapping, optional
        Those of the plan's cells, by their names. A line of another is not read.

    Raises
    ------
    ParameterError
        If the file is of another plan, or no file of rows. It stays as it is.
    TTSError
        If it cannot be read or written.

    Attributes
    ----------
    rows : list of Row
        Those that it has, one of each cell.
    note : str
        What is wrong with it, "" if nothing: a row that was cut off is measured again.
    """

    def __init__(
        self, path: Path, plan: str, conditions: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        self.path = path
        self._conditions = conditions
        self.rows: list[Row] = []
        self.note = ""
        self._places: dict[str, int] = {}  # of the rows, by their cells
        self._lock = threading.Lock()
        header = json.dumps({"format": FORMAT, "plan": plan})
        try:
            begun = path.stat().st_size > 0
        except FileNotFoundError:
            begun = False
        except OSError as fault:
            raise _unusable(path, "read", fault) from None
        if begun:
            self._go_on(header)
        else:
            self._append(header)

    def add(self, row: Row) -> None:
        """Append a row; from any thread.

        Raises
        ------
        TTSError
            If it cannot be written. What was written before stays.
        """
        with self._lock:
            self._append(row.as_json())
            self._take(row)

    def add_scores(self, cell: str, scores: Mapping[str, float]) -> None:
        """Append what was found of the sound of a row; from any thread.

        Raises
        ------
        TTSError
            As for :meth:`add`.
        """
        with self._lock:
            self._append(json.dumps({"scored": cell, "scores": dict(scores)}, ensure_ascii=False))
            self._take_scores(cell, scores)

    def _go_on(self, header: str) -> None:
        try:
            data = self.path.read_bytes()
        except OSError as fault:
            raise _unusable(self.path, "read", fault) from None
        first, newline, rest = data.partition(b"\n")
        if not newline and header.encode().startswith(first):
            self._cut(0)
            self._append(header)
            return
        if first.removesuffix(b"\r") != header.encode():
            what = "another plan" if FORMAT.encode() in first else "something else"
            raise ParameterError(
                [f"{self.path.name} holds {what}"],
                hint="Name another file, or the plan that it was begun with. Nothing was sent.",
            )
        *lines, last = rest.split(b"\n")
        unread = sum(not self._read(line) for line in lines)
        notes = [f"{_lines(unread)} of {self.path.name} cannot be read."] if unread else []
        if last and self._read(last):
            self._write("\n")  # all that is missing
        elif last:
            self._cut(len(data) - len(last))
            notes += [f"The last row of {self.path.name} was cut off."]
        if notes:
            self.note = " ".join([*notes, "What is missing is measured again."])

    def _read(self, line: bytes) -> bool:
        """Take what a line holds; return whether it holds anything."""
        try:
            text = line.decode()
            scored = json.loads(text)
            if isinstance(scored, dict) and "scored" in scored:
                self._take_scores(str(scored["scored"]), dict(scored["scores"]))
            else:
                self._take(self._of_plan(Row.from_json(text)))
        except (ValueError, TypeError, KeyError, RecursionError):
            return False
        return True

    def _of_plan(self, row: Row) -> Row:
        if self._conditions is None:
            return row
        if (condition := self._conditions.get(row.cell)) is None:
            raise ValueError("no such cell")
        if _plain(condition) != _plain(row.condition):
            raise ValueError("another condition")
        return row

    def _take(self, row: Row) -> None:
        if row.cell not in self._places:
            self._places[row.cell] = len(self.rows)
            self.rows.append(row)

    def _take_scores(self, cell: str, scores: Mapping[str, float]) -> None:
        if (place := self._places.get(cell)) is not None:
            row = self.rows[place]
            self.rows[place] = dataclasses.replace(row, scores={**row.scores, **scores})

    def _append(self, line: str) -> None:
        self._write(line + "\n")

    def _write(self, text: str) -> None:
        """Write at the end of the file, all or nothing."""
        try:
            append(self.path, text)
        except OSError as fault:
            raise _unusable(self.path, "written", fault) from None

    def _cut(self, length: int) -> None:
        try:
            os.truncate(self.path, length)
        except OSError as fault:
            raise _unusable(self.path, "written", fault) from None


def _plain(condition: Mapping[str, Any]) -> Any:
    """Return a condition as a file has it."""
    return json.loads(json.dumps(dict(condition), default=str))


def _lines(count: int) -> str:
    return "One line" if count == 1 else f"{count} lines"


def _unusable(path: Path, how: str, fault: OSError) -> TTSError:
    return TTSError(
        f"{path.name} cannot be {how}: {fault.strerror or fault}.",
        hint="What was measured before is kept. Make room or name another file, and run again.",
    )
