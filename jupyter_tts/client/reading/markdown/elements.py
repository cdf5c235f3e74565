"""What an element inside a line may be, and what decides whether it is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ..sentences import Ending, ending
from .emphasis import MARKS, Emphasis

__all__ = ["LONGEST", "STOPS", "Context", "Element", "Finder", "Markdown", "literal"]

STOPS: Final = frozenset(".!?…。！？")
# Characters in which an element must end.
LONGEST: Final = 500


@dataclass(slots=True)
class Markdown:
    """What is known of a text's Markdown.

    Attributes
    ----------
    seen : bool
        Whether the text is Markdown: from the first sign of it on, or from the beginning.
    language : str
    code_lines : list of int
        The lines of each code block that is not spoken.
    images : int
        Images without a description.
    has_struck : bool
        Whether something struck out is not spoken.
    """

    seen: bool
    language: str
    code_lines: list[int] = field(default_factory=list)
    images: int = 0
    has_struck: bool = False

    @property
    def left_out(self) -> list[str]:
        """What of the text is not spoken, in words."""
        said: list[str] = []
        blocks = [*filter(None, self.code_lines)]
        if blocks:
            lines = "1 line" if sum(blocks) == 1 else f"{sum(blocks):,} lines"
            count = "a code block" if len(blocks) == 1 else f"{len(blocks)} code blocks"
            said.append(f"{count} of {lines}")
        if self.has_struck:
            said.append("struck-out text")
        if images := self.images:
            count = "an image" if images == 1 else f"{images} images"
            said.append(f"{count} without a description")
        return said


@dataclass(frozen=True, slots=True)
class Element:
    """What a window begins with.

    Attributes
    ----------
    length : int
        Of it, in characters.
    start, stop : int
        Which of them are spoken.
    text : str or None
        What is spoken for those, or for all if there are none, instead.
    nested : bool
        Whether what is spoken may hold elements itself.
    is_literal : bool
        Whether it is text as it stands.
    is_emoji : bool
    is_image : bool
    """

    length: int
    start: int = 0
    stop: int = 0
    text: str | None = None
    nested: bool = False
    is_literal: bool = False
    is_emoji: bool = False
    is_image: bool = False


def literal(length: int) -> Element:
    """Return so many characters of text as they stand."""
    return Element(length, 0, length, is_literal=True)


@dataclass(slots=True)
class Context:
    """What stands before a window.

    Attributes
    ----------
    markdown : Markdown
    emphasis : Emphasis
    before : str
        The character before, "" at the beginning of a block.
    tail : str
        What was spoken last.
    has_words : bool
        Whether the block has had a word.
    in_heading : bool
    unpaired : set of str
        Stars and underscores of the block that are text.
    label_end : int or None
        Where the bracket closes that the window begins with, once that is known.
    """

    markdown: Markdown
    emphasis: Emphasis = field(default_factory=Emphasis)
    before: str = ""
    tail: str = ""
    has_words: bool = False
    in_heading: bool = False
    unpaired: set[str] = field(default_factory=set)
    label_end: int | None = None

    @property
    def is_behind_word(self) -> bool:
        """Whether the window stands behind a letter or digit of ASCII, as an index does in code."""
        return self.before.isalnum() and self.before.isascii()

    def sentence_ends(self, window: str) -> bool:
        """Whether a sentence ends with a window, or did before the white space at its end."""
        text = window.lstrip(MARKS)  # a number between them is that of a list
        last = text[-2:-1] if text[-1:].isspace() else text.rstrip(MARKS)[-1:]
        if not last or last not in STOPS:
            return False
        return ending(self.tail + text, self.markdown.language) is Ending.SENTENCE

    def gives_up(self, window: str, longest: int = LONGEST) -> bool:
        """Whether an element that has not ended is none; it may hold a full stop, in a name say."""
        return len(window) > longest or (window[-1].isspace() and self.sentence_ends(window))


Finder = Callable[[str, bool, Context], Element | None]
"""Looks for an element at the beginning of a window, which has grown by a character.

Takes the window, whether no more comes in the block, and what stands before. Returns None as long
as that is not certain.
"""
