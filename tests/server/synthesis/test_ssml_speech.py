from __future__ import annotations

from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.engines.engine import Engine
from jupyter_tts.server.engines.espeak.voices import find_voice
from jupyter_tts.server.engines.timed_speech import TimedSpeech
from jupyter_tts.server.synthesis.ssml_speech import speak_ssml

from .test_tagged_speech import Recorder

PHONEME = '<phoneme alphabet="ipa" ph="ˈtɛst">word</phoneme>'


async def spoken(text: str, **options: Any) -> tuple[str, TimedSpeech]:
    engine, voice = Recorder(), find_voice("en-us")
    assert voice is not None
    speech = await speak_ssml(cast(Engine, engine), text, voice, **options)
    return engine.texts[0], speech


@pytest.mark.parametrize(
    ("text", "given_to_engine"),
    [
        ('<speak>Good <prosody rate="slow">evening</prosody>.</speak>', "Good evening."),
        ("<p><s>One.</s><s>Two.</s></p>", "One. Two. "),
        ("un<emphasis>believ</emphasis>able", "unbelievable"),
        (f'Wait <break time="1s"/> for a {PHONEME}.', f'Wait <break time="1s"/> for a {PHONEME}.'),
        (f"<s>{PHONEME}</s>", f"{PHONEME} "),
        ("x < 3, a <b and c", "x < 3, a <b and c"),
        ("<speak></speak>", " "),
    ],
)
async def test_a_tag_that_no_voice_obeys_is_silent_and_stands_in_the_times(
    text: str, given_to_engine: str
) -> None:
    plain, speech = await spoken(text)
    assert plain == given_to_engine
    assert "".join(speech.characters) == text


@given(
    st.lists(
        st.sampled_from(
            ["a", " ", "so.", "<s>", "</s>", "<b>", '<break time="1s"/>', PHONEME, "<"]
        ),
        min_size=1,
    ).map("".join)
)
async def test_times_rise_and_those_of_a_silent_tag_are_empty(text: str) -> None:
    _, speech = await spoken(text)
    assert "".join(speech.characters) == text
    bounds = [*zip(speech.starts, speech.ends, strict=True)]
    assert all(start <= end for start, end in bounds)
    assert all(one[1] <= other[0] for one, other in pairwise(bounds))
    assert all(0 <= end <= len(speech.pcm) // 2 for end in speech.ends)
