"""Which characters of a text are those that a server tells: an alignment of two strings.

What a server tells of a text need not be the text. It writes numbers and abbreviations in words,
leaves out what it does not speak, joins words and splits them. The characters that are told are
therefore aligned to those of the text as two strings are: the fewest changes win, where a changed,
an added and a missing character are ordinary cases, and a run of added or missing ones costs little
more than its first. No sign has a meaning of its own.
"""

from __future__ import annotations

import functools
import itertools
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import numpy.typing as npt

from ...wire.ssml import entity_spans

if TYPE_CHECKING:
    from .markup import Markup

__all__ = [
    "NOWHERE",
    "TextMatcher",
    "TextReader",
    "TextSoFar",
    "WholeText",
    "align",
    "fold",
    "is_letter",
    "is_speakable",
]

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

# Characters told that have to agree in a row before those before them are settled.
_SETTLED = 12
# And before the last of them is taken for certain, as long as nothing speaks against it.
_CERTAIN = 4
# The most characters that are left open; more than these, and half of them are settled as they are.
_MOST_OPEN = 120
# Characters of the text in which those are looked for, beside twice as many as were told.
_WINDOW = 200
# The same where of many characters few are the same.
_WIDE_WINDOW = 2_000
_MANY, _FEW = 40, 0.4
# How often they are looked for in vain, before it is done only for one block in so many.
_GIVE_UP, _SELDOM = 20, 8
_BLOCK = 256  # characters that are read at once

_Row = npt.NDArray[np.float64]


class TextSoFar(Protocol):
    """A text that may still grow."""

    @property
    def length(self) -> int:
        """How many characters have come."""

    def slice(self, start: int, stop: int) -> str:
        """Return the characters from ``start`` to before ``stop``, as far as they have come."""


