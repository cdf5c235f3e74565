"""The phonemes of a text, in the IPA as Piper's voices were taught it, by libespeak-ng."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from ..espeak_library import open_library
from ..phoneme_rows import STRESS
from ..text_pieces import CLAUSE_END, CLOSING

__all__ = ["Phonemizer"]

# speak_lib.h, eSpeak NG 1.52
CHARS_UTF8 = 1
PHONEMES_IPA = 0x02

# A clause ends where white space follows its punctuation; Chinese and Japanese have none there.
_BREAK = re.compile(
    rf"[{re.escape(CLAUSE_END)}]+[{re.escape(CLOSING)}]*(?=\s|\Z)|[。，、；：？！]+|\n"
)
_SENTENCE_END = frozenset(".!?…‼⁇⁏。！？؟।॥\n")
# What the models know of a clause's end.
_MARKS = {
    **{mark: mark for mark in ".,;:!?"},
    **dict.fromkeys("…。।॥\n", "."),
    **dict.fromkeys("—–，、،", ","),
    **dict.fromkeys("？؟⁇", "?"),
    **dict.fromkeys("！‼", "!"),
    **dict.fromkeys("；؛", ";"),
    "：": ":",
}
_PIPER_MARKS = frozenset(_MARKS.values())
# After these a full stop ends no sentence.
_TITLES = frozenset(
    ["Dr", "Mr", "Mrs", "Ms", "Prof", "St", "Sr", "Jr", "vs", "Hr", "Fr", "Nr", "Mme", "Sra", "Dra"]
)
_LONGEST_ABBREVIATION = 3
_LAST_WORD = re.compile(r"\w+\Z")
_WORD = re.compile(r"\S+")
# eSpeak NG marks where it changes the language of its rules: "(en)njuː(de)".
_LANGUAGE_MARK = re.compile(r"\([^)]*\)")

Phoneme = tuple[str, int | None]


class Phonemizer:
    """libespeak-ng, initialised once per process.

    Parameters
    ----------
    directory : str
        The directory that holds the library and ``espeak-ng-data``.

    Raises
    ------
    OSError
        When the library cannot be loaded or finds no data.
    """

    def __init__(self, directory: str) -> None:
        self._library, _ = open_library(directory)
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._voice = ""

    def use(self, voice: str) -> None:
        """Take the rules of an eSpeak NG voice.

        Raises
        ------
        ValueError
            When there is none of this name.
        """
        if voice == self._voice:
            return
        # Another version of eSpeak NG may call it fr-fr, or fr.
        names = dict.fromkeys((voice, voice.partition("-")[0]))
        if all(self._library.espeak_SetVoiceByName(name.encode()) != 0 for name in names):
            raise ValueError(f"eSpeak NG has no voice {voice!r}, whose phonemes it speaks from")
        self._voice = voice

    def sentences(
        self, text: str, pronunciations: Sequence[tuple[int, int, str]] = ()
    ) -> Iterator[list[Phoneme]]:
        """Return the phonemes of each sentence, each with the place of its word in the text.

        Parameters
        ----------
        text : str
        pronunciations : sequence of (first, after, phonemes)
            What stands between two places is spoken so.
        """
        sentence: list[Phoneme] = []
        for first, after, mark, ends in _clauses(text):
            clause = self._clause(text[first:after], first, pronunciations)
            if clause:
                sentence += [(" ", None)] if sentence else []
                sentence += clause
                sentence += [(mark, None)] if mark else []
            elif ends and sentence and sentence[-1][0] not in _PIPER_MARKS:
                sentence.append((mark, None))
            if ends and sentence:
                yield sentence
                sentence = []
        if sentence:
            yield sentence

    def _clause(
        self, text: str, offset: int, pronunciations: Sequence[tuple[int, int, str]]
    ) -> list[Phoneme]:
        spoken = self._phonemes(text)
        inside = [
            (first - offset, after - offset, phonemes)
            for first, after, phonemes in pronunciations
            if offset <= first and after <= offset + len(text)
        ]
        words = list(_words(text, {edge for first, after, _ in inside for edge in (first, after)}))
        owners = _owners(spoken, [(start, self._phonemes(word)) for start, word in words])
        given: dict[int, str] = {}
        for first, after, phonemes in inside:
            starts = [start for start, _ in words if first <= start < after] or [first]
            # In place of the first word, and of the others nothing.
            given.update(dict.fromkeys(starts, "") | dict.fromkeys(starts[:1], phonemes))
        return list(_with_given(spoken, owners, given, offset))

    def _phonemes(self, text: str) -> str:
        content = ctypes.create_string_buffer(text.encode("utf-8", "replace"))
        place = ctypes.c_void_p(ctypes.addressof(content))
        parts = []
        while place.value:
            part = self._library.espeak_TextToPhonemes(
                ctypes.byref(place), CHARS_UTF8, PHONEMES_IPA
            )
            parts.append(part.decode("utf-8", "replace").strip() if part else "")
        joined = _LANGUAGE_MARK.sub("", " ".join(part for part in parts if part))
        return unicodedata.normalize("NFD", joined)


def _clauses(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Where each clause begins and ends, the mark after it, and whether it ends a sentence."""
    start = 0
    for match in _BREAK.finditer(text):
        if _is_abbreviation(text, match):
            continue
        marks = match.group()
        ends = any(mark in _SENTENCE_END for mark in marks)
        yield start, match.end(), _MARKS.get(marks[0], ""), ends
        start = match.end()
    yield start, len(text), "", True


