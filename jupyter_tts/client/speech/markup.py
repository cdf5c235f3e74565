"""Where the markup of a text is: audio tags that a server performs, and SSML. Nothing in it is a
word, and what of it must stay whole is not parted.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from typing import Final

from ...wire import ssml
from ...wire.alignment import Word
from ...wire.audio_tags import LONGEST_TAG, tag_spans
from .string_alignment import is_speakable
from .text_so_far import TextSoFar

__all__ = ["INSIDE", "Markup"]

Span = tuple[int, int]

INSIDE: Final = -1
"""What stands for the number of tags before a character that is in one."""

_REACH: Final = max(LONGEST_TAG + 2, ssml.LONGEST)
_ENTITY: Final = 10  # characters at most

_JOINER: Final = "\N{WORD JOINER}"
# The other tags may stand within a word: "un<emphasis>believ</emphasis>able".
_DIVIDES: Final = re.compile(r"</?(?:break|p|s|speak)\b", re.IGNORECASE)


class Markup:
    """The markup of a text, as far as it has come.

    Parameters
    ----------
    text : TextSoFar
    audio_tags : bool, optional
        Whether the server performs audio tags.
    ssml : bool, optional
        Whether it reads SSML.

    Attributes
    ----------
    has_ssml : bool
        Whether there may be SSML.
    is_known : bool
        Whether there may be any.
    bare : TextSoFar
        The text with blanks in the place of SSML. Audio tags stay, since they sound.
    joined : TextSoFar
        The same, with word joiners where a tag stands within a word.
    """

    def __init__(self, text: TextSoFar, *, audio_tags: bool = False, ssml: bool = False) -> None:
        self._text = text
        self._audio_tags = audio_tags
        self.has_ssml = ssml
        self.is_known = audio_tags or ssml
        self.bare: TextSoFar = _BareText(text, " ") if ssml else text
        self.joined: TextSoFar = _BareText(text, _JOINER) if ssml else text

    def tags(self, start: int, stop: int) -> list[Span]:
        """Return the tags that have a character from ``start`` to before ``stop``, in order."""
        if not self.is_known:
            return []
        begin, text = self._around(start, stop)
        spans = tag_spans(text) if self._audio_tags else []
        if self.has_ssml:
            spans = sorted(spans + ssml.tag_spans(text))
        return _touching(spans, begin, start, stop)

    def parted(self, place: int) -> Span | None:
        """Return what a cut at a place would part that must stay whole: a tag, an element."""
        if not self.is_known:
            return None
        begin, text = self._around(place, place)
        spans = tag_spans(text) if self._audio_tags else []
        if self.has_ssml:
            spans = ssml.whole_spans(text) + spans
        return next(
            ((a + begin, b + begin) for a, b in spans if a + begin < place < b + begin), None
        )

    def break_end(self, place: int) -> int | None:
        """Return where the break ends that begins at a place."""
        text = self._text.slice(place, place + ssml.LONGEST)
        if not text.startswith("<"):
            return None
        return next((place + last for first, last in ssml.break_spans(text) if not first), None)

    def beyond(self, place: int) -> int | None:
        """Return where the SSML tag ends that begins at a place, or the entity around it."""
        if not self.has_ssml:
            return None
        text = self._text.slice(place, place + ssml.LONGEST)
        if text.startswith("<"):
            first = next(iter(ssml.tag_spans(text)), None)
            return place + first[1] if first is not None and first[0] == 0 else None
        entity = self.entity(place)
        return entity[1] if entity is not None and entity[0] < place else None

    def entity(self, place: int) -> Span | None:
        """Return where the entity is that a character belongs to."""
        begin = max(0, place - _ENTITY)
        text = self._text.slice(begin, place + _ENTITY) if self.has_ssml else ""
        spans = ssml.entity_spans(text) if "&" in text else []
        return next(iter(_touching(spans, begin, place, place + 1)), None)

    def character(self, place: int) -> str:
        """Return the character that is written as an entity from a place on, or is there."""
        entity = self.entity(place)
        is_entity = entity is not None and entity[0] == place
        written = self._text.slice(place, entity[1] if entity and is_entity else place + 1)
        return ssml.unescaped(written)

    def without(self, start: int, stop: int) -> tuple[str, list[int]]:
        """Return a part of the text without SSML, and the place of each character in it.

        What begins before the part stays.
        """
        text = self._text.slice(start, stop)
        left = {place for a, b in self.tags(start, stop) if a >= start for place in range(a, b)}
        characters: list[str] = []
        places: list[int] = []
        entities = {a + start: b + start for a, b in ssml.entity_spans(text)}
        end = start
        for place, character in enumerate(text, start):
            if place in left or place < end:
                continue
            if place in entities:
                end = entities[place]
                character = ssml.unescaped(self._text.slice(place, end))[:1] or character
            characters.append(character)
            places.append(place)
        return "".join(characters), places

    def pauses_beside(self, span: Span) -> tuple[bool, bool]:
        """Return whether there is a break between a word and the one before, and the next one."""
        if not self.has_ssml:
            return False, False
        start, stop = span
        begin, text = self._around(start, stop)
        if "<" not in text:
            return False, False
        breaks = _touching(ssml.break_spans(text), begin, 0, begin + len(text))

        def is_near(first: int, last: int) -> bool:
            between = self.bare.slice(min(first, last), max(first, last))
            return not any(map(is_speakable, between))

        before = [b for _, b in breaks if b <= start]
        after = [a for a, _ in breaks if a >= stop]
        return (
            bool(before) and is_near(before[-1], start),
            bool(after) and is_near(stop, after[0]),
        )

    def outside(self, words: Iterable[Word]) -> tuple[Word, ...]:
        """Return the words outside markup; of one that touches a tag, what is outside."""
        if not self.is_known:
            return tuple(words)
        return tuple(clear for word in words if (clear := self._outside(word)) is not None)

    def division(self, places: Sequence[int]) -> list[int]:
        """Return how many tags there are before each of some characters told; `INSIDE` for one.

        Parameters
        ----------
        places : sequence of int
            Of the text, rising, negative for a character that stands for none of it: that belongs
            to the one before.
        """
        placed = [place for place in places if place >= 0]
        tags = self.tags(placed[0], placed[-1] + 1) if placed else []
        if not tags:
            return [0] * len(places)
        division: list[int] = []
        latest = placed[0]
        for place in places:
            latest = place if place >= 0 else latest
            is_inside = any(first <= latest < last for first, last in tags)
            before = sum(last <= latest for _, last in tags)
            division.append(INSIDE if is_inside else before)
        return division

    def _outside(self, word: Word) -> Word | None:
        if word.span is None:
            is_sign = self.has_ssml and not any(map(is_speakable, word.text))
            return None if is_sign else self._written(word)
        start, stop = word.span
        if (entity := self.entity(start)) is not None:
            start = entity[0]
        if (entity := self.entity(stop - 1)) is not None:
            stop = entity[1]
        parts: list[Span] = []
        for first, last in self.tags(start, stop):
            parts.append((start, first))
            start = last
        parts.append((start, stop))
        if len(parts) == 1:
            if not any(map(is_speakable, word.text)) and self.tags(start - 1, stop + 1):
                return None  # a comma behind a tag
            return self._written(dataclasses.replace(word, span=self._in_element(parts[0])))
        spoken = [part for part in parts if any(map(is_speakable, self._text.slice(*part)))]
        if not spoken:
            return None
        span = max(spoken, key=lambda part: part[1] - part[0])
        text = self._text.slice(*span)
        return self._written(dataclasses.replace(word, text=text, span=self._in_element(span)))

    def _in_element(self, span: Span) -> Span:
        """Return all of the word that an element gives another pronunciation, of a part of it.

        Phonemes may have been told for it, some of which are like its letters.
        """
        start, stop = span
        element = self.parted(start) or self.parted(stop)
        if element is None or not self.has_ssml or self._text.slice(*element)[:1] != "<":
            return span
        text = self.bare.slice(*element)
        first, last = start - element[0], stop - element[0]
        while first and not text[first - 1].isspace():
            first -= 1
        while last < len(text) and not text[last].isspace():
            last += 1
        return first + element[0], last + element[0]

    def _written(self, word: Word) -> Word:
        if not self.has_ssml or "&" not in word.text:
            return word
        return dataclasses.replace(word, text=ssml.unescaped(word.text))

    def _around(self, start: int, stop: int) -> tuple[int, str]:
        """Return a part of the text with all that may be markup in another, and its place."""
        begin = max(0, start - _REACH)
        return begin, self._text.slice(begin, stop + _REACH)


class _BareText:
    """A text with blanks in the place of SSML tags, and entities as their characters."""

    def __init__(self, text: TextSoFar, within_word: str) -> None:
        self._text = text
        self._within_word = within_word

    @property
    def length(self) -> int:
        """How many characters have come."""
        return self._text.length

    def slice(self, start: int, stop: int) -> str:
        """Return the characters from ``start`` to before ``stop``, as far as they have come."""
        begin = max(0, start - ssml.LONGEST)
        text = self._text.slice(begin, stop + ssml.LONGEST)
        parts: list[str] = []
        end = 0
        for first, last in ssml.markup_spans(text):
            parts += text[end:first], self._in_place_of(text, first, last)
            end = last
        return "".join([*parts, text[end:]])[start - begin : stop - begin]

    def _in_place_of(self, text: str, first: int, last: int) -> str:
        if text[first] == "&":
            return ssml.unescaped(text[first:last])[:1].ljust(last - first)
        is_within = text[:first][-1:].strip() and text[last : last + 1].strip()
        blank = self._within_word if is_within and not _DIVIDES.match(text, first) else " "
        return blank * (last - first)


def _touching(spans: list[Span], begin: int, start: int, stop: int) -> list[Span]:
    """Return the spans that touch a part of a text, by their place in it."""
    moved = [(first + begin, last + begin) for first, last in spans]
    return [(first, last) for first, last in moved if first < stop and last > start]
