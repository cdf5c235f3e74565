"""What a batch has made: a row for each text, and the totals."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ....client.speech.cost import Quota
from ....client.sweep.batch.plan import BatchPlan
from ....client.sweep.batch.results import BEFORE, CACHED, MADE, NarratedRow
from ....wire.errors import TTSError
from ...assets import compact_style
from ...output.latency_words import plural, short_time

if TYPE_CHECKING:
    import pandas

__all__ = ["Narration"]

# Rows that are shown, those that failed first.
_SHOWN: Final = 12
_TEXT: Final = 60  # characters of a text that are shown
_STYLE: Final = ("theme.css", "sweep.css", "narration.css")
_HEAD: Final = (
    '<thead><tr><th scope="col">Row</th><th scope="col" class="jtts-n-text">Text</th>'
    + "".join(f'<th scope="col">{name}</th>' for name in ("Characters", "Sound", "Files"))
    + "</tr></thead>"
)
_NO_MATH: Final = "mathjax_ignore tex2jax_ignore"  # as in a saved view


class Narration:
    """The rows of a batch, those of earlier runs included.

    Attributes
    ----------
    plan : BatchPlan
        What was to be done, with ``rows``, ``done``, ``cached``, ``to_speak``, ``characters`` and
        ``quota``.
    rows : list of NarratedRow
        Each with ``id``, ``text``, ``files``, ``state``, ``seconds``, ``characters``, ``sent`` and
        ``error``; after a dry run only those that were done before.
    quota : Quota or None
        What the account has left now, where one pays and its server tells.
    """

    def __init__(
        self, plan: BatchPlan, rows: Sequence[NarratedRow], quota: Quota | None = None
    ) -> None:
        self.plan = plan
        self.rows = sorted(rows, key=lambda row: row.row)
        self.quota = quota

    @property
    def failed(self) -> list[NarratedRow]:
        """The rows that failed, each with its ``error``; the same call tries them again."""
        return [row for row in self.rows if row.error]

    @property
    def files(self) -> list[Path]:
        """Every file, in the order of the rows."""
        return [path for row in self.rows for path in row.files]

    @property
    def seconds(self) -> float:
        """Seconds of sound."""
        return sum(row.seconds for row in self.rows)

    @property
    def sent(self) -> int:
        """Characters that this run has sent."""
        return sum(row.sent for row in self.rows)

    def frame(self) -> pandas.DataFrame:
        """Return the rows as a table.

        Raises
        ------
        TTSError
            Without pandas.
        """
        if importlib.util.find_spec("pandas") is None:
            raise TTSError(
                "A table needs pandas, which is not installed.",
                hint="Install it with: pip install pandas, or use narration.rows.",
            )
        import pandas as pd

        columns = list(NarratedRow(0, "", "").plain)
        return pd.DataFrame([row.plain for row in self.rows], columns=columns)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[NarratedRow]:
        return iter(self.rows)

    def __repr__(self) -> str:
        failures = [f"  {_fault(row)}" for row in self.failed[:_SHOWN]]
        more = len(self.failed) - len(failures)
        return "\n".join(
            [*self._sentences, *failures, *([f"  and {more:,} more"] if more > 0 else [])]
        )

    def _repr_html_(self) -> str:
        first, *others = self._sentences
        notes = "".join(f'<div class="jtts-s-note">{escape(note)}</div>' for note in others)
        style = compact_style(*_STYLE)
        return (
            f'<style>{style}</style><div class="jtts-sweep {_NO_MATH}">'
            f'<ul class="jtts-s-verdict"><li>{escape(first)}</li></ul>{notes}{self._table}</div>'
        )

    @property
    def _sentences(self) -> list[str]:
        left = len(self.plan.left)
        if left and len(self.rows) < self.plan.rows:
            return [str(self.plan), "Nothing was sent: this was a dry run."]
        done = [row for row in self.rows if not row.error]
        counted = f"{len(done):,} of {plural(self.plan.rows, 'row')} done"
        failed = f", {len(self.failed):,} failed" if self.failed else ""
        folder = repr(str(self.plan.folder))
        sentences = [f"{counted}{failed}: {_long_time(self.seconds)} of sound in {folder}."]
        states = [
            f"{count:,} {state}"
            for state in (MADE, CACHED, BEFORE)
            if (count := sum(row.state == state for row in self.rows))
        ]
        quota = f"; the account has {self.quota}" if self.quota else ""
        sent = f"{plural(self.sent, 'character')} sent{quota}"
        sentences.append(f"{_capital(', '.join([*states, sent]))}.")
        return [*sentences, *dict.fromkeys(note for row in self.rows for note in row.notes)]

    @property
    def _table(self) -> str:
        if not self.rows:
            return ""
        shown = sorted(self.rows, key=lambda row: (not row.error, row.row))[:_SHOWN]
        more = len(self.rows) - len(shown)
        rows = "".join(map(_html_row, shown))
        note = f"and {plural(more, 'row')} more: see frame() or rows" if more else ""
        return (
            f'<div class="jtts-s-scroll"><table class="jtts-s-table">{_HEAD}'
            f'<tbody>{rows}</tbody></table></div><div class="jtts-s-note">{note}</div>'
        )


def _html_row(row: NarratedRow) -> str:
    text = escape(_short(row.text))
    if row.error:
        text += f'<div class="jtts-n-fault">{escape(row.error)}</div>'
    sound = short_time(row.seconds) if row.seconds else "–"
    names = ", ".join(path.name for path in row.files) or "–"
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in (f"{row.characters:,}", sound, names))
    return (
        f'<tr><th scope="row">{escape(row.id)}</th><td class="jtts-n-text">{text}</td>{cells}</tr>'
    )


def _fault(row: NarratedRow) -> str:
    return f"{row.id}: {row.error}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TEXT else f"{line[: _TEXT - 1]}…"


def _long_time(seconds: float) -> str:
    """Return the length of many sounds: ``"12 s"``, ``"3 min 5 s"``, ``"2 h 10 min"``."""
    if seconds < 60:
        return short_time(seconds)
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes} min"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
