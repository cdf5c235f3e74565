"""Phonemes in rows, as a neural model speaks them, each with the word that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["PUNCTUATION", "STRESS", "Row", "ascii_name", "diffuse", "rows"]

# A row of more phonemes takes too much memory: numbers can be ten times as long spoken as written.
LONGEST_ROW = 400

STRESS = frozenset("ˈˌ")
PUNCTUATION = frozenset(';:,.!?—…"()“” ')

# The first letter that a sound is mostly written with; `alignment` knows ASCII names.
_NAMES = {
    **dict.fromkeys("Aæɑɐ", "a"),
    **dict.fromkeys("OQWYɔɒ", "o"),
    **dict.fromkeys("Iɪᵻ", "i"),
    **dict.fromkeys("ʊʌ", "u"),
    **dict.fromkeys("əᵊ", "@"),
    **dict.fromkeys("ɜɚ", "3"),
    **dict.fromkeys("θðTɾʔ", "t"),
    **dict.fromkeys("ʃʒ", "s"),
    "ɛ": "e",
    "ʤ": "j",
    "ʧ": "c",
    "ŋ": "n",
    "ɹ": "r",
    "ɡ": "g",
    "j": "y",
}


@dataclass(frozen=True)
class Row:
    """Phonemes that the model speaks at once.

    Attributes
    ----------
    phonemes : str
    words : tuple of int or None
        Per phoneme, the place in the text of the word that it belongs to.
    """

    phonemes: str
    words: tuple[int | None, ...]


def rows(phonemes: Iterable[tuple[str, int | None]]) -> Iterator[Row]:
    """Cut at the last punctuation mark of the row's second half, else at the last word."""
    pending = list(phonemes)
    while pending:
        end = len(pending)
        if end > LONGEST_ROW:
            ends = range(LONGEST_ROW, LONGEST_ROW // 2, -1)
            marks = [index for index in ends if pending[index - 1][0] in PUNCTUATION]
            clause = next((index for index in marks if pending[index - 1][0] != " "), None)
            end = clause or (marks[0] if marks else LONGEST_ROW)
        row, pending = pending[:end], pending[end:]
        while row and row[0][0] == " ":
            row.pop(0)
        while row and row[-1][0] == " ":
            row.pop()
        # Punctuation alone is no sound, and the model would breathe or hum.
        if any(phoneme not in PUNCTUATION | STRESS for phoneme, _ in row):
            yield Row("".join(phoneme for phoneme, _ in row), tuple(word for _, word in row))


def ascii_name(phoneme: str) -> str:
    """Return the letter that a phoneme is mostly written with, ``_`` for a pause."""
    if phoneme in PUNCTUATION:
        return "_"
    return _NAMES.get(phoneme, phoneme if phoneme.isascii() else "@")


def diffuse(wanted: Any, least: Any = 1) -> Any:
    """Round durations to whole units, carrying what rounding left to the next.

    Parameters
    ----------
    wanted : array
    least : int or array
        The shortest that each may be.
    """
    shortest = np.broadcast_to(least, len(wanted))
    rounded = np.empty(len(wanted), np.int64)
    carried = 0.0
    for index, duration in enumerate(wanted):
        rounded[index] = max(shortest[index], round(duration + carried))
        carried += duration - rounded[index]
    return rounded
