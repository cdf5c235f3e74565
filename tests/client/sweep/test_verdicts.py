"""What is said of measurements whose truth is known."""

from __future__ import annotations

import numpy as np

from jupyter_tts.client.sweep.verdicts import compare, verdict

Times = dict[str, dict[tuple[str, int], float]]


def drawn(effects: dict[str, float], *, n: int = 20, spread: float = 10.0, seed: int = 1) -> Times:
    """Draw times around 200 ms less an effect, of several texts that differ by themselves."""
    chance = np.random.default_rng(seed)
    texts = chance.normal(0, 50, 4)
    return {
        name: {
            (f"text {text}", repetition): 200 + texts[text] - effect + chance.normal(0, spread)
            for text in range(4)
            for repetition in range(n // 4)
        }
        for name, effect in effects.items()
    }


def test_a_large_difference_is_told_with_its_interval() -> None:
    (sentence,) = verdict(compare(drawn({"level 0": 0, "level 4": 40})))
    assert sentence.startswith("Level 4 is 4")
    assert "ms earlier than level 0 (95 %: " in sentence
    assert sentence.endswith(") here.")


def test_what_cannot_be_told_apart_says_how_many_more_would() -> None:
    (sentence,) = verdict(compare(drawn({"level 2": 0, "level 3": 1}, spread=20)))
    assert sentence.startswith("Level 2 and level 3 cannot be told apart with n = 20; ")
    assert sentence.endswith(" more would tell a difference of 10 ms.")


def test_no_effect_is_said_only_with_its_bound() -> None:
    same = compare(drawn({"level 2": 0, "level 3": 0}, n=200, spread=5))
    assert verdict(same, same=8.0) == ["Level 2 and level 3 differ by less than 8 ms here."]
    assert "cannot be told apart" in verdict(same)[0]
    wide = compare(drawn({"level 2": 0, "level 3": 0}, n=8, spread=40))
    assert "less than" not in " ".join(verdict(wide, same=8.0))


def test_too_few_are_not_compared() -> None:
    times: Times = {name: {("a", index): 1.0 for index in range(3)} for name in ("x", "y")}
    assert verdict(compare(times)) == [
        "Too few measurements to compare x and y: 6 pairs are the fewest."
    ]


def test_only_pairs_of_the_same_text_and_repetition_count() -> None:
    times = drawn({"a": 0, "b": 0}, n=20)
    del times["a"]["text 0", 0]
    (comparison,) = compare(times)
    assert comparison.found is not None
    assert comparison.found.n == 19
