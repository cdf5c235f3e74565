from __future__ import annotations

import pytest

from jupyter_tts.client.speech.timeline import Timeline


class Clock:
    """A clock that a test sets."""

    now = 10.0

    def __call__(self) -> float:
        return self.now


def test_every_figure_counts_from_the_submission() -> None:
    clock = Clock()
    timeline = Timeline(clock)
    clock.now = 10.2
    timeline.connect()
    for at in (10.5, 10.6, 10.9):
        clock.now = at
        timeline.arrive(1.0)
    timeline.silence = 0.05
    timeline.playout_delay, timeline.output_latency = 0.1, 0.02
    timeline.gap = 0.3
    assert timeline.connect_time == pytest.approx(0.2)
    assert timeline.ttfb == pytest.approx(0.5)
    assert timeline.ttfa == pytest.approx(0.55)
    assert timeline.audible_latency == pytest.approx(0.67)
    assert timeline.duration == 3.0
    assert timeline.real_time_factor == pytest.approx(0.4 / 3)
    assert timeline.inter_chunk(0.5) == pytest.approx(0.2)
    assert timeline.gap_ratio == pytest.approx(0.1)


def test_what_was_heard_stands_on_the_same_clock() -> None:
    clock = Clock()
    timeline = Timeline(clock)
    timeline.play(1.0, [(0.5, 0.1)])
    assert timeline.playout_start is None
    assert timeline.dry == []
    clock.now = 10.5
    timeline.arrive(3.0)
    timeline.playout_delay, timeline.waited = 0.1, 2.0
    timeline.play(2.0, [(0.5, 0.25), (1.5, 0.5)])
    assert timeline.playout_start == pytest.approx(12.6)
    assert [(dry.at, dry.duration) for dry in timeline.dry] == [
        (pytest.approx(13.1), 0.25),
        (pytest.approx(14.35), 0.5),
    ]


def test_what_a_text_source_gives_later_is_not_waited_for_before() -> None:
    clock = Clock()
    timeline = Timeline(clock)
    clock.now = 10.2
    timeline.connect()
    clock.now = 12.0
    timeline.begin()
    clock.now = 12.5
    timeline.arrive(1.0)
    assert timeline.connect_time == pytest.approx(0.2)
    assert timeline.ttfb == timeline.ttfa == pytest.approx(0.5)


def test_what_did_not_happen_has_no_figure() -> None:
    timeline = Timeline(Clock())
    assert timeline.connect_time is timeline.ttfb is timeline.ttfa is None
    assert timeline.audible_latency is timeline.real_time_factor is None
    assert timeline.inter_chunk(0.5) is None
    assert timeline.gap_ratio == 0.0
