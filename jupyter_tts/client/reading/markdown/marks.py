"""Emphasis, code, escapes, character references and the marks at a heading's end."""

from __future__ import annotations

from typing import Final

from ..emoji import emoji_end
from .elements import LONGEST, Context, Element, literal
from .emphasis import MARKS, Emphasis
from .formulas import LONGEST_FORMULA, formula
from .syntax import REFERENCE_BEGINS, code_end, reference_at

__all__ = ["backslash", "code", "emoji", "hashes", "marks", "reference", "ticks"]

# More of them in a row are text.
_MOST_MARKS: Final = 8
_ESCAPED: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\n")


def marks(window: str, ended: bool, context: Context) -> Element | None:
    """Find emphasis; its marks alone, since what is between them is read behind them."""
    run, opened = Emphasis.run_of(window), context.emphasis.innermost
    is_run = len(run) == len(window) <= LONGEST  # there may be more of it
    if is_run and not ended and not (run == opened and run[0] != "_"):
        return None
    inside_name = run[0] == "_" and window[len(run) : len(run) + 1].isalnum()
    if not inside_name and (length := context.emphasis.closed_by(run, context.before)):
        return Element(length)
    if is_run and not ended:
        return None
    element = _opened(window, run, ended, context)
    if element is not None and element.is_literal:
        context.unpaired.add(run)
    return element


def _opened(window: str, run: str, ended: bool, context: Context) -> Element | None:
    """Find what a run opens."""
    inner = window.lstrip(MARKS)
    if not (inner or ended):
        return literal(len(run)) if len(window) > _MOST_MARKS else None
    if not (inner and Emphasis.may_open(run, context.before, inner[0], seen=context.markdown.seen)):
        return literal(len(run))
    is_open = Emphasis.is_closed(window, run, ended=ended)
    seen = context.markdown.seen
    if is_open and Emphasis.is_name(window, run, seen=seen):
        is_open = False
    if is_open is None and (seen or len(run) > 1):
        if len(window) > LONGEST or context.sentence_ends(window):
            # £30* *UK only. has none.
            is_open = run not in context.unpaired and (
                seen or Emphasis.looks_open(window, run, context.before)
            )
    elif is_open is None and context.gives_up(window):
        is_open = False
    elif is_open and run == "~~":
        context.markdown.seen = context.markdown.has_struck = True
        return Element(len(window))  # nobody reads what is struck out
    if is_open is None:
        return None
    if not is_open:
        return literal(len(run))
    context.markdown.seen = True
    context.emphasis.open(run)
    return Element(len(run))


def code(window: str, ended: bool, context: Context) -> Element | None:
    """Find a code span, which is spoken as it stands."""
    run = len(ticks(window))
    if window[-1] == "`" and len(window) <= LONGEST and not ended:
        return None  # there may be more of them
    end = code_end(window) if ended or window[-2] == "`" else None
    if end is None:
        return literal(run) if ended or context.gives_up(window) else None
    inner = window[run : end - run]
    if not context.markdown.seen and run == 1:
        # Quotation marks, as in `this' and `that', and a call's: log(`text`).
        is_call = context.before == "(" and context.tail[-2:-1].isalnum()
        if inner != inner.strip():
            return literal(1)
        if is_call:
            return literal(end)
    context.markdown.seen = True
    start = run + len(inner) - len(inner.lstrip())
    return Element(end, start, max(start, run + len(inner.rstrip())))


def ticks(text: str) -> str:
    """Return the backticks that a text begins with."""
    return text[: len(text) - len(text.lstrip("`"))]


def reference(window: str, ended: bool, context: Context) -> Element | None:
    """Find a character reference."""
    if not context.markdown.seen or not REFERENCE_BEGINS.fullmatch(window):
        return literal(1)
    if window[-1] != ";":
        return literal(1) if ended else None
    text = reference_at(window)
    return literal(1) if text is None else Element(len(window), text=text)


def backslash(window: str, ended: bool, context: Context) -> Element | None:
    """Find a formula between backslashes with brackets, or an escape."""
    if len(window) == 1:
        return literal(1) if ended else None
    if window[1] in "([":
        closing = "\\)" if window[1] == "(" else "\\]"
        if found := formula(window, closing, context):
            return found
        if not (ended or context.gives_up(window, LONGEST_FORMULA)):
            return None
    is_escape = context.markdown.seen and window[1] in _ESCAPED
    return Element(2, 1, 2) if is_escape else literal(1)


def hashes(window: str, ended: bool, context: Context) -> Element | None:
    """Find the marks at the end of a heading."""
    run = len(window) - len(window.lstrip("#"))
    if not (context.in_heading and context.before.isspace()):
        return literal(run)
    if run == len(window):
        return Element(run) if ended else None
    return literal(run)


def emoji(window: str, ended: bool, context: Context) -> Element | None:
    """Find an emoji, which is not spoken among words."""
    if not context.markdown.seen:
        return literal(1)
    if window[0] in "\ufe0f\u20e3":
        return Element(1)  # of a digit in a box the digit is spoken
    if len(window) == 1 and not ended:
        return None  # what follows may make it one
    end = emoji_end(window, 0)
    if not end:
        return literal(1)
    # More may belong to it.
    return None if end == len(window) and not ended else Element(end, is_emoji=True)
