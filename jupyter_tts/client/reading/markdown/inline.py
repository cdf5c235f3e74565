"""What is spoken of a block's text.

A character that may begin an element opens a window. The element is looked for each time the
window grows by a character that may end it, whatever tokens the characters come in; until then
nothing of it is spoken. So the spoken form depends on the text alone. Where a sentence ends in a
window, a decision is made at once, so that no sentence is spoken later than it would be as it
stands.
"""

from __future__ import annotations

import itertools
import re
from typing import Final

from ..spoken_output import SpokenOutput
from .elements import LONGEST, STOPS, Context, Element, Finder, Markdown, literal
from .emphasis import MARKS, Emphasis
from .formulas import LONGEST_FORMULA, dollar
from .links import address, bracket, image, tag
from .marks import backslash, code, emoji, hashes, marks, reference, ticks

__all__ = ["InlineReader"]

_FINDERS: Final[dict[str, Finder]] = {
    **dict.fromkeys(MARKS, marks),
    "`": code,
    "[": bracket,
    "!": image,
    "<": tag,
    "&": reference,
    "\\": backslash,
    "$": dollar,
    "h": address,
    "w": address,
    "#": hashes,
}
_SPECIAL: Final = re.compile(
    r"[*_~`\[<&\\$!#\u203c\u2049\u2139\u231a-\u23ff\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55"
    r"\u20e3\ufe0f\u3030\u303d\U0001f000-\U0001faff]|(?<![^\W_])(?:h(?=t|$)|w(?=w|$))"
)
# What an element ends with, where few characters can; only then is it looked for.
_ENDS: Final = {
    **{mark: STOPS | {mark} for mark in f"{MARKS}`"},
    **dict.fromkeys("[!", STOPS | set("[]() \t\n")),
    "\\": STOPS | {")", "]"},
}
# Characters that tell whether there can be an element.
_CERTAIN: Final = 4
# Lengths at which it is given up.
_LIMITS: Final = (LONGEST + 1, LONGEST_FORMULA + 1)


