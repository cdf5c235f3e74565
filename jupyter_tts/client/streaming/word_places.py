"""Where the words that a server told stand in the text."""

from __future__ import annotations

from ...wire.alignment import is_word_boundary
from ..speech.markup import Markup
from ..speech.string_alignment import NOWHERE, is_letter, is_speakable
from ..speech.text_matching import TextMatcher
from ..speech.text_so_far import TextReader

__all__ = ["WordPlaces"]

# Characters within which a word's ends are looked for, and the last word that is whole: a bound
# on time.
_LONGEST = 1_000
_NEAR = 40  # characters told, of which one stands for something in the text


class WordPlaces:
    """Which places of a text the characters reach that were told.

    Parameters
    ----------
    matcher : TextMatcher
        Has the characters, as they come.
    reader : TextReader
        Of the text.
    markup : Markup
        Of the text.
    start : int
        Where the socket takes up the text.
    """

    def __init__(
        self, matcher: TextMatcher, reader: TextReader, markup: Markup, start: int
    ) -> None:
        self._matcher = matcher
        self._reader = reader
        self._markup = markup
        self._start = start
        self._anchor = (0, start)  # characters told, and the place in the text that they reach

    def before(self, count: int) -> int:
        """Return the farthest place that the first so many characters told reach."""
        places = self._matcher.places
        for index in range(count - 1, max(-1, count - 1 - _LONGEST), -1):
            if places[index] != NOWHERE:
                return places[index] + 1
        return self._anchor[1] if self._anchor[0] <= count else self._start

    def reach(self, count: int) -> tuple[int, int]:
        """Return the last whole word that so many characters told have in common with the text.

        Told characters, and the place in the text, up to its end.
        """
        anchor = self._anchor if self._anchor[0] <= count else (0, self._start)
        for index in range(count - 1, max(anchor[0] - 1, count - 1 - _LONGEST), -1):
            word_end = self._word_end(index)
            if word_end is None or not self._is_same_word(index):
                continue
            if not self._matcher.is_certain(index):
                continue
            end = self._behind_markup(index, word_end)
            if end is None:
                continue
            told = index + 1
            while told < count and NOWHERE < self._matcher.places[told] < end:
                told += 1  # the tag behind it
            if word_end > self._matcher.places[index] + 1:
                # What was told for the signs behind the word, it may be in words.
                while told < len(self._matcher.told) and self._matcher.places[told] == NOWHERE:
                    told += 1
            if told <= count:
                if told >= self._anchor[0]:
                    self._anchor = (told, end)
                return told, end
        return anchor

    def _behind_markup(self, index: int, end: int) -> int | None:
        """Return where the text goes on behind a word; None if a part of it would be left out.

        Parameters
        ----------
        index : int
            Of its last character told.
        end : int
            Where it ends, which may be inside what must stay whole.
        """
        whole = self._markup.parted(end)
        if whole is None:
            return end
        if self._markup.tags(end, end):
            return None
        if self._markup.entity(end) == whole:
            following = self._place_behind(index)
            return None if following is None or following < whole[1] else whole[1]
        left = self._markup.bare.slice(end, whole[1])
        return None if any(map(is_speakable, left)) else whole[1]

    def _word_end(self, index: int) -> int | None:
        """Return where the word of the text ends whose last character to be spoken was told."""
        if not self._matcher.exact[index]:
            return None
        place = self._matcher.places[index]
        for end in range(place + 1, place + _LONGEST):
            character = self._reader.at(end)
            if not character or character.isspace():
                return end
            if is_word_boundary(self._reader.at(end - 1), character):
                return end
            if is_letter(character):
                return None
            following = self._place_behind(index)
            if following is None or following <= end:
                return None  # it sounds, too, as far as is known
        return None

    def _place_behind(self, index: int) -> int | None:
        """Return the place of what was told next."""
        following = self._matcher.places[index + 1 : index + 1 + _NEAR]
        return next((place for place in following if place != NOWHERE), None)

    def _is_same_word(self, index: int) -> bool:
        """Whether all letters of a word of the text were told, up to a character."""
        places, exact = self._matcher.places, self._matcher.exact
        place = places[index]
        # Nearly always each of them was told just so.
        first = index
        while first > index - _NEAR and first >= 0 and exact[first]:
            if places[first] != place - (index - first):
                break
            first -= 1
        beginning = place - (index - first)
        if first < index and (beginning < self._start or self._reader.at(beginning).isspace()):
            return True
        while place >= self._start:
            character = self._reader.at(place)
            if character.isspace():
                return True
            while index >= 0 and self._matcher.told[index].isspace():
                index -= 1  # a word may be told in two
            told = index >= 0 and places[index] == place
            if told and not exact[index]:
                return False
            if told:
                index -= 1
            elif is_letter(character):
                return False
            before = self._reader.at(place - 1) if place > self._start else ""
            if not before or (not before.isspace() and is_word_boundary(before, character)):
                return True
            place -= 1
        return True

    def is_whole(self, stop: int) -> bool:
        """Whether the last word told is no part of a longer one of the text."""
        end = self._matcher.places[stop - 1] + 1
        return self._word_end(stop - 1) == end and self._markup.parted(end) is None
