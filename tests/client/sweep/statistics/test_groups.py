"""Whether groups differ, against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from jupyter_tts.client.sweep.statistics.groups import p_value


@pytest.mark.parametrize("sizes", [(5, 5), (20, 7, 9), (10,) * 8, (6,) * 30])
@pytest.mark.parametrize("shift", [0.0, 1.5])
def test_the_test_is_that_of_scipy(sizes: tuple[int, ...], shift: float) -> None:
    chance = np.random.default_rng(len(sizes))
    groups = [chance.normal(shift * number, 1, size) for number, size in enumerate(sizes)]
    rounded = [np.round(group) for group in groups]  # with ties
    for values in (groups, rounded):
        assert p_value(values) == pytest.approx(stats.kruskal(*values).pvalue, rel=1e-9)


def test_what_cannot_be_tested() -> None:
    assert p_value([]) is None
    assert p_value([[1.0] * 9]) is None
    assert p_value([[1.0] * 9, [1.0] * 4]) is None
    assert p_value([[1.0] * 9, [1.0] * 5]) == 1.0
