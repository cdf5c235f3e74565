"""Segments as messages: the sound whole, the times true to it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.audio.codecs import decoder
from jupyter_tts.audio.formats import PLAIN_FORMATS, AudioFormat, parse_format
from jupyter_tts.audio.resample import Resampler
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.streaming.receiver import Receiver
from jupyter_tts.client.streaming.source_text import SourceText
from jupyter_tts.server.engines.timed_speech import TimedSpeech
from jupyter_tts.server.synthesis.speech_encoder import SpeechEncoder
from jupyter_tts.wire.messages import ServerMessage, encode_server
from jupyter_tts.wire.parameters import FORMATS
from jupyter_tts.wire.protocol import Chunk

RATE = 22_050
FORMAT = parse_format("pcm_24000")


def noise(seconds: float) -> bytes:
    samples = np.random.default_rng(7).integers(-20_000, 20_000, round(seconds * RATE))
    return samples.astype("<i2").tobytes()


def timed(
    pcm: bytes, text: str, starts: list[int], ends: list[int], rate: int = RATE
) -> TimedSpeech:
    return TimedSpeech(pcm, tuple(text), tuple(starts), tuple(ends), rate)


def speak(
    *segments: tuple[bytes, str], audio_format: AudioFormat = FORMAT, sync: bool = False
) -> list[list[ServerMessage]]:
    """The messages per segment, with evenly timed characters, and those of the end."""
    speech = SpeechEncoder(audio_format, sync_alignment=sync)
    made = []
    for pcm, text in segments:
        ends = [len(pcm) // 2 * (index + 1) // len(text) for index in range(len(text))]
        made.append(list(speech.messages(timed(pcm, text, [0, *ends[:-1]], ends))))
    return [*made, list(speech.finish())]


def samples(message: ServerMessage, audio_format: AudioFormat = FORMAT) -> int:
    return len(decoder(audio_format).decode(message.audio)) // 2


@pytest.mark.parametrize("name", PLAIN_FORMATS)
def test_the_messages_joined_are_the_segments_joined_resampled_and_encoded(name: str) -> None:
    audio_format = parse_format(name)
    parts = [noise(0.5), noise(0.03), noise(1.1)]
    made = speak(*((part, "text ") for part in parts), audio_format=audio_format)
    sent = b"".join(message.audio for part in made for message in part)
    resampler = Resampler(RATE, audio_format.sample_rate)
    whole = np.frombuffer(b"".join(parts), "<i2").astype(np.int16)
    expected = np.concatenate([resampler.process(whole), resampler.flush()])
    decoded = np.frombuffer(decoder(audio_format).decode(sent), "<i2")
    assert len(decoded) == len(expected)
    if audio_format.codec == "pcm":
        assert np.array_equal(decoded, expected)


@pytest.mark.parametrize("name", FORMATS)
def test_the_first_messages_bring_whole_words(name: str) -> None:
    audio_format = parse_format(name)
    # A character lasts 0.08 s: words end at 0.24 s, 0.4 s, 0.56 s and 0.96 s.
    first, *_ = speak((noise(1.6), "The a i quiet foxes."), audio_format=audio_format)
    back = decoder(audio_format)
    sounds = [len(back.decode(message.audio)) / 2 / audio_format.sample_rate for message in first]
    arrived = list(itertools.accumulate(sounds))
    # No more than what nothing of the word is left in the resampler or the codec with.
    plain = name in PLAIN_FORMATS
    assert 0.238 <= arrived[0] <= (0.246 if plain else 0.32)
    assert not plain or 0.398 <= arrived[1] <= 0.406


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("  \u2018Tis so, ", [0.48]),  # white space before it
        ("\u4f60\u597d\u3002", [0.08]),  # a word without a space after it
        ("Internationalization ", [0.4] * 4),  # longer than a message may be
        ("Yes", [0.24]),  # the end of a segment
    ],
)
@pytest.mark.parametrize("sync", [False, True])
def test_the_first_message_ends_where_its_word_does(
    text: str, seconds: list[float], sync: bool
) -> None:
    first, *_ = speak((noise(0.08 * len(text)), text), sync=sync)
    sizes = [samples(message) / 24_000 for message in first][: len(seconds)]
    assert sizes == pytest.approx(seconds, abs=0.006)
    told = "".join(message.alignment.text for message in first[: len(seconds)] if message.alignment)
    assert told.startswith(text.split()[0] if text.split()[0].isascii() else text[0])


def test_messages_grow_and_are_far_below_a_mebibyte() -> None:
    audio_format = parse_format("pcm_48000")
    made = speak((noise(3), "a b c d e f g h i j "), (noise(3), "two "), audio_format=audio_format)
    sizes = [samples(message, audio_format) / 48_000 for message in made[0]]
    assert sizes[0] == pytest.approx(0.15, abs=0.006)
    assert sizes[1] == pytest.approx(0.15, abs=0.006)
    assert all(0.2 < size <= 0.26 for size in sizes[3:])
    # What has begun need not be heard early.
    assert samples(made[1][0], audio_format) / 48_000 > 0.2
    assert max(len(encode_server(message)) for part in made for message in part) < 64_000


def test_a_segments_times_come_whole_with_its_first_message() -> None:
    first, second, _ = speak((noise(1), "Hello "), (noise(1), "world "))
    for messages, text in ((first, "Hello "), (second, "world ")):
        alignment = messages[0].alignment
        assert alignment is not None
        assert alignment.text == text
        assert alignment == messages[0].normalized_alignment
        assert all(message.alignment is None for message in messages[1:])


@pytest.mark.parametrize("sync", [False, True])
def test_times_count_from_the_start_of_the_messages_own_audio(sync: bool) -> None:
    text = "abcdefghij" * 3
    segments = speak((noise(1), text), (noise(2), text), sync=sync)
    decoded = 0
    expected = [index / 30 for index in range(30)] + [1 + 2 * index / 30 for index in range(30)]
    starts = []
    for message in (message for part in segments for message in part):
        if message.alignment is not None:
            starts += [decoded / 24_000 + start / 1_000 for start in message.alignment.starts]
        decoded += samples(message)
    assert starts == pytest.approx(expected, abs=0.001)


def test_with_sync_each_message_has_the_characters_that_start_in_it() -> None:
    segment, _ = speak((noise(2), "abcdefghij" * 3), sync=True)
    for message in segment:
        if message.alignment is not None:
            # 4 ms are held back by the resampler.
            length = samples(message) / 24 + 4
            assert all(0 <= start <= length for start in message.alignment.starts)
    assert sum(message.alignment is not None for message in segment) > 3


def test_durations_add_up_to_the_sound() -> None:
    segment, _ = speak((noise(1.234), "Hello world "))
    alignment = segment[0].alignment
    assert alignment is not None
    assert sum(alignment.durations) == 1_234


def test_a_segment_without_sound_keeps_its_characters() -> None:
    speech = SpeechEncoder(FORMAT, sync_alignment=True)
    (message,) = speech.messages(timed(b"", "\n\n", [0, 0], [0, 0]))
    assert message.audio == b""
    assert message.alignment is not None
    assert message.alignment.text == "\n\n"
    assert list(speech.finish()) == []


@given(
    lengths=st.lists(st.integers(0, 9_000), min_size=1, max_size=4),
    text=st.text(min_size=1, max_size=40),
    name=st.sampled_from(PLAIN_FORMATS),
    sync=st.booleans(),
)
def test_no_character_and_no_sample_goes_missing(
    lengths: list[int], text: str, name: str, sync: bool
) -> None:
    audio_format = parse_format(name)
    made = speak(*((bytes(2 * n), text) for n in lengths), audio_format=audio_format, sync=sync)
    messages = [message for part in made for message in part]
    alignments = [message.alignment for message in messages if message.alignment is not None]
    assert "".join(alignment.text for alignment in alignments) == text * len(lengths)
    assert all(min(alignment.starts) >= 0 for alignment in alignments)
    assert all(min(alignment.durations) >= 0 for alignment in alignments)
    total = sum(samples(message, audio_format) for message in messages)
    assert total == round(sum(lengths) * audio_format.sample_rate / RATE)


@pytest.mark.parametrize("sync", [False, True])
@pytest.mark.parametrize("name", FORMATS)
def test_times_point_at_the_sound_in_every_format(name: str, sync: bool) -> None:
    audio_format = parse_format(name)
    burst = bytes(2 * round(0.31 * RATE)) + noise(0.4) + bytes(2 * round(0.29 * RATE))
    at = [round(RATE * seconds) for seconds in (0, 0.31, 0.71, 1)]
    speech = SpeechEncoder(audio_format, sync_alignment=sync)
    back = decoder(audio_format)
    decoded, begins, text = b"", [], ""
    for _ in range(3):
        for message in speech.messages(timed(burst, " n ", at[:3], at[1:])):
            arrived = len(decoded) / 2 / audio_format.sample_rate
            decoded += back.decode(message.audio)
            if message.alignment is not None:
                text += message.alignment.text
                times = zip(message.alignment.text, message.alignment.starts, strict=True)
                begins += [
                    arrived + start / 1_000 for character, start in times if character == "n"
                ]
    decoded += b"".join(back.decode(message.audio) for message in speech.finish()) + back.flush()
    assert text == " n " * 3
    frame = audio_format.sample_rate // 200
    pcm = np.frombuffer(decoded, "<i2").astype(float)
    loud = np.abs(pcm[: len(pcm) // frame * frame]).reshape(-1, frame).mean(axis=1) > 1_000
    onsets = np.flatnonzero(loud & ~np.roll(loud, 1)) / 200
    assert len(begins) == 3
    # What an mp3 or Opus encoder smears over its block begins a little early.
    assert begins == pytest.approx(onsets, abs=0.015)


@pytest.mark.parametrize("sync", [False, True])
@pytest.mark.parametrize("name", ["pcm_22050", "pcm_24000", "pcm_8000"])
def test_segments_of_other_rates_follow_each_other_whole_and_in_time(name: str, sync: bool) -> None:
    audio_format = parse_format(name)
    speech = SpeechEncoder(audio_format, sync_alignment=sync)
    sent, begins = b"", []
    for rate in (24_000, 22_050, 22_050, 16_000, 24_000):
        quiet, loud = bytes(rate), noise(0.5)[: 2 * (rate * 2 // 5)]
        marks = [0, rate // 2, len(quiet + loud) // 2]
        for message in speech.messages(timed(quiet + loud, " n", marks[:2], marks[1:], rate)):
            if message.alignment is not None and "n" in message.alignment.text:
                place = message.alignment.text.index("n")
                arrived = len(sent) / 2 / audio_format.sample_rate
                begins.append(arrived + message.alignment.starts[place] / 1_000)
            sent += message.audio
        # No rate is taken from what has no sound.
        assert [message.audio for message in speech.messages(timed(b"", "\n", [0], [0]))] == [b""]
    sent += b"".join(message.audio for message in speech.finish())
    seconds = [0.9, 0.9, 0.9, 0.9, 0.9]
    assert len(sent) / 2 / audio_format.sample_rate == pytest.approx(sum(seconds), abs=0.001)
    assert begins == pytest.approx([0.5, 1.4, 2.3, 3.2, 4.1], abs=0.002)
    heard = np.abs(np.frombuffer(sent, "<i2").astype(float)) > 3_000
    for begin in begins:
        onset = round(begin * audio_format.sample_rate)
        margin = audio_format.sample_rate // 200
        assert not heard[onset - 10 * margin : onset - margin].any()
        assert heard[onset : onset + margin].any()


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in PLAIN_FORMATS])
def test_a_compressed_stream_is_as_long_as_its_segments(name: str) -> None:
    audio_format = parse_format(name)
    parts = [(noise(0.5), "one "), (noise(0.03), "two "), (noise(1.1), "three ")]
    made = speak(*parts, audio_format=audio_format)
    back = decoder(audio_format)
    decoded = sum(len(back.decode(message.audio)) // 2 for part in made for message in part)
    taken = sum(len(part) // 2 for part, _ in parts)
    expected = round(taken * audio_format.sample_rate / RATE)
    assert expected <= decoded <= expected + (2 * 1_152 if audio_format.codec == "mp3" else 0)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("sync", [False, True])
async def test_a_client_that_plays_whole_words_holds_nothing_of_the_first_message(
    name: str, sync: bool
) -> None:
    text = "The quick brown fox. "
    audio_format = parse_format(name)
    (first, *_), _ = speak((noise(0.08 * len(text)), text), audio_format=audio_format, sync=sync)
    source = SourceText(text)
    async with source.reading():
        while not source.ended:
            await source.changed(source.length)
    receiver = Receiver(audio_format, source, Timeline())
    heard = receiver.take(Chunk(first.audio, first.alignment))
    assert [word.text for word in heard.words] == ["The"]
    seconds = len(heard.pcm) / 2 / audio_format.sample_rate
    assert 0.238 <= seconds <= (0.246 if name in PLAIN_FORMATS else 0.32)
