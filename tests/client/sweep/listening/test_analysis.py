"""What answers say: against scipy, and in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from jupyter_tts.client.sweep.listening.analysis import Result, analyse
from jupyter_tts.client.sweep.listening.answers import Sheet
from jupyter_tts.client.sweep.listening.design import Design, plan_comparison
from jupyter_tts.client.sweep.listening.simulated import simulate_listener
from jupyter_tts.client.sweep.listening.tradeoff import tradeoffs
from jupyter_tts.client.sweep.listening.verdict import verdict
from jupyter_tts.client.sweep.statistics.differences import Difference
from jupyter_tts.client.sweep.verdicts.comparisons import Comparison, Pair

LEVELS = ("level 0", "level 4")


def comparison(names: tuple[str, ...] = LEVELS, **options: Any) -> Design:
    return plan_comparison(names, ["Hello."], **options)


def answered(design: Design, first: int, ties: int = 0, listener: str = "anna") -> Sheet:
    """A sheet of two conditions in which the first wins so often, or X is rightly told."""
    sheet = Sheet(design, listener)
    for number, trial in enumerate(sheet.trials):
        good = trial.sounds.index(0) if trial.x is None else trial.x
        if number < ties:
            sheet.answer(number, None)
        else:
            sheet.answer(number, good if number < ties + first else 1 - good)
    sheet.finish()
    return sheet


def rated(design: Design, *ratings: tuple[int, ...]) -> Sheet:
    """A sheet with these ratings, in the order of the conditions, trial by trial."""
    sheet = Sheet(design, "anna")
    for number, trial in enumerate(sheet.trials):
        own = ratings[number % len(ratings)]
        sheet.answer(number, [own[condition] for condition in trial.sounds])
    sheet.finish()
    return sheet


def result_of(*sheets: Sheet) -> Result:
    return analyse(sheets[0].design, sheets)


@pytest.mark.parametrize("wins", [0, 3, 10, 11, 18, 20])
def test_a_preference_has_the_exact_p_and_interval(wins: int) -> None:
    (pair,) = result_of(answered(comparison(), wins)).pairs
    exact = stats.binomtest(wins, 20)
    low, high = exact.proportion_ci(method="exact")
    assert (pair.wins, pair.n) == (wins, 20)
    assert (pair.p, pair.low, pair.high) == pytest.approx((exact.pvalue, low, high), abs=1e-9)


def test_ties_are_told_and_left_out_of_the_count() -> None:
    result = result_of(answered(comparison(ties=True), 12, ties=5))
    exact = stats.binomtest(12, 15)
    assert result.pairs[0].p == pytest.approx(exact.pvalue)
    assert verdict(result) == [
        (
            f"12 of 15 answers prefer level 0 to level 4 (52 to 96 %, p = {exact.pvalue:.2g}). "
            "5 more have no preference."
        )
    ]
    nothing = result_of(answered(comparison(ties=True), 0, ties=20))
    assert verdict(nothing) == ["Level 0 and level 4: no answer has a preference."]
    assert nothing.quality["level 0"] == (50.0, 0.0, 100.0)


def test_abx_is_tested_against_guessing_on_one_side() -> None:
    (pair,) = result_of(answered(comparison(method="abx"), 15)).pairs
    exact = stats.binomtest(15, 20, alternative="greater")
    assert pair.p == pytest.approx(exact.pvalue)
    assert result_of(answered(comparison(method="abx"), 15)).quality == {}


def test_of_several_conditions_p_and_intervals_are_corrected() -> None:
    names = ("a", "b", "c")
    design = comparison(names, repeat=10)
    result = result_of(simulate_listener(design, {"a": 2, "c": -2}))
    for pair in result.pairs:
        exact = stats.binomtest(pair.wins, pair.n)
        low, high = exact.proportion_ci(1 - 0.05 / 3, method="exact")
        assert pair.p == pytest.approx(min(1, 3 * exact.pvalue), abs=1e-9)
        assert (pair.low, pair.high) == pytest.approx((low, high), abs=1e-9)
    assert [one.value for one in result.strengths] == sorted(
        (one.value for one in result.strengths), reverse=True
    )
    assert verdict(result)[-1].startswith("Intervals and p of pairs are widened for 3 comparisons")


def test_ratings_are_compared_trial_by_trial() -> None:
    design = comparison(method="rating", repeat=12)
    ratings = [(80 + number, 60 + 2 * number) for number in range(12)]
    result = result_of(rated(design, *ratings))
    first, second = np.array(ratings).T
    assert result.ratings[0].found is not None
    assert result.ratings[0].found.median == np.median(second - first)
    assert result.quality["level 0"][0] == np.median(first)
    # The order statistics whose ranks scipy's binomial gives: the 3rd and 10th of 12.
    rank = int(stats.binom.ppf(0.025, 12, 0.5))
    assert result.quality["level 0"][1:] == (sorted(first)[rank - 1], sorted(first)[-rank])
    assert verdict(result)[0].startswith("Level 0 is rated 14.5 points above level 4 (95 %: ")


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        (
            answered(comparison(), 18),
            "18 of 20 answers prefer level 0 to level 4 (68 to 99 %, p = 0.0004).",
        ),
        (
            answered(comparison(), 1),
            "19 of 20 answers prefer level 4 to level 0 (75 to 100 %, p < 0.0001).",
        ),
        (
            answered(comparison(), 9),
            (
                "11 of 20 answers prefer level 4 to level 0 (p = 0.82). That shows no preference, "
                "and does not show that there is none: level 4 may be preferred in 32 to 77 % of "
                "all cases."
            ),
        ),
        (
            answered(comparison(method="abx"), 17),
            "17 of 20 right in telling level 0 from level 4 (62 to 97 %, p = 0.0013): it is heard.",
        ),
        (
            answered(comparison(method="abx"), 10),
            (
                "10 of 20 right in telling level 0 from level 4 (p = 0.59), where guessing has "
                "half of them right. That does not show that there is nothing to hear: it may be "
                "heard in up to 46 % of all cases."
            ),
        ),
        (
            rated(comparison(method="rating", repeat=5), (80, 70)),
            "Too few ratings to compare: 6 are the fewest.",
        ),
        (
            rated(comparison(method="rating", repeat=8), (80, 70), (70, 80)),
            (
                "Level 0 and level 4 are not rated differently with n = 8: level 4 may be −10 to "
                "+10 points from level 0."
            ),
        ),
    ],
)
def test_a_verdict_says_no_more_than_the_answers(sheet: Sheet, words: str) -> None:
    assert verdict(result_of(sheet)) == [words]


def test_several_listeners_are_told_apart_and_pooled() -> None:
    design = comparison()
    sheets = [answered(design, wins, listener=name) for name, wins in (("anna", 18), ("ben", 4))]
    lines = verdict(result_of(*sheets))
    assert [line.split(":")[0] for line in lines[:3]] == ["anna", "ben", "All 2 pooled"]
    assert "22 of 40" in lines[2]
    assert lines[3].startswith(
        "Of 2 listeners with a preference, 1 mostly prefers level 0 (1 to 99"
    )
    assert "not so many listeners" in lines[4]


def test_many_conditions_take_few_sentences() -> None:
    design = comparison(tuple("abcdefghijkl"))
    sheets = [simulate_listener(design, {"a": 5}, name=name) for name in ("anna", "ben")]
    lines = verdict(result_of(*sheets))
    assert len(lines) <= 9
    assert sum(line.startswith("anna: ") for line in lines) == 1
    rating = comparison(tuple("abcdefghijkl"), method="rating")
    quality = {name: number for number, name in enumerate(rating.conditions)}
    assert len(verdict(result_of(simulate_listener(rating, quality)))) <= 10


@pytest.mark.parametrize("method", ["preference", "abx", "rating"])
@pytest.mark.parametrize("count", [2, 3, 5])
def test_so_many_answers_as_are_called_the_fewest_can_tell_conditions_apart(
    method: str, count: int
) -> None:
    names = tuple("abcde"[:count])
    fewest = comparison(names, method=method).fewest
    quality = {name: 50.0 * number for number, name in enumerate(names)}
    for repeat in (fewest - 1, fewest):
        design = comparison(names, method=method, repeat=repeat)
        lines = verdict(result_of(simulate_listener(design, quality)))
        shown = ("answers prefer", "it is heard", " above ")
        told = any(any(words in one for words in shown) and "shows no" not in one for one in lines)
        too_few = any(f": {fewest} are the fewest." in one for one in lines)
        assert (told, too_few) == ((True, False) if repeat == fewest else (False, True))


def test_who_misses_the_hidden_reference_is_named() -> None:
    design = comparison(method="rating", repeat=10, reference="level 0")
    good = rated(design, (95, 40))
    bad = rated(design, (95, 40), (95, 40), (80, 40))
    assert not any("hidden reference" in line for line in verdict(result_of(good)))
    assert (
        "anna rated the hidden reference below 90 in 3 of 10 trials; "
        "ITU-R BS.1534-3 leaves such a listener out."
    ) in verdict(result_of(bad))


def earlier(milliseconds: float, low: float, high: float) -> Comparison:
    found = Difference(milliseconds, low, high, 100, 0.95)
    return Comparison(Pair(*LEVELS, "", LEVELS), found, 1, 0.95, 100, 5)


@pytest.mark.parametrize(
    ("found", "wins", "given_up", "words"),
    [
        (
            earlier(-31, -48, -12),
            17,
            35 / 31,
            (
                "Level 4 is 31 ms earlier than level 0 (12 to 48), and level 4 was preferred in 3 "
                "of 20 (3 to 38 %): 1.1 points given up for each millisecond."
            ),
        ),
        (
            earlier(31, 12, 48),
            17,
            -35 / 31,
            (
                "Level 0 is 31 ms earlier than level 4 (12 to 48), and level 0 was preferred in 17"
                " of 20 (62 to 97 %): 1.1 points won for each millisecond."
            ),
        ),
        (
            earlier(-31, -48, -12),
            11,
            None,
            (
                "Level 4 is 31 ms earlier than level 0 (12 to 48), and level 4 was preferred in 9 "
                "of 20 (23 to 68 %)."
            ),
        ),
        (
            earlier(-5, -20, 12),
            17,
            None,
            (
                "Level 4 and level 0 cannot be told apart by time, and level 4 was preferred in"
                " 3 of 20 (3 to 38 %)."
            ),
        ),
    ],
)
def test_a_trade_off_joins_what_was_measured_and_heard(
    found: Comparison, wins: int, given_up: float | None, words: str
) -> None:
    (one,) = tradeoffs(result_of(answered(comparison(), wins)), [found])
    assert one.sentence == words
    assert one.given_up == (None if given_up is None else pytest.approx(given_up))


def test_a_trade_off_takes_ratings_and_leaves_out_what_was_not_heard() -> None:
    result = result_of(rated(comparison(method="rating", repeat=8), (80, 60)))
    pairs = [Pair("x", one, "", ("x", one)) for one in ("y", "level 0")]
    others = [Comparison(pair, None, 1, 0.95, 3, 1) for pair in pairs]
    (one,) = tradeoffs(result, [earlier(-10, -12, -8), *others])
    assert (one.quality, one.given_up) == (-20, 2)
    assert "level 4 was rated −20 points (−20 to −20)" in one.sentence
    assert not tradeoffs(result_of(answered(comparison(method="abx"), 9)), [earlier(-9, -12, -8)])


def test_a_trade_off_says_what_was_measured_and_that_answers_are_a_simulation() -> None:
    result = result_of(simulate_listener(comparison(), {}))
    (one,) = tradeoffs(result, [earlier(-1031, -1212, -806)], measure="silence")
    assert one.sentence.startswith("Level 4 is 1,031 ms shorter than level 0 (806 to 1,212), and")
    assert one.sentence.endswith(". These answers are a simulation.")


def test_a_simulated_listener_is_drawn_by_a_seed() -> None:
    design = comparison(ties=True)
    sheet = simulate_listener(design, {"level 0": 3}, seed=5)
    assert sheet.listener == "simulated"
    assert sheet.answers == simulate_listener(design, {"level 0": 3}, seed=5).answers
    assert sheet.answers != simulate_listener(design, {"level 0": 3}, seed=6).answers
    result = result_of(sheet)
    assert result.pairs[0].is_told
    assert verdict(result)[-1] == "These answers are a simulation: nobody has listened."
    mixed = verdict(result_of(sheet, answered(design, 12)))
    assert "The answers of simulated are a simulation." in mixed
    assert Sheet.from_data(sheet.as_data(), design).simulated
