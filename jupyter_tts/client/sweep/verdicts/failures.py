"""What failed, in sentences: an error is a result, too."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ..plan import Plan
from ..rows import Row
from ..statistics.binomial import interval, p_value
from ..statistics.differences import Key
from .comparisons import Pair
from .wording import at_least, at_most, capital

__all__ = ["failure_sentences"]

_MOST: Final = 6  # conditions that are named
_LONGEST: Final = 160  # characters of an error


def failure_sentences(
    plan: Plan, rows: Sequence[Row], pairs: Sequence[Pair], confidence: float = 0.95
) -> list[str]:
    """Return how many measurements of each condition failed, why, and which fails more often.

    Parameters
    ----------
    plan : Plan
    rows : sequence of Row
    pairs : sequence of Pair
        The conditions to compare, by McNemar's exact test: of the same text and repetition, which
        one failed if only one did.
    confidence : float, optional
        Of each exact interval, and of all the tests together.

    Returns
    -------
    list of str
        Empty if none failed.
    """
    failed: dict[str, dict[Key, bool]] = {plan.label(one): {} for one in plan.conditions}
    for row in rows:
        failed[plan.label(row.condition)][row.text, row.repetition] = bool(row.error)
    errors = [row.error for row in rows if row.error]
    if not errors:
        return []
    if len(errors) == len(rows):
        first = f"Nothing was measured: {_all(len(rows))} failed."
    else:
        first = f"{_shares(failed, confidence)}; what failed is in none of the times."
    return [first, _why(errors), *_more_often(failed, pairs, confidence)]


def _shares(failed: Mapping[str, Mapping[Key, bool]], confidence: float) -> str:
    counts = {name: (sum(own.values()), len(own)) for name, own in failed.items()}
    worst = sorted(
        (name for name, (count, _) in counts.items() if count),
        key=lambda name: -counts[name][0] / counts[name][1],
    )
    figures: list[str] = []
    for name in worst[:_MOST]:
        count, n = counts[name]
        low, high = interval(count, n, confidence)
        sure = "" if figures else f"{100 * confidence:g} %: "
        figures.append(
            f"{count:,} of {n:,} with {name} "
            f"({sure}{at_least(100 * low, 0)} to {at_most(100 * high, 0)} %)"
        )
    others = len(worst) - _MOST
    if others > 0:
        figures.append(f"and some of {others} other condition{'s' if others > 1 else ''}")
    return f"Failed: {', '.join(figures)}"


def _why(errors: Iterable[str]) -> str:
    ((error, count), *others) = Counter(errors).most_common()
    error = textwrap.shorten(error, _LONGEST, placeholder=" …").rstrip(".")
    if not others:
        return f"The reason: {error}."
    return f"The most frequent reason, {count:,} times: {error}."


def _more_often(
    failed: Mapping[str, Mapping[Key, bool]], pairs: Sequence[Pair], confidence: float
) -> list[str]:
    sentences = []
    for pair in pairs:
        first, second = failed[pair.first], failed[pair.second]
        unlike = [first[key] for key in first.keys() & second.keys() if first[key] != second[key]]
        alone = sum(unlike), len(unlike) - sum(unlike)
        p = p_value(alone[0], len(unlike)) if unlike else 1.0
        worse = 0 if alone[0] > alone[1] else 1
        if p >= (1 - confidence) / len(pairs) or all((first, second)[worse].values()):
            continue
        names = pair.called[worse], pair.called[1 - worse]
        within = f"{pair.within}: " if pair.within else ""
        sentences.append(
            capital(
                f"{within}{names[0]} fails more often than {names[1]}, alone in "
                f"{max(alone):,} pairs and the other in {min(alone):,} ({_probability(p)})."
            )
        )
    return sentences[:_MOST]


def _all(count: int) -> str:
    return "the only one" if count == 1 else f"all {count:,}"


def _probability(p: float) -> str:
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.2g}"
