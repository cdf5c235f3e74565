"""A sweep's verdicts on drawn times whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.known_truth import EFFECTS, SWEEPS, Tally, false_in_a_family, tally

# Twice the standard error of a share of 95 % that was counted in so many sweeps.
ERROR = 2 * math.sqrt(0.95 * 0.05 / SWEEPS)


@pytest.fixture(scope="module")
def of_20_pairs() -> dict[float, Tally]:
    return {effect: tally(effect, 4) for effect in EFFECTS}


@pytest.mark.parametrize("effect", EFFECTS)
def test_intervals_enclose_the_truth(of_20_pairs: dict[float, Tally], effect: float) -> None:
    found = of_20_pairs[effect]
    assert len(found.encloses) == SWEEPS
    assert np.mean(found.encloses) >= 0.95 - ERROR
    assert np.mean(found.medians) >= 0.95 - ERROR
    assert not found.p95s  # of 20 values, none has an upper bound


def test_the_exact_interval_of_a_95th_percentile_encloses_it() -> None:
    found = tally(20.0, 20, 150)
    assert len(found.p95s) == 300
    assert np.mean(found.p95s) >= 0.95 - ERROR


def test_what_is_there_is_told_and_what_is_not_is_not(of_20_pairs: dict[float, Tally]) -> None:
    told = [float(np.mean(of_20_pairs[effect].told)) for effect in EFFECTS]
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert told[-2] >= 0.65
    assert np.mean(of_20_pairs[0.0].wrong) <= 0.05 + ERROR
    assert all(np.mean(of_20_pairs[effect].wrong) <= 0.01 for effect in EFFECTS[1:])


def test_all_comparisons_of_a_sweep_are_right_together() -> None:
    assert false_in_a_family(4, 150) <= 0.05 + 2 * math.sqrt(0.95 * 0.05 / 150)
