"""PCM, µ-law and A-law in pieces."""

from __future__ import annotations

import hashlib
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.audio.codecs import decoder, encoder
from jupyter_tts.audio.formats import parse_format
from jupyter_tts.wire.errors import UnsupportedFormat

EVERY_SAMPLE = np.arange(-32_768, 32_768).astype("<i2").tobytes()
EVERY_CODE = bytes(range(256))


def encode(name: str, pcm: bytes) -> bytes:
    coder = encoder(parse_format(name))
    return coder.encode(pcm) + coder.flush()


def decode(name: str, data: bytes) -> bytes:
    coder = decoder(parse_format(name))
    return coder.decode(data) + coder.flush()


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="audioop left Python in 3.13")
def test_g711_equals_the_standard_library_for_every_value() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import audioop
    assert encode("ulaw_8000", EVERY_SAMPLE) == audioop.lin2ulaw(EVERY_SAMPLE, 2)
    assert decode("ulaw_8000", EVERY_CODE) == audioop.ulaw2lin(EVERY_CODE, 2)
    assert encode("alaw_8000", EVERY_SAMPLE) == audioop.lin2alaw(EVERY_SAMPLE, 2)
    assert decode("alaw_8000", EVERY_CODE) == audioop.alaw2lin(EVERY_CODE, 2)


@pytest.mark.parametrize(
    ("name", "codes", "samples"),
    # SHA-256 of what audioop of Python 3.11 makes of every sample and of every code.
    [
        (
            "ulaw_8000",
            "81d633c9e6972a18c74a58720b96cb8ca0bdd096d4060b646dd708c3b846019a",
            "3dab54339e520bb2c924826e3b72a917a2b612e9fd12fc867500f1d983a75827",
        ),
        (
            "alaw_8000",
            "38488f6fd710f4686360edc4d38639f96c491595ef93f8eb8d62d5e07ca6ce7b",
            "e04788d110e58ff8c70c93b8480190d973e3b67876b6119abbaec766cc75c174",
        ),
    ],
)
def test_g711_is_the_same_on_a_python_without_audioop(name: str, codes: str, samples: str) -> None:
    assert hashlib.sha256(encode(name, EVERY_SAMPLE)).hexdigest() == codes
    assert hashlib.sha256(decode(name, EVERY_CODE)).hexdigest() == samples


@pytest.mark.parametrize(
    ("name", "silence", "loudest"),
    # Silence, positive and negative full scale, as in ITU-T G.711, tables 1a to 2b.
    [("ulaw_8000", 0xFF, (0x80, 0x00)), ("alaw_8000", 0xD5, (0xAA, 0x2A))],
)
def test_g711_codes_of_silence_and_full_scale(
    name: str, silence: int, loudest: tuple[int, int]
) -> None:
    pcm = np.array([0, 32_767, -32_768], "<i2").tobytes()
    assert encode(name, pcm) == bytes([silence, *loudest])


@pytest.mark.parametrize("name", ["ulaw_8000", "alaw_8000"])
def test_g711_gives_every_code_back_as_a_sample_of_the_same_value(name: str) -> None:
    pcm = decode(name, EVERY_CODE)
    assert decode(name, encode(name, pcm)) == pcm


@given(
    name=st.sampled_from(["pcm_24000", "ulaw_8000", "alaw_8000"]),
    pieces=st.lists(st.binary(max_size=9), max_size=20),
)
def test_any_cut_gives_the_same_sound(name: str, pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    into, back = encoder(parse_format(name)), decoder(parse_format(name))
    assert b"".join(map(into.encode, pieces)) + into.flush() == encode(name, whole)
    assert b"".join(map(back.decode, pieces)) + back.flush() == decode(name, whole)


@given(st.binary())
def test_pcm_passes_through_and_half_a_sample_is_dropped(data: bytes) -> None:
    assert decode("pcm_24000", data) == encode("pcm_24000", data) == data[: len(data) // 2 * 2]


def test_after_flush_half_a_sample_does_not_leak_into_the_next_sound() -> None:
    coder = decoder(parse_format("pcm_16000"))
    assert coder.decode(b"\x01") + coder.flush() == b""
    assert coder.decode(b"\x02\x03") == b"\x02\x03"


@pytest.mark.parametrize("name", ["mp3_44100_128", "opus_48000_64"])
@pytest.mark.parametrize("make", [decoder, encoder])
def test_compressed_formats_are_refused_with_the_formats_that_work(name: str, make: object) -> None:
    assert callable(make)
    with pytest.raises(UnsupportedFormat, match=name) as refusal:
        make(parse_format(name))
    assert "pcm_24000" in str(refusal.value)
    assert "ulaw_8000" in str(refusal.value)
