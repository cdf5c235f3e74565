"""What listeners prefer, against scipy and a known truth."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy import optimize

from jupyter_tts.client.sweep.statistics.preference import strengths

Answers = list[tuple[int, int]]


def drawn(truth: npt.NDArray[np.float64], n: int, chance: np.random.Generator) -> Answers:
    """Draw answers of listeners who prefer by these log odds."""
    answers = []
    for _ in range(n):
        first, second = map(int, chance.permutation(len(truth))[:2])
        wins = chance.random() < 1 / (1 + np.exp(truth[second] - truth[first]))
        answers.append((first, second) if wins else (second, first))
    return answers


@pytest.mark.parametrize("count", [2, 3, 5])
def test_strengths_are_those_of_the_greatest_likelihood(count: int) -> None:
    answers = drawn(np.linspace(-1, 1, count), 60, np.random.default_rng(count))
    prior = 0.5 / (count - 1)
    compared = {frozenset(pair) for pair in answers}
    weighted = [(pair, 1.0) for pair in answers] + [
        (order, prior) for pair in compared for order in (tuple(pair), tuple(pair)[::-1])
    ]

    def loss(values: npt.NDArray[np.float64]) -> float:
        likelihood = sum(
            weight * np.log1p(np.exp(values[other] - values[won]))
            for (won, other), weight in weighted
        )
        return float(likelihood + np.sum(values) ** 2)

    best = optimize.minimize(loss, np.zeros(count), tol=1e-10)
    found = strengths(answers, count)
    assert found is not None
    assert [one.value for one in found] == pytest.approx([*best.x], abs=1e-4)
    # The inverse of the curvature there, which scipy estimates on its way.
    curvature = optimize.approx_fprime(
        best.x, lambda at: optimize.approx_fprime(at, loss, 1e-5), 1e-4
    )
    free = np.eye(count) - 1 / count
    spread = np.sqrt(np.diag(free @ np.linalg.inv(curvature) @ free))
    assert [one.high - one.value for one in found] == pytest.approx([*(1.96 * spread)], rel=0.01)


@pytest.mark.parametrize("n", [12, 60])
def test_intervals_of_strengths_enclose_the_truth(n: int) -> None:
    chance = np.random.default_rng(5)
    truth = np.array([-2.0, -0.5, 0.5, 2.0])
    found = [strengths(drawn(truth, n, chance), 4) for _ in range(150)]
    enclosed = [
        one.low <= value <= one.high
        for each in found
        if each
        for one, value in zip(each, truth, strict=True)
    ]
    assert np.mean(enclosed) >= 0.92


def test_one_that_always_wins_is_not_known_exactly() -> None:
    always = strengths([(0, 1)] * 20, 2)
    assert always is not None
    assert 0 < always[0].low < 1 < always[0].value < 3 < always[0].high


def test_what_was_never_compared_has_no_common_scale() -> None:
    assert strengths([], 3) is None
    assert strengths([(0, 1)] * 9, 3) is None
    assert strengths([(0, 1), (2, 3)] * 9, 4) is None
    assert strengths([(0, 1), (1, 2)] * 9, 3) is not None
