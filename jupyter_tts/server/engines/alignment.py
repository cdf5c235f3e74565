"""Computes character times from eSpeak NG's events.

eSpeak NG reports where in the text and where in the sound a word begins, and where in the sound
each phoneme begins.  Two facts shape what follows: inside numbers the reported positions drift
("1,234.50" is ten words for eight characters), and a reported length may be stale.  So a word
counts only by its position, and only where positions can be trusted; within a word, letters are
matched with phonemes.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

__all__ = ["character_times"]

# A number, within which word positions drift.
_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")

# Costs of matching letters with phonemes, in mismatches: a vowel for a consonant costs 1, the
# letter that the phoneme is named after nothing.
_SAME_KIND = 0.2  # another vowel for a vowel, another consonant for a consonant
_UNKNOWN = 0.5  # a letter that may be either, e.g. a Chinese one
_SILENT = 0.6  # a letter without a phoneme of its own: the h of "th"
_SHARED = 0.5  # a letter with one more phoneme: the x of "box"
_DIAGONAL = 0.5  # per word length that a match lies off the diagonal: decides between equals
# Beyond so many letter-phoneme pairs the characters of a "word" share its time evenly.
_MAX_PAIRS = 10_000

_VOWEL_LETTERS = frozenset("aeiouyæœøıəαεηιουωаеиоуыэюяєіѣ")
_STRESS = "',%=|"  # what may come before the sound in a phoneme's name
_VOWEL_SOUNDS = frozenset("aeiouyAEIOUVYW@&03")
_LAST_ALPHABETIC = "\u058f"  # Latin, Greek, Cyrillic, Armenian: a letter is a vowel or is not


def character_times(
    text: str,
    words: Sequence[Sequence[int]],
    phonemes: Sequence[tuple[int, str]],
    total: int,
) -> tuple[list[int], list[int]]:
    """Compute when every character starts and ends.

    Parameters
    ----------
    text : str
        What was spoken.
    words : sequence of (position, sample)
        The engine's word events: code points and samples from 0, in order of arrival.
    phonemes : sequence of (sample, name)
        The engine's phoneme events, with eSpeak NG's ASCII mnemonics; pauses begin with ``_``.
    total : int
        The length of the sound in samples.

    Returns
    -------
    starts, ends : list of int
        One sample index per character: ``0 <= start <= end <= next start <= total``.
    """
    anchors = _anchors(text, words, total)
    sounds = _in_order(phonemes, total)
    starts = [0] * len(text)
    ends = [0] * len(text)
    for (first, begin), (after, end) in pairwise(_boundaries(text, anchors, sounds, total)):
        for index in range(first, after):
            starts[index] = begin + (end - begin) * (index - first) // (after - first)
            ends[index] = begin + (end - begin) * (index - first + 1) // (after - first)
    return starts, ends


def _anchors(text: str, words: Sequence[Sequence[int]], total: int) -> list[tuple[int, int]]:
    """The word events whose position and sample both move forward, outside numbers."""
    inside = {index for match in _NUMBER.finditer(text) for index in range(*match.span())}
    inside -= {match.start() for match in _NUMBER.finditer(text)}
    anchors: list[tuple[int, int]] = []
    last_position, last_sample = -1, 0
    for position, sample in words:
        if not last_position < position < len(text) or not last_sample <= sample <= total:
            continue
        if position in inside or text[position].isspace():
            continue
        anchors.append((position, sample))
        last_position, last_sample = position, sample
    return anchors


def _in_order(phonemes: Sequence[tuple[int, str]], total: int) -> list[tuple[int, str]]:
    """The phoneme events that do not step back in time."""
    ordered: list[tuple[int, str]] = []
    last = 0
    for sample, name in phonemes:
        if last <= sample <= total:
            ordered.append((sample, name))
            last = sample
    return ordered


def _boundaries(
    text: str, anchors: list[tuple[int, int]], sounds: list[tuple[int, str]], total: int
) -> Iterator[tuple[int, int]]:
    """Points (character, sample), both never falling; in between characters share the time.

    Two points with the same character leave the time between them to nobody.
    """
    samples = [sample for sample, _ in sounds]
    yield 0, 0
    for (first, begin), (after, end) in pairwise([*anchors, (len(text), total)]):
        heard = sounds[bisect_left(samples, begin) : bisect_left(samples, end)]
        lead, stop = _letters(text, first, after)
        yield first, begin
        yield lead, begin  # an opening quote takes no time
        yield from _inside_word(text, range(lead, stop), after, heard, end)
    yield len(text), total


def _inside_word(
    text: str, letters: range, after: int, heard: list[tuple[int, str]], end: int
) -> Iterator[tuple[int, int]]:
    """The points between a word's first letter and the next word's start."""
    spoken = len(heard)
    while spoken and heard[spoken - 1][1].startswith("_"):
        spoken -= 1
    silence = heard[spoken][0] if spoken < len(heard) else end
    voiced = [(sample, name) for sample, name in heard[:spoken] if not name.startswith("_")]
    if not voiced:
        return
    yield from _inside_letters(text[letters.start : letters.stop], letters.start, voiced)
    yield letters.stop, silence
    # The pause belongs to the punctuation that asks for it, else to the space.
    tail = range(letters.stop, after)
    pause = next((index for index in tail if not text[index].isspace()), letters.stop)
    if pause < after:
        yield pause, silence
        yield pause + 1, end


def _letters(text: str, first: int, after: int) -> tuple[int, int]:
    """Where a word's letters begin and end: without opening quotes and what trails it."""
    stop = after
    while stop > first + 1 and _kind(text[stop - 1]) not in "LMN":
        stop -= 1
    lead = first
    while lead < stop - 1 and _kind(text[lead]) == "P":
        lead += 1
    return lead, stop


