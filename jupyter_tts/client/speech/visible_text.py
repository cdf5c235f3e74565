"""A text as a reader sees it: without the SSML in it."""

from __future__ import annotations

import bisect
import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ...wire.alignment import Word
from ...wire.ssml import break_spans, markup_spans, unescaped
from .string_alignment import is_letter
from .turns import Turn

__all__ = ["VisibleText"]

# Tags between which there may be no white space, and that part words all the same.
_PARTS_WORDS: Final = re.compile(r"</?(?:break|p|s)\b", re.IGNORECASE)


class VisibleText:
    """A text without markup, and where in it the parts of the text are.

    White space on both sides of a tag is that on one side.

    Parameters
    ----------
    text : str
    ssml : bool, optional
        Whether there may be markup in it. Without any it is the text.

    Attributes
    ----------
    source : str
        The text that was given.
    text : str
        Without markup.
    pauses : tuple of int
        Where in it breaks are.
    """

    def __init__(self, text: str, *, ssml: bool = False) -> None:
        self.source = text
        self._starts: list[int] = []  # of what is shown, in the text
        self._shown: list[tuple[int, int]] = []  # from where to where it is shown
        self._parts: list[str] = []
        self._length = 0
        spans = markup_spans(text) if ssml else []
        self._has_markup = bool(spans)
        if spans:
            self._build(spans)
        self.text = "".join(self._parts) if spans else text
        self.pauses = tuple(self.position(stop) for _, stop in break_spans(text) if spans)

    def position(self, place: int) -> int:
        """Return where a character of the text is shown, or what follows it."""
        if not self._has_markup:
            return place
        index = bisect.bisect_right(self._starts, place) - 1
        if index < 0:
            return 0
        start, stop = self._shown[index]
        return min(start + place - self._starts[index], stop)

    def words(self, words: Iterable[Word], reached: int = 0) -> Iterator[Word]:
        """Yield words with the parts of the shown text that they stand for.

        Signs that a tag parts from a word belong to it again: a comma behind an element.

        Parameters
        ----------
        words : iterable of Word
        reached : int, optional
            Where the part ends that the word before them stands for.
        """
        for word in words:
            if self._has_markup and word.span is not None:
                start, stop = (self.position(place) for place in word.span)
                while start > reached and self._is_sign(start - 1):
                    start -= 1
                while stop < len(self.text) and self._is_sign(stop):
                    stop += 1
                word = dataclasses.replace(word, span=(start, stop))
                reached = max(reached, stop)
            yield word

    def turns(self, turns: Sequence[Turn]) -> tuple[Turn, ...]:
        """Return turns with their places in the shown text."""
        if not (turns and self._has_markup):
            return tuple(turns)
        starts = [self.position(turn.start) for turn in turns]
        stops = [*starts[1:], len(self.text)]
        return tuple(
            dataclasses.replace(turn, start=start, text=self.text[start:stop].rstrip())
            for turn, start, stop in zip(turns, starts, stops, strict=True)
        )

    def _is_sign(self, place: int) -> bool:
        character = self.text[place]
        return not (character.isspace() or is_letter(character))

    def _build(self, spans: list[tuple[int, int]]) -> None:
        end = 0
        is_parted = False
        for start, stop in [*spans, (len(self.source), len(self.source))]:
            if end < start and self._add_text(end, start, is_parted=is_parted):
                is_parted = False
            if self.source[start:stop].startswith("&"):
                self._add(unescaped(self.source[start:stop]), start)
            is_parted = is_parted or bool(_PARTS_WORDS.match(self.source, start))
            end = stop

    def _add_text(self, start: int, stop: int, *, is_parted: bool) -> bool:
        """Show a part of the text between tags; return whether any of it is."""
        before = self._parts[-1] if self._parts else "\n"
        text = self.source[start:stop]
        white = text[: len(text) - len(text.lstrip())]
        if before[-1].isspace() and (_last_line_end(before) or "\n" not in white):
            start += len(white)
            text = text[len(white) :]
        if not text:
            return False
        if is_parted and not before[-1].isspace() and not _follows_closely(text[0]):
            self._add(" ", start)
        self._add(text, start)
        return True

    def _add(self, shown: str, start: int) -> None:
        if shown:
            self._starts.append(start)
            self._shown.append((self._length, self._length + len(shown)))
            self._parts.append(shown)
            self._length += len(shown)


def _last_line_end(text: str) -> bool:
    return "\n" in text[len(text.rstrip()) :]


def _follows_closely(character: str) -> bool:
    """Whether a character stands behind a word without white space."""
    return character.isspace() or unicodedata.category(character) in ("Pe", "Pf", "Po")
