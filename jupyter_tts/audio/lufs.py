"""How loud speech is to an ear: the loudness of ITU-R BS.1770-5 and EBU R 128, in LUFS."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["integrated_loudness", "k_weighted"]

# Blocks (s) that the loudness is measured in, and how far apart they begin.
_BLOCK: Final = 0.4
_STEP: Final = 0.1

# What is below counts as silence: LUFS, and LU below the mean of the rest.
_ABSOLUTE_GATE: Final = -70.0
_RELATIVE_GATE: Final = -10.0

# The two filters of the K-weighting, from which the coefficients of the recommendation follow at
# 48 kHz, and those of any other rate: a shelf for the head, and a high pass.
_SHELF_HZ, _SHELF_Q, _SHELF_DB = 1681.974450955533, 0.7071752369554196, 3.999843853973347
_SHELF_SLOPE: Final = 0.4996667741545416
_PASS_HZ, _PASS_Q = 38.13547087602444, 0.5003270373238773

_RINGING: Final = 0.5  # seconds in which the filters ring off

Samples = npt.NDArray[np.float64]


def integrated_loudness(pcm: bytes, sample_rate: int) -> float:
    """Return the loudness of a whole sound, its pauses left out, in LUFS.

    Parameters
    ----------
    pcm : bytes
        s16le mono.
    sample_rate : int
        Hz.

    Returns
    -------
    float
        At most about 0; minus infinity for silence.
    """
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.float64) / 32768
    powers = _block_powers(k_weighted(samples, sample_rate), sample_rate)
    loud = powers[_lufs(powers) > _ABSOLUTE_GATE]
    if not len(loud):
        return -math.inf
    gate = float(_lufs(loud.mean())) + _RELATIVE_GATE
    return float(_lufs(loud[_lufs(loud) > gate].mean()))


def k_weighted(samples: Samples, sample_rate: int) -> Samples:
    """Return samples as the ear weighs them, filtered in the frequency domain."""
    length = len(samples) + round(_RINGING * sample_rate)
    size = 1 << max(1, length - 1).bit_length()
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response = _shelf(z, sample_rate) * _high_pass(z, sample_rate)
    filtered: Samples = np.fft.irfft(np.fft.rfft(samples, size) * response, size)
    return filtered[: len(samples)]


def _block_powers(samples: Samples, sample_rate: int) -> Samples:
    """Return the mean square of each block; of a sound shorter than one, of the whole."""
    width, step = round(_BLOCK * sample_rate), round(_STEP * sample_rate)
    squares = np.concatenate([[0.0], np.cumsum(samples**2)])
    width = min(width, len(samples))
    starts = np.arange(0, len(samples) - width + 1, step)
    powers: Samples = (squares[starts + width] - squares[starts]) / max(1, width)
    return powers


def _lufs(power: Samples | np.float64) -> Samples:
    with np.errstate(divide="ignore"):
        return np.asarray(-0.691 + 10 * np.log10(np.maximum(power, 0.0)))


def _shelf(z: npt.NDArray[np.complex128], rate: int) -> npt.NDArray[np.complex128]:
    k, gain = math.tan(math.pi * _SHELF_HZ / rate), 10 ** (_SHELF_DB / 20)
    middle = gain**_SHELF_SLOPE
    return _biquad(
        z,
        (
            gain + middle * k / _SHELF_Q + k * k,
            2 * (k * k - gain),
            gain - middle * k / _SHELF_Q + k * k,
        ),
        (1 + k / _SHELF_Q + k * k, 2 * (k * k - 1), 1 - k / _SHELF_Q + k * k),
    )


def _high_pass(z: npt.NDArray[np.complex128], rate: int) -> npt.NDArray[np.complex128]:
    k = math.tan(math.pi * _PASS_HZ / rate)
    below = (1 + k / _PASS_Q + k * k, 2 * (k * k - 1), 1 - k / _PASS_Q + k * k)
    # The recommendation has the coefficients above the line as 1, -2 and 1.
    above = tuple(below[0] * one for one in (1.0, -2.0, 1.0))
    return _biquad(z, above, below)


def _biquad(
    z: npt.NDArray[np.complex128], above: tuple[float, ...], below: tuple[float, ...]
) -> npt.NDArray[np.complex128]:
    return np.polyval(above[::-1], z) / np.polyval(below[::-1], z)
