"""How words are to be spoken: pairs of a word and its pronunciation, as a user writes them.

A pronunciation is a respelling (``SQL=sequel``), or IPA: between slashes (``/ˈsiːkwəl/``), or where
it has a sign that only IPA has, and no capital. In the written form, ``word=pronunciation``, a
backslash goes before a comma, before a backslash and, in the word, before an equals sign.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from .surrogates import find_half

__all__ = [
    "IPA_PATTERN",
    "LONGEST_PRONUNCIATION",
    "LONGEST_WORD",
    "MOST_PRONUNCIATIONS",
    "PAIR_PATTERN",
    "Pronunciation",
    "check_pronunciations",
    "has_ipa",
    "pronunciations",
    "slashed_ipa_spans",
    "split_pairs",
]

LONGEST_WORD: Final = 60
"""Characters: text is held back while it may become a word of these."""
LONGEST_PRONUNCIATION: Final = 100
"""Characters: a phoneme element is to fit where servers look for one."""
MOST_PRONUNCIATIONS: Final = 100

# Signs that no ordinary word has: the IPA extensions, stress, length, and the tie bars.
_SIGNS: Final = "\u0250-\u02af\u02c8\u02cc\u02d0\u02d1\u035c\u0361"
# Letters of IPA, some of which languages write, too; and with superscripts, marks, tones, breaks.
_SOUND: Final = "a-zæçðøħŋœβθχⱱ\u0250-\u02af"
_IPA: Final = f"{_SOUND}\u1d00-\u1dbfⁿˡ\u02b0-\u02ff\u0300-\u036f↗↘↑↓ꜛꜜ.|‖‿' :’{_SIGNS}"
_SLASHED: Final = re.compile(
    rf"(?<![A-Za-z0-9/])/(?! )(?=[^/]*[{_SIGNS}])"
    rf"[{_IPA}]{{1,{LONGEST_PRONUNCIATION}}}(?<! )/(?![A-Za-z0-9/])"
)
_NO_IPA: Final = re.compile(f"[^{_IPA}]")
# What keyboards have for signs of IPA.
_TYPED: Final = str.maketrans({"'": "ˈ", "’": "ˈ", ":": "ː", "g": "ɡ"})

# Punctuation that may be spoken, as symbols are.
_SPOKEN_SIGNS: Final = r"&@#%*/§†‡•–—\-"
_BRACKETS: Final = re.compile(r"[<>\[\]{}]")
# S IY1 K W AH0 L
_ARPABET: Final = r"(?=.*\d)[A-Z]{1,2}[012]?(?: [A-Z]{1,2}[012]?)+"
_BLANKS: Final = re.compile(r"\A[\s\ufeff]+|[\s\ufeff]+\Z")
_ESCAPED: Final = re.compile(r"\\([\\,=])")

IPA_PATTERN: Final = rf"(?:\\.|[^\\=])+=(?:/.+/|[^A-Z]*[{_SIGNS}][^A-Z]*)"
"""What a written pair matches whose pronunciation is IPA."""

# For the page, which knows \p: no more than is accepted here.
_NO_TEXT: Final = r"\\<>\[\]{}\p{Cc}\p{Co}\p{Cs}\p{Zl}\p{Zp}"
PAIR_PATTERN: Final = (
    rf"(?=[^=]*(?:[\p{{L}}\p{{N}}{_SPOKEN_SIGNS}]|(?!=)\p{{S}}))(?:\\[\\,=]|[^={_NO_TEXT}]){{1,{LONGEST_WORD}}}=(?:"
    rf"(?=.*[{_SOUND}])(?:/[{_IPA}]{{1,{LONGEST_PRONUNCIATION}}}/"
    rf"|(?=.*[{_SIGNS}])[{_IPA}]{{1,{LONGEST_PRONUNCIATION}}})"
    rf"|(?!/.+/$|{_ARPABET}$)(?=.*[A-Z]|[^{_SIGNS}]*$)(?=.*[\p{{L}}\p{{N}}])"
    rf"(?:\\[\\,]|[^{_NO_TEXT}]){{1,{LONGEST_PRONUNCIATION}}})"
)
"""What the page accepts as a pair: as written, without blanks around its sides."""


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """How a word is to be spoken.

    Attributes
    ----------
    word : str
        As it stands in a text.
    spoken : str
        Its respelling, or IPA without slashes.
    is_ipa : bool
    """

    word: str
    spoken: str
    is_ipa: bool


def split_pairs(text: str) -> list[str]:
    """Split a line of pairs at its commas, but for those behind a backslash."""
    return [item for item in re.findall(r"(?:\\.|[^\\,]|\\\Z)+", text, re.DOTALL) if _trim(item)]


def check_pronunciations(value: object) -> tuple[str, ...]:
    r"""Return pairs as they are written: ``"SQL=sequel"``.

    Parameters
    ----------
    value : object
        A mapping of words to pronunciations, a text of pairs, or several such texts; empty for
        none, so that one speech goes without those of the settings.

    Raises
    ------
    ValueError
        With every fault at once, as clauses that follow a name and "must be".

    Examples
    --------
    >>> check_pronunciations({"1,5": "one and a half", "SQL": "sequel"})
    ('1\\,5=one and a half', 'SQL=sequel')
    >>> check_pronunciations("SQL = sequel, GIF=/dʒɪf/")
    ('SQL=sequel', 'GIF=/dʒɪf/')
    """
    faults: list[str] = []
    pairs = [*_pairs(value, faults)]
    checked: dict[str, str] = {}
    for word, spoken in pairs:
        same = unicodedata.normalize("NFC", word)
        faults += _faults(word, spoken)
        if word and same in checked:
            faults.append(f"{_quoted(word)} stands there twice")
        checked[same] = f"{_escape(word).replace('=', chr(92) + '=')}={_escape(spoken)}"
    if len(pairs) > MOST_PRONUNCIATIONS:
        faults.append(f"{len(pairs)} are more than {MOST_PRONUNCIATIONS}")
    if faults:
        raise ValueError(f"pairs such as SQL=sequel: {'; '.join(dict.fromkeys(faults))}")
    return tuple(checked.values())


@functools.lru_cache(maxsize=64)
def has_ipa(pairs: tuple[str, ...]) -> bool:
    """Whether any of the pairs has IPA."""
    return any(pronunciation.is_ipa for pronunciation in pronunciations(pairs))


def slashed_ipa_spans(text: str, start: int = 0, stop: int | None = None) -> list[tuple[int, int]]:
    """Return where in ``text[start:stop]`` IPA stands between slashes.

    With a sign that only IPA has, since ``/usr/`` is none.
    """
    stop = len(text) if stop is None else stop
    return [match.span() for match in _SLASHED.finditer(text, start, stop)]


def pronunciations(pairs: tuple[str, ...]) -> Iterator[Pronunciation]:
    """Read pairs as `check_pronunciations` returns them."""
    for pair in pairs:
        word, spoken = _divide(pair) or (pair, "")
        is_ipa = _is_ipa(spoken)
        if is_ipa:
            spoken = unicodedata.normalize("NFC", spoken.strip("/ ")).translate(_TYPED)
        yield Pronunciation(word, spoken, is_ipa)


def _pairs(value: object, faults: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the two sides of each pair, and note what is none."""
    if isinstance(value, Mapping):
        for word, spoken in value.items():
            if isinstance(word, str) and isinstance(spoken, str):
                yield _trim(word), _trim(spoken)
            else:
                faults.append(f"{_quoted(f'{word}={spoken}')} is no pair of texts")
        return
    if isinstance(value, str):
        value = split_pairs(value)
    if not isinstance(value, list | tuple):
        faults.append(f"{_quoted(repr(value))} is neither a text nor a dict")
        return
    for item in value:
        sides = _divide(item) if isinstance(item, str) else None
        if sides is None:
            faults.append(f"{_quoted(str(item))} has no = between word and pronunciation")
        else:
            yield sides


