from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.audio.formats import parse_format
from jupyter_tts.server.engines.timed_speech import TimedSpeech
from jupyter_tts.server.synthesis.speech_encoder import DialogueEncoder
from jupyter_tts.wire.messages import ServerMessage

RATE = 22_050


def spoken(durations: list[int], rate: int = RATE) -> TimedSpeech:
    """Characters that last so many samples, one after the other."""
    marks = tuple(itertools.accumulate(durations, initial=0))
    pcm = np.arange(marks[-1], dtype="<i2").tobytes()
    text = tuple("abcdefghij "[index % 11] for index in range(len(durations)))
    return TimedSpeech(pcm, text, marks[:-1], marks[1:], rate)


def encoded(
    segments: list[TimedSpeech], name: str = "pcm_22050", *, sync_alignment: bool = True
) -> list[ServerMessage]:
    encoder = DialogueEncoder(parse_format(name), sync_alignment=sync_alignment)
    messages = [message for segment in segments for message in encoder.messages(segment)]
    return messages + list(encoder.finish())


lengths = st.lists(st.integers(0, 3_000) | st.integers(0, 40_000), max_size=30)


@given(st.lists(lengths, min_size=1, max_size=3))
def test_a_message_begins_with_a_character_and_its_times_fill_its_sound(
    segments: list[list[int]],
) -> None:
    speech = [spoken(durations) for durations in segments]
    messages = encoded(speech)
    timed = [message for message in messages if message.alignment is not None]
    text = "".join(character for message in timed for character in message.alignment.characters)
    assert text == "".join(character for part in speech for character in part.characters)
    assert b"".join(message.audio for message in messages) == b"".join(part.pcm for part in speech)
    by_sound = by_span = 0.0  # seconds: the two ways in which clients count the time
    starts: list[float] = []
    for message in messages:
        if message.alignment is not None:
            alignment = message.alignment
            assert alignment.starts[0] == 0
            assert by_sound == pytest.approx(by_span, abs=0.001 * len(timed))
            starts += [by_sound + start / 1_000 for start in alignment.starts]
            by_span += (alignment.starts[-1] + alignment.durations[-1]) / 1_000
        by_sound += len(message.audio) / 2 / RATE
    assert by_sound == pytest.approx(by_span, abs=0.001 * len(timed) + 0.001)
    offsets = itertools.accumulate((len(part.pcm) // 2 for part in speech), initial=0)
    true = [
        (offset + start) / RATE
        for part, offset in zip(speech, offsets, strict=False)
        for start in part.starts
    ]
    assert starts == pytest.approx(true, abs=0.002)


def test_no_message_is_long_and_the_first_two_end_with_words() -> None:
    # Words of ten characters.
    messages = encoded([spoken([200] * 500), spoken([60_000, 500])])
    sizes = [len(message.audio) // 2 for message in messages]
    assert sizes[:2] == [2_000, 200 * 22]
    assert max(sizes) <= 0.251 * RATE


def test_without_alignment_there_are_no_times_and_no_empty_messages() -> None:
    messages = encoded([spoken([2_000] * 10), spoken([0])], sync_alignment=False)
    assert all(message.audio and message.alignment is None for message in messages)


@pytest.mark.parametrize("name", ["mp3_44100_128", "ulaw_8000", "pcm_24000"])
def test_times_count_from_the_first_sample_of_any_format(name: str) -> None:
    messages = encoded([spoken([1_500] * 60)], name)
    starts = [message.alignment.starts[0] for message in messages if message.alignment]
    # An mp3 encoder holds back some 100 ms, which are heard in the next message.
    assert max(starts) == 0 if name != "mp3_44100_128" else max(starts) < 120
