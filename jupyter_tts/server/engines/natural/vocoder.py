"""Spectra as sound, piece by piece: what ``hibari.dsp.synth`` makes of all frames at once.

Part of the worker; needs ``hibari-tts`` and nothing of the server.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from hibari import dsp

__all__ = ["LOOKAHEAD", "Vocoder"]

LOOKAHEAD: Final = 2
"""How many frames later than its own a sample is complete: the windows of four frames overlap."""

_BINS: Final = dsp.N_FFT // 2 + 1


class Vocoder:
    """Makes the sound of a row of frames.

    The pieces joined are the same whatever they are, but for the noise, which is drawn for each.

    Parameters
    ----------
    pitch : array
        In Hz, of all frames.
    chance : Generator
        For the noise.
    """

    def __init__(self, pitch: Any, chance: np.random.Generator) -> None:
        self._pitch = pitch
        self._chance = chance
        self._taken = 0  # frames
        self._returned = 0  # frames whose samples have been returned
        self._kept = np.zeros((_BINS, 0), np.complex64)  # frames that samples to come overlap with

    def sound(self, spectra: list[Any]) -> Any:
        """Take the next frames; return the samples that are complete.

        Parameters
        ----------
        spectra : list of array
            Five, (bins, frames) each.
        """
        first, after = self._taken, self._taken + spectra[0].shape[1]
        frames = np.concatenate([self._kept, self._shaped(spectra, first, after)], axis=1)
        begin = after - frames.shape[1]
        complete = after if after == len(self._pitch) else after - LOOKAHEAD
        hops = dsp.ola(frames).reshape(-1, dsp.HOP)[self._returned - begin : complete - begin]
        self._kept = frames[:, complete - begin - 1 :]
        self._taken, self._returned = after, complete
        return hops.reshape(-1)

    def _shaped(self, spectra: list[Any], first: int, after: int) -> Any:
        """Harmonics, noise, and what has a phase of its own, in complex numbers."""
        harmonics, turn, noise, rest, phase = spectra
        shaped = self._pulses(first, after) * dsp.ex(harmonics) * _unit(np.pi * np.tanh(turn))
        drawn = self._chance.standard_normal((_BINS, 2 * (after - first)), dtype=np.float32)
        shaped += drawn.view(np.complex64) * dsp.ex(noise)
        shaped += _unit(phase) * dsp.ex(rest)
        return shaped

    def _pulses(self, first: int, after: int) -> Any:
        """The spectra of the voice's pulses; their phase goes on from the row's beginning."""
        half = dsp.N_FFT // 2
        # What is behind these frames' windows changes nothing in them.
        pulses = np.pad(dsp.pulses(self._pitch[: after + LOOKAHEAD + 1]), half, mode="reflect")
        part = pulses[first * dsp.HOP : (after - 1) * dsp.HOP + dsp.N_FFT]
        windows = np.lib.stride_tricks.sliding_window_view(part, dsp.N_FFT)[:: dsp.HOP]
        return np.ascontiguousarray(dsp.rfft(windows * dsp.WIN_SRC, 1).T)


def _unit(angle: Any) -> Any:
    """Return the numbers of size 1 with these angles."""
    numbers = np.empty(angle.shape, np.complex64)
    np.cos(angle, out=numbers.real)
    np.sin(angle, out=numbers.imag)
    return numbers
