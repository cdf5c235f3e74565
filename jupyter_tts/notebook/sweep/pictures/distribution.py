"""How a measured time is distributed, for each condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ...output.latency_moments import WIDTH
from .axis import Axis, axis_of
from .rows import Rows, is_numbered
from .shapes import (
    ACCENT,
    INK,
    Field,
    Picture,
    picture,
    width_of,
)
from .times import time_words

__all__ = ["LINES", "STEPS", "distribution"]

LINES: Final = 10
"""The most conditions that are drawn as lines; more are drawn as rows."""

STEPS: Final = 200
"""The most steps of a line; of more values it shows every 200th part."""

_TOP: Final = 16
_FIELD: Final = Field()
_SHARES: Final = (0.0, 0.5, 1.0)
_COLORS: Final = (INK, ACCENT, "#c8761a", "#3b9a5b", "#a86bc4")
_DASHES: Final = ("", "7 3", "2 2", "9 3 2 3", "4 4")
_QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)

Numbers = npt.NDArray[np.float64]


def distribution(times: Mapping[str, Sequence[float]], measure: str) -> Picture:
    """Return the picture of how the times (ms) of each condition are distributed.

    Parameters
    ----------
    times : mapping
        By the name of the condition.
    measure : str
        What they are: ``"time to first audio"``.
    """
    ordered = {name: np.sort(np.asarray(values, dtype=float)) for name, values in times.items()}
    axis = axis_of(
        float(end) for values in ordered.values() if values.size for end in values[[0, -1]]
    )
    title = f"{measure[:1].upper()}{measure[1:]}, distribution"
    sentence = _sentence(ordered, axis)
    if len(ordered) > LINES:
        return _rows(ordered, axis, title, sentence)
    return _lines(ordered, axis, title, sentence)


def _lines(ordered: Mapping[str, Numbers], axis: Axis, title: str, sentence: str) -> Picture:
    height = max(120, 17 * len(ordered) + 30)
    bottom = _TOP + height
    grid = "".join(
        f"{_FIELD.stroke('grid', (0, 100), y, width=0.5)}"
        f"{_FIELD.text(0, y - 3, f'{100 * share:.0f} %') if share else ''}"
        for share in _SHARES
        for y in (bottom - share * height,)
    )
    curves = "".join(
        f'<path class="jtts-s-curve jtts-s-c{number % len(_COLORS)}" {_look(number)}'
        f' vector-effect="non-scaling-stroke" d="{_steps(values, axis, height)}"/>'
        for number, values in enumerate(ordered.values())
        if values.size
    )
    box = (
        f'<svg role="none" viewBox="0 0 {WIDTH} {height}" preserveAspectRatio="none" y="{_TOP}"'
        f' width="100%" height="{height}" fill="none" overflow="visible">{curves}</svg>'
    )
    scale = _FIELD.axis(axis, bottom, _TOP) if curves else ""
    labels = _labels(ordered, axis, height)
    return picture(title, sentence, bottom + 16, scale, grid, box, labels)


def _look(number: int) -> str:
    """Return how a line is drawn: dashes and width tell it from any other without its colour."""
    again, kind = divmod(number, len(_COLORS))
    dashed = f' stroke-dasharray="{_DASHES[kind]}"' if _DASHES[kind] else ""
    return f'stroke="{_COLORS[kind]}" stroke-width="{2.8 if again else 1.5}"{dashed}'


def _steps(values: Numbers, axis: Axis, height: int) -> str:
    """Return the line that steps up at each value."""
    shares = np.arange(1, len(values) + 1) / len(values)
    if len(values) > STEPS:
        shares = np.arange(1, STEPS + 1) / STEPS
        values = np.quantile(values, shares, method="inverted_cdf")
    path = f"M0 {height}"
    for value, share in zip(values, shares, strict=True):
        x, y = axis.percent(float(value)) * WIDTH / 100, height * (1 - share)
        path += f"H{x:.1f}V{y:.1f}"
    return f"{path}H{WIDTH}"


def _labels(ordered: Mapping[str, Numbers], axis: Axis, height: int) -> str:
    """Return the names, each at its line: the later one is, the lower it is named, on its right."""
    numbers = {name: number for number, name in enumerate(ordered)}
    measured = {name: values for name, values in ordered.items() if values.size}
    numbered = is_numbered([*ordered])
    latest_first = sorted(measured, key=lambda name: -float(np.median(measured[name])))
    labels: list[str] = []
    for row, name in enumerate(latest_first):
        share = 0.12 + 0.76 * (row + 0.5) / len(measured)
        words = str(numbers[name] + 1) if numbered else name
        own = _place(measured[name], share, axis)
        # Where the lines are at the height that the words take.
        spans = {
            other: tuple(_place(values, share + side / height, axis) for side in (-7, 7))
            for other, values in measured.items()
        }
        beside, anchor = _spot(spans, name, width_of(words))
        kind = numbers[name] % len(_COLORS)
        y = round(_TOP + height * (1 - share), 1)
        labels += [
            _FIELD.stroke("leader", (min(own, beside), max(own, beside)), y, width=0.7),
            _FIELD.dot(f"mark jtts-s-c{kind}", own, y, color=_COLORS[kind]),
            _FIELD.text(beside, y + 4, words, anchor=anchor, shift=-3 if anchor else 3),
        ]
    return "".join(labels)


def _spot(spans: Mapping[str, tuple[float, ...]], name: str, width: float) -> tuple[float, str]:
    """Return where a name begins, or ends: beside its line, or the nearest one with room there."""
    low, high = spans[name]
    others = [span for other, span in spans.items() if other != name]
    right = [(end + 1.5, "") for _, end in spans.values() if end >= high]
    left = [(start - 1.5, "end") for start, _ in spans.values() if start <= low]
    for place, anchor in sorted(right + left, key=lambda spot: max(spot[0] - high, low - spot[0])):
        start = place - width if anchor else place
        clear = all(end < start or begin > start + width for begin, end in others)
        if start >= 0 and start + width <= 102 and clear:
            return round(place, 2), anchor
    return 100.0, "end"


def _place(values: Numbers, share: float, axis: Axis) -> float:
    """Return where a line reaches a height."""
    share = min(max(share, 0.0), 1.0)
    return axis.percent(float(np.quantile(values, share, method="inverted_cdf")))


def _rows(ordered: Mapping[str, Numbers], axis: Axis, title: str, sentence: str) -> Picture:
    """Return a row for each condition: 5 to 95 %, the middle half, the median."""
    rows = Rows([*ordered])
    drawn: list[str] = []
    for number, values in enumerate(ordered.values()):
        y = rows.middle(number)
        if not values.size:
            continue
        low, lower, middle, upper, high = (
            axis.percent(float(value)) for value in np.quantile(values, _QUANTILES)
        )
        drawn += [
            rows.field.stroke("whisker", (low, high), y, color=INK),
            rows.field.stroke("half", (lower, upper), y, color=ACCENT, width=5),
            rows.field.dot("mark", middle, y),
        ]
    scale = rows.field.axis(axis, rows.bottom + 2, 0) if drawn else ""
    sentence = f"Dot: median; thick: the middle half; thin: 5 to 95 %. {sentence}"
    return picture(title, sentence, rows.bottom + 17, rows.names, scale, *drawn)


def _sentence(ordered: Mapping[str, Numbers], axis: Axis) -> str:
    medians = {name: float(np.median(values)) for name, values in ordered.items() if values.size}
    if not medians:
        return "Nothing is measured yet."
    best = min(medians, key=lambda name: medians[name])
    slow = float(np.quantile(ordered[best], 0.95))
    sentence = (
        f"{f'With {best}, half' if len(ordered) > 1 else 'Half'} of the speeches have"
        f" {time_words(medians[best])} or less,"
        f" 95 % have {time_words(slow)} or less."
    )
    return f"{sentence} The axis is logarithmic." if axis.is_log else sentence
