"""The order of the trials: drawn by a seed, and balanced."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from jupyter_tts.client.sweep.listening.answers import Sheet
from jupyter_tts.client.sweep.listening.design import Design, plan_comparison
from jupyter_tts.client.sweep.listening.trials import trials_of
from jupyter_tts.wire.errors import ParameterError

TEXTS = ("One.", "Two.", "Three.")


def comparison(conditions: str = "abc", texts: int = 3, **options: Any) -> Design:
    return plan_comparison([*conditions], TEXTS[:texts], **options)


@pytest.mark.parametrize("method", ["preference", "abx"])
@pytest.mark.parametrize("repeat", [1, 4, 5])
def test_each_pair_is_asked_equally_often_and_on_each_side(method: str, repeat: int) -> None:
    design = comparison(method=method, repeat=repeat)
    trials = trials_of(design, "anna")
    assert len(trials) == design.count == 3 * 3 * repeat
    # Everything once before anything again.
    for start in range(0, len(trials), 9):
        block = {(trial.text, frozenset(trial.sounds)) for trial in trials[start : start + 9]}
        assert len(block) == 9
    for pair in combinations(range(3), 2):
        sides = Counter(trial.sounds for trial in trials if set(trial.sounds) == set(pair))
        first, second = sides[pair], sides[pair[::-1]]
        assert abs(first - second) <= (2 if method == "abx" else 1)
    if method == "abx":
        xs = Counter(trial.x for trial in trials)
        assert set(xs) == {0, 1}
        assert abs(xs[0] - xs[1]) <= 2 * 3
    else:
        assert {trial.x for trial in trials} == {None}


def test_each_sound_is_rated_in_each_place_equally_often() -> None:
    trials = trials_of(comparison("abcd", method="rating", repeat=4), "anna")
    assert Counter(trial.text for trial in trials) == {0: 4, 1: 4, 2: 4}
    for place in range(4):
        assert Counter(trial.sounds[place] for trial in trials) == dict.fromkeys(range(4), 3)


def test_the_order_follows_from_seed_listener_and_comparison_alone() -> None:
    design = comparison()
    assert trials_of(design, "anna") == trials_of(comparison(), "anna")
    orders = [
        trials_of(design, "anna"),
        trials_of(design, "ben"),
        trials_of(comparison(seed=2), "anna"),
        trials_of(comparison(sounds="others"), "anna"),
    ]
    assert all(one != other for one, other in combinations(orders, 2))
    assert design.order not in Sheet(design, "anna").as_json()


@pytest.mark.parametrize(
    ("conditions", "texts", "method", "count"),
    [
        ("ab", 1, "preference", 20),
        ("abcde", 3, "preference", 90),
        ("abcdefgh", 1, "preference", 28),
        ("abcde", 3, "abx", 90),
        ("ab", 3, "rating", 6),
        ("abc", 1, "rating", 7),
    ],
)
def test_repetitions_are_chosen_that_suffice(
    conditions: str, texts: int, method: str, count: int
) -> None:
    design = comparison(conditions, texts, method=method)
    assert design.count == count
    assert bool(design.shortfall) == (len(conditions) == 8)  # too many pairs to ask all of them


@pytest.mark.parametrize(
    ("conditions", "options", "fault"),
    [
        ("a", {}, "two conditions or more, not 1"),
        ("", {}, "two conditions or more, not 0"),
        ("aa", {}, "'a' is there twice"),
        ("a ", {}, "has no name"),
        ("a\n", {}, "has no name"),
        ("a\ud83d", {}, r"the name '\\ud83d' cannot be shown"),
        ("abcdefghijklmnopqrstuvwxyzABCD", {}, "30 conditions are too many: 12"),
        ("ab", {"method": "mushra"}, "preference, abx or rating, not 'mushra'"),
        ("ab", {"repeat": 0}, "repeat must be 1 or more, not 0"),
        ("ab", {"repeat": True}, "repeat must be"),
        ("ab", {"repeat": 2.5}, "repeat must be"),
        ("ab", {"repeat": 200}, "has 600 trials, and 500"),
        ("ab", {"seed": "x"}, "seed must be a whole number"),
        ("ab", {"ties": 1}, "ties must be True or False"),
        ("ab", {"ties": True, "method": "abx"}, "ties has no meaning"),
        ("ab", {"reference": "c", "method": "rating"}, "one of a, b, not 'c'"),
        ("ab", {"reference": "a"}, "reference has no meaning"),
    ],
)
def test_what_cannot_be_compared_is_named(
    conditions: str, options: dict[str, Any], fault: str
) -> None:
    with pytest.raises(ParameterError, match=fault):
        comparison(conditions, **options)


def test_numpys_numbers_are_numbers() -> None:
    design = comparison("ab", repeat=np.int64(3), seed=np.int64(2))
    assert design == comparison("ab", repeat=3, seed=2)
    assert design.key == comparison("ab", repeat=3, seed=2).key


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        comparison("aa", method="x", repeat=-1, seed=None)
    assert len(caught.value.faults) == 4
