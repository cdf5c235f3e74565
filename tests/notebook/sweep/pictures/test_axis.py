"""Times in words, and the axes they stand on."""

from __future__ import annotations

import math

import pytest

from jupyter_tts.notebook.sweep.pictures.axis import (
    Axis,
    axis_around_zero,
    axis_from_zero,
    axis_of,
)
from jupyter_tts.notebook.sweep.pictures.times import duration_words, interval_words, time_words


def test_times_have_three_digits_or_so_and_the_unit_that_fits() -> None:
    times = [0.0, 0.314, 3.14, 9.96, 78.4, 999.4, 999.6, 1234.0, 60_000.0]
    assert [time_words(time) for time in times] == [
        "0 ms", "0.31 ms", "3.1 ms", "10 ms", "78 ms", "999 ms", "1.00 s", "1.23 s", "60.0 s"
    ]  # fmt: skip


def test_bounds_have_the_unit_of_their_value_and_are_told_as_far_as_known() -> None:
    assert interval_words(1200.0, 980.0, 1610.0) == "1.20 s (0.98 to 1.61)"
    assert interval_words(78.0, 71.2, None) == "78 ms (71 or more)"
    assert interval_words(78.0, None, 90.0) == "78 ms (90 or less)"
    assert interval_words(78.0, None, None) == "78 ms"


def test_durations_are_rough() -> None:
    seconds = [0.2, 8, 42, 58, 170, 3600, 7800, 100_000]
    assert [duration_words(second) for second in seconds] == [
        "1 s", "8 s", "40 s", "1 min", "3 min", "1 h", "2 h 10 min", "27 h"
    ]  # fmt: skip


@pytest.mark.parametrize("largest", [0.3, 1.0, 7.0, 99.0, 1000.0, 1999.0, 12_345.0, 60_000.0])
def test_every_axis_has_a_few_marks_inside_it(largest: float) -> None:
    for axis in (
        axis_from_zero([largest]),
        axis_around_zero([largest, -largest / 3]),
        axis_of([largest / 2, largest]),
        axis_of([largest / 1000, largest]),
    ):
        assert 2 <= len(axis.ticks) <= 9
        assert all(axis.low <= tick <= axis.high for tick in axis.ticks)
        names = [axis.tick_words(tick, signed=True) for tick in axis.ticks]
        assert len({*names}) == len(names)


def test_an_axis_is_logarithmic_where_times_differ_widely_and_none_is_zero() -> None:
    assert not axis_of([10.0, 200.0]).is_log
    assert not axis_of([0.0, 200.0]).is_log
    axis = axis_of([0.3, 60_000.0])
    assert axis.is_log
    middle = math.sqrt(axis.low * axis.high)
    assert [axis.percent(time) for time in (axis.low, middle, axis.high)] == [0, 50, 100]
    assert axis.tick_words(1000.0) == "1 s"


def test_what_lies_beyond_an_axis_stands_at_its_end() -> None:
    axis = Axis(0, 10)
    assert [axis.percent(time) for time in (-1, 5, 11)] == [0, 50, 100]
    assert axis_of([]).percent(0.5) == 50
    assert axis_of([7.0]).percent(7.0) == 50
