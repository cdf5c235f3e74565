"""A text in the letters that engines know: composed, and without signs that nobody sees.

macOS writes file names with each accent as a character of its own, and web pages have soft hyphens
in their words. An engine would read such a word in pieces, or leave out the letter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from .ssml import Span
from .timed_speech import TimedSpeech

__all__ = ["ComposedText", "compose"]

# Soft hyphen, word joiner, byte order mark.
_INVISIBLE: Final = frozenset("\u00ad\u2060\ufeff")


@dataclass(frozen=True)
class ComposedText:
    """A composed text, and the way back for the character times.

    Attributes
    ----------
    text : str
    indexes : tuple of int
        Per character of the original text, the index in ``text`` of the one that it became part
        of: that of the character before it for what was left out, -1 where there is none.
    """

    text: str
    indexes: tuple[int, ...]

    def restore(self, original: str, spoken: TimedSpeech) -> TimedSpeech:
        """Carry the times of the composed characters back to those of the original.

        The first of those that became one has its time; the others follow it and take none.
        """
        if self.text == original:
            return spoken
        starts: list[int] = []
        ends: list[int] = []
        previous = -1
        for index in self.indexes:
            end = spoken.ends[index] if index >= 0 else 0
            starts.append(end if index == previous else spoken.starts[index])
            ends.append(end)
            previous = index
        return replace(spoken, characters=tuple(original), starts=tuple(starts), ends=tuple(ends))


def compose(text: str, *, kept: Sequence[Span] = (), keep_marks: bool = True) -> ComposedText:
    """Compose a text.

    Parameters
    ----------
    text : str
    kept : sequence of (int, int)
        What stays as it is.
    keep_marks : bool, optional
        Whether accents stay that no letter has been composed with.
    """
    composed: list[str] = []
    indexes: list[int] = []
    verbatim = {index for first, after in kept for index in range(first, min(after, len(text)))}
    for index, character in enumerate(text):
        if index in verbatim:
            composed.append(character)
        elif character in _INVISIBLE:
            pass
        elif index - 1 not in verbatim and composed and (whole := _joined(composed[-1], character)):
            composed[-1] = whole
        elif keep_marks or not _is_mark_of_letter(composed, character):
            composed.append(character)
        indexes.append(len(composed) - 1)
    return ComposedText("".join(composed), tuple(indexes))


def _joined(letter: str, mark: str) -> str:
    """Return the one character that two are together, "" if there is none."""
    if mark.isascii():
        return ""
    whole = unicodedata.normalize("NFC", letter + mark)
    return whole if len(whole) == 1 else ""


def _is_mark_of_letter(composed: Sequence[str], character: str) -> bool:
    is_mark = unicodedata.combining(character) > 0
    return is_mark and bool(composed) and composed[-1].isalpha()
