"""``python -m benchmarks.known_truth`` tries a sweep's verdicts on times whose truth is known.

Nothing is measured: the times are drawn. Five texts differ by themselves; most times lie within
some 10 ms of their text's, and every fifth is late by another 100 ms on average.
"""

from __future__ import annotations

import argparse
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from jupyter_tts.client.sweep.axes import axes_of
from jupyter_tts.client.sweep.plan import Plan
from jupyter_tts.client.sweep.prompts import choose_prompts
from jupyter_tts.client.sweep.rows import Row
from jupyter_tts.client.sweep.statistics.quantiles import Quantile
from jupyter_tts.client.sweep.summary import summarise
from jupyter_tts.client.sweep.verdicts.conclusions import conclude

__all__ = ["EFFECTS", "REPEATS", "SWEEPS", "Tally", "false_in_a_family", "tally"]

EFFECTS = (0.0, 5.0, 20.0, 80.0)
REPEATS = (4, 20)
SWEEPS = 400
TEXTS = (0.0, 10.0, 25.0, 60.0, 90.0)  # how much later each is (ms)


@dataclass
class Tally:
    """What was said of sweeps, one entry for each.

    Attributes
    ----------
    told : list of bool
        That the level with the effect is earlier.
    wrong : list of bool
        That the other one is, or that there is a difference where there is none.
    encloses : list of bool
        Whether the interval of the difference encloses the effect.
    widths : list of float
        Of that interval (ms).
    medians, p95s : list of bool
        For each level: whether the exact interval encloses the true quantile; none where there are
        too few values for both bounds.
    by_text : list of bool
        That the difference depends on the text, which it does not.
    """

    told: list[bool] = field(default_factory=list)
    wrong: list[bool] = field(default_factory=list)
    encloses: list[bool] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    medians: list[bool] = field(default_factory=list)
    p95s: list[bool] = field(default_factory=list)
    by_text: list[bool] = field(default_factory=list)


def tally(effect: float, repeat: int, sweeps: int = SWEEPS) -> Tally:
    """Draw sweeps of two levels, 4 earlier than 0 by an effect (ms), and note what is said."""
    plan = _plan([0, 4], repeat)
    chance = np.random.default_rng([1, int(effect), repeat])
    truth = _true_quantiles()
    result = Tally()
    for _ in range(sweeps):
        rows = [*_draw(plan, effect, chance)]
        conclusion = conclude(plan, rows)
        (one,) = conclusion.comparisons
        assert one.found is not None
        sentence = conclusion.sentences[0]
        result.told.append(bool(effect) and sentence.startswith("Level 4 is "))
        result.wrong.append(" earlier than " in sentence and not result.told[-1])
        result.encloses.append(one.found.low <= -effect <= one.found.high)
        result.widths.append(one.found.high - one.found.low)
        result.by_text.append(bool(one.by_text))
        for level, summary in zip((0.0, effect), summarise(plan, rows), strict=True):
            result.medians += _encloses(summary.median, truth[0] - level)
            result.p95s += _encloses(summary.p95, truth[1] - level)
    return result


def false_in_a_family(repeat: int, sweeps: int = SWEEPS) -> float:
    """Return the share of sweeps of five equal levels, 10 comparisons, that tell a difference."""
    plan = _plan([0, 1, 2, 3, 4], repeat)
    chance = np.random.default_rng([2, repeat])
    told = [
        any(one.found and one.found.is_told for one in found.comparisons)
        for found in (conclude(plan, [*_draw(plan, 0.0, chance)]) for _ in range(sweeps))
    ]
    return float(np.mean(told))


def _plan(levels: Sequence[int], repeat: int) -> Plan:
    return Plan(axes_of({"latency": [*levels]}), choose_prompts(len(TEXTS)), repeat=repeat)


def _draw(plan: Plan, effect: float, chance: np.random.Generator) -> Iterator[Row]:
    later = dict(zip((prompt.name for prompt in plan.prompts), TEXTS, strict=True))
    for cell, off in zip(plan.cells, _noise(chance, len(plan.cells)), strict=True):
        earlier = effect if cell.condition["latency"] == 4 else 0.0
        yield Row(
            cell=cell.name,
            condition=cell.condition,
            text=cell.prompt.name,
            repetition=cell.repetition,
            ttfa=200 + later[cell.prompt.name] - earlier + float(off),
        )


def _noise(chance: np.random.Generator, n: int) -> npt.NDArray[np.float64]:
    late = chance.exponential(100, n) * (chance.random(n) < 0.2)
    return 8 * chance.standard_t(3, n) + late


@functools.cache
def _true_quantiles() -> tuple[float, float]:
    """Return median and 95th percentile of a level without an effect, from two million times."""
    drawn = _noise(np.random.default_rng(0), 2_000_000).reshape(len(TEXTS), -1)
    middle, late = np.quantile(drawn + 200 + np.array(TEXTS)[:, None], [0.5, 0.95])
    return float(middle), float(late)


def _encloses(found: Quantile | None, truth: float) -> list[bool]:
    if found is None or found.low is None or found.high is None:
        return []
    return [found.low <= truth <= found.high]


def _percent(seen: Sequence[bool]) -> str:
    return f"{100 * np.mean(seen):.1f} %" if seen else "–"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.known_truth", description=__doc__)
    parser.add_argument("--sweeps", type=int, default=SWEEPS, help=f"of each; {SWEEPS} by default")
    sweeps = parser.parse_args(arguments).sweeps
    print(
        "| effect | pairs | found | found wrongly | interval encloses it | its width "
        "| exact median | exact p95 |\n|---:|---:|---:|---:|---:|---:|---:|---:|"
    )
    by_text: list[bool] = []
    for repeat in REPEATS:
        for effect in EFFECTS:
            found = tally(effect, repeat, sweeps)
            by_text += found.by_text
            told = _percent(found.told) if effect else "–"
            print(
                f"| {effect:g} ms | {repeat * len(TEXTS)} | {told} | {_percent(found.wrong)} "
                f"| {_percent(found.encloses)} | {np.median(found.widths):.0f} ms "
                f"| {_percent(found.medians)} | {_percent(found.p95s)} |"
            )
    shares = [100 * false_in_a_family(repeat, sweeps) for repeat in REPEATS]
    print(f"\nAny difference found between five equal levels: {shares[0]:.1f}, {shares[1]:.1f} %")
    print(f"\nSaid to depend on the text, which no effect does: {_percent(by_text)}")


if __name__ == "__main__":
    main()
