"""The vocoder: the same sound whatever the pieces."""

from __future__ import annotations

import hibari
import numpy as np
import pytest
from hibari import dsp

from jupyter_tts.server.engines.natural.vocoder import LOOKAHEAD, Vocoder

FRAMES = 60
SILENT = -60.0  # the logarithm of a size that is not heard

chance = np.random.default_rng(1)
PITCH = np.where(np.arange(FRAMES) % 20 < 15, chance.uniform(90, 220, FRAMES), 0.0)
SPECTRA = [chance.normal(0, 1, (601, FRAMES)).astype(np.float32) for _ in range(5)]
SPECTRA[2][:] = SILENT  # the noise, which is drawn piece by piece


@pytest.mark.parametrize(
    "ends", [[60], [30, 60], [4, 60], [58, 60], [10, 11, 12, 13, 60], [7, 20, 33, 46, 60]]
)
def test_pieces_joined_are_what_the_package_makes_of_all(ends: list[int]) -> None:
    vocoder = Vocoder(PITCH, np.random.default_rng(0))
    pieces = []
    for first, after in zip([0, *ends], ends, strict=False):
        piece = vocoder.sound([spectrum[:, first:after] for spectrum in SPECTRA])
        pieces.append(piece)
        complete = after if after == FRAMES else after - LOOKAHEAD
        assert sum(map(len, pieces)) == complete * dsp.HOP
    whole = dsp.synth(*SPECTRA, PITCH, np.random.default_rng(0))
    np.testing.assert_allclose(np.concatenate(pieces), whole, atol=1e-5 * np.abs(whole).max())


def test_noise_is_as_loud_in_pieces_and_drawn_by_chance() -> None:
    spectra = [np.full((601, FRAMES), SILENT, np.float32) for _ in range(5)]
    spectra[2][:] = 0.0
    unvoiced = np.zeros(FRAMES)

    def noise(seed: int) -> np.ndarray:
        vocoder = Vocoder(unvoiced, np.random.default_rng(seed))
        pieces = [
            [spectrum[:, half] for spectrum in spectra] for half in (slice(30), slice(30, 60))
        ]
        return np.concatenate([vocoder.sound(piece) for piece in pieces])

    np.testing.assert_array_equal(noise(1), noise(1))
    assert not np.array_equal(noise(1), noise(2))
    whole = dsp.synth(*spectra, unvoiced, np.random.default_rng(1))
    assert np.std(noise(1)) == pytest.approx(np.std(whole), rel=0.05)


def test_the_package_is_the_one_whose_windows_these_are() -> None:
    assert hibari.__version__ == "0.2.1"
    assert dsp.N_FFT == 4 * dsp.HOP
