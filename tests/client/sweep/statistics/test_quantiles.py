"""Quantiles, and their intervals by ranks."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from jupyter_tts.client.sweep.statistics.quantiles import fewest_for_upper_bound, quantile


@pytest.mark.parametrize("n", [1, 5, 6, 20, 21, 71, 72, 400])
@pytest.mark.parametrize("part", [0.5, 0.95, 0.1])
@pytest.mark.parametrize("confidence", [0.95, 0.995])
def test_the_interval_is_that_of_scipy(n: int, part: float, confidence: float) -> None:
    values = np.random.default_rng(n).exponential(100, n)
    each = (1 - confidence) / 2
    bounds = [
        stats.quantile_test(values, p=part, alternative=side).confidence_interval(1 - each)
        for side in ("greater", "less")
    ]
    found = quantile(values, part, confidence)
    assert found.low == (None if np.isnan(bounds[0].low) else bounds[0].low)
    assert found.high == (None if np.isnan(bounds[1].high) else bounds[1].high)
    assert found.n == n
    assert found.coverage >= confidence or found.coverage == 0 or None in (found.low, found.high)


def test_a_quantile_that_the_values_do_not_reach_has_no_bound() -> None:
    assert fewest_for_upper_bound(0.95) == 72
    assert quantile(range(71), 0.95).high is None
    assert quantile(range(72), 0.95).high == 71
    assert (quantile([1.0, 2.0]).low, quantile([1.0, 2.0]).high) == (None, None)
    assert fewest_for_upper_bound(0.5) == 6
    assert quantile(range(5)).high is None
    assert (quantile(range(6)).low, quantile(range(6)).high) == (0, 5)


def test_equal_values_and_one_that_is_far_off() -> None:
    same = quantile([7.0] * 20)
    assert (same.low, same.value, same.high) == (7, 7, 7)
    late = quantile([100.0 + index for index in range(19)] + [60_000.0])
    assert late.high is not None
    assert late.high < 120


@pytest.mark.parametrize("values", [[], [1.0, float("nan")], [float("inf")]])
def test_what_has_no_quantile(values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"no values|no finite number"):
        quantile(values)
