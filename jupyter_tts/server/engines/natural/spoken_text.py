"""What of a text reaches the natural voice: cleaned and, on request, digit by digit."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from ..spoken_text import Element, SpokenText, digits_apart, speakable
from ..ssml import PhonemeElement, Span, phoneme_elements
from ..text_pieces import ends_clause
from .emoji_names import emoji_names
from .phonemes import model_phonemes

__all__ = ["pauses_after", "prepare"]

# The package has words for these.
_READ: Final = "²³½¼¾"
_HYPHEN: Final = re.compile("[-\u2010-\u2013]")
_HYPHENATED: Final = re.compile(rf"\d+(?:{_HYPHEN.pattern}\d+)+")
_SLASH: Final = "\N{FRACTION SLASH}"


@dataclass(frozen=True, slots=True)
class _NamedEmoji:
    """An emoji whose name is spoken, by its place in the text: an `Element` that is all word."""

    whole: Span
    name: str

    @property
    def word(self) -> Span:
        """The whole of it."""
        return self.whole


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
    writer = _Writer(read_digits)
    parts: list[PhonemeElement | _NamedEmoji] = [_NamedEmoji(*emoji) for emoji in emoji_names(text)]
    parts += phoneme_elements(text) if markup else ()
    start = 0
    for part in sorted(parts, key=lambda part: part.whole):
        writer.add(text[start : part.whole[0]])
        if isinstance(part, _NamedEmoji):
            writer.add_emoji(part)
        else:
            writer.add_element(text[slice(*part.word)], part)
        start = part.whole[1]
    writer.add(text[start:])
    return SpokenText(
        "".join(writer.spoken),
        tuple(writer.indexes),
        tuple(writer.elements),
        tuple(writer.unread),
    )


class _Writer:
    """Writes a spoken text and notes where every character goes."""

    def __init__(self, read_digits: bool) -> None:
        self.spoken: list[str] = []
        self.indexes: list[int] = []
        self.elements: list[tuple[Element, Span]] = []
        self.unread: list[str] = []
        self._read_digits = read_digits

    def add(self, text: str) -> None:
        """Write a text as it is."""
        previous = ""
        apart = digits_apart(text, read_digits=self._read_digits)
        pauses = _pauses_between_digits(text) if self._read_digits else set()
        apart |= {index + 1 for index in pauses}  # "5,1" would be fifty-one
        for index, character in enumerate(text):
            if (
                index in apart
                or _is_number_sign(character)
                or (previous == "]" and character == "(")
            ):
                self.spoken.append(" ")
            self.indexes.append(len(self.spoken))
            self.spoken.extend("," if index in pauses else _plain(character))
            previous = character

    def add_element(self, word: str, element: PhonemeElement) -> None:
        """Write a word with its pronunciation."""
        phonemes = model_phonemes(element.alphabet, element.pronunciation)
        # A bracket inside would end the notation early.
        is_notation = phonemes is not None and not set(word) & set("[]()")
        self.unread += [] if is_notation else [word]
        self.spoken.extend("[" if is_notation else "")
        # The letters of the word and of its phonemes share its time.
        notation = f"](/{phonemes}" if is_notation else ""
        self._add_whole(element, "".join(map(_plain, word)) + notation)
        self.spoken.extend("/)" if is_notation else "")

    def add_emoji(self, emoji: _NamedEmoji) -> None:
        """Write the name of an emoji, apart from that of one before it."""
        if "".join(self.spoken[-1:]).isalnum():
            self.spoken.extend(", ")
        self._add_whole(emoji, emoji.name)

    def _add_whole(self, element: Element, spoken: str) -> None:
        first = len(self.spoken)
        self.spoken.extend(spoken)
        self.elements.append((element, (first, len(self.spoken))))
        self.indexes.extend([first] * (element.whole[1] - element.whole[0]))


def _pauses_between_digits(text: str) -> set[int]:
    """Where a hyphen parts the digits of a telephone number or a date, and is no "to"."""
    hyphens: set[int] = set()
    for match in _HYPHENATED.finditer(text):
        lengths = [len(group) for group in _HYPHEN.split(match.group())]
        if len(lengths) > 2 or (max(lengths) > 3 and min(lengths) < max(lengths)):
            hyphens.update(hyphen.start() for hyphen in _HYPHEN.finditer(text, *match.span()))
    return hyphens


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
