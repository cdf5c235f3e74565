"""The table of a sweep's conditions, as HTML and as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from ...client.sweep.statistics.quantiles import Quantile, fewest_for_upper_bound
from ...client.sweep.summary import Summary
from .pictures.rows import is_numbered
from .pictures.times import interval_words

__all__ = ["html_table", "plain_table", "table_notes"]

_HEADER: Final = ("Condition", "n", "Errors", "Median", "95th percentile", "Gaps", "Characters")


def html_table(summaries: Sequence[Summary]) -> str:
    """Return the table as HTML; the names are escaped."""
    numbered = is_numbered([one.name for one in summaries])
    head = "".join(f'<th scope="col">{cell}</th>' for cell in _HEADER)
    rows = "".join(
        f'<tr><th scope="row">{f"{number} · " if numbered else ""}{escape(cells[0])}</th>'
        f"{''.join(f'<td>{_unbroken(cell)}</td>' for cell in cells[1:])}</tr>"
        for number, cells in enumerate(map(_cells, summaries), 1)
    )
    return (
        f'<div class="jtts-s-scroll"><table class="jtts-s-table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def plain_table(summaries: Sequence[Summary]) -> str:
    """Return the table in columns of plain text."""
    rows = [_HEADER, *map(_cells, summaries)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def table_notes(summaries: Sequence[Summary]) -> list[str]:
    """Return the sentences without which the table cannot be read."""
    notes = []
    if any(one.median for one in summaries):
        notes.append("In brackets: intervals of 95 %, exact for any distribution.")
    if any(one.median and one.median.high is None for one in summaries):
        notes.append(f"A median has one from n = {fewest_for_upper_bound(0.5)} on.")
    if any(one.p95 and one.p95.high is None for one in summaries):
        fewest = fewest_for_upper_bound(0.95)
        notes.append(f"A 95th percentile has an upper bound from n = {fewest} on.")
    if any(one.gaps for one in summaries):
        notes.append(
            "Gaps: speeches in which a player runs dry that starts 200 ms after the first byte."
        )
    return notes


def _unbroken(words: str) -> str:
    """Return words that stay in one line where no style is taken."""
    return words.replace(" ", "\N{NO-BREAK SPACE}")


def _cells(summary: Summary) -> tuple[str, ...]:
    return (
        summary.name,
        f"{summary.measured:,}",
        f"{len(summary.errors):,}",
        _quantile(summary.median),
        _quantile(summary.p95),
        f"{summary.gaps:,}",
        f"{summary.characters:,}",
    )


def _quantile(found: Quantile | None) -> str:
    return "–" if found is None else interval_words(found.value, found.low, found.high)
