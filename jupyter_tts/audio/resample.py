"""Conversion of the sample rate while the sound is still arriving."""

from __future__ import annotations

import functools
import math
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["Resampler"]

# Half the filter's length, in periods of the lower of the two rates.
_ZERO_CROSSINGS: Final = 24

# Kaiser's window for 100 dB: 0.1102 * (100 - 8.7) (Kaiser 1974).
_KAISER_BETA: Final = 10.06

# Where the response is -6 dB, as a part of the lower Nyquist frequency: early enough that what lies
# above Nyquist and would fold into the speech band is gone.
_CUTOFF: Final = 0.93

# Coefficients are multiples of 2**-24, so that every product with an int16 and every sum of them is
# exact in float64: the result cannot depend on the order of summation, hence not on the chunking,
# the CPU or the BLAS.
_COEFFICIENT_SCALE: Final = 2**24

# Outputs computed in one go: few enough that their arrays stay in the cache.
_BLOCK: Final = 512


class Resampler:
    """Stateful polyphase FIR resampler for mono int16 samples.

    Output sample *n* is the band-limited input at the time ``n / target_rate``: no delay, the first
    sample falls on the first. In all, ``round(n_in * target_rate / source_rate)`` samples come out,
    bit-identical for any division of the input into chunks. `process` holds back the last few
    milliseconds (half the filter's length) until it has seen what follows, or until `flush`.

    Parameters
    ----------
    source_rate, target_rate
        In Hz. Equal rates pass the samples through unchanged.
    """

    def __init__(self, source_rate: int, target_rate: int) -> None:
        if source_rate <= 0 or target_rate <= 0:
            raise ValueError(f"Sample rates must be positive, not {source_rate} and {target_rate}.")
        ratio = Fraction(target_rate, source_rate)
        self._up, self._down = ratio.numerator, ratio.denominator
        self._filter = _polyphase_filter(self._up, self._down)
        self._half = self._filter.shape[1] // 2
        # Work space. Arrays of this size made anew for every block would cost more in page faults
        # than the arithmetic does.
        self._indexes = np.empty((_BLOCK, 2 * self._half), np.intp)
        self._windows = np.empty((_BLOCK, 2 * self._half))
        # The inputs still needed; the first of them has the index `_origin`.
        self._pending: npt.NDArray[np.float64]
        self._reset()

    def process(self, samples: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
        """Take a chunk of any length (also none) and return what can be said of the output."""
        self._received += len(samples)
        if self._up == self._down:
            return samples.astype(np.int16)
        self._pending = np.concatenate([self._pending, samples.astype(np.float64)])
        # Output n needs the inputs up to floor(n * down / up) + half.
        complete = -(-(self._received - self._half) * self._up // self._down)
        return self._emit(max(complete, self._produced))

    def flush(self) -> npt.NDArray[np.int16]:
        """Return the rest of the output; the next `process` begins a new sound."""
        if self._up == self._down:
            self._reset()
            return np.zeros(0, np.int16)
        self._pending = np.concatenate([self._pending, np.zeros(self._half)])
        rest = self._emit(round(Fraction(self._received * self._up, self._down)))
        self._reset()
        return rest

    def _reset(self) -> None:
        self._received = 0
        self._produced = 0
        # Before the first input lies silence.
        self._origin = 1 - self._half
        self._pending = np.zeros(self._half - 1)

    def _emit(self, end: int) -> npt.NDArray[np.int16]:
        """Compute the outputs up to `end` (exclusive) and forget the inputs no longer needed."""
        blocks = [
            self._block(start, min(start + _BLOCK, end))
            for start in range(self._produced, end, _BLOCK)
        ]
        self._produced = max(end, self._produced)
        first_needed = self._produced * self._down // self._up + 1 - self._half
        self._pending = self._pending[first_needed - self._origin :]
        self._origin = first_needed
        return np.concatenate(blocks) if blocks else np.zeros(0, np.int16)

    def _block(self, start: int, end: int) -> npt.NDArray[np.int16]:
        count = end - start
        position = np.arange(start, end, dtype=np.int64) * self._down // self._up
        first = position + (1 - self._half - self._origin)
        indexes, windows = self._indexes[:count], self._windows[:count]
        np.add(first[:, None], np.arange(2 * self._half), out=indexes)
        np.take(self._pending, indexes, out=windows, mode="clip")  # "raise" would buffer
        weights = self._filter[start % self._up :][:count]
        values: npt.NDArray[np.float64] = np.einsum("ij,ij->i", windows, weights)
        return np.clip(np.rint(values), -32_768, 32_767).astype(np.int16)


@functools.lru_cache(maxsize=16)
def _polyphase_filter(up: int, down: int) -> npt.NDArray[np.float64]:
    """Return the windowed-sinc filter as an array of shape (up + block, taps), read-only.

    Row ``n % up`` weighs the inputs ``i - taps/2 + 1 ... i + taps/2`` of output *n*, where *i* is
    the last input not after it. The rows repeat, so that those of any block are one slice.
    """
    # Inputs per period of the lower rate: downsampling needs a longer filter, cut off lower.
    stretch = max(1.0, down / up)
    half = math.ceil(_ZERO_CROSSINGS * stretch)
    phases = np.arange(up) * down % up / up
    offsets = np.arange(1 - half, half + 1) - phases[:, None]
    window = np.i0(_KAISER_BETA * np.sqrt(np.clip(1 - (offsets / half) ** 2, 0, None)))
    taps = np.sinc(offsets * _CUTOFF / stretch) * window
    taps *= _COEFFICIENT_SCALE / taps.sum(axis=1, keepdims=True)
    exact = np.rint(taps)
    # Every phase passes a constant exactly, so that silence with an offset gets no ripple.
    exact[np.arange(up), np.argmax(taps, axis=1)] += _COEFFICIENT_SCALE - exact.sum(axis=1)
    rows = np.resize(exact / _COEFFICIENT_SCALE, (up + _BLOCK, 2 * half))
    rows.setflags(write=False)
    return rows
