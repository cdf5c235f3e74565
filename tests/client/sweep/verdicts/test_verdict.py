"""What is said of measurements whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from jupyter_tts.client.sweep.verdicts.verdict import compare, verdict
from jupyter_tts.wire.errors import ParameterError

Times = dict[str, dict[tuple[str, int], float]]
SAME_TEXTS = 4
TOGETHER = "Intervals are widened for {} comparisons, to hold together with 95 %."


def drawn(
    effects: Mapping[str, float | list[float]], *, n: int = 20, spread: float = 10.0
) -> Times:
    """Draw times around 200 ms less an effect, of several texts that differ by themselves."""
    chance = np.random.default_rng(1)
    texts = chance.normal(0, 50, SAME_TEXTS)
    return {
        name: {
            (f"text {text}", repetition): 200
            + texts[text]
            - (effect[text] if isinstance(effect, list) else effect)
            + chance.normal(0, spread)
            for text in range(SAME_TEXTS)
            for repetition in range(n // SAME_TEXTS)
        }
        for name, effect in effects.items()
    }


def same(values: Mapping[str, float], n: int = 20) -> Times:
    """Return times of one text that are always the same."""
    return {name: {("a", one): value for one in range(n)} for name, value in values.items()}


def levels(*effects: float) -> dict[str, float | list[float]]:
    return {f"level {number}": effect for number, effect in enumerate(effects)}


def test_a_large_difference_is_told_with_its_interval() -> None:
    assert verdict(compare(drawn(levels(0, 40)))) == [
        "Level 1 is 43 ms earlier than level 0 (95 %: 36 to 54) here."
    ]
    assert verdict(compare(drawn(levels(0, -40)))) == [
        "Level 0 is 37 ms earlier than level 1 (95 %: 26 to 44) here."
    ]


def test_what_cannot_be_told_apart_says_by_how_much_it_can_differ_and_what_would_tell() -> None:
    (sentence,) = verdict(compare(drawn(levels(0, 1), spread=20)))
    assert sentence == (
        "Level 0 and level 1 cannot be told apart with n = 20: if they differ, then by less than "
        "29 ms (95 %); about 26 more repetitions of each text would tell a difference of 10 ms."
    )
    (enough,) = verdict(compare(drawn(levels(0, 1), spread=20, n=1_000)))
    assert enough.endswith("if they differ, then by less than 3 ms (95 %).")


def test_no_effect_is_said_only_with_its_bound() -> None:
    found = compare(drawn(levels(0, 0), n=200, spread=5))
    assert verdict(found, same=8.0) == ["Level 0 and level 1 differ by less than 8 ms here (95 %)."]
    assert "cannot be told apart" in verdict(found)[0]
    wide = compare(drawn(levels(0, 0), n=8, spread=40))
    assert "less than 8 ms" not in " ".join(verdict(wide, same=8.0))
    assert "would tell a difference of 8 ms" in verdict(wide, same=8.0)[0]
    small = compare(drawn(levels(0, 3), n=400, spread=5))
    assert verdict(small, same=8.0)[0].endswith(" here, which is less than 8 ms.")
    several = verdict(compare(drawn(levels(0, 3, 4), n=400, spread=5)), same=8.0)[0]
    assert several.count(", which is less than 8 ms") == 2


def test_several_conditions_are_told_in_few_sentences() -> None:
    told, *others, first, second, together = verdict(
        compare(drawn(levels(0, 2, 30, 31, 60), n=100))
    )
    assert told == (
        "Earlier than level 0 here: level 4 by 58 ms (95 %: 53 to 63), level 2 by 33 ms "
        "(27 to 37), level 3 by 30 ms (26 to 34)."
    )
    assert others == [
        "Level 4 is earlier than level 1, level 2 and level 3 by 19 ms or more (95 %) here.",
        "Level 3 is 30 ms earlier than level 1 (95 %: 20 to 35) here.",
        "Level 2 is 30 ms earlier than level 1 (95 %: 25 to 35) here.",
    ]
    rest = "cannot be told apart with n = 100: if they differ, then by less than 6 ms (95 %)."
    assert (first, second) == (f"Level 0 and level 1 {rest}", f"Level 2 and level 3 {rest}")
    assert together == TOGETHER.format(10)
    alike = verdict(compare(drawn(levels(0, 1, 0, 80), n=200, spread=5)), same=5)
    assert alike[-2] == (
        "Level 0, level 1 and level 2 differ from each other by less than 5 ms here (95 %)."
    )


def test_many_conditions_are_compared_with_the_first_one_if_nobody_says_otherwise() -> None:
    times = drawn(levels(0, 0, 30, 31, 60, 100, 0, 0, 50, -50), n=100)
    earlier, later, rest, together = verdict(compare(times))
    assert earlier.startswith("Earlier than level 0 here: level 5 by 100 ms (95 %: 94 to 104), ")
    assert earlier.count(" by ") == 5
    assert later.startswith("Level 0 is 5")
    assert rest.startswith("Level 1, level 6 and level 7 cannot be told apart from level 0 with n")
    assert together == TOGETHER.format(9)
    everything = verdict(compare(times, against="all"))
    assert everything[-1] == TOGETHER.format(45)
    assert len(everything) <= 14
    assert len(compare(times, against="first")) == 9
    with pytest.raises(ParameterError, match="against must be first or all, not 'none'"):
        compare(times, against="none")  # type: ignore[arg-type]


def test_a_difference_that_depends_on_the_text_is_said_to() -> None:
    effects: dict[str, float | list[float]] = {"a": 0, "b": [10, 20, 30, 90]}
    pooled, by_text = verdict(compare(drawn(effects, n=100)))
    assert pooled.startswith("B is 2")
    assert by_text == (
        "B is 13 ms (text 0) to 90 ms earlier (text 3) than a: it depends on the text."
    )
    # Nothing is said of the median of what is early with one text and late with another.
    assert verdict(compare(drawn({"a": 0, "b": [-30, 30, 0, 0]}, n=100)), same=20) == [
        "B is 27 ms later (text 0) to 32 ms earlier (text 1) than a: it depends on the text."
    ]
    (found,) = compare(drawn({"a": 0, "b": [-30, 60, 60, 60]}, n=100))
    assert found.found is not None
    assert found.found.is_told
    assert verdict([found]) == [
        "B is 27 ms later (text 0) to 62 ms earlier (text 1) than a: it depends on the text."
    ]


def test_values_that_are_all_the_same() -> None:
    gaps = verdict(compare(same({"a": 0.0, "b": 0.0, "c": 0.0})), measure="gap")
    assert gaps[0] == "Time without sound: a, b and c were the same in all their pairs here."
    times = same({"a": 0.0, "b": 0.0})
    times["b"]["a", 3] = 500.0
    assert verdict(compare(times), measure="gap") == [
        "Time without sound: a and b were the same in 19 of 20 pairs here."
    ]
    assert verdict(compare(same({"a": 0.0, "b": 5.25})), measure="duration") == [
        "Length of the speech: a is 5 ms shorter than b (95 %: 5 to 6) here."
    ]
    assert verdict(compare(same({"a": 7.0, "b": 7.0})), same=1)[0].startswith("A and b differ by")


def test_small_numbers_are_not_shown_as_none() -> None:
    assert verdict(compare(drawn({"a": 0, "b": 0.4}, spread=0.1, n=40)), measure="ttfb") == [
        "Time to first byte: b is 0.4 ms earlier than a (95 %: 0.3 to 0.5) here."
    ]


def test_one_value_that_is_far_off_changes_nothing() -> None:
    times = drawn(levels(0, 40))
    times["level 1"]["text 0", 0] = 60_000.0
    assert verdict(compare(times))[0].startswith("Level 1 is 41 ms earlier than level 0 (95 %: ")


def test_too_few_are_not_compared() -> None:
    assert verdict(compare(same({"x": 1.0, "y": 1.0}, n=5))) == [
        "Too few pairs to compare x and y: n = 5, and 6 are the fewest."
    ]
    times = same({"x": 1.0, "y": 1.0, "z": 2.0}, n=6)
    times["z"] = {}
    assert verdict(compare(times)) == [
        "Too few pairs to compare x, y and z: n = 0 to 6, and 7 are the fewest of 3 comparisons."
    ]
    assert verdict(compare({})) == verdict(compare(same({"x": 1.0}))) == []


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf")])
def test_what_is_no_bound_or_confidence(wrong: float) -> None:
    with pytest.raises(ParameterError, match="same must be milliseconds above 0"):
        verdict([], same=wrong)
    with pytest.raises(ParameterError, match="confidence must be above 0 and below 1"):
        compare({}, confidence=wrong)
