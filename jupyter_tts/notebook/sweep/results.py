"""What a sweep found, as a notebook keeps it: verdict, table, pictures; and the plan before that.

It is read where saved views are: with scripts, without them, without SVG, without styles (see
``notebook/output/saved_view.py``). So each picture is an image, in whose place a script puts the
drawing itself, which takes the theme's colours.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Any, Final

from ...client.speech.cost import Quota
from ...client.sweep.axes import Axis
from ...client.sweep.plan import Plan
from ...client.sweep.rows import Row
from ...client.sweep.statistics.differences import fewest_pairs
from ...client.sweep.summary import Summary
from ...client.sweep.verdicts.comparisons import Against, pairs_of
from ..assets import compact_script, compact_style
from ..output.image import image
from ..output.latency_words import plural
from .findings import Findings, Quality
from .pictures.shapes import Picture
from .pictures.times import duration_words
from .results_table import html_table, plain_table, table_notes

__all__ = ["plan_bundle", "results_bundle", "results_fragment", "results_page"]

# Keeps MathJax 3 (JupyterLab) and 2 (nbconvert) from setting text between two dollar signs.
_NO_MATH: Final = "mathjax_ignore tex2jax_ignore"

_SENTENCES: Final = 6  # of a verdict, before it is to be unfolded
_MOST: Final = 40  # of a verdict at all
_ERRORS: Final = 5  # kinds of errors that are told


def results_bundle(
    plan: Plan,
    rows: Sequence[Row],
    *,
    quality: Quality | None = None,
    scale: str = "quality",
    note: str = "",
    measure: str = "ttfa",
    filling: bool = False,
    same: float | None = None,
    against: Against | None = None,
) -> dict[str, str]:
    """Return what a sweep found by MIME type.

    Parameters
    ----------
    plan : Plan
    rows : sequence of Row
        Those there are; none is no error.
    quality : mapping of str to tuple of float, float and float, optional
        By the name of a condition: how good it is, and the interval of that; more is better.
    scale : str, optional
        What the quality is called.
    note : str, optional
        A sentence to stand with the verdict.
    measure : str, optional
        What is compared: a name of ``client.sweep.measures.MEASURES``.
    filling : bool, optional
        Whether more rows are on their way. Then there are neither verdict nor intervals of
        differences, so that it takes little time, and what is shown keeps its height.
    same : float, optional
        Milliseconds below which a difference does not matter; only with it are conditions called
        the same.
    against : "first" or "all", optional
        Whether each value of an axis is compared with its first one, or with each other one; by
        default with each other one where that makes 10 comparisons at most.

    Raises
    ------
    ParameterError
        If there is no such measure.
    """
    findings = Findings(
        plan,
        rows,
        measure,
        filling=filling,
        quality=quality,
        scale=scale,
        same=same,
        against=against,
    )
    pictures = "".join(
        _figure(picture, image("jtts-s-image", picture.svg, picture.height, picture.sentence))
        for picture in findings.pictures
    )
    html = (
        f'{_style()}<div class="jtts-sweep{" jtts-s-filling" * filling} {_NO_MATH}">'
        f"{_words(findings, note)}"
        f"{html_table(findings.summaries)}{_notes(findings)}{pictures}"
        f"<script>{compact_script('saved/pictures.js')}</script></div>"
    )
    return {"text/html": html, "text/plain": _plain(findings, note)}


def results_page(
    plan: Plan,
    rows: Sequence[Row],
    *,
    quality: Quality | None = None,
    scale: str = "quality",
    note: str = "",
    measure: str = "ttfa",
    title: str = "Sweep",
    same: float | None = None,
    against: Against | None = None,
) -> str:
    """Return what a sweep found as an HTML page that needs nothing else; see `results_bundle`.

    Raises
    ------
    ParameterError
        If there is no such measure.
    """
    findings = Findings(
        plan, rows, measure, filling=False, quality=quality, scale=scale, same=same, against=against
    )
    pictures = "".join(_figure(picture, picture.svg) for picture in findings.pictures)
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>{_style()}</head>"
        f'<body class="jtts-s-page"><main class="jtts-sweep"><h1>{escape(title)}</h1>'
        f"{_words(findings, note)}{html_table(findings.summaries)}{_notes(findings)}{pictures}"
        "</main></body></html>\n"
    )


def results_fragment(plan: Plan, rows: Sequence[Row], *, filling: bool = False) -> str:
    """Return what a sweep found for a page that has ``style/sweep.css``; see `results_bundle`."""
    findings = Findings(plan, rows, "ttfa", filling=filling)
    pictures = "".join(_figure(picture, picture.svg) for picture in findings.pictures)
    return (
        f'<div class="jtts-sweep{" jtts-s-filling" * filling} {_NO_MATH}">{_words(findings, "")}'
        f"{html_table(findings.summaries)}{_notes(findings)}{pictures}</div>"
    )


def plan_bundle(
    plan: Plan,
    rows: Sequence[Row] = (),
    quota: Quota | None = None,
    against: Against | None = None,
) -> dict[str, str]:
    """Return what a sweep is to measure, by MIME type, before anything is sent.

    Parameters
    ----------
    plan : Plan
    rows : sequence of Row, optional
        What has been measured of it.
    quota : Quota, optional
        Of the account that pays, where it is known.
    against : "first" or "all", optional
        As for `results_bundle`.
    """
    facts = _facts(plan, rows, quota)
    same = [axis.label(axis.values[0]) for axis in plan.axes if len(axis.values) == 1]
    varied = [
        (axis.name.replace("_", " "), ", ".join(_value(axis, value) for value in axis.values))
        for axis in plan.axes
        if len(axis.values) > 1
    ]
    texts = ", ".join(prompt.name for prompt in plan.prompts)
    order = f"random, in {plural(plan.repeat, 'block')} (seed {plan.seed})"
    details = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>"
        for name, words in (
            *varied,
            ("texts", texts),
            ("order", order),
            ("throughout", ", ".join(same)),
        )
        if words
    )
    figures = "".join(
        f'<div class="jtts-s-fact"><b>{escape(value)}</b> <span>{escape(words)}</span></div>'
        for value, words in facts
    )
    advice = _advice(plan, against)
    html = (
        f'{_style()}<div class="jtts-sweep {_NO_MATH}"><div class="jtts-s-facts">{figures}</div>'
        f'<dl class="jtts-s-axes">{details}</dl>{_note(advice) if advice else ""}</div>'
    )
    plain = ", ".join(f"{value} {words}" for value, words in facts)
    return {"text/html": html, "text/plain": f"{plain}\n{advice}".rstrip()}


def _advice(plan: Plan, against: Against | None) -> str:
    """Say if there are too few pairs for a verdict, "" if there are enough."""
    comparisons, pairs = len(pairs_of(plan, against)), plan.repeat * len(plan.prompts)
    fewest = fewest_pairs(comparisons) if comparisons else 0
    if pairs >= fewest:
        return ""
    enough = math.ceil(fewest / len(plan.prompts))
    return (
        f"Too few for a verdict: {plural(comparisons, 'comparison')} take {fewest} pairs, which "
        f"are repeat={enough} with so many texts."
    )


def _value(axis: Axis, value: Any) -> str:
    """Return what a value is called beside the name of its axis."""
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if plain else axis.label(value)


def _facts(plan: Plan, rows: Sequence[Row], quota: Quota | None) -> list[tuple[str, str]]:
    """Return the figures of a plan, each with what it counts."""
    left = plan.left(rows)
    parts = (
        plural(len(plan.conditions), "condition"),
        plural(len(plan.prompts), "text"),
        plural(plan.repeat, "repetition"),
    )
    done = len(plan.cells) - len(left)
    streams = " × ".join(parts) + (f", {done:,} of them measured" if done else "")
    characters = plan.characters_left(rows)
    cost = "characters to send"
    if quota is not None:
        cost += f", {quota}"
    return [
        (f"{len(plan.cells):,}", f"streams: {streams}"),
        (f"{characters:,}", cost),
        (f"about {duration_words(plan.seconds(rows))}", "to measure, one stream at a time"),
    ]


def _figure(picture: Picture, drawing: str) -> str:
    return (
        '<div class="jtts-s-figure">'
        f'<div class="jtts-s-title"><b>{escape(picture.title)}</b></div>'
        f'{drawing}<div class="jtts-s-note">{escape(picture.sentence)}</div></div>'
    )


def _words(findings: Findings, note: str) -> str:
    verdict = _told(findings)
    first, more = verdict[:_SENTENCES], verdict[_SENTENCES:]
    rest = f"<details><summary>{len(more):,} more</summary>{_list(more)}</details>" if more else ""
    return _list(first) + rest + _note(" ".join(filter(None, (*findings.notes, note))))


def _told(findings: Findings) -> list[str]:
    """Return the verdict, without the end of a very long one."""
    verdict = findings.verdict
    left = len(verdict) - _MOST
    return verdict if left <= 0 else [*verdict[:_MOST], f"And {left:,} more: Sweep.verdict."]


def _list(sentences: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f'<ul class="jtts-s-verdict">{items}</ul>' if items else ""


def _notes(findings: Findings) -> str:
    sentences = [" ".join(table_notes(findings.summaries)), *_errors(findings.summaries)]
    return f'<div class="jtts-s-notes">{"".join(map(_note, sentences))}</div>'


def _note(sentence: str) -> str:
    return f'<div class="jtts-s-note">{escape(sentence)}</div>' if sentence else ""


def _errors(summaries: Sequence[Summary]) -> list[str]:
    """Return the commonest errors, each with how often it came."""
    counts = Counter(error for summary in summaries for error in summary.errors)
    told = [f"{count:,} × {error}" for error, count in counts.most_common(_ERRORS)]
    more = len(counts) - len(told)
    return told + ([f"{plural(more, 'other error')}."] if more > 0 else [])


def _plain(findings: Findings, note: str) -> str:
    words = [*_told(findings), *filter(None, (*findings.notes, note))]
    return "\n".join([*words, plain_table(findings.summaries), *_errors(findings.summaries)])


def _style() -> str:
    return f"<style>{compact_style('theme.css', 'sweep.css')}</style>"