def _kind(character: str) -> str:
    """The general category of a character without its subdivision: L, M, N, P, S, Z or C."""
    return unicodedata.category(character)[0]


def _inside_letters(
    word: str, first: int, voiced: list[tuple[int, str]]
) -> Iterator[tuple[int, int]]:
    """The points where a letter with a phoneme of its own begins; silent letters follow it."""
    if len(word) < 2 or len(word) * len(voiced) > _MAX_PAIRS:
        return
    owners = _owners(word, [name.lstrip(_STRESS)[:1] for _, name in voiced])
    for (previous, owner), (sample, _) in zip(pairwise(owners), voiced[1:], strict=True):
        if owner != previous:
            yield first + owner, sample


def _owners(letters: str, sounds: Sequence[str]) -> list[int]:
    """Which letter each phoneme belongs to: the cheapest assignment that never steps back.

    Dynamic programming over the phonemes; ``costs[i]`` is the price of all phonemes so far when
    letter ``i`` has the latest.
    """
    count = len(letters)
    slope = count / len(sounds)
    costs = [_SILENT * index + _mismatch(letters[index], sounds[0]) for index in range(count)]
    choices: list[list[int]] = []
    for number, sound in enumerate(sounds[1:], start=1):
        row: list[float] = []
        choice: list[int] = []
        coming, origin = float("inf"), 0  # the cheapest way here from an earlier letter
        for index, letter in enumerate(letters):
            here, source = min((costs[index] + _SHARED, index), (coming, origin))
            off = abs(index - number * slope) / count
            row.append(here + _mismatch(letter, sound) + _DIAGONAL * off)
            choice.append(source)
            coming, origin = min((coming + _SILENT, origin), (costs[index], index))
        costs = row
        choices.append(choice)
    owner = min(range(count), key=lambda index: costs[index] + _SILENT * (count - 1 - index))
    owners = [owner]
    for choice in reversed(choices):
        owner = choice[owner]
        owners.append(owner)
    return owners[::-1]


@lru_cache(maxsize=4096)
def _mismatch(letter: str, sound: str) -> float:
    """The cost of a letter for a phoneme, which is given by the first sign of its name."""
    base = unicodedata.normalize("NFD", letter)[0].lower()
    if base == sound.lower():
        return 0.0
    if base in _VOWEL_LETTERS or _kind(letter) == "M":
        vowel = True  # marks: the vowel signs of the Indic and Semitic scripts
    elif base.isalpha() and base <= _LAST_ALPHABETIC:
        vowel = False
    else:
        return _UNKNOWN
    return _SAME_KIND if vowel == (sound in _VOWEL_SOUNDS) else 1.0
