"""Short fades, so that sound can be cut anywhere without a click."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["FADE_SECONDS", "decay", "fade_in", "fade_out"]

FADE_SECONDS = 0.005


def fade_in(pcm: bytes, done: int, length: int) -> bytes:
    """Return ``pcm`` (s16le mono) as it sounds in a fade-in.

    Parameters
    ----------
    pcm : bytes
    done : int
        Frames of the fade before these.
    length : int
        Frames of the whole fade; what follows them stays as it is.
    """
    samples = np.frombuffer(pcm, "<i2")
    gains = np.minimum((np.arange(len(samples)) + done + 1) / (length + 1), 1.0)
    return _pcm(samples * gains)


def fade_out(pcm: bytes) -> bytes:
    """Return ``pcm`` (s16le mono) fading to silence."""
    samples = np.frombuffer(pcm, "<i2")
    return _pcm(samples * _falling(len(samples)))


def decay(sample: int, length: int) -> bytes:
    """Return ``length`` frames that lead from a sample to silence."""
    return _pcm(sample * _falling(length))


def _falling(length: int) -> npt.NDArray[np.float64]:
    return 1 - (np.arange(length) + 1) / (length + 1)


def _pcm(samples: npt.NDArray[np.float64]) -> bytes:
    return np.round(samples).astype("<i2").tobytes()
