"""Conversion of the sample rate while the sound is still arriving."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
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

# Outputs in a block, whose weights are one dense matrix: the wider it is, the more of it is zeros,
# the narrower, the more matrices there are.
_BLOCK: Final = 32
_WIDEST_BLOCK: Final = 64


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
        self._filter = _block_filter(self._up, self._down)
        self._half = self._filter.half
        # The inputs still needed; the first of them has the index `_origin`.
        self._pending: npt.NDArray[np.float64]
        self._reset()

    def process(self, samples: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
        """Take a chunk of any length (also none) and return as much output as it determines."""
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

    def convert(self, pcm: bytes) -> bytes:
        """Return a whole sound, s16le mono, at the other rate."""
        samples = np.frombuffer(pcm, "<i2").astype(np.int16, copy=False)
        converted = np.concatenate([self.process(samples), self.flush()])
        return converted.astype("<i2").tobytes()

    def _reset(self) -> None:
        self._received = 0
        self._produced = 0
        # Before the first input lies silence.
        self._origin = 1 - self._half
        self._pending = np.zeros(self._half - 1)

    def _emit(self, end: int) -> npt.NDArray[np.int16]:
        """Compute the outputs up to `end` (exclusive) and forget the inputs no longer needed."""
        start, width = self._produced, self._filter.width
        if end <= start:
            return np.zeros(0, np.int16)
        # A block that begins before `start` or ends after `end` is computed whole all the same.
        values = self._blocks(start // width, -(-end // width)).ravel()
        values = values[start % width :][: end - start]
        self._produced = end
        first_needed = self._first_input(end // width)
        self._pending = self._pending[first_needed - self._origin :]
        self._origin = first_needed
        return np.clip(np.rint(values), -32_768, 32_767).astype(np.int16)

    def _first_input(self, block: int) -> int:
        """The index of the first input that a block weighs."""
        return block * self._filter.width * self._down // self._up + 1 - self._half

    def _blocks(self, first: int, last: int) -> npt.NDArray[np.float64]:
        """Compute blocks, as an array of shape (last - first, width)."""
        values = np.empty((last - first, self._filter.width))
        matrices = self._filter.matrices
        period, span, _ = matrices.shape
        # What has not arrived yet counts as silence; it only matters to outputs not asked for.
        missing = self._first_input(last - 1) + span - self._origin - len(self._pending)
        inputs = np.concatenate([self._pending, np.zeros(max(0, missing))])
        # Every `period` blocks the weights repeat, `advance` inputs later.
        advance = period * self._filter.width * self._down // self._up
        for block in range(first, min(first + period, last)):
            same = values[block - first :: period]
            windows = np.lib.stride_tricks.as_strided(
                inputs[self._first_input(block) - self._origin :],
                (len(same), span),
                (advance * inputs.itemsize, inputs.itemsize),
                writeable=False,
            )
            same[:] = np.ascontiguousarray(windows) @ matrices[block % period]
        return values


@dataclass(frozen=True)
class _BlockFilter:
    """The filter as matrices of shape (inputs, outputs of a block), one per phase of a block."""

    half: int
    width: int
    matrices: npt.NDArray[np.float64]


@functools.lru_cache(maxsize=16)
def _block_filter(up: int, down: int) -> _BlockFilter:
    """Return the filter for blocks of outputs; its matrices are read-only."""
    taps = _polyphase_filter(up, down)
    half = taps.shape[1] // 2
    width = _block_width(up)
    period = up // math.gcd(up, width)
    outputs = np.arange(period * width).reshape(period, width)
    lasts = outputs * down // up  # the last input not after each output
    offsets = lasts - lasts[:, :1]
    matrices = np.zeros((period, int(offsets.max()) + 2 * half, width))
    for phase, column in np.ndindex(period, width):
        offset = offsets[phase, column]
        matrices[phase, offset : offset + 2 * half, column] = taps[outputs[phase, column] % up]
    matrices.setflags(write=False)
    return _BlockFilter(half, width, matrices)


def _block_width(up: int) -> int:
    """How many outputs a block has, so that few different blocks make a period of the filter."""
    if up < _BLOCK:
        return -(-_BLOCK // up) * up
    widest = max(width for width in range(1, _WIDEST_BLOCK + 1) if up % width == 0)
    return widest if widest >= _BLOCK // 2 else _BLOCK


def _polyphase_filter(up: int, down: int) -> npt.NDArray[np.float64]:
    """Return the windowed-sinc filter as an array of shape (up, taps).

    Row ``n % up`` weighs the inputs ``i - taps/2 + 1 ... i + taps/2`` of output *n*, where *i* is
    the last input not after it.
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
    return exact / _COEFFICIENT_SCALE
