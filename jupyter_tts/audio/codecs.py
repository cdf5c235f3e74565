"""Incremental decoding and encoding between an output format and PCM (mono, s16le)."""

from __future__ import annotations

import functools
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ..wire.errors import UnsupportedFormat
from .formats import SUPPORTED_FORMATS, AudioFormat

__all__ = ["Decoder", "Encoder", "decoder", "encoder"]


class Decoder(Protocol):
    """Encoded audio in pieces, in; PCM out."""

    def decode(self, data: bytes) -> bytes:
        """Return the PCM that `data`, cut anywhere, completes."""

    def flush(self) -> bytes:
        """End the stream: return what is left. Half a sample at the end is not sound: dropped."""


class Encoder(Protocol):
    """PCM in pieces, in; encoded audio out."""

    def encode(self, pcm: bytes) -> bytes:
        """Return the audio that `pcm`, cut anywhere, completes."""

    def flush(self) -> bytes:
        """End the stream: return what is left. Half a sample at the end is not sound: dropped."""


def decoder(audio_format: AudioFormat) -> Decoder:
    """Return a new decoder for one stream in `audio_format`.

    Raises
    ------
    UnsupportedFormat
        For mp3 and opus.
    """
    match audio_format.codec:
        case "pcm":
            return _Pcm()
        case "ulaw":
            return _G711Decoder(_ulaw_to_pcm())
        case "alaw":
            return _G711Decoder(_alaw_to_pcm())
        case _:
            raise _unsupported(audio_format, "decoded")


def encoder(audio_format: AudioFormat) -> Encoder:
    """Return a new encoder for one stream in `audio_format`.

    Raises
    ------
    UnsupportedFormat
        For mp3 and opus.
    """
    match audio_format.codec:
        case "pcm":
            return _Pcm()
        case "ulaw":
            return _G711Encoder(_pcm_to_ulaw())
        case "alaw":
            return _G711Encoder(_pcm_to_alaw())
        case _:
            raise _unsupported(audio_format, "encoded")


def _unsupported(audio_format: AudioFormat, done: str) -> UnsupportedFormat:
    return UnsupportedFormat(
        f"The audio format {audio_format.name} cannot be {done} here.",
        hint=f"Choose one of {', '.join(SUPPORTED_FORMATS)}.",
    )


class _WholeSamples:
    """Joins pieces of PCM that may be cut in the middle of a sample."""

    def __init__(self) -> None:
        self._odd = b""

    def join(self, piece: bytes) -> bytes:
        data = self._odd + piece if self._odd else piece
        cut = len(data) - len(data) % 2
        self._odd = data[cut:]
        return data[:cut]

    def flush(self) -> bytes:
        self._odd = b""
        return b""


class _Pcm(_WholeSamples):
    def decode(self, data: bytes) -> bytes:
        return self.join(data)

    def encode(self, pcm: bytes) -> bytes:
        return self.join(pcm)


class _G711Encoder(_WholeSamples):
    def __init__(self, table: npt.NDArray[np.uint8]) -> None:
        super().__init__()
        self._table = table

    def encode(self, pcm: bytes) -> bytes:
        codes: npt.NDArray[np.uint8] = self._table[np.frombuffer(self.join(pcm), "<u2")]
        return codes.tobytes()


class _G711Decoder:
    def __init__(self, table: npt.NDArray[np.int16]) -> None:
        self._table = table

    def decode(self, data: bytes) -> bytes:
        samples: npt.NDArray[np.int16] = self._table[np.frombuffer(data, np.uint8)]
        return samples.astype("<i2").tobytes()

    def flush(self) -> bytes:
        return b""


def _every_sample() -> npt.NDArray[np.int64]:
    """All 65,536 samples in the order of their unsigned value, the index of the encoding tables."""
    return np.arange(65_536, dtype=np.uint16).view(np.int16).astype(np.int64)


def _segment(magnitude: npt.NDArray[np.int64], first_end: int) -> npt.NDArray[np.int64]:
    """Number, 0 to 7, of the chord a magnitude lies in; each chord is twice the one before."""
    return np.searchsorted(first_end << np.arange(8), magnitude, side="right")


@functools.cache
def _pcm_to_ulaw() -> npt.NDArray[np.uint8]:
    sample = _every_sample() >> 2  # G.711 µ-law takes 14 bits
    magnitude = np.minimum(np.abs(sample), 8_158) + 33
    segment = _segment(magnitude, 64)
    code: npt.NDArray[np.int64] = segment << 4 | magnitude >> segment + 1 & 0x0F
    return np.bitwise_xor(code, np.where(sample < 0, 0x7F, 0xFF)).astype(np.uint8)


@functools.cache
def _ulaw_to_pcm() -> npt.NDArray[np.int16]:
    code = ~np.arange(256)
    magnitude = (((code & 0x0F) << 3) + 132 << (code >> 4 & 7)) - 132
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


@functools.cache
def _pcm_to_alaw() -> npt.NDArray[np.uint8]:
    sample = _every_sample() >> 3  # G.711 A-law takes 13 bits
    magnitude = np.where(sample < 0, ~sample, sample)
    segment = _segment(magnitude, 32)
    code: npt.NDArray[np.int64] = segment << 4 | magnitude >> np.maximum(segment, 1) & 0x0F
    return np.bitwise_xor(code, np.where(sample < 0, 0x55, 0xD5)).astype(np.uint8)


@functools.cache
def _alaw_to_pcm() -> npt.NDArray[np.int16]:
    code = np.arange(256) ^ 0x55
    segment = code >> 4 & 7
    step: npt.NDArray[np.int64] = ((code & 0x0F) << 4) + np.where(segment == 0, 8, 264)
    magnitude: npt.NDArray[np.int64] = step << np.maximum(segment - 1, 0)
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)
