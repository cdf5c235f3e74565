"""The binomial distribution against that of scipy."""

from __future__ import annotations

import pytest
from scipy import stats

from jupyter_tts.client.sweep.statistics import binomial


@pytest.mark.parametrize(
    ("successes", "n"), [(0, 1), (7, 10), (0, 10), (14, 18), (40, 41), (3, 300), (999, 2_000)]
)
def test_the_binomial_is_that_of_scipy(successes: int, n: int) -> None:
    independent = stats.binomtest(successes, n)
    for confidence in (0.95, 0.999):
        bounds = independent.proportion_ci(confidence, method="exact")
        found = binomial.interval(successes, n, confidence)
        assert found == pytest.approx((bounds.low, bounds.high), abs=1e-9)
    assert binomial.p_value(successes, n) == pytest.approx(independent.pvalue, rel=1e-8)
    assert binomial.p_value(successes, n, 0.3) == pytest.approx(
        stats.binomtest(successes, n, 0.3).pvalue, rel=1e-8
    )
    assert binomial.tail(successes, n, 0.3) == pytest.approx(
        stats.binom.sf(successes - 1, n, 0.3), rel=1e-8
    )


def test_what_is_sure_and_what_is_impossible() -> None:
    assert [*binomial.mass(2, 0.0)] == [1, 0, 0]
    assert [*binomial.mass(2, 1.0)] == [0, 0, 1]
    assert binomial.tail(0, 5, 0.3) == 1
    assert binomial.tail(6, 5, 0.3) == 0
