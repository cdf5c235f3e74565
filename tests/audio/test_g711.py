"""µ-law and A-law against the recommendation and the standard library."""

from __future__ import annotations

import hashlib
import sys
import warnings

import numpy as np
import pytest

from .coding import decode, encode

EVERY_SAMPLE = np.arange(-32_768, 32_768).astype("<i2").tobytes()
EVERY_CODE = bytes(range(256))


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
