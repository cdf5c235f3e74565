"""What of a text reaches a Piper voice: cleaned and, on request, digit by digit."""

from __future__ import annotations

from dataclasses import dataclass

from ..spoken_text import Element, SpokenText, digits_apart, speakable
from ..ssml import Span, phoneme_elements
from ..text_pieces import ends_clause
from .pronunciations import ipa

__all__ = ["PiperText", "pauses_after", "prepare"]


@dataclass(frozen=True)
class PiperText(SpokenText):
    """A text made ready for a Piper voice.

    Attributes
    ----------
    pronunciations : tuple of (first, after, phonemes)
        What stands between two places in ``text`` is spoken so.
    """

    pronunciations: tuple[tuple[int, int, str], ...] = ()


def prepare(text: str, *, read_digits: bool = False, markup: bool = False) -> PiperText:
    """Make a text safe to speak.

    Parameters
    ----------
    text : str
        Any text.
    read_digits : bool
        Put a space between neighbouring digits, so that ``42`` is read "four two".
    markup : bool
        Speak the words in phoneme elements by their pronunciation.
    """
    spoken: list[str] = []
    indexes: list[int] = []
    elements: list[tuple[Element, Span]] = []
    pronunciations: list[tuple[int, int, str]] = []

    def add(part: str) -> None:
        apart = digits_apart(part, read_digits=read_digits)
        for index, character in enumerate(part):
            if index in apart:
                spoken.append(" ")
            indexes.append(len(spoken))
            spoken.append(speakable(character))

    start = 0
    for element in phoneme_elements(text) if markup else ():
        add(text[start : element.whole[0]])
        start = element.whole[1]
        first = len(spoken)
        spoken.extend(speakable(character) for character in text[slice(*element.word)])
        elements.append((element, (first, len(spoken))))
        indexes.extend([first] * (element.whole[1] - element.whole[0]))
        if phonemes := ipa(element.alphabet, element.pronunciation):
            pronunciations.append((first, len(spoken), phonemes))
    add(text[start:])
    return PiperText(
        "".join(spoken), tuple(indexes), tuple(elements), pronunciations=tuple(pronunciations)
    )


def pauses_after(text: str) -> bool:
    """Whether a pause follows this text when more text follows: it ends a clause or a line."""
    return ends_clause(text) or text.rstrip(" \t").endswith("\n")
