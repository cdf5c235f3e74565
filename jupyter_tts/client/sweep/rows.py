"""What one measurement found, and the file that measurements are appended to as they come."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from ...wire.errors import ParameterError

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
    silence : float or None
        Leading silence, the difference between both.
    duration : float
        Milliseconds of sound.
    real_time_factor : float or None
        From the first to the last message with sound, over its duration.
    gap : float
        Milliseconds without sound, played a fixed time after the first byte.
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
    """

    cell: str
    condition: Mapping[str, Any]
    text: str
    repetition: int
    connect: float | None = None
    ttfb: float | None = None
    ttfa: float | None = None
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

    def as_json(self) -> str:
        """Return it as one line."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> Self:
        """Return the row that a line holds.

        Raises
        ------
        ValueError
            If it holds none.
        """
        try:
            values = json.loads(line)
            values["arrivals"] = tuple((at, length) for at, length in values["arrivals"])
            return cls(**values)
        except (TypeError, KeyError, AttributeError) as fault:
            raise ValueError(f"no row: {fault}") from None


class RowFile:
    """A file of rows that survives its writer: each row is on the disk before the next is measured.

    Parameters
    ----------
    path : Path
        Made if it does not exist, and gone on with if it is of the same plan.
    plan : str
        What tells the plan from any other.

    Raises
    ------
    ParameterError
        If the file is of another plan, or no file of rows.

    Attributes
    ----------
    rows : list of Row
        Those that it has.
    note : str
        What is wrong with it, "" if nothing: a last row that was cut off is measured again.
    """

    def __init__(self, path: Path, plan: str) -> None:
        self.path = path
        self.rows: list[Row] = []
        self.note = ""
        header = json.dumps({"format": FORMAT, "plan": plan})
        if path.exists() and path.stat().st_size:
            self._go_on(header)
        else:
            self._append(header)

    def add(self, row: Row) -> None:
        """Append a row.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        self._append(row.as_json())
        self.rows.append(row)

    def _go_on(self, header: str) -> None:
        text = self.path.read_text(encoding="utf-8", errors="replace")
        first, *lines = text.split("\n")
        if not lines and header.startswith(first):
            os.truncate(self.path, 0)
            self._append(header)
            return
        if first != header:
            what = "another plan" if FORMAT in first else "something else"
            raise ParameterError(
                [f"{self.path.name} holds {what}"],
                hint="Name another file, or the plan that it was begun with. Nothing was sent.",
            )
        whole = len((first + "\n").encode())
        for row, length in _read(lines):
            self.rows.append(row)
            whole += length
        if whole < self.path.stat().st_size:
            self.note = f"The last row of {self.path.name} was cut off, and is measured again."
            os.truncate(self.path, whole)

    def _append(self, line: str) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())


def _read(lines: list[str]) -> Iterator[tuple[Row, int]]:
    """Yield the rows up to the first line that holds none, each with its length in bytes."""
    for line in lines[:-1]:  # what follows the last line break is no whole row
        try:
            row = Row.from_json(line)
        except ValueError:
            return
        yield row, len((line + "\n").encode())
