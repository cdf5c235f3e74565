"""Choosing latency levels, in virtual time against the embedded server's simulation network."""

from __future__ import annotations

import itertools
from collections import Counter
from statistics import mean

import pytest

from jupyter_tts.client.streaming.level_control import LevelController
from jupyter_tts.wire.conditions import Conditions

from ..simulation import Simulation


def speak(controller: LevelController, world: Simulation, utterances: int) -> list[int]:
    levels = []
    for _ in range(utterances):
        level = controller.begin().level
        controller.started(level, world.latency(level))
        levels.append(level)
    return levels


def best_level(world: Simulation, target: float) -> int:
    """The best quality whose usual latency holds the target, as one sees who tries them all."""
    for level in range(5):
        latencies = [world.latency(level) for _ in range(200)]
        usual = mean(latencies)
        if usual + mean(abs(latency - usual) for latency in latencies) <= target:
            return level
    raise AssertionError("no level holds the target")


def changes(levels: list[int]) -> int:
    return sum(a != b for a, b in itertools.pairwise(levels))


CALM = Conditions(rtt=40, first_audio_delay=75)
JITTERY = Conditions(rtt=80, jitter=150, first_audio_delay=75)
FAR = Conditions(rtt=250, jitter=40, first_audio_delay=150)


@pytest.mark.parametrize("conditions", [CALM, JITTERY, FAR])
@pytest.mark.parametrize("target", [1.2, 1.8, 2.4])
def test_it_settles_within_a_level_of_the_best_that_holds_the_target(
    conditions: Conditions, target: float
) -> None:
    controller = LevelController(target)
    levels = speak(controller, Simulation(conditions), 100)
    best = best_level(Simulation(conditions, seed=2), target)
    [(usual, count)] = Counter(levels[20:]).most_common(1)
    assert usual in (best, best + 1)
    assert count >= 0.8 * len(levels[20:])
    assert changes(levels[20:]) <= 16


@pytest.mark.parametrize("conditions", [CALM, JITTERY, FAR])
def test_a_level_that_misses_is_tried_ever_more_rarely(conditions: Conditions) -> None:
    controller = LevelController(1.5)
    world = Simulation(conditions)
    first, second = speak(controller, world, 150), speak(controller, world, 150)
    assert changes(second) <= changes(first)


def test_it_follows_a_network_that_gets_worse_and_better() -> None:
    target = 1.8
    controller = LevelController(target)
    near, far = Conditions(rtt=40, first_audio_delay=75), Conditions(rtt=900, first_audio_delay=75)
    before = speak(controller, Simulation(near), 60)
    during = speak(controller, Simulation(far), 60)
    after = speak(controller, Simulation(near), 60)
    assert before[-1] == after[-1]
    assert during[-1] > before[-1]


def test_where_no_level_holds_the_target_quality_is_not_given_away_for_nothing() -> None:
    controller = LevelController(0.1)
    for _ in range(10):
        level = controller.begin().level
        controller.started(level, 2.0)
    decision = controller.begin()
    assert decision.level == 2
    assert "No level holds" in decision.reason


def test_where_only_the_fastest_comes_close_it_is_used() -> None:
    controller = LevelController(0.1)
    for _ in range(20):
        level = controller.begin().level
        controller.started(level, {2: 2.0, 3: 1.0, 4: 0.5}[level])
    assert controller.begin().level == 4


def test_one_bad_moment_is_not_a_trend() -> None:
    controller = LevelController(1.0)
    for _ in range(20):
        controller.started(controller.begin().level, 0.6)
    settled = controller.begin().level
    controller.started(settled, 60.0)
    assert abs(controller.begin().level - settled) <= 1
    for _ in range(6):
        controller.started(controller.begin().level, 0.6)
    assert controller.begin().level == settled


def test_sound_ahead_of_the_listener_is_room_for_quality() -> None:
    controller = LevelController(0.4)
    assert [controller.steady(2, lead).level for lead in (0, 1, 2, 4, 5, 8, 30)] == [
        2, 2, 2, 2, 1, 0, 0,
    ]  # fmt: skip


def test_a_level_is_kept_while_the_sound_ahead_wavers() -> None:
    controller = LevelController(0.4)
    level, levels = 2, []
    for lead in (5.0, 4.5, 5.5, 4.0, 5.2, 4.8) * 5:
        level = controller.steady(level, lead).level
        levels.append(level)
    assert changes(levels) == 0


def test_a_listener_who_had_to_wait_gets_a_faster_level() -> None:
    controller = LevelController(0.4)
    assert controller.steady(2, 0.0, ran_dry=True).level == 3
    assert controller.steady(4, 0.0, ran_dry=True).level == 4


def test_little_sound_ahead_brings_back_the_level_of_the_start() -> None:
    controller = LevelController(0.4)
    assert controller.steady(0, 0.5).level == 2
    assert controller.steady(0, 3.0).level == 0


def test_every_decision_has_a_reason_with_its_figures() -> None:
    controller = LevelController(0.4)
    assert controller.begin().reason == "Nothing was measured yet."
    controller.started(2, 0.9)
    assert controller.begin().reason == "Level 2 takes 900 ms, above the target of 400 ms."
    assert "6.0 s" in controller.steady(2, 6.0).reason
