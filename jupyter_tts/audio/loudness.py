"""How loud speech is, when it is first heard, and gains that make two sounds equally loud."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["equal_gains", "frame_length", "leading_silence", "loudness", "scale"]

LOUDNESS_FRAME_SECONDS = 0.05
# Frames this far below the loudest one are pauses, which say nothing of how loud speech is.
PAUSE = 0.1

# A frame counts as audible above this root mean square (full scale is 1): about -40 dBFS.
AUDIBLE_RMS = 0.01
AUDIBLE_FRAME_SECONDS = 0.010


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
    width = max(1, round(sample_rate * LOUDNESS_FRAME_SECONDS))
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


def frame_length(sample_rate: int) -> int:
    """Return how many samples are audible or not together."""
    return max(1, round(sample_rate * AUDIBLE_FRAME_SECONDS))


def leading_silence(pcm: bytes | bytearray, sample_rate: int) -> float | None:
    """Return the seconds before the first audible 10 ms frame, None if no frame is audible.

    Parameters
    ----------
    pcm : bytes
        s16le mono.
    sample_rate : int
        Hz.
    """
    width = frame_length(sample_rate)
    count = len(pcm) // (2 * width)
    frames = np.frombuffer(bytes(pcm[: 2 * width * count]), "<i2").reshape(count, width) / 32768
    loud = np.flatnonzero(np.sqrt(np.mean(frames**2, axis=1)) > AUDIBLE_RMS)
    return float(loud[0]) * width / sample_rate if loud.size else None


def _samples(pcm: bytes) -> npt.NDArray[np.float64]:
    return np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.float64)
