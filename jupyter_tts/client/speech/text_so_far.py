"""A text that may still grow, and single characters of it."""

from __future__ import annotations

from typing import Final, Protocol

__all__ = ["BLOCK", "TextReader", "TextSoFar", "WholeText"]

BLOCK: Final = 256
"""Characters that are read at once."""


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
            self._start = max(0, place - BLOCK // 4)
            self._block = self._text.slice(self._start, self._start + BLOCK)
            index = place - self._start
        return self._block[index] if 0 <= index < len(self._block) else ""
