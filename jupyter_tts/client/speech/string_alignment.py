"""The alignment of what was told to a text: the fewest changes win."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["NOWHERE", "align", "fold", "is_letter", "is_speakable"]

NOWHERE: Final = -1
"""The place of a character that stands for none of the text."""

# What a character costs that one string has and the other has not: letters and digits count, signs
# and white space are often left out.
_LETTER, _SIGN, _SPACE, _MARK = 1.0, 0.4, 0.2, 0.1
# What a run of them costs at most: a number in words, a passage that is not spoken.
_RUN = 3.0
_RUN_ADDED, _RUN_MISSING = 0.5, 0.03  # and for each of its characters
# The part of what sound without times seems to be that may be passed over for nothing.
_LEAST_UNTOLD = 0.4
_NEVER = 1e9  # white space stands for nothing else
_EQUAL = 1e-6

_Row = npt.NDArray[np.float64]


def align(told: str, text: str, untold: Mapping[int, int] | None = None) -> list[int]:
    """Return for each character told the place in a text of the character that it stands for.

    Parameters
    ----------
    told : str
        What stands for the beginning of the text.
    text : str
        Any length of it may be left over at its end.
    untold : dict, optional
        Before which characters some of the text was spoken and not told, and about how many
        characters of it.

    Returns
    -------
    list of int
        Rising; `NOWHERE` for characters that were added, and for white space.
    """
    return _Table(told, text, untold or {}).trace()


class _Table:
    """The costs of all ways to get from what was told to a text, one row for each character told.

    A column is how much of the text is used up. Every row is made of whole-array operations: this
    is where all of the time goes.
    """

    def __init__(self, told: str, text: str, untold: Mapping[int, int]) -> None:
        # At least so many characters may be passed over before a character told.
        self._untold = {index: int(_LEAST_UNTOLD * count) for index, count in untold.items()}
        self._codes, self._kinds = _codes(text)
        self._changes: dict[int, _Row] = {}
        weights = np.array([_LETTER, _SIGN, _SPACE, _MARK])
        self._missing = np.concatenate([[0.0], np.cumsum(weights[self._kinds])])
        self._run = np.arange(len(text) + 1) * _RUN_MISSING
        self._before: list[_Row] = []  # rows before anything is passed over behind the character
        self._added: list[_Row] = []  # rows that end within a run of added characters
        self._after: list[_Row] = []  # rows as they are
        self._told = [*zip(*map(np.ndarray.tolist, _codes(told)), strict=True)]
        row = np.full(len(text) + 1, _NEVER)
        row[0] = 0.0
        self._append(row, np.full(len(text) + 1, _NEVER))
        for code, kind in self._told:
            previous, added = self._after[-1], self._added[-1]
            added = np.minimum(previous + _RUN, added) + _RUN_ADDED
            row = np.minimum(previous + weights[kind], added)
            row[1:] = np.minimum(row[1:], previous[:-1] + self._changed(code, kind))
            self._append(row, added)

    def _append(self, row: _Row, added: _Row) -> None:
        self._before.append(row)
        self._added.append(added)
        after = np.minimum.accumulate(row - self._missing) + self._missing
        runs = np.minimum.accumulate(row - self._run) + self._run + _RUN
        after = np.minimum(after, runs)
        least = self._untold.get(len(self._after))
        if least is not None and least < len(row):
            passed = np.full(len(row), _NEVER)
            passed[least:] = row[: len(row) - least]
            after = np.minimum(after, np.minimum.accumulate(passed - self._run) + self._run)
        self._after.append(after)

    def _changed(self, code: int, kind: int) -> _Row:
        """Return what it costs that a character stands for each one of the text."""
        costs = self._changes.get(code)
        if costs is None:
            same = 1.0 if kind == _LETTER_KIND else 0.7
            costs = np.where(self._kinds == kind, same, 1.0)
            costs[(self._kinds == _SPACE_KIND) != (kind == _SPACE_KIND)] = _NEVER
            costs[(self._codes == code) | (self._kinds + kind == 2 * _SPACE_KIND)] = 0.0
            self._changes[code] = costs
        return costs

    def trace(self) -> list[int]:
        """Return the places on the cheapest way; of equals that which uses up most of the text."""
        places = [NOWHERE] * len(self._told)
        last = self._before[-1]
        column = len(last) - 1 - int(np.argmin(last[::-1]))
        in_run = False
        for index in range(len(self._told) - 1, -1, -1):
            row, previous = self._before[index + 1], self._after[index]
            if not in_run and column:
                changed = previous[column - 1] + self._changed(*self._told[index])[column - 1]
                if changed <= row[column] + _EQUAL:
                    column -= 1
                    if self._kinds[column] != _SPACE_KIND:
                        places[index] = column
                    column = self._origin(index, column)
                    continue
            in_run = in_run or self._added[index + 1][column] <= row[column] + _EQUAL
            if in_run:
                in_run = previous[column] + _RUN > self._added[index][column] + _EQUAL
            if not in_run:
                column = self._origin(index, column)
        return places

    def _origin(self, index: int, column: int) -> int:
        """Return from which column of a row the way passes over the text to another one."""
        row = self._before[index]
        if row[column] <= self._after[index][column] + _EQUAL:
            return column
        missing = self._missing[column] - self._missing[:column]
        run = self._run[column] - self._run[:column]
        costs = np.minimum(missing, run + _RUN)
        least = self._untold.get(index)
        if least is not None and (last := column - least + 1) > 0:
            passed = run[:last] - self._run[least]
            costs[:last] = np.minimum(costs[:last], passed[: len(costs[:last])])
        return int(np.argmin(row[:column] + costs))


_LETTER_KIND, _SIGN_KIND, _SPACE_KIND, _MARK_KIND = 0, 1, 2, 3


def _codes(text: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return a number for every character, the same for those that are the same, and its kind."""
    return (
        np.array([_code(character) for character in text], np.int64),
        np.array([_kind(character) for character in text], np.int64),
    )


@functools.lru_cache(maxsize=4096)
def _code(character: str) -> int:
    # Of a character that is several without its accents ("½"), the first decides.
    return ord(fold(character)[0])


@functools.lru_cache(maxsize=4096)
def _kind(character: str) -> int:
    if character.isspace():
        return _SPACE_KIND
    if unicodedata.category(character) in _MARKS:
        return _MARK_KIND
    return _LETTER_KIND if is_letter(character) else _SIGN_KIND


def is_letter(character: str) -> bool:
    """Whether a character is a letter or a digit."""
    return character.isalnum()


def is_speakable(character: str) -> bool:
    """Whether a voice has something to say for a character: a letter, a digit, most symbols."""
    if is_letter(character):
        return True
    return unicodedata.category(character).startswith("S") or character in "%&#@*/\\"


@functools.lru_cache(maxsize=4096)
def fold(character: str) -> str:
    """Return a character without case and accents, quotes and dashes in their plain form."""
    character = _PLAIN.get(character, character)
    parts = unicodedata.normalize("NFKD", character).casefold()
    return "".join(part for part in parts if not unicodedata.combining(part)) or character


# Accents, vowel points, joiners: they are often left out.
_MARKS: Final = frozenset({"Mn", "Me", "Cf"})
_PLAIN: Final = {
    **dict.fromkeys("‘’‚‛`´", "'"),
    **dict.fromkeys("“”„‟«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": ".",
}