class WholeText:
    """A text that is there at once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.length = len(text)

    def slice(self, start: int, stop: int) -> str:
        """Return the characters from ``start`` to before ``stop``."""
        return self._text[start:stop]


class TextReader:
    """Gives single characters of a text."""

    def __init__(self, text: TextSoFar) -> None:
        self._text = text
        self._start = 0
        self._block = ""

    def at(self, place: int) -> str:
        """Return a character; an empty string where the text has none, or none yet."""
        index = place - self._start
        if not 0 <= index < len(self._block):
            self._start = max(0, place - _BLOCK // 4)
            self._block = self._text.slice(self._start, self._start + _BLOCK)
            index = place - self._start
        return self._block[index] if 0 <= index < len(self._block) else ""


class TextMatcher:
    """Finds what is told in a text, as it is told.

    Parameters
    ----------
    text : TextSoFar
    start : int, optional
        Of the text, where the first character that is told is expected.
    markup : Markup or None, optional
        Of the text: SSML may be told as it is written, or not at all.

    Attributes
    ----------
    told : list of str
        The characters, in the order in which they were told.
    places : list of int
        For each the index of the character of the text that it stands for; it rises. `NOWHERE` for
        one that was added, and for white space. The latest ones may still change.
    exact : list of bool
        For each whether the text has the same character there, but for case, accents and forms of
        quotes and dashes.
    """

    def __init__(self, text: TextSoFar, start: int = 0, markup: Markup | None = None) -> None:
        self._text = text
        self._markup = markup if markup is not None and markup.has_ssml else None
        self._bare = text if self._markup is None else self._markup.bare
        self._next = start  # in the text, behind what is settled
        self._open = 0  # in what was told: from here on nothing is settled
        self._reader = TextReader(text)
        self._untold: dict[int, int] = {}
        self._lost_for = 0  # how often few of what was told were found in the text
        self._is_lost = False  # whether it has been looked for far ahead, and not been found
        self.told: list[str] = []
        self.places: list[int] = []
        self.exact: list[bool] = []

    def add(self, characters: str, untold: Mapping[int, int] | None = None) -> None:
        """Take characters that were told.

        Parameters
        ----------
        characters : str
            Each of them one code point.
        untold : dict, optional
            Before which of these, counted from 0, there was sound of which nothing was told, and
            about how many characters of the text that is.
        """
        untold = untold or {}
        stops = sorted({*range(0, len(characters), _BLOCK), *untold, len(characters)})
        for start, stop in itertools.pairwise(stops):
            if start in untold:
                self._untold[len(self.told)] = untold[start]
            self._add(characters[start:stop])

    def _add(self, characters: str) -> None:
        follows = self._open == len(self.told) and self._open not in self._untold
        done = self._follow(characters) if follows else 0
        rest = characters[done:]
        if not rest:
            return
        self.told += rest
        self.places += [NOWHERE] * len(rest)
        self.exact += [False] * len(rest)
        if self._lost_for > _GIVE_UP and len(self.told) // _BLOCK % _SELDOM:
            self._open = len(self.told)  # it tells another text
        else:
            self._align()

    def _follow(self, characters: str) -> int:
        """Take what the text has just so, which is nearly all; return how many that were."""
        place = self._next
        done = 0
        for character in characters:
            if character.isspace():
                found = NOWHERE
                place = self._behind_entity(place)
            else:
                while (expected := self._reader.at(place)).isspace():
                    place += 1
                if expected != character and fold(expected) != fold(character):
                    character, beyond = self._beyond_markup(place, character)
                    if beyond is None:
                        break
                    place = beyond
                found = NOWHERE if character.isspace() else place
                place += not character.isspace()
                self._next = place
            self.told.append(character)
            self.places.append(found)
            self.exact.append(found != NOWHERE)
            done += 1
        self._open = len(self.told)
        return done

    def _beyond_markup(self, place: int, character: str) -> tuple[str, int | None]:
        """Return what a character stands for, and where: behind SSML that was not told.

        That is white space where a full stop is told for a break. None for the place if the text
        does not go on with it.
        """
        if self._markup is None:
            return character, None
        if character == "." and (beyond := self._markup.break_end(place)) is not None:
            return " ", beyond
        while (beyond := self._markup.beyond(place)) is not None:
            place = beyond
            while self._reader.at(place).isspace():
                place += 1
            if fold(self._reader.at(place)) == fold(character):
                return character, place
        written = self._markup.character(place)
        return character, place if written and fold(written) == fold(character) else None

    def _behind_entity(self, place: int) -> int:
        """Return where the text goes on behind a word, which is not inside an entity."""
        entity = None if self._markup is None else self._markup.entity(place)
        return place if entity is None or entity[0] == place else entity[1]

    def _align(self) -> None:
        """Find again what is not settled."""
        count = len(self.told) - self._open
        exact = self._align_within(_WINDOW)
        self._lost_for = 0 if exact >= _FEW * count else self._lost_for + 1
        if exact >= _FEW * count:
            self._is_lost = False
        elif count > _MANY and not self._is_lost:
            # A long passage may have been left out: worth a long look, but not again and again.
            self._is_lost = self._align_within(_WIDE_WINDOW) < _FEW * count
        settled = self._settled()
        if settled == self._open and count > _MOST_OPEN:
            settled = len(self.told) - _MOST_OPEN // 2
        if settled > self._open:
            last = max(self.places[self._open : settled])
            self._next = max(self._next, last + 1)
            self._open = settled

    def _align_within(self, window: int) -> int:
        """Align what is open to the next characters of the text; return how many are the same."""
        told = "".join(self.told[self._open :])
        untold = {at - self._open: n for at, n in self._untold.items() if at >= self._open}
        size = window + 2 * (len(told) + sum(untold.values()))
        most = -1
        for text, places in self._texts_behind(size, told):
            aligned = align(told, text, untold)
            exact = [
                place != NOWHERE and fold(text[place]) == fold(character)
                for place, character in zip(aligned, told, strict=True)
            ]
            if sum(exact) > most:
                most = sum(exact)
                self.exact[self._open :] = exact
                self.places[self._open :] = [
                    place if place == NOWHERE else places[place] for place in aligned
                ]
        return most

    def _texts_behind(self, size: int, told: str) -> Iterator[tuple[str, Sequence[int]]]:
        """Yield the next so many characters of the text, and the place of each.

        Where SSML may be told it is the text with it, and the text without.
        """
        start, stop = self._next, self._next + size
        if self._markup is None or "<" in told or entity_spans(told):
            text = self._text.slice(start, stop)
            yield text, range(start, start + len(text))
        if self._markup is not None:
            yield self._markup.without(start, stop)

    def expects(self, characters: str) -> bool:
        """Whether the text goes on with these characters, white space aside."""
        place = self._next
        for character in characters:
            if character.isspace():
                continue
            while self._reader.at(place).isspace():
                place += 1
            if fold(self._reader.at(place)) != fold(character):
                character, beyond = self._beyond_markup(place, character)
                if beyond is None:
                    return False
                place = beyond
            place += not character.isspace()
        return True

    def is_certain(self, index: int) -> bool:
        """Whether a character told stands where it seems to: in a row of several, or before one."""
        if index < self._open:
            return True
        count, after = 0, self.places[index] + 1
        for earlier in range(index, self._open - 1, -1):
            if self.told[earlier].isspace():
                continue
            place = self.places[earlier]
            if not self.exact[earlier] or self._bare.slice(place + 1, after).strip():
                return False
            count += 1
            if count == _CERTAIN:
                return True
            after = place
        return self._bare.slice(self._next, after).strip() == ""

    def _settled(self) -> int:
        """Return up to where what was told is certain: so many of it stand in the text in a row."""
        count, end, after = 0, 0, NOWHERE
        for index in range(len(self.told) - 1, self._open - 1, -1):
            if self.told[index].isspace():
                continue
            place = self.places[index]
            if not self.exact[index]:
                count = 0
                continue
            if count and self._bare.slice(place + 1, after).strip():
                count = 0
            end = end if count else index + 1
            count += 1
            if count == _SETTLED:
                return end
            after = place
        return self._open


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
