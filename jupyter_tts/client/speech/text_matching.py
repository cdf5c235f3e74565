"""Which characters of a text are those that a server tells: an alignment of two strings.

What a server tells of a text need not be the text. It writes numbers and abbreviations in words,
leaves out what it does not speak, joins words and splits them. The characters that are told are
therefore aligned to those of the text as two strings are: the fewest changes win, where a changed,
an added and a missing character are ordinary cases, and a run of added or missing ones costs little
more than its first. No sign has a meaning of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from ...wire.ssml import entity_spans
from .markup import Markup
from .string_alignment import NOWHERE, align, fold
from .text_so_far import BLOCK, TextReader, TextSoFar

__all__ = ["TextMatcher"]

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
        stops = sorted({*range(0, len(characters), BLOCK), *untold, len(characters)})
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
        if self._lost_for > _GIVE_UP and len(self.told) // BLOCK % _SELDOM:
            self._open = len(self.told)  # it tells another text
        else:
            self._align()

    def _follow(self, characters: str) -> int:
        """Take what the text has just so, which is nearly all; return how many that were."""
        if self._markup is None and self._follow_exactly(characters):
            return len(characters)
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

    def _follow_exactly(self, characters: str) -> bool:
        """Take characters that are the next ones of the text; return whether they are."""
        place = self._next
        if not characters[:1].isspace():
            while self._reader.at(place).isspace():
                place += 1
        if self._text.slice(place, place + len(characters)) != characters:
            return False
        self.told += characters
        self.exact += (exact := [not character.isspace() for character in characters])
        self.places += [at if here else NOWHERE for at, here in enumerate(exact, place)]
        self._next = place + len(characters.rstrip())
        self._open = len(self.told)
        return True

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
