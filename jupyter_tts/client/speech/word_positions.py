"""Which parts of a text the words stand for that a server tells, and how the text shows them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Final

from ...wire.alignment import Word, is_word_boundary
from .markup import Markup
from .string_alignment import NOWHERE, is_letter
from .text_matching import TextMatcher
from .text_so_far import TextReader, WholeText

__all__ = ["default_gap", "new_part", "not_before", "place_words", "shown_words", "word_span"]

# Characters told, of which one stands for something in the text.
_NEAR: Final = 40
# Characters within which a word's end is looked for: a bound on time.
_LONGEST: Final = 1_000


def place_words(text: str, words: Iterable[Word], *, ssml: bool = False) -> tuple[Word, ...]:
    """Return the words of a whole speech with their spans in its text."""
    words = tuple(words)
    markup = Markup(WholeText(text), ssml=ssml)
    matcher, reader = TextMatcher(WholeText(text), markup=markup), TextReader(markup.bare)
    characters: list[str] = []
    bounds: list[tuple[int, int]] = []
    length, last = 0, ""
    for word in words:
        gap = default_gap(last, word.text)
        characters += gap, word.text
        bounds.append((length + len(gap), length + len(gap) + len(word.text)))
        length, last = bounds[-1][1], word.text
    matcher.add("".join(characters))
    placed: list[Word] = []
    latest: tuple[int, int] | None = None
    lowest = 0
    for word, (first, stop) in zip(words, bounds, strict=True):
        span = not_before(word_span(matcher, reader, first, stop, lowest), latest)
        latest = span or latest
        placed.append(dataclasses.replace(word, span=span))
        lowest = max([lowest, *(place + 1 for place in matcher.places[first:stop])])
    return markup.outside(placed)


def not_before(
    span: tuple[int, int] | None, latest: tuple[int, int] | None
) -> tuple[int, int] | None:
    """Return the part of a text that a word stands for; the latest word's if that begins later."""
    return latest if span and latest and span[0] < latest[0] else span


def word_span(
    matcher: TextMatcher, reader: TextReader, first: int, stop: int, lowest: int
) -> tuple[int, int] | None:
    """Return which part of a text a word stands for, None for none of it.

    Of a word that is written differently it is all of what is written there: "21", and not "2".
    The words of a number that are more than its digits share it.

    Parameters
    ----------
    matcher : TextMatcher
    reader : TextReader
        Of its text.
    first, stop : int
        From which of the characters told to before which.
    lowest : int
        Where the part may begin at the earliest.
    """
    placed = [index for index in range(first, stop) if matcher.places[index] != NOWHERE]
    if not placed:
        return _shared_span(matcher, reader, first, stop, lowest)
    if all(matcher.exact[first:stop]):
        return matcher.places[placed[0]], matcher.places[placed[-1]] + 1
    return _grown(matcher, reader, placed[0], placed[-1], lowest)


def _grown(
    matcher: TextMatcher, reader: TextReader, first: int, last: int, lowest: int
) -> tuple[int, int]:
    """Return what is written where two of the characters told stand, up to the next that is."""
    start, end = matcher.places[first], matcher.places[last] + 1
    while start > lowest and not reader.at(start - 1).isspace():
        start -= 1
    same = (matcher.places[index] for index in _behind(matcher, last + 1) if matcher.exact[index])
    highest = next(same, end + _LONGEST)
    while end < highest and is_letter(reader.at(end) or " "):
        end += 1
    return start, end


def _shared_span(
    matcher: TextMatcher, reader: TextReader, first: int, stop: int, lowest: int
) -> tuple[int, int] | None:
    """Return what is written where a word was told that has no characters of its own there."""
    behind = _next_placed(matcher, _behind(matcher, stop))
    if behind is not None:
        if _is_changed(matcher, behind, 1):
            return _grown(matcher, reader, behind, behind, lowest)
        between = range(lowest, min(matcher.places[behind], lowest + _NEAR + 1))
        letters = [place for place in between if is_letter(reader.at(place))]
        if letters and len(between) <= _NEAR:
            return letters[0], letters[-1] + 1
    before = _next_placed(matcher, range(first - 1, max(first - _NEAR, 0) - 1, -1))
    if before is not None and _is_changed(matcher, before, -1):
        return _grown(matcher, reader, before, before, 0)
    return None


def _behind(matcher: TextMatcher, stop: int) -> range:
    return range(stop, min(stop + _NEAR, len(matcher.told)))


def _next_placed(matcher: TextMatcher, indexes: range) -> int | None:
    """Return the first of some characters told that stands for one of the text."""
    return next((index for index in indexes if matcher.places[index] != NOWHERE), None)


def _is_changed(matcher: TextMatcher, index: int, step: int) -> bool:
    """Whether a word told has, from one of its characters on, any that the text has not."""
    while 0 <= index < len(matcher.told) and not matcher.told[index].isspace():
        if not matcher.exact[index]:
            return True
        index += step
    return False


def new_part(text: str, word: Word, reached: int) -> tuple[int, int] | None:
    """Return the part of a text that a word stands for, and no word before it; None without one.

    Parameters
    ----------
    text : str
    word : Word
    reached : int
        Where the part ends that the words before stand for.
    """
    if word.span is None:
        return None
    start, stop = max(reached, word.span[0]), min(word.span[1], len(text))
    while start < stop and text[start].isspace():
        start += 1
    return (start, stop) if start < stop else None


def shown_words(text: str, words: Iterable[Word]) -> Iterator[tuple[str | None, Word]]:
    """Yield words as their text shows them, each with the text between it and the one before.

    Words that stand for the same part of the text are one, which sounds as long as they do. A word
    that stands for none of it has None for the text before it, and is as the server wrote it.
    """
    latest: tuple[str | None, Word] | None = None
    reached = 0
    for word in words:
        part = new_part(text, word, reached)
        if part is None and word.span is not None and reached and latest is not None:
            gap, before = latest
            latest = gap, dataclasses.replace(before, end=max(before.end, word.end))
            continue
        if latest is not None:
            yield latest
        if part is None:
            latest = None, dataclasses.replace(word, span=None)
        else:
            start, stop = part
            shown = dataclasses.replace(word, text=text[start:stop], span=part)
            latest = text[reached:start], shown
            reached = stop
    if latest is not None:
        yield latest


def default_gap(before: str, word: str) -> str:
    """Return what stands between two words where the text does not say: a space, or nothing."""
    return "" if before and word and is_word_boundary(before[-1], word[0]) else " "
