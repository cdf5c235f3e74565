"""What of a text reaches the natural voice: cleaned and, on request, digit by digit."""

from __future__ import annotations

import unicodedata
from typing import Final

from ..spoken_text import Element, SpokenText, digits_apart, speakable
from ..ssml import Span, phoneme_elements
from ..text_pieces import ends_clause
from .phonemes import model_phonemes

__all__ = ["pauses_after", "prepare"]

# The package has words for these.
_READ: Final = "²³½¼¾"
_SLASH: Final = "\N{FRACTION SLASH}"


def prepare(text: str, *, read_digits: bool = False, markup: bool = False) -> SpokenText:
    """Make a text safe to speak.

    The package's own notation, ``[word](/phonemes/)``, is text where it is a user's; a phoneme
    element of SSML is written in it.

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
    unread: list[str] = []

    def add(part: str) -> None:
        previous = ""
        apart = digits_apart(part, read_digits=read_digits)
        for index, character in enumerate(part):
            if (
                index in apart
                or _is_number_sign(character)
                or (previous == "]" and character == "(")
            ):
                spoken.append(" ")
            indexes.append(len(spoken))
            spoken.extend(_plain(character))
            previous = character

    start = 0
    for element in phoneme_elements(text) if markup else ():
        add(text[start : element.whole[0]])
        start = element.whole[1]
        word = text[slice(*element.word)]
        phonemes = model_phonemes(element.alphabet, element.pronunciation)
        # A bracket inside would end the notation early.
        is_notation = phonemes is not None and not set(word) & set("[]()")
        unread += [] if is_notation else [word]
        spoken.extend("[" if is_notation else "")
        first = len(spoken)
        for character in word:
            spoken.extend(_plain(character))
        # The letters of the word and of its phonemes share its time.
        spoken.extend(f"](/{phonemes}" if is_notation else "")
        elements.append((element, (first, len(spoken))))
        spoken.extend("/)" if is_notation else "")
        indexes.extend([first] * (element.whole[1] - element.whole[0]))
    add(text[start:])
    return SpokenText("".join(spoken), tuple(indexes), tuple(elements), tuple(unread))


def _is_number_sign(character: str) -> bool:
    """Whether a character is by itself a digit or a fraction, such as ``①`` and ``⅔``."""
    if unicodedata.category(character) != "No" or character in _READ:
        return False
    return character.isdigit() or _SLASH in unicodedata.normalize("NFKC", character)


def _plain(character: str) -> str:
    """Return a character as the package knows it.

    It has no sound for letters of another width or style and for most fractions, and fails at a
    digit such as ``①``.
    """
    if character.isascii():
        return speakable(character)
    plain = unicodedata.normalize("NFKC", character)
    if _is_number_sign(character):
        return plain.replace(_SLASH, "/") if _SLASH in plain else str(unicodedata.digit(character))
    is_latin = plain.isalpha() and unicodedata.name(plain[0]).startswith("LATIN")
    return plain if is_latin else speakable(character)


def pauses_after(text: str) -> bool:
    """Whether a pause follows this text when more text follows: it ends a clause or a line."""
    return ends_clause(text) or text.rstrip(" \t").endswith("\n")
