"""A blind comparison as it stays in a notebook: how far it is, or what it found."""

from __future__ import annotations

import base64
import dataclasses
from html import escape
from typing import Any, Final, Self

from ....client.sweep.listening.analysis import Figure, Result
from ....client.sweep.listening.answers import LETTERS, Sheet
from ....client.sweep.listening.design import ABX, RATING, Design
from ....client.sweep.listening.verdict import verdict
from ...assets import compact_style

__all__ = ["ShownResult", "progress_bundle", "result_bundle", "result_html"]

# Keeps MathJax 3 (JupyterLab) and 2 (nbconvert) from setting text between two dollar signs.
_ROOT: Final = 'class="jtts-sweep jtts-listening mathjax_ignore tex2jax_ignore"'

_HEADS: Final = {
    "preference": "preferred",
    ABX: "right",
    RATING: "median rating",
}


class ShownResult(Result):
    """A result that a notebook shows."""

    @classmethod
    def of(cls, result: Result) -> Self:
        """Return a result, to be shown."""
        return cls(**{one.name: getattr(result, one.name) for one in dataclasses.fields(result)})

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return result_bundle(self)

    def __repr__(self) -> str:
        return result_bundle(self)["text/plain"]


def progress_bundle(sheet: Sheet) -> dict[str, str]:
    """Return how far a listener is, by MIME type; it names no condition."""
    design = sheet.design
    sentence = (
        f"A blind comparison of {len(design.conditions)} conditions ({_METHODS[design.method]}): "
        f"{len(sheet.answers)} of {len(sheet.trials)} trials are answered."
    )
    hint = "To listen, run the cell in a notebook whose page shows widgets."
    html = (
        f'{_style()}<div {_ROOT}><p>{escape(sentence)}</p><p class="jtts-l-quiet">{hint}</p></div>'
    )
    return {"text/html": html, "text/plain": f"{sentence} {hint}"}


_METHODS: Final = {"preference": "which is preferred", ABX: "ABX", RATING: "ratings"}


def result_bundle(result: Result) -> dict[str, str]:
    """Return a result by MIME type."""
    html = f"{_style()}<div {_ROOT}>{result_html(result)}</div>"
    lines = verdict(result)
    for figure in result.figures:
        lines.append(f"  {figure.name}: {_figure_words(figure, result.design)}")
    return {"text/html": html, "text/plain": "\n".join(lines)}


def result_html(result: Result) -> str:
    """Return a result as HTML: the verdict, the figures, and every answer with what was heard."""
    sentences = "".join(f"<li>{escape(line)}</li>" for line in verdict(result))
    named = len(result.sheets) > 1
    answers = "".join(
        (f"<p>{escape(sheet.listener)}</p>" if named else "") + _answers(sheet)
        for sheet in result.sheets
    )
    return (
        f'<ul class="jtts-s-verdict">{sentences}</ul>{_table(result)}'
        f"<details><summary>Every answer, and which sound was which</summary>{answers}</details>"
    )


def _table(result: Result) -> str:
    rows = "".join(
        f"<tr><th scope='row'>{escape(one.name)}</th><td>{_value(one, result.design)}</td>"
        f"<td>{_number(one.low)} to {_number(one.high)}</td><td>{one.n}</td>"
        f"<td>{_bar(one)}</td></tr>"
        for one in result.figures
    )
    columns = ("", _HEADS[result.design.method], "95 %", "n", "0 to 100")
    heads = "".join(f"<th scope='col'>{escape(column)}</th>" for column in columns)
    return (
        f'<div class="jtts-s-scroll"><table class="jtts-s-table"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _bar(figure: Figure) -> str:
    """Return the value and its interval from 0 to 100, as an image that shows untrusted, too."""
    low, high = f"{figure.low:.1f}", f"{figure.high:.1f}"
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 104 12" width="156" height="18">'
        '<g transform="translate(2)" stroke="#808890" stroke-width="1">'
        '<path d="M0 6H100M0 3V9M50 3V9M100 3V9" opacity=".45"/>'
        f'<path d="M{low} 6H{high}" stroke-width="3"/>'
        f'<circle cx="{figure.value:.1f}" cy="6" r="3.5" fill="#808890" stroke="none"/></g></svg>'
    )
    source = base64.b64encode(svg.encode()).decode()
    words = f"{_number(figure.value)} ({_number(figure.low)} to {_number(figure.high)})"
    return f'<img alt="{words}" width="156" height="18" src="data:image/svg+xml;base64,{source}">'


def _answers(sheet: Sheet) -> str:
    """Return the answers of a listener, trial by trial."""
    design = sheet.design
    letters = LETTERS[: len(sheet.trials[0].sounds)]
    columns = ["trial", "text", *letters, "X is", "answer"]
    if design.method != ABX:
        columns.remove("X is")
    heads = "".join(f"<th scope='col'>{column}</th>" for column in columns)
    rows = []
    for number, answer in sheet.answers.items():
        trial = sheet.trials[number]
        names = [design.conditions[one] for one in trial.sounds]
        if isinstance(answer, tuple):
            heard = [f"{name}: {value}" for name, value in zip(names, answer, strict=True)]
            given = ""
        else:
            heard = names
            given = "no preference" if answer is None else LETTERS[answer]
        cells = [str(number + 1), str(trial.text + 1), *heard]
        cells += [] if trial.x is None else [LETTERS[trial.x]]
        cells += [given] if design.method != RATING else []
        rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    if design.method == RATING:
        heads = heads.removesuffix("<th scope='col'>answer</th>")
    return (
        f'<div class="jtts-s-scroll"><table class="jtts-s-table jtts-l-answers">'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _figure_words(figure: Figure, design: Design) -> str:
    head = _HEADS[design.method]
    interval = f"{_number(figure.low)} to {_number(figure.high)}"
    return f"{head} {_value(figure, design)} ({interval}), n = {figure.n}"


def _value(figure: Figure, design: Design) -> str:
    return f"{_number(figure.value)}{'' if design.method == RATING else ' %'}"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0") if value % 1 == 0.5 else f"{value:.0f}"


def _style() -> str:
    return f"<style>{compact_style('theme.css', 'sweep.css', 'listening.css')}</style>"
