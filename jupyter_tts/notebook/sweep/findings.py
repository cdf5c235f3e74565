"""What is shown of a sweep: computed once, for its words, its table and its pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from ...client.sweep.axes import HERE
from ...client.sweep.measures import LENGTHS, MEASURES
from ...client.sweep.plan import Plan
from ...client.sweep.rows import Row
from ...client.sweep.statistics.differences import paired
from ...client.sweep.summary import Summary, condition_names, summarise, times_of
from ...client.sweep.verdicts.comparisons import Against, Comparison, Pair, pairs_of
from ...client.sweep.verdicts.conclusions import conclude
from ...wire.hosts import LOCAL
from .pictures.differences import Gap, differences
from .pictures.distribution import distribution
from .pictures.rows import is_numbered
from .pictures.shapes import Picture
from .pictures.tradeoff import Interval, tradeoff
from .pictures.waterfall import Stages, waterfall

__all__ = ["Findings", "Quality"]

Quality = Mapping[str, tuple[float, float, float]]
"""By the name of a condition: its value, and the low and the high end of its interval."""

ALL_PAIRS: Final = 4
"""The most conditions of which each is compared with each in the picture."""

MOST_PAIRS: Final = 45
"""The most differences that are drawn; of more, those of the first axis."""


class Findings:
    """What is shown of a sweep.

    Parameters
    ----------
    plan : Plan
    rows : sequence of Row
        Those there are so far.
    measure : str
        A field of the rows that ``client.sweep.summary.MEASURES`` names.
    filling : bool
        Whether more are to come: then there are neither verdict nor intervals of differences,
        which take time.
    quality : mapping, optional
        Of the conditions, where it is known.
    scale : str
        What the quality is called.
    same : float, optional
        Milliseconds below which a difference does not matter.
    against : "first" or "all", optional
        What each value of an axis is compared with.

    Raises
    ------
    ParameterError
        If there is no such measure.
    """

    def __init__(
        self,
        plan: Plan,
        rows: Sequence[Row],
        measure: str,
        *,
        filling: bool = False,
        quality: Quality | None = None,
        scale: str = "quality",
        same: float | None = None,
        against: Against | None = None,
    ) -> None:
        self.plan = plan
        self.rows = rows
        self.measure = MEASURES.get(measure, measure)
        self._sides = ("shorter", "longer") if measure in LENGTHS else ("earlier", "later")
        self.filling = filling
        self.times = times_of(plan, rows, measure)
        self.summaries: list[Summary] = summarise(plan, rows, measure)
        self.comparisons: list[Comparison] = []
        self.verdict: list[str] = []
        """What the measurements say, in sentences; [] while there is nothing to say."""
        if not filling:
            found = conclude(plan, rows, measure, same=same, against=against)
            self.comparisons, self.verdict = found.comparisons, found.sentences
        self._quality = quality or {}
        self._scale = scale

    @property
    def notes(self) -> list[str]:
        """What is to be known of the measurements."""
        measured, planned = len({row.cell for row in self.rows}), len(self.plan.cells)
        notes = []
        if measured < planned:
            notes.append(f"{measured:,} of {planned:,} measured.")
        if all(condition.get("server") == LOCAL for condition in self.plan.conditions):
            notes.append("Measured with the embedded voice, which says nothing of ElevenLabs.")
        networks = dict.fromkeys(
            condition.get("network", HERE) for condition in self.plan.conditions
        )
        if simulated := [name for name in networks if name != HERE]:
            notes.append(f"Simulated networks: {'; '.join(simulated)}.")
        return notes

    @property
    def pictures(self) -> list[Picture]:
        """The pictures, the same ones from the first measurement to the last."""
        pictures = [
            waterfall(self._stages()),
            distribution(
                {name: [*values.values()] for name, values in self.times.items()}, self.measure
            ),
        ]
        if len(self.times) > 1:
            pictures.append(self._differences())
        if self._quality:
            pictures.append(self._tradeoff())
        return pictures

    def _stages(self) -> list[Stages]:
        own: dict[str, list[Row]] = {name: [] for name in condition_names(self.plan)}
        for row in self.rows:
            if not row.error and row.ttfa is not None:
                own[self.plan.label(row.condition)].append(row)
        return [
            Stages(
                name,
                _median(row.connect for row in rows),
                _median(row.ttfb for row in rows),
                _median(row.ttfa for row in rows),
                _median(row.audible for row in rows),
            )
            for name, rows in own.items()
        ]

    def _differences(self) -> Picture:
        names = [*self.times]
        pairs = pairs_of(self.plan, "all" if len(names) <= ALL_PAIRS else "first")
        axis = ""
        if len(pairs) > MOST_PAIRS:
            axis = f" in {pairs[0].axis.replace('_', ' ')}"
            pairs = [pair for pair in pairs if pair.axis == pairs[0].axis][:MOST_PAIRS]
        from_first = all(pair.first == names[0] and not pair.within for pair in pairs)
        found = {(one.first, one.second): one for one in self.comparisons}
        gaps = []
        for pair in pairs:
            name = pair.second if from_first else _of_pair(pair, names)
            one = found.get((pair.first, pair.second))
            if one is not None and one.found is not None:
                by_text = tuple(one.by_text.values())
                gaps.append(Gap(name, one.found.median, one.found.low, one.found.high, by_text))
            else:
                gaps.append(Gap(name, self._median_difference(pair.first, pair.second)))
        to = f"difference from {names[0]}" if from_first else f"paired differences{axis}"
        title = f"{self.measure[:1].upper()}{self.measure[1:]}, {to}"
        return differences(gaps, title, sides=self._sides, first=2 if from_first else None)

    def _median_difference(self, first: str, second: str) -> float | None:
        values = paired(self.times[first], self.times[second])
        return float(np.median(values)) if self.filling and values.size else None

    def _tradeoff(self) -> Picture:
        latency = {
            one.name: Interval(one.median.value, one.median.low, one.median.high)
            for one in self.summaries
            if one.median is not None
        }
        quality = {name: Interval(*values) for name, values in self._quality.items()}
        return tradeoff(latency, quality, self.measure, self._scale)


def _of_pair(pair: Pair, names: Sequence[str]) -> str:
    """Return what the row of two conditions is called, by their numbers where they have numbers."""
    if is_numbered(names):
        return f"{names.index(pair.second) + 1} − {names.index(pair.first) + 1}"
    first, second = pair.called
    return f"{second} − {first}{f', {pair.within}' if pair.within else ''}"


def _median(times: Iterable[Any]) -> float | None:
    known = [time for time in times if time is not None]
    return float(np.median(known)) if known else None
