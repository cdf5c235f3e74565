"""ITU-T G.711, 8 bits a sample: µ-law and A-law."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from .pcm import WholeSamples

__all__ = ["G711Decoder", "G711Encoder", "alaw_to_pcm", "pcm_to_alaw", "pcm_to_ulaw", "ulaw_to_pcm"]


class G711Encoder:
    """PCM into codes, by one of the tables below."""

    def __init__(self, table: npt.NDArray[np.uint8]) -> None:
        self._table = table
        self._whole = WholeSamples()
        self.samples = 0

    def encode(self, pcm: bytes) -> bytes:
        codes: npt.NDArray[np.uint8] = self._table[np.frombuffer(self._whole.join(pcm), "<u2")]
        self.samples += len(codes)
        return codes.tobytes()

    def flush(self) -> bytes:
        return self._whole.flush()


class G711Decoder:
    """Codes into PCM, by one of the tables below."""

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
def pcm_to_ulaw() -> npt.NDArray[np.uint8]:
    sample = _every_sample() >> 2  # G.711 µ-law takes 14 bits
    magnitude = np.minimum(np.abs(sample), 8_158) + 33
    segment = _segment(magnitude, 64)
    code: npt.NDArray[np.int64] = segment << 4 | magnitude >> segment + 1 & 0x0F
    return np.bitwise_xor(code, np.where(sample < 0, 0x7F, 0xFF)).astype(np.uint8)


@functools.cache
def ulaw_to_pcm() -> npt.NDArray[np.int16]:
    code = ~np.arange(256)
    magnitude = (((code & 0x0F) << 3) + 132 << (code >> 4 & 7)) - 132
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


@functools.cache
def pcm_to_alaw() -> npt.NDArray[np.uint8]:
    sample = _every_sample() >> 3  # G.711 A-law takes 13 bits
    magnitude = np.where(sample < 0, ~sample, sample)
    segment = _segment(magnitude, 32)
    code: npt.NDArray[np.int64] = segment << 4 | magnitude >> np.maximum(segment, 1) & 0x0F
    return np.bitwise_xor(code, np.where(sample < 0, 0x55, 0xD5)).astype(np.uint8)


@functools.cache
def alaw_to_pcm() -> npt.NDArray[np.int16]:
    code = np.arange(256) ^ 0x55
    segment = code >> 4 & 7
    step: npt.NDArray[np.int64] = ((code & 0x0F) << 4) + np.where(segment == 0, 8, 264)
    magnitude: npt.NDArray[np.int64] = step << np.maximum(segment - 1, 0)
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)
