"""What was measured, as a table: medians, ratios, and whether a bar was met."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["OURS", "Measurement", "Row", "Verdict", "as_json", "as_markdown", "at_most"]

OURS = "jupyter_tts"
"""The contender that ratios are stated against."""

EXPLANATION = (
    "Everything ran on this machine, over loopback, against the embedded voice (eSpeak NG); round "
    "trips, delays and generation rates are simulated by its server. Nothing here says how fast "
    f"ElevenLabs is. Medians of interleaved repeats; ratios are to {OURS} in the same row."
)
HEAD = (
    "| | contender | figure | median | least … most | repeats | ratio |",
    "|---|---|---|---:|---:|---:|---:|",
)


@dataclass(frozen=True)
class Measurement:
    """One figure of one contender.

    Attributes
    ----------
    who : str
        The contender.
    what : str
        The figure.
    unit : str
    values : tuple of float
        One per repeat, in the order of the repeats; none where the contender cannot be measured.
    note : str
        Why there are none.
    """

    who: str
    what: str
    unit: str
    values: tuple[float, ...] = ()
    note: str = ""

    @property
    def median(self) -> float:
        """Of the repeats."""
        return statistics.median(self.values)


@dataclass(frozen=True)
class Verdict:
    """Whether a bar was met.

    Attributes
    ----------
    bar : str
    measured : str
    met : bool or None
        None where it could not be measured.
    """

    bar: str
    measured: str
    met: bool | None


@dataclass(frozen=True)
class Row:
    """What was measured side by side.

    Attributes
    ----------
    title : str
    conditions : str
        One or more sentences.
    measurements : tuple of Measurement
    verdicts : tuple of Verdict
    missing : str
        Why the row could not be measured, as a sentence; "" where it was.
    """

    title: str
    conditions: str
    measurements: tuple[Measurement, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    missing: str = ""

    def median(self, who: str, what: str) -> float | None:
        """Return a contender's median of a figure; None where there is none."""
        for measurement in self.measurements:
            if (measurement.who, measurement.what) == (who, what) and measurement.values:
                return measurement.median
        return None

    def ratio(self, measurement: Measurement) -> float | None:
        """Return a median over ours of the same figure; None where either is missing or 0."""
        ours = self.median(OURS, measurement.what)
        if measurement.who == OURS or not ours or not measurement.values:
            return None
        return measurement.median / ours

    def judge(self, *verdicts: Verdict) -> Row:
        """Return the row with more verdicts."""
        return dataclasses.replace(self, verdicts=(*self.verdicts, *verdicts))


def at_most(bar: str, value: float | None, limit: float | None, unit: str) -> Verdict:
    """Judge whether a value is not above a limit; where either is missing that is all it says."""
    if value is None or limit is None:
        return Verdict(bar, "not measured", None)
    return Verdict(bar, f"{_number(value)} {unit}".strip(), value <= limit)


def as_json(rows: Iterable[Row], machine: dict[str, Any]) -> dict[str, Any]:
    """Return everything, every single value included, ready for JSON."""
    return {"machine": machine, "rows": [_plain(row) for row in rows]}


def _plain(row: Row) -> dict[str, Any]:
    plain = dataclasses.asdict(row)
    for entry, measurement in zip(plain["measurements"], row.measurements, strict=True):
        entry["median"] = measurement.median if measurement.values else None
        entry["ratio_to_ours"] = row.ratio(measurement)
    return plain


def as_markdown(rows: Sequence[Row], machine: dict[str, Any]) -> str:
    """Return one table, with what it was measured under before it."""
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    loads = ", ".join(map(str, machine["load"]))
    where = (
        f"{machine['system']}, {machine['cores']} cores, Python {machine['python']}; {versions}. "
        f"System load before the first row and after every one: {loads}."
    )
    lines = [where, "", EXPLANATION, "", *HEAD]
    for row in rows:
        lines += _lines(row)
    lines += ["", *(f"- **{row.title}**: {row.conditions}" for row in rows)]
    return "\n".join(lines) + "\n"


def _lines(row: Row) -> list[str]:
    if row.missing:
        return [f"| **{row.title}** | {row.missing} | | | | | |"]
    lines, title = [], f"**{row.title}**"
    for measurement in row.measurements:
        cells = _cells(row, measurement)
        lines.append(f"| {title} | {measurement.who} | {measurement.what} | {' | '.join(cells)} |")
        title = ""
    for verdict in row.verdicts:
        met = {True: "**met**", False: "**missed**", None: ""}[verdict.met]
        lines.append(f"| | *bar* | {verdict.bar} | {verdict.measured} | {met} | | |")
    return lines


def _cells(row: Row, measurement: Measurement) -> tuple[str, str, str, str]:
    if not measurement.values:
        return measurement.note, "", "", ""
    ratio = row.ratio(measurement)
    spread = f"{_number(min(measurement.values))} … {_number(max(measurement.values))}"
    return (
        f"{_number(measurement.median)} {measurement.unit}",
        spread if len(measurement.values) > 1 else "",
        str(len(measurement.values)),
        "" if ratio is None else f"{_number(ratio)} ×",
    )


def _number(value: float) -> str:
    """Three significant digits, and never an exponent."""
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2
    return f"{value:,.{digits}f}"
