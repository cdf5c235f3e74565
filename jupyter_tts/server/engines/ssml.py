"""The SSML tags that the engines obey.

``<break time="1.5s"/>`` is a pause of that length, of 3 seconds at most (ElevenLabs guide to
pauses); ``<phoneme alphabet="ipa" ph="...">word</phoneme>``, also with ``cmu-arpabet``, is spoken
by its pronunciation (ElevenLabs guide to pronunciation). Any other tag is text here, and is
left out before where a client asks for SSML (`..synthesis.ssml_speech`). What XML would
have escaped may be, ``&lt;`` say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = [
    "Pause",
    "PhonemeElement",
    "Span",
    "entity_spans",
    "inside",
    "phoneme_elements",
    "runs",
    "spans",
]

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

# As in `jupyter_tts.wire.ssml`, which a worker of Piper's cannot import.
_ENTITY: Final = re.compile(r"&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")

# The beginning of one of these tags, or of an entity, whose end is still to come.
_UNFINISHED: Final = re.compile(
    r"&(?:[a-z]{0,4}|#[0-9]{0,7}|#[xX][0-9A-Fa-f]{0,6})\Z"
    r"|<(?:[a-z]{0,7}|break\s[^<>]{0,60}|phoneme\s[^<>]{0,300}(?:>[^<>]{0,100}(?:</?[a-z]{0,7}\s{0,9})?)?)\Z"
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
class PhonemeElement:
    """A phoneme element, by its place in the text.

    Attributes
    ----------
    whole, word : Span
        Where the element and the word in it begin and end.
    alphabet : str
        ``ipa`` or ``cmu-arpabet``.
    pronunciation : str
        As written in ``ph``.
    """

    whole: Span
    word: Span
    alphabet: str
    pronunciation: str


def runs(text: str) -> Iterator[str | Pause]:
    """Cut a text at its break tags; what is yielded, joined, is the text."""
    start = 0
    for tag in _breaks(text, 0, len(text)):
        if tag.start() > start:
            yield text[start : tag.start()]
        unit = 0.001 if tag["unit"] == "ms" else 1.0
        yield Pause(tag.group(), min(float(tag["time"]) * unit, _LONGEST_PAUSE))
        start = tag.end()
    if start < len(text):
        yield text[start:]


def phoneme_elements(text: str) -> Iterator[PhonemeElement]:
    """Find the phoneme elements of a text."""
    for element in _phonemes(text, 0, len(text)):
        attributes = _attributes(element)
        yield PhonemeElement(
            element.span(), element.span("word"), attributes["alphabet"], attributes["ph"]
        )


def spans(text: str, start: int = 0, stop: int | None = None) -> list[Span]:
    """Return where in ``text[start:stop]`` a tag, element or entity must stay whole.

    One that is not finished at the end of the text counts as longer than the text.
    """
    stop = len(text) if stop is None else stop
    whole = [tag.span() for tag in _breaks(text, start, stop)]
    whole += [element.span() for element in _phonemes(text, start, stop)]
    whole += entity_spans(text, start, stop)
    if stop == len(text) and (unfinished := _UNFINISHED.search(text, start)):
        whole.append((unfinished.start(), stop + 1))
    return whole


def entity_spans(text: str, start: int = 0, stop: int | None = None) -> list[Span]:
    """Return where in ``text[start:stop]`` characters stand that are escaped."""
    stop = len(text) if stop is None else stop
    return [entity.span() for entity in _ENTITY.finditer(text, start, stop)]


def inside(index: int, whole: Sequence[Span]) -> Span | None:
    """Return the span that a cut at `index` would part, or None."""
    return next((span for span in whole if span[0] < index < span[1]), None)


def _breaks(text: str, start: int, stop: int) -> Iterator[re.Match[str]]:
    return (tag for tag in _BREAK.finditer(text, start, stop) if tag["time"])


def _phonemes(text: str, start: int, stop: int) -> Iterator[re.Match[str]]:
    for element in _PHONEME.finditer(text, start, stop):
        attributes = _attributes(element)
        if attributes.get("alphabet") in _ALPHABETS and "ph" in attributes:
            yield element


def _attributes(element: re.Match[str]) -> dict[str, str]:
    attributes = _ATTRIBUTE.findall(element["attributes"])
    return {name: double or single for name, double, single in attributes}