def _divide(pair: str) -> tuple[str, str] | None:
    """Return the two sides of a written pair, None where there is no equals sign."""
    match = re.fullmatch(r"((?:\\.|[^\\=])*)=(.*)", pair, re.DOTALL)
    if match is None:
        return None
    word, spoken = (_trim(_ESCAPED.sub(r"\1", side)) for side in match.groups())
    return word, spoken


def _faults(word: str, spoken: str) -> Iterator[str]:
    """Yield what is wrong with a pair, as clauses."""
    if not word or not spoken:
        yield f"{_quoted(f'{word}={spoken}')} lacks the {'pronunciation' if word else 'word'}"
        return
    for side, most in ((word, LONGEST_WORD), (spoken, LONGEST_PRONUNCIATION)):
        if len(side.strip("/")) > most:
            yield f"{_quoted(side)} is longer than {most} characters"
        if bracket := _BRACKETS.search(side):
            advice = ": IPA goes between slashes" if side is spoken else ""
            yield f"{_quoted(side)} has the bracket {bracket[0]}{advice}"
        elif find_half(side) is not None or any(map(_is_control, side)):
            yield f"{_quoted(side)} has a character that is no part of a text"
    if not (_is_speakable(word) or re.search(f"[{_SPOKEN_SIGNS}]", word) or _has_symbol(word)):
        yield f"{_quoted(word)} is punctuation alone"
    if _BRACKETS.search(spoken):
        return
    if _is_ipa(spoken):
        wrong = "".join(dict.fromkeys(_NO_IPA.findall(spoken.strip("/ "))))
        if wrong:
            yield f"{_quoted(spoken)} has {' '.join(wrong)}, which is no IPA"
        elif not re.search(f"[{_SOUND}]", spoken):
            yield f"{_quoted(spoken)} has no sound"
    elif re.fullmatch(_ARPABET, spoken):
        yield f"{_quoted(spoken)} is Arpabet, which is not read here: write IPA"
    elif not _is_speakable(spoken):
        yield f"{_quoted(spoken)} has nothing to speak"


def _is_ipa(spoken: str) -> bool:
    return re.fullmatch(IPA_PATTERN, f"x={spoken}", re.DOTALL) is not None


def _is_speakable(text: str) -> bool:
    # What is not assigned may be a letter of a newer Unicode, which the page knows.
    return any(unicodedata.category(character) == "Cn" or character.isalnum() for character in text)


def _has_symbol(text: str) -> bool:
    return any(unicodedata.category(character).startswith("S") for character in text)


def _is_control(character: str) -> bool:
    category = unicodedata.category(character)
    # Joiners are format characters, and Persian and the Indic scripts need them.
    return category in ("Cc", "Co", "Zl", "Zp")


def _trim(text: str) -> str:
    return _BLANKS.sub("", text)


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,")


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")
