"""The arithmetic of a simulated network: a pure function of conditions, seed and messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.simulation.network_delay import (
    Delivery,
    Fate,
    GenerationClock,
    LinkSchedule,
)
from jupyter_tts.wire.conditions import Conditions

# Seconds since the message before, bytes, seconds of sound.
messages = st.lists(
    st.tuples(st.floats(0, 5), st.integers(0, 300_000), st.floats(0, 2)), max_size=40
)
networks = st.builds(
    Conditions,
    rtt=st.floats(0, 5_000),
    jitter=st.floats(0, 5_000),
    bandwidth=st.none() | st.floats(40, 1e6),
    seed=st.integers(0, 2**32 - 1),
)
MICROSECOND = 1e-6


def deliveries(
    conditions: Conditions, sent: list[tuple[float, int, float]], connection: int = 0
) -> list[Delivery]:
    schedule, now = LinkSchedule(conditions, connection), 0.0
    scheduled = []
    for wait, size, sound in sent:
        now += wait
        scheduled.append(schedule.schedule(now, size, sound))
    return scheduled


def by_bandwidth_alone(
    conditions: Conditions, sent: list[tuple[float, int, float]]
) -> Iterator[float]:
    """When each message would have gone out whole (s) if only bandwidth held it up."""
    bits_per_second = (conditions.bandwidth or 1e30) * 1_000
    now = free = 0.0
    for wait, size, _ in sent:
        now += wait
        free = max(free, now) + size * 8 / bits_per_second
        yield free


@given(conditions=networks, sent=messages)
def test_no_message_overtakes_another(
    conditions: Conditions, sent: list[tuple[float, int, float]]
) -> None:
    times = [delivery.at for delivery in deliveries(conditions, sent)]
    assert times == sorted(times)


@given(conditions=networks, sent=messages)
def test_no_message_is_earlier_than_round_trip_and_bandwidth_allow(
    conditions: Conditions, sent: list[tuple[float, int, float]]
) -> None:
    for sent_whole, delivery in zip(
        by_bandwidth_alone(conditions, sent), deliveries(conditions, sent), strict=True
    ):
        assert delivery.at >= sent_whole + conditions.rtt / 1_000 - MICROSECOND


@given(conditions=networks, sent=messages)
def test_a_message_is_late_by_no_more_than_what_comes_before_it_and_the_jitter(
    conditions: Conditions, sent: list[tuple[float, int, float]]
) -> None:
    latest = (conditions.rtt + conditions.jitter) / 1_000 + MICROSECOND
    for sent_whole, delivery in zip(
        by_bandwidth_alone(conditions, sent), deliveries(conditions, sent), strict=True
    ):
        assert delivery.at <= sent_whole + latest


@given(conditions=networks, sent=messages, connection=st.integers(0, 1_000))
def test_the_same_seed_gives_the_same_times(
    conditions: Conditions, sent: list[tuple[float, int, float]], connection: int
) -> None:
    first = deliveries(conditions, sent, connection)
    assert deliveries(conditions, sent, connection) == first


def test_another_seed_or_connection_gives_other_jitter() -> None:
    sent = [(1.0, 10, 0.0)] * 20
    jittery = Conditions(jitter=100, seed=1)
    timings = {
        tuple(delivery.at for delivery in deliveries(*which))
        for which in (
            (jittery, sent, 0),
            (jittery, sent, 1),
            (Conditions(jitter=100, seed=2), sent, 0),
        )
    }
    assert len(timings) == 3


@given(sent=messages)
def test_without_conditions_nothing_is_late_or_lost(
    sent: list[tuple[float, int, float]],
) -> None:
    now = 0.0
    for (wait, _, _), delivery in zip(sent, deliveries(Conditions(), sent), strict=True):
        now += wait
        assert delivery == Delivery(now, Fate.DELIVERED)


def test_bandwidth_counts_bits_and_one_message_waits_for_the_other() -> None:
    delivered = deliveries(
        Conditions(bandwidth=80), [(0, 10_000, 0), (0, 5_000, 0), (9, 10_000, 0)]
    )
    assert [delivery.at for delivery in delivered] == pytest.approx([1.0, 1.5, 10.0])


@pytest.mark.parametrize("pieces", [1, 4, 7])
def test_the_message_that_reaches_the_mark_is_the_last(pieces: int) -> None:
    sent = [(0.0, 100, 1 / pieces)] * (pieces * 3)
    fates = [delivery.fate for delivery in deliveries(Conditions(drop_after=2.0), sent)]
    assert fates == [Fate.DELIVERED] * (2 * pieces - 1) + [Fate.LAST] + [Fate.LOST] * pieces


def test_a_stall_loses_what_follows_the_mark_and_resets_nothing() -> None:
    sent = [(0.0, 100, 0.5)] * 4
    fates = [delivery.fate for delivery in deliveries(Conditions(stall_after=1.0), sent)]
    assert fates == [Fate.DELIVERED, Fate.DELIVERED, Fate.LOST, Fate.LOST]


def test_messages_without_sound_are_lost_only_after_the_mark() -> None:
    sent = [(0.0, 5, 0.0), (0.0, 100, 1.0), (0.0, 5, 0.0)]
    fates = [delivery.fate for delivery in deliveries(Conditions(stall_after=1.0), sent)]
    assert fates == [Fate.DELIVERED, Fate.DELIVERED, Fate.LOST]


@pytest.mark.parametrize(
    ("changes", "made"),
    [
        ({}, [10.0, 10.0, 50.0]),
        ({"generation_rate": 2}, [10.5, 11.5, 50.5]),
        ({"first_audio_delay": 300}, [10.3, 10.3, 50.0]),
        ({"generation_rate": 0.5, "first_audio_delay": 1_000}, [13.0, 17.0, 52.0]),
    ],
)
def test_audio_takes_the_time_it_takes_to_make(changes: dict[str, Any], made: list[float]) -> None:
    clock = GenerationClock(Conditions(**changes))
    requests = [(10.0, 1.0), (10.0, 2.0), (50.0, 1.0)]
    assert [clock.made(now, sound) for now, sound in requests] == pytest.approx(made)


def test_what_has_no_sound_takes_no_time_and_is_not_the_first_audio() -> None:
    clock = GenerationClock(Conditions(generation_rate=1, first_audio_delay=500))
    assert clock.made(1.0, 0.0) == 1.0
    assert clock.made(1.0, 1.0) == pytest.approx(2.5)
