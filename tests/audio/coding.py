"""A whole sound through a codec, and a sound to send."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from jupyter_tts.audio.codecs import decoder, encoder
from jupyter_tts.audio.formats import parse_format


def encode(name: str, pcm: bytes) -> bytes:
    coder = encoder(parse_format(name))
    return coder.encode(pcm) + coder.flush()


def decode(name: str, data: bytes) -> bytes:
    coder = decoder(parse_format(name))
    return coder.decode(data) + coder.flush()


def voice(rate: int, seconds: float) -> npt.NDArray[np.int16]:
    """Something like speech: a buzz of 120 Hz with a spectrum that falls, in syllables."""
    time = np.arange(round(rate * seconds)) / rate
    buzz = sum(np.sin(2 * np.pi * 120 * n * time) / n for n in range(1, 25))
    syllables = np.clip(np.sin(2 * np.pi * 4 * time) + 0.3, 0, None)
    return np.rint(6_000 * buzz * syllables).astype("<i2")


def pieces(data: bytes, lengths: Sequence[int]) -> Iterator[bytes]:
    """Cut data into pieces of these lengths, again and again."""
    start = 0
    for length in itertools.cycle(lengths):
        if start >= len(data):
            return
        yield data[start : start + length]
        start += length


def decibels(ratio: float) -> float:
    return float(20 * np.log10(ratio))
