"""How loud speech is, and gains that make two sounds equally loud."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["equal_gains", "loudness", "scale"]

FRAME_SECONDS = 0.05
# Frames this far below the loudest one are pauses, which say nothing of how loud speech is.
PAUSE = 0.1


def loudness(pcm: bytes, sample_rate: int) -> float:
    """Return the root mean square of what is spoken, pauses left out; full scale is 1.

    Parameters
    ----------
    pcm : bytes
        s16le mono.
    sample_rate : int
        Hz.
    """
    samples = _samples(pcm) / 32768
    width = max(1, round(sample_rate * FRAME_SECONDS))
    if len(samples) < width:
        return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
    count = len(samples) // width
    powers = np.mean(samples[: count * width].reshape(count, width) ** 2, axis=1)
    spoken = powers[powers >= powers.max() * PAUSE**2]
    return float(np.sqrt(np.mean(spoken)))


def equal_gains(first: float, second: float) -> tuple[float, float]:
    """Return gains, at most 1 so that nothing clips, that make two loudnesses equal."""
    if not first or not second:
        return 1.0, 1.0
    quieter = min(first, second)
    return quieter / first, quieter / second


def scale(pcm: bytes, gain: float) -> bytes:
    """Return ``pcm`` (s16le) times a gain from 0 to 1."""
    return np.round(_samples(pcm) * gain).astype("<i2").tobytes()


def _samples(pcm: bytes) -> npt.NDArray[np.float64]:
    return np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.float64)
