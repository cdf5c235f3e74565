"""FLAC and Ogg files, byte by byte where a format says what stands there."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np
import pytest

from jupyter_tts.audio.containers import flac_bytes, ogg_bytes
from jupyter_tts.audio.tags import Tags

from .coding import voice
from .test_files import TAGS, read


def test_a_flac_file_says_how_long_and_how_it_is_before_its_first_sample() -> None:
    data = flac_bytes(voice(22_050, 0.5).tobytes(), 22_050, TAGS)
    assert data[:4] == b"fLaC"
    # RFC 9639, 8.2: sample rate (20 bits), channels less one (3), bits less one (5), samples (36).
    (packed,) = struct.unpack(">Q", data[18:26])
    assert packed >> 44 == 22_050
    assert packed >> 41 & 0b111 == 0
    assert packed >> 36 & 0b11111 == 15
    assert packed & (1 << 36) - 1 == 11_025


def test_an_ogg_file_is_one_channel_of_opus_that_came_at_48_khz() -> None:
    data = ogg_bytes(voice(8_000, 0.5).tobytes(), 8_000, TAGS)
    assert data[:4] == b"OggS"
    # RFC 7845, 5.1: version, channels, samples to leave out at the start, rate of the input (Hz).
    at = data.index(b"OpusHead") + 8
    version, channels, skipped, rate = struct.unpack("<BBHI", data[at : at + 8])
    assert (version, channels, rate) == (1, 1, 48_000)
    assert 0 < skipped < 4_800


@pytest.mark.parametrize("write", [flac_bytes, ogg_bytes])
def test_every_tag_is_a_vorbis_comment(write: Callable[[bytes, int, Tags], bytes]) -> None:
    data = write(voice(24_000, 0.1).tobytes(), 24_000, TAGS)
    for name, value in TAGS.named.items():
        assert f"{name}={value}".encode().lower() in data.lower()


@pytest.mark.parametrize("frames", [1, 959, 961])
def test_no_sound_is_too_short(frames: int) -> None:
    pcm = voice(48_000, 1.0)[1_000 : 1_000 + frames]
    assert np.array_equal(read(flac_bytes(pcm.tobytes(), 48_000, TAGS))[2], pcm)
    assert len(read(ogg_bytes(pcm.tobytes(), 48_000, TAGS))[2]) == frames
