"""Sample-rate conversion: length, alignment, quality, and independence of the chunking."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.audio.resample import Resampler

SOURCE = 22_050
TARGETS = [8_000, 16_000, 24_000, 32_000, 44_100, 48_000]

Samples = npt.NDArray[np.int16]


def resample(samples: Samples, source: int, target: int) -> Samples:
    resampler = Resampler(source, target)
    return np.concatenate([resampler.process(samples), resampler.flush()])


def tone(frequency: float, rate: int, seconds: float, amplitude: float = 30_000) -> Samples:
    n = np.arange(round(seconds * rate))
    return np.rint(amplitude * np.sin(2 * np.pi * frequency * n / rate)).astype(np.int16)


def steady(samples: Samples, rate: int) -> npt.NDArray[np.float64]:
    """The middle, without the 50 ms at either end where the tone starts and stops."""
    return samples[rate // 20 : -rate // 20].astype(np.float64)


def decibels(power: float, reference: float) -> float:
    return float(10 * np.log10(power / reference))


@pytest.mark.parametrize("target", TARGETS)
def test_a_tone_comes_out_as_the_same_tone_at_the_same_time(target: int) -> None:
    output = resample(tone(1_000, SOURCE, 2), SOURCE, target)
    # The same sine computed at the target rate: equal phase shows that nothing is delayed.
    n = np.arange(len(output))
    expected = 30_000 * np.sin(2 * np.pi * 1_000 * n / target)
    edge = target // 20
    noise = (output - expected)[edge:-edge]
    assert decibels(30_000**2 / 2, float(np.mean(noise**2))) > 90


@pytest.mark.parametrize("target", [8_000, 16_000])
@pytest.mark.parametrize("part", [1.1, 1.15, 1.3])
def test_what_would_fold_back_is_suppressed(target: int, part: float) -> None:
    frequency = part * target / 2 + 7  # off the grid, so that no alias falls on a zero
    output = steady(resample(tone(frequency, SOURCE, 2), SOURCE, target), target)
    assert decibels(30_000**2 / 2, float(np.mean(output**2)) + 1e-9) > 80


@pytest.mark.parametrize("target", [24_000, 32_000, 44_100, 48_000])
def test_no_image_appears_above_the_source_band(target: int) -> None:
    output = steady(resample(tone(8_500, SOURCE, 2), SOURCE, target), target)
    power = np.abs(np.fft.rfft(output * np.blackman(len(output)))) ** 2
    frequency = np.fft.rfftfreq(len(output), 1 / target)
    image = power[frequency > SOURCE / 2 + 100]
    assert decibels(power.max(), image.max()) > 80


@pytest.mark.parametrize("target", TARGETS)
def test_speech_frequencies_keep_their_level(target: int) -> None:
    frequency = 0.8 * min(SOURCE, target) / 2
    output = steady(resample(tone(frequency, SOURCE, 2), SOURCE, target), target)
    assert abs(decibels(float(np.mean(output**2)), 30_000**2 / 2)) < 0.05


@pytest.mark.parametrize("target", TARGETS)
def test_the_first_sample_falls_on_the_first(target: int) -> None:
    click = np.zeros(SOURCE, np.int16)
    click[0] = 20_000
    output = resample(click, SOURCE, target)
    assert int(np.argmax(np.abs(output))) == 0


@pytest.mark.parametrize("target", TARGETS)
def test_a_constant_keeps_its_value_without_ripple(target: int) -> None:
    output = resample(np.full(SOURCE, -1_234, np.int16), SOURCE, target)
    assert set(output[target // 20 : -target // 20].tolist()) == {-1_234}


@pytest.mark.parametrize("target", TARGETS)
def test_full_scale_is_clipped_not_wrapped(target: int) -> None:
    square = np.where(np.arange(SOURCE) // 50 % 2, 32_767, -32_768).astype(np.int16)
    output = resample(square, SOURCE, target).astype(np.int64)
    centre = np.rint((25 + 50 * np.arange(5, 400)) * target / SOURCE).astype(np.int64)
    assert (np.sign(output[centre]) == np.where(np.arange(5, 400) % 2, 1, -1)).all()
    assert output.max() == 32_767
    assert output.min() == -32_768


@given(
    source=st.sampled_from([SOURCE, *TARGETS]),
    target=st.sampled_from([SOURCE, *TARGETS]),
    cuts=st.lists(st.integers(0, 700), max_size=12),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_chunking_gives_the_same_samples_and_the_exact_length(
    source: int, target: int, cuts: list[int], seed: int
) -> None:
    samples = np.random.default_rng(seed).integers(-32_768, 32_768, sum(cuts), np.int16)
    resampler = Resampler(source, target)
    pieces = [resampler.process(piece) for piece in np.split(samples, np.cumsum(cuts))]
    output = np.concatenate([*pieces, resampler.flush()])
    assert output.dtype == np.int16
    assert len(output) == round(len(samples) * target / source)
    assert np.array_equal(output, resample(samples, source, target))


def test_a_long_chunk_equals_its_parts() -> None:
    samples = np.random.default_rng(1).integers(-32_768, 32_768, 100_000, np.int16)
    resampler = Resampler(SOURCE, 48_000)
    pieces = [resampler.process(piece) for piece in np.array_split(samples, 77)]
    output = np.concatenate([*pieces, resampler.flush()])
    assert np.array_equal(output, resample(samples, SOURCE, 48_000))


def test_equal_rates_pass_the_samples_through_at_once() -> None:
    samples = tone(440, SOURCE, 0.1)
    resampler = Resampler(SOURCE, SOURCE)
    assert np.array_equal(resampler.process(samples), samples)
    assert len(resampler.flush()) == 0


@pytest.mark.parametrize("target", TARGETS)
def test_little_is_held_back(target: int) -> None:
    samples = tone(440, SOURCE, 0.06)
    missing = round(len(samples) * target / SOURCE) - len(
        Resampler(SOURCE, target).process(samples)
    )
    assert 0 <= missing / target < 0.004


def test_after_flush_a_new_sound_begins() -> None:
    samples = tone(440, SOURCE, 0.1)
    resampler = Resampler(SOURCE, 24_000)
    first = np.concatenate([resampler.process(samples), resampler.flush()])
    second = np.concatenate([resampler.process(samples), resampler.flush()])
    assert np.array_equal(first, second)


@pytest.mark.parametrize(("source", "target"), [(0, 8_000), (22_050, 0), (-1, 8_000)])
def test_a_rate_that_is_not_positive_is_refused(source: int, target: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        Resampler(source, target)
