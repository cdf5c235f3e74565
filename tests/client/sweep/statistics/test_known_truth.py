"""The statistics on drawn times whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from jupyter_tts.client.sweep.statistics import binomial
from jupyter_tts.client.sweep.statistics.differences import difference, pairs_needed
from jupyter_tts.client.sweep.statistics.preference import discrimination, preference, strengths
from jupyter_tts.client.sweep.statistics.quantiles import fewest_for_upper_bound, quantile

SWEEPS = 400
EFFECTS = (0.0, 5.0, 20.0, 80.0)


def times(chance: np.random.Generator, n: int) -> npt.NDArray[np.float64]:
    """Draw times (ms) as networks have them: some are far too late."""
    late = chance.exponential(100, n) * (chance.random(n) < 0.2)
    return 100 + 8 * chance.standard_t(3, n) + late


@pytest.mark.parametrize(("part", "n"), [(0.5, 20), (0.5, 7), (0.95, 100)])
def test_the_interval_of_a_quantile_encloses_it(part: float, n: int) -> None:
    chance = np.random.default_rng(1)
    truth = float(np.quantile(times(chance, 2_000_000), part))
    found = [quantile(times(chance, n), part) for _ in range(SWEEPS)]
    enclosed = sum(
        one.low is not None and one.high is not None and one.low <= truth <= one.high
        for one in found
    )
    error = 2 * math.sqrt(0.95 * 0.05 / SWEEPS)
    assert enclosed / SWEEPS >= 0.95 - error
    assert {round(one.coverage, 12) for one in found} == {round(found[0].coverage, 12)}
    assert found[0].coverage >= 0.95


def test_a_quantile_that_the_values_do_not_reach_has_no_bound() -> None:
    assert fewest_for_upper_bound(0.95) == 72
    assert quantile(range(71), 0.95).high is None
    assert quantile(range(72), 0.95).high == 71
    assert (quantile([1.0, 2.0]).low, quantile([1.0, 2.0]).high) == (None, None)
    with pytest.raises(ValueError, match="no values"):
        quantile([])


def test_the_interval_of_a_difference_encloses_it_and_finds_what_is_there() -> None:
    chance = np.random.default_rng(2)
    enclosed, told = 0, dict.fromkeys(EFFECTS, 0)
    for sweep in range(SWEEPS):
        noise = times(chance, 20) - times(chance, 20)
        for effect in EFFECTS:
            found = difference(noise - effect, seed=sweep)
            assert found is not None
            told[effect] += found.is_told
        enclosed += found.low <= -EFFECTS[-1] <= found.high
    assert enclosed / SWEEPS >= 0.92
    assert told[0.0] / SWEEPS <= 0.08
    assert told[80.0] / SWEEPS >= 0.99
    assert told[0.0] < told[5.0] < told[20.0] < told[80.0]


def test_several_intervals_hold_together() -> None:
    chance = np.random.default_rng(3)
    false = 0
    for sweep in range(SWEEPS):
        found = [
            difference(times(chance, 20) - times(chance, 20), comparisons=10, seed=sweep)
            for _ in range(10)
        ]
        false += any(one is not None and one.is_told for one in found)
    assert false / SWEEPS <= 0.10


def test_as_many_pairs_as_are_said_to_be_needed_tell_the_difference() -> None:
    chance = np.random.default_rng(4)
    pilots = [difference(chance.normal(0, 20, 100), seed=seed) for seed in range(30)]
    n = round(float(np.mean([pairs_needed(pilot, 10.0) for pilot in pilots if pilot])))
    told = 0
    for sweep in range(200):
        found = difference(chance.normal(10, 20, n), seed=sweep)
        told += found is not None and found.is_told
    assert 0.65 <= told / 200 <= 0.95


def test_fewer_than_six_pairs_have_no_interval() -> None:
    assert difference([1.0] * 5) is None
    assert difference([1.0] * 6) is not None


@pytest.mark.parametrize(("successes", "n"), [(7, 10), (0, 10), (14, 18), (40, 41), (3, 300)])
def test_the_binomial_is_that_of_scipy(successes: int, n: int) -> None:
    independent = stats.binomtest(successes, n)
    bounds = independent.proportion_ci(method="exact")
    assert binomial.interval(successes, n) == pytest.approx((bounds.low, bounds.high), abs=1e-9)
    assert binomial.p_value(successes, n) == pytest.approx(independent.pvalue, rel=1e-9)
    assert binomial.tail(successes, n, 0.3) == pytest.approx(
        stats.binom.sf(successes - 1, n, 0.3), rel=1e-9
    )


def test_preferences_and_discrimination() -> None:
    found = preference(14, 4, ties=2)
    assert found is not None
    assert (found.share, found.n, found.ties) == (14 / 18, 18, 2)
    assert preference(0, 0, ties=3) is None
    heard = discrimination(12, 16)
    assert heard is not None
    assert heard.p == pytest.approx(0.0384064, abs=1e-6)
    assert discrimination(0, 0) is None


def test_strengths_are_those_that_the_answers_were_drawn_from() -> None:
    chance = np.random.default_rng(5)
    truth = np.array([-1.0, 0.0, 1.0])
    answers = []
    for _ in range(1_500):
        first, second = chance.permutation(3)[:2]
        wins = chance.random() < 1 / (1 + np.exp(truth[second] - truth[first]))
        answers.append((int(first), int(second)) if wins else (int(second), int(first)))
    found = strengths(answers, 3)
    assert found is not None
    assert [one.value for one in found] == pytest.approx(truth, abs=0.25)
    assert all(one.low < one.value < one.high for one in found)
    assert strengths([], 3) is None
    always = strengths([(0, 1)] * 20, 2)
    assert always is not None
    assert math.isfinite(always[0].value)
