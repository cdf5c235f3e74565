"""Differences of pairs, and how many pairs tell one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from jupyter_tts.client.sweep.statistics.differences import (
    difference,
    fewest_pairs,
    paired,
    pairs_needed,
)
from jupyter_tts.client.sweep.statistics.quantiles import quantile


@pytest.mark.parametrize("n", [20, 51, 200])
@pytest.mark.parametrize("comparisons", [1, 4])
def test_the_interval_is_the_bootstrap_of_scipy_and_at_least_the_exact_one(
    n: int, comparisons: int
) -> None:
    values = np.random.default_rng(n).standard_t(3, n)
    risk = 0.05 / comparisons
    tail = stats.norm.cdf(math.sqrt(n / (n - 1)) * stats.t.ppf(risk / 2, n - 1))
    independent = stats.bootstrap(
        (values,),
        np.median,
        confidence_level=1 - 2 * tail,
        n_resamples=20_000,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    exact = quantile(values, 0.5, 1 - risk)
    assert exact.low is not None
    assert exact.high is not None
    found = difference(values, comparisons=comparisons)
    assert found is not None
    assert found.median == np.median(values)
    assert found.low == pytest.approx(min(independent.low, exact.low), abs=0.06)
    assert found.high == pytest.approx(max(independent.high, exact.high), abs=0.06)


@pytest.mark.parametrize(("comparisons", "fewest"), [(1, 6), (4, 8), (10, 9), (45, 11)])
def test_too_few_pairs_for_so_many_comparisons_have_no_interval(
    comparisons: int, fewest: int
) -> None:
    assert fewest_pairs(comparisons) == fewest
    assert difference([1.0] * (fewest - 1), comparisons=comparisons) is None
    found = difference([1.0] * fewest, comparisons=comparisons)
    assert found is not None
    assert found.is_told  # all of them say so


def test_most_pairs_alike_tell_nothing() -> None:
    some = difference([5.0] * 8 + [0.0] * 12)
    assert some is not None
    assert not some.is_told
    assert (some.equal, some.median) == (12, 0)
    none = difference([0.0] * 20)
    assert none is not None
    assert (none.low, none.high, none.is_told) == (0, 0, False)


def test_one_pair_that_is_far_off_moves_little() -> None:
    values = [*np.random.default_rng(1).normal(-30, 5, 19), 60_000.0]
    found = difference(values)
    assert found is not None
    assert found.is_told
    assert -35 < found.low < found.median < found.high < -25


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_what_is_no_number_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="no finite number"):
        difference([*range(20), wrong])


def test_only_pairs_of_the_same_text_and_repetition_count() -> None:
    first = {("a", 0): 1.0, ("a", 1): 2.0, ("b", 0): 3.0}
    second = {("a", 1): 5.0, ("b", 0): 3.5, ("b", 1): 9.0}
    assert [*paired(first, second)] == [3.0, 0.5]


@pytest.mark.parametrize("comparisons", [1, 10])
def test_as_many_pairs_as_are_said_to_be_needed_tell_the_difference(comparisons: int) -> None:
    chance = np.random.default_rng(4)
    pilots = [
        difference(chance.normal(0, 20, 100), comparisons=comparisons, seed=seed)
        for seed in range(30)
    ]
    n = round(float(np.mean([pairs_needed(pilot, 10.0) for pilot in pilots if pilot])))
    told = 0
    for seed in range(200):
        found = difference(chance.normal(10, 20, n), comparisons=comparisons, seed=seed)
        told += found is not None and found.is_told
    assert 0.7 <= told / 200 <= 0.95
