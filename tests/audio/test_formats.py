"""The names of the audio formats."""

from __future__ import annotations

import contextlib
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.audio.formats import PLAIN_FORMATS, AudioFormat, parse_format
from jupyter_tts.wire.parameters import FORMATS


@pytest.mark.parametrize(
    ("name", "expected", "bytes_per_second"),
    [
        ("pcm_8000", AudioFormat("pcm_8000", "pcm", 8_000), 16_000),
        ("pcm_22050", AudioFormat("pcm_22050", "pcm", 22_050), 44_100),
        ("pcm_48000", AudioFormat("pcm_48000", "pcm", 48_000), 96_000),
        ("ulaw_8000", AudioFormat("ulaw_8000", "ulaw", 8_000), 8_000),
        ("alaw_8000", AudioFormat("alaw_8000", "alaw", 8_000), 8_000),
        ("mp3_44100_128", AudioFormat("mp3_44100_128", "mp3", 44_100, 128), 16_000),
        ("opus_48000_32", AudioFormat("opus_48000_32", "opus", 48_000, 32), 4_000),
    ],
)
def test_a_name_says_codec_rate_and_bitrate(
    name: str, expected: AudioFormat, bytes_per_second: int
) -> None:
    audio_format = parse_format(name)
    assert audio_format == expected
    assert audio_format.bytes_per_second == bytes_per_second


@pytest.mark.parametrize(
    "name",
    [
        "",
        "pcm",
        "pcm_",
        "pcm_0",
        "pcm_24000_16",
        "pcm_ 24000",
        "pcm_24000\n",
        "PCM_24000",
        "pcm_٢٤٠٠٠",
        "mp3_44100",
        "mp3_44100_0",
        "opus_48000",
        "wav_44100",
        "ulaw_-8000",
    ],
)
def test_another_name_is_refused_with_a_sentence_that_shows_the_scheme(name: str) -> None:
    with pytest.raises(ValueError, match="codec_samplerate") as refusal:
        parse_format(name)
    assert repr(name) in str(refusal.value)


@given(st.text())
def test_any_text_is_a_format_or_a_value_error(name: str) -> None:
    with contextlib.suppress(ValueError):
        assert parse_format(name).name == name


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_of_the_protocol_is_read(name: str) -> None:
    assert parse_format(name).name == name


def test_the_formats_that_keep_every_sample_are_plain() -> None:
    assert PLAIN_FORMATS == (
        "pcm_8000",
        "pcm_16000",
        "pcm_22050",
        "pcm_24000",
        "pcm_32000",
        "pcm_44100",
        "pcm_48000",
        "ulaw_8000",
        "alaw_8000",
    )


def test_reading_a_name_needs_no_numpy() -> None:
    code = "import sys, jupyter_tts.audio.formats; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
