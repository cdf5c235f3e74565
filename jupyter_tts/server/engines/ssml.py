"""The SSML tags that the embedded voice obeys.

``<break time="1.5s"/>`` is a pause of that length, of 3 seconds at most (ElevenLabs guide to
pauses); ``<phoneme alphabet="ipa" ph="...">word</phoneme>``, also with ``cmu-arpabet``, is spoken
by its pronunciation (ElevenLabs guide to pronunciation). Any other tag is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .espeak.phonemes import mnemonics

__all__ = ["Pause", "Pronounced", "Span", "inside", "pronounced", "runs", "spans"]

Span = tuple[int, int]

_LONGEST_PAUSE: Final = 3.0

# Lengths are bounded so that no text takes long to search.
_BREAK: Final = re.compile(
    r"""<break\s{1,9}time\s{0,9}=\s{0,9}(?P<quote>["'])(?P<time>\d{0,5}(?:\.\d{1,5})?)(?P<unit>m?s)"""
    r"""(?P=quote)\s{0,9}/?>"""
)
_PHONEME: Final = re.compile(
    r"<phoneme\s(?P<attributes>[^<>]{1,300})>(?P<word>[^<>]{1,100})</phoneme\s{0,9}>"
)
_ATTRIBUTE: Final = re.compile(r"""([a-z]+)\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)')""")
_ALPHABETS: Final = frozenset({"ipa", "cmu-arpabet"})

# The beginning of one of these tags whose end is still to come.
_UNFINISHED: Final = re.compile(
    r"<(?:[a-z]{0,7}|break\s[^<>]{0,60}|phoneme\s[^<>]{0,300}(?:>[^<>]{0,100}(?:</?[a-z]{0,7}\s{0,9})?)?)\Z"
)


@dataclass(frozen=True, slots=True)
class Pause:
    """A break tag.

    Attributes
    ----------
    text : str
        The tag.
    seconds : float
    """

    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Pronounced:
    """A phoneme element, by its place in the text.

    Attributes
    ----------
    whole, word : Span
        Where the element and the word in it begin and end.
    mnemonics : str or None
        eSpeak NG's; None where the pronunciation does not map, so that the word is read instead.
    """

    whole: Span
    word: Span
    mnemonics: str | None


def runs(text: str) -> Iterator[str | Pause]:
    """Cut a text at its break tags; what is yielded, joined, is the text."""
    start = 0
    for found in _breaks(text, 0, len(text)):
        if found.start() > start:
            yield text[start : found.start()]
        unit = 0.001 if found["unit"] == "ms" else 1.0
        yield Pause(found.group(), min(float(found["time"]) * unit, _LONGEST_PAUSE))
        start = found.end()
    if start < len(text):
        yield text[start:]


def pronounced(text: str, voice: str) -> Iterator[Pronounced]:
    """Find the phoneme elements of a text, for a voice by eSpeak NG's name."""
    for found in _phonemes(text, 0, len(text)):
        given = _attributes(found)
        yield Pronounced(
            found.span(), found.span("word"), mnemonics(given["alphabet"], given["ph"], voice)
        )


def spans(text: str, start: int = 0, stop: int | None = None) -> list[Span]:
    """Return where in ``text[start:stop]`` a tag or element must stay whole.

    One that is not finished at the end of the text counts as longer than the text.
    """
    stop = len(text) if stop is None else stop
    found = [each.span() for each in _breaks(text, start, stop)]
    found += [each.span() for each in _phonemes(text, start, stop)]
    if stop == len(text) and (open_ := _UNFINISHED.search(text, start)):
        found.append((open_.start(), stop + 1))
    return found


def inside(index: int, whole: Sequence[Span]) -> Span | None:
    """Return the span that a cut at `index` would part, or None."""
    return next((span for span in whole if span[0] < index < span[1]), None)


def _breaks(text: str, start: int, stop: int) -> Iterator[re.Match[str]]:
    return (found for found in _BREAK.finditer(text, start, stop) if found["time"])


def _phonemes(text: str, start: int, stop: int) -> Iterator[re.Match[str]]:
    for found in _PHONEME.finditer(text, start, stop):
        given = _attributes(found)
        if given.get("alphabet") in _ALPHABETS and "ph" in given:
            yield found


def _attributes(found: re.Match[str]) -> dict[str, str]:
    given = _ATTRIBUTE.findall(found["attributes"])
    return {name: double or single for name, double, single in given}
