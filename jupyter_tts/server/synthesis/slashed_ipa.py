"""IPA between slashes, ``/ˈsiːkwəl/``, which models that perform audio tags pronounce.

The engines know it as a phoneme element.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import escape

from ...wire.pronunciations import slashed_ipa_spans
from ..engines.engine import Engine
from ..engines.timed_speech import TimedSpeech
from ..engines.voices import Voice

__all__ = ["speak_slashed_ipa"]


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a text as it stands, and as an engine is given it."""

    text: str
    given: str


async def speak_slashed_ipa(
    engine: Engine, text: str, voice: Voice, *, markup: bool = False, **options: Any
) -> TimedSpeech:
    """Speak a text as `Engine.speak` does, and its IPA between slashes by its sounds."""
    parts = [*_parts(text, markup)]
    given = "".join(part.given for part in parts)
    if not any(part.given.startswith("<phoneme ") for part in parts):
        return await engine.speak(text, voice, markup=markup, **options)
    return _restored(await engine.speak(given, voice, markup=True, **options), parts)


def _parts(text: str, markup: bool) -> Iterator[_Part]:
    position = 0
    for first, last in [*slashed_ipa_spans(text), (len(text), len(text))]:
        between = text[position:first]
        if markup:
            yield _Part(between, between)
        else:
            yield from (_Part(character, escape(character)) for character in between)
        if ipa := text[first + 1 : last - 1]:
            element = f'<phoneme alphabet="ipa" ph="{ipa}">{ipa}</phoneme>'
            yield _Part(text[first:last], element)
        position = last


def _restored(speech: TimedSpeech, parts: list[_Part]) -> TimedSpeech:
    """Return a speech with the characters as they stand, which share the time of their part."""
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for part in parts:
        stop = position + len(part.given)
        if part.text == part.given:
            starts += speech.starts[position:stop]
            ends += speech.ends[position:stop]
        else:
            begin, end = speech.starts[position], speech.ends[stop - 1]
            count = len(part.text)
            marks = [begin + (end - begin) * number // count for number in range(count + 1)]
            starts += marks[:-1]
            ends += marks[1:]
        position = stop
    characters = tuple(character for part in parts for character in part.text)
    return replace(speech, characters=characters, starts=tuple(starts), ends=tuple(ends))