class InlineReader:
    """Reads the text of one block after the other.

    Parameters
    ----------
    output : SpokenOutput
    markdown : Markdown
    """

    def __init__(self, output: SpokenOutput, markdown: Markdown) -> None:
        self._output = output
        self._context = Context(markdown)
        self._text = ""  # what is not decided yet
        self._places: list[int] = []  # in the original
        self._tried = 0  # characters of it that were looked at
        self._begun = 0  # characters that are decided
        self._searched: dict[str, int] = {}  # up to where the end of such an element is not
        # From the first emoji on in a block without a word so far, each with whether it is one.
        self._wordless: list[tuple[str, list[int], bool]] = []
        self._skips_space = False
        self._is_behind_image = False

    def begin_heading(self) -> None:
        """Note that the next block is a heading."""
        self._context.in_heading = True

    def feed(self, text: str, place: int) -> None:
        """Take more of a block's text.

        Parameters
        ----------
        text : str
        place : int
            Where it begins in the original.
        """
        self._text += text
        self._places.extend(range(place, place + len(text)))
        self._read(ended=False)

    def end(self) -> None:
        """End the block."""
        self._read(ended=True)
        self._release(emoji=True)
        self._context = Context(self._context.markdown)
        self._skips_space = self._is_behind_image = False

    def _read(self, *, ended: bool) -> None:
        while self._text:
            match = _SPECIAL.search(self._text)
            if match is None:
                self._consume(literal(len(self._text)))
            elif match.start():
                self._consume(literal(match.start()))
            else:
                element = self._decide(ended=ended)
                if element is None:
                    return
                self._consume(element)

    def _decide(self, *, ended: bool) -> Element | None:
        """Return what the window begins with, as soon as that is certain."""
        find = _FINDERS.get(self._text[0], emoji)
        self._context.tail = self._output.tail
        for length in self._lengths():
            if element := find(self._text[:length], False, self._context):
                self._note_search(element, length)
                return element
        self._tried = len(self._text)
        if not ended:
            return None
        element = find(self._text, True, self._context) or literal(1)
        self._note_search(element, len(self._text))
        return element

    def _lengths(self) -> itertools.chain[int]:
        """Return the lengths at which the window may end an element, and was not looked at."""
        text, ends = self._text, _ENDS.get(self._text[0])
        searched = self._searched.get(self._key, 0) - self._begun
        certain = range(self._tried + 1, min(_CERTAIN, len(text)) + 1)
        others = range(max(self._tried + 1, _CERTAIN + 1, searched), len(text) + 1)
        return itertools.chain(
            certain,
            (n for n in others if n in _LIMITS or _may_end(text[n - 1], text[n - 2], ends)),
        )

    @property
    def _key(self) -> str:
        """What tells the end of the element that is looked for."""
        first = self._text[0]
        if first == "\\":
            return self._text[:2]
        return Emphasis.run_of(self._text) or ticks(self._text) or first

    def _note_search(self, element: Element, length: int) -> None:
        """Note that no end was found, so that it is not looked for from each of many beginnings."""
        first = self._text[0]
        is_text = element.is_literal or (first == "\\" and element.text is None)
        unclosed = is_text and (first != "[" or "]" not in self._text[:length])
        if length > _CERTAIN and (unclosed or first in MARKS):
            self._searched[self._key] = self._begun + length

    def _consume(self, element: Element) -> None:
        """Speak what an element says, and go on behind it."""
        text, places = self._text[: element.length], self._places[: element.length]
        self._text = self._text[element.length :]
        del self._places[: element.length]
        self._tried = 0
        self._begun += element.length
        spoken, where = text[element.start : element.stop], places[element.start : element.stop]
        if element.text is not None:
            self._note_words()
            where = where or places
            self._output.replace(element.text, where[0], where[-1] + 1)
        elif element.nested:
            self._note_words()
            self._read_inside(spoken, where, text[element.start - 1])
        elif element.is_emoji:
            self._pass_emoji(text, places)
        elif spoken:
            self._speak(spoken, where)
            self._is_behind_image = element.is_image and self._context.has_words
        else:
            self._pass_over()
        self._context.before = text[-1]
        self._context.label_end = None

    def _read_inside(self, text: str, places: list[int], before: str) -> None:
        inner = InlineReader(self._output, self._context.markdown)
        inner._context.before = before
        inner._text, inner._places = text, places
        inner.end()

    def _pass_emoji(self, text: str, places: list[int]) -> None:
        if not self._context.has_words:
            self._wordless.append((text, places, True))
        self._pass_over()

    def _pass_over(self) -> None:
        """Speak nothing, and so no space on both sides of it."""
        tail = self._output.tail
        self._skips_space = not tail or tail[-1].isspace()

    def _speak(self, text: str, places: list[int]) -> None:
        if self._skips_space:
            self._skips_space = False
            if text[0] == " ":
                text, places = text[1:], places[1:]
        if not self._context.has_words and any(map(str.isalnum, text)):
            self._note_words()
        if self._is_behind_image and text[:1].isspace():
            self._output.close(places[0])
        self._is_behind_image = False
        if self._wordless:
            self._wordless.append((text, places, False))
        else:
            self._output.exact(text, places)

    def _note_words(self) -> None:
        self._context.has_words = True
        self._release(emoji=False)

    def _release(self, *, emoji: bool) -> None:
        """Speak what was held behind an emoji, and emoji only where there are no words."""
        for text, places, is_emoji in self._wordless:
            if emoji or not is_emoji:
                self._output.exact(text, places)
        self._wordless.clear()


def _may_end(last: str, before: str, ends: frozenset[str] | None) -> bool:
    """Whether an element may end with one of two characters."""
    if ends is None:
        return not (last.isalnum() and before.isalnum())
    return last in ends or before in ends
