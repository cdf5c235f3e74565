"""Speaks a text with SSML: the tags that no voice obeys are silent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from ...wire.ssml import tag_spans
from ..engines.engine import Begun, Engine, told
from ..engines.ssml import Span, spans
from ..engines.timed_speech import SAMPLE_BYTES, TimedSpeech
from ..engines.voices import Voice

__all__ = ["silent_tags", "speak_ssml"]

# Between two of these a word ends, whether there is white space or not.
_PARTS_WORDS: Final = re.compile(r"</?(?:break|p|s)\b", re.IGNORECASE)


async def speak_ssml(
    engine: Engine, text: str, voice: Voice, *, begun: Begun | None = None, **options: Any
) -> TimedSpeech:
    """Speak a text as `Engine.speak` does, without the tags that it does not obey.

    The times have them all the same, and they take none.
    """
    plain: list[str] = []
    places: list[int] = []  # in what is spoken; of a tag, where it would be
    end = 0
    for start, stop in [*silent_tags(text), (len(text), len(text))]:
        places += range(len(plain), len(plain) + start - end)
        plain += text[end:start]
        places += [len(plain)] * (stop - start)
        if _PARTS_WORDS.match(text, start) and plain and not plain[-1].isspace():
            plain.append(" ")
        end = stop
    silent = {index for start, stop in silent_tags(text) for index in range(start, stop)}

    def restored(spoken: TimedSpeech) -> TimedSpeech:
        starts = [*spoken.starts, len(spoken.pcm) // SAMPLE_BYTES]
        return replace(
            spoken,
            characters=tuple(text),
            starts=tuple(starts[place] for place in places),
            ends=tuple(
                starts[place] if index in silent else spoken.ends[place]
                for index, place in enumerate(places)
            ),
        )

    return restored(
        await engine.speak(
            "".join(plain) or " ", voice, markup=True, begun=told(restored, begun), **options
        )
    )


def silent_tags(text: str) -> Iterator[Span]:
    """Find the tags that no engine obeys."""
    obeyed = spans(text) if "<" in text else []
    for start, stop in tag_spans(text):
        if not any(first <= start < last for first, last in obeyed):
            yield start, stop
