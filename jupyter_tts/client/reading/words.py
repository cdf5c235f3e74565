"""Finds certain words in a text that comes bit by bit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["TextPart", "WordFinder", "may_part"]

_APOSTROPHES: Final = "'’ʼ"
_HYPHENS: Final = "-‐‑"
_BLANKS: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
# What typists and typesetters write for one another; a line may break in a word of two.
_ALIKE: Final = (_APOSTROPHES, _HYPHENS, _BLANKS)
_JOINERS: Final = "\u200c\u200d"
# What stands behind an apostrophe and is no word of its own.
_ENDINGS: Final = frozenset({"s", "t", "d", "m", "re", "ll", "ve"})
# Scripts that are written without spaces, or with particles behind a word, so that a word begins
# and ends anywhere: Thai and Lao, Burmese, Khmer, kana, Han, Hangul.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class TextPart:
    """A part of a text.

    Attributes
    ----------
    text : str
    word : str or None
        Which word it is, if it is one.
    ending : str
        What its text has behind the word: ``'s``.
    """

    text: str
    word: str | None = None
    ending: str = ""


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write a word: for each of its characters, those that may stand there."""

    word: str
    characters: tuple[str, ...]


class WordFinder:
    """Cuts a text at words, and holds back what may yet become one.

    A word is found where it stands by itself, also with ``'s`` behind it; of several the longest.
    Capitals count, but a word that is all in lower case is found with a first capital, too.

    Parameters
    ----------
    words : iterable of str
        None of them empty.
    """

    def __init__(self, words: Iterable[str]) -> None:
        words = list(words)
        forms = {written: word for word in words for written in _composed_or_not(word)}
        for word in words:
            if word == word.lower():
                for written in _composed_or_not(word[0].upper() + word[1:]):
                    forms.setdefault(written, word)
        self._by_first: dict[str, list[_Form]] = {}
        for written in sorted(forms, key=len, reverse=True):
            form = _Form(forms[written], tuple(map(_alike, written)))
            for first in form.characters[0]:
                self._by_first.setdefault(first, []).append(form)
        self._first = re.compile(f"[{''.join(map(re.escape, self._by_first))}]")
        self._held = ""
        self._before = ""  # the two characters before what is held

    def feed(self, text: str, *, ended: bool = False) -> Iterator[TextPart]:
        """Yield the text that is certain, in parts.

        Parameters
        ----------
        text : str
        ended : bool, optional
            Whether no more comes, so that all is certain.
        """
        text, begin = self._before + self._held + text, len(self._before)
        position = begin
        while (match := self._first.search(text, position)) is not None:
            position = match.start()
            stop, word = self._at(text, position, ended)
            if stop is None:
                break
            if word is None:
                position += 1
                continue
            if begin < position:
                yield TextPart(text[begin:position])
            ending = _possessive(text, stop)
            begin = stop + len(ending)
            yield TextPart(text[position:begin], word, ending)
            position = begin
        else:
            position = len(text)
        if begin < position:
            yield TextPart(text[begin:position])
        self._before, self._held = text[max(0, position - 2) : position], text[position:]

    def _at(self, text: str, start: int, ended: bool) -> tuple[int | None, str | None]:
        """Return where the longest word from here ends, and which; None for it if more decides."""
        before = text[start - 1] if start else ""
        if before and not may_part(before, text[start]):
            return start, None
        behind_letter = before in _APOSTROPHES and start > 1 and _is_letter(text[start - 2])
        for form in self._by_first[text[start]]:
            there = text[start : start + len(form.characters)]
            if not all(map(str.__contains__, form.characters, there)):
                continue
            if behind_letter and form.word.lower() in _ENDINGS:
                continue
            whole = len(there) == len(form.characters)
            ends = _ends(text, start + len(there), ended) if whole else None
            if ends is None and not ended:
                return None, None
            if ends:
                return start + len(there), form.word
        return start, None


def _possessive(text: str, stop: int) -> str:
    """Return what makes a possessive of a word that ends before a place, "" for nothing."""
    ending = text[stop : stop + 2]
    is_one = ending[:1] in _APOSTROPHES and ending[1:] in ("s", "S") and len(ending) == 2
    return ending if is_one and _is_letter(text[stop - 1]) else ""


def _ends(text: str, stop: int, ended: bool) -> bool | None:
    """Whether a word ends before a place; None if what follows decides."""
    last, behind = text[stop - 1], text[stop : stop + 3]
    if not _is_letter(last):
        return True
    if behind[:1] and behind[0] in _APOSTROPHES and not _UNSPACED.match(last):
        behind = behind[1:]
        if behind[:1] in ("s", "S"):
            behind = behind[1:]
        elif behind and _is_letter(behind[0]):
            return False  # can't
    return may_part(last, behind[0]) if behind else ended or None


def may_part(before: str, behind: str) -> bool:
    """Whether a word may end between two characters."""
    if not (_is_letter(before) and _is_letter(behind)):
        return True
    is_mark = unicodedata.category(behind).startswith("M") or behind in _JOINERS
    return not is_mark and bool(_UNSPACED.match(before) or _UNSPACED.match(behind))


def _is_letter(character: str) -> bool:
    return (
        character.isalnum()
        or character == "_"
        or character in _JOINERS
        or unicodedata.category(character).startswith("M")
    )


def _composed_or_not(word: str) -> list[str]:
    return [word, unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)]


def _alike(character: str) -> str:
    return next((alike for alike in _ALIKE if character in alike), character)