def _is_abbreviation(text: str, match: re.Match[str]) -> bool:
    if match.group() != ".":
        return False
    rest = text[match.end() :].lstrip(" ")
    word = _LAST_WORD.search(text, 0, match.start())
    if word is None or not rest:
        return False
    before = word.group()
    # "etc. and" goes on; "hello. bye" is written by somebody who never uses capitals.
    is_short = len(before) <= _LONGEST_ABBREVIATION and rest[0].islower()
    return is_short or before in _TITLES or (len(before) == 1 and before.isupper())


def _words(text: str, edges: set[int]) -> Iterator[tuple[int, str]]:
    """The words that are spoken, and where they begin, cut where a given pronunciation does."""
    for match in _WORD.finditer(text):
        cuts = sorted({match.start(), match.end()} | (edges & set(range(*match.span()))))
        for start, end in pairwise(cuts):
            word = text[start:end]
            if any(unicodedata.category(character)[0] in "LNSM" for character in word):
                yield start, word


def _with_given(
    spoken: str, owners: Sequence[int | None], given: dict[int, str], offset: int
) -> Iterator[Phoneme]:
    """Put the given phonemes of a word in the place of its own."""
    pending = dict(given)
    for phoneme, owner in zip(spoken, owners, strict=True):
        if owner is None or owner not in given:
            yield phoneme, None if phoneme == " " or owner is None else offset + owner
        elif phonemes := pending.pop(owner, ""):
            yield from ((sign, offset + owner) for sign in phonemes)
        elif phoneme == " ":
            yield phoneme, None
    for owner, phonemes in pending.items():  # nothing was spoken of the word itself
        yield from [(" ", None), *((sign, offset + owner) for sign in phonemes)]


def _owners(spoken: str, words: Sequence[tuple[int, str]]) -> list[int | None]:
    """Which word each phoneme of a clause belongs to.

    Spoken alone, a word may have other phonemes than in its clause, and numbers are several words
    while "of the" is one: what both have in common is looked for.
    """
    if not words:
        return [None] * len(spoken)
    groups = spoken.split(" ")
    if len(groups) == len(words) and not any(" " in phonemes for _, phonemes in words):
        owners: list[int | None] = []
        for (place, _), group in zip(words, groups, strict=True):
            owners += [place] * (len(group) + 1)
        return owners[:-1]
    alone = [(phoneme, place) for place, phonemes in words for phoneme in phonemes]
    alone = [(phoneme, place) for phoneme, place in alone if phoneme not in STRESS | {" "}]
    heard = [index for index, phoneme in enumerate(spoken) if phoneme not in STRESS | {" "}]
    matcher = SequenceMatcher(
        None, [phoneme for phoneme, _ in alone], [spoken[index] for index in heard], autojunk=False
    )
    found: dict[int, int] = {}
    for block in matcher.get_matching_blocks():
        for offset in range(block.size):
            found[heard[block.b + offset]] = alone[block.a + offset][1]
    return _filled(spoken, found, words[0][0])


def _filled(spoken: str, found: dict[int, int], first: int) -> list[int | None]:
    """Give a phoneme without a word that of one beside it, of its own group where there is one."""
    owners: list[int | None] = []
    index = 0
    place = first
    for group in spoken.split(" "):
        known = [found[at] for at in range(index, index + len(group)) if at in found]
        place = known[0] if known else place
        for at in range(index, index + len(group)):
            place = found.get(at, place)
            owners.append(place)
        owners.append(place)
        index += len(group) + 1
    return owners[:-1]
