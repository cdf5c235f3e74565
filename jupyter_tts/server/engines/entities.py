"""Characters that markup writes as entities, such as ``&amp;``: spoken as what they stand for."""

from __future__ import annotations

from dataclasses import replace

from ...wire.ssml import unescaped
from .ssml import entity_spans, phoneme_elements
from .timed_speech import TimedSpeech

__all__ = ["with_entities", "without_entities"]


def without_entities(text: str) -> str:
    """Return a text with its entities as the characters that they stand for.

    As it is where that would make an element of what is none.
    """
    plain = unescaped(text)
    elements = [list(phoneme_elements(each)) for each in (text, plain)]
    return plain if len(elements[0]) == len(elements[1]) else text


def with_entities(speech: TimedSpeech, text: str) -> TimedSpeech:
    """Return the speech of `without_entities` with the characters and times of the text itself.

    The characters of an entity share the time of what it stands for.
    """
    starts: list[int] = []
    ends: list[int] = []
    position = reached = 0
    for first, last in [*entity_spans(text), (len(text), len(text))]:
        count = first - reached
        starts += speech.starts[position : position + count]
        ends += speech.ends[position : position + count]
        position += count
        spoken = position + len(unescaped(text[first:last]))
        before = ends[-1] if ends else 0
        begin = speech.starts[position] if position < spoken else before
        end = speech.ends[spoken - 1] if position < spoken else before
        marks = [begin + (end - begin) * n // max(1, last - first) for n in range(last - first + 1)]
        starts += marks[:-1]
        ends += marks[1:]
        position, reached = spoken, last
    return replace(speech, characters=tuple(text), starts=tuple(starts), ends=tuple(ends))
