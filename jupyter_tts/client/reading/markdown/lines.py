"""What a line of Markdown begins with, decided as soon as its first characters tell.

CommonMark 0.31.2, sections 4 and 5; GitHub's tables, tasks and footnotes.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

__all__ = ["Line", "LineKind", "cells", "is_delimiter_row", "line_kind", "may_be_delimiter_row"]


class LineKind(Enum):
    """What a line begins with."""

    BLANK = "nothing"
    TEXT = "text"
    HEADING = "the marks of a heading"
    QUOTE = "the mark of a quotation"
    ITEM = "a bullet"
    NUMBER = "the number of a list item"
    RULE = "a rule, or the line under a heading"
    FENCE = "a code fence"
    ROW = "the bar of a table's row"
    FOOTNOTE = "the mark of a footnote"
    DEFINITION = "the address of a link"


@dataclass(frozen=True, slots=True)
class Line:
    """The beginning of a line.

    Attributes
    ----------
    kind : LineKind
    length : int
        Up to where its marks reach, with the white space around them.
    """

    kind: LineKind
    length: int = 0


_CODE_INDENT: Final = 4
# Characters in which the kind of a line shows, but for those that have to be whole.
_LONGEST: Final = 400

_TEXT: Final = Line(LineKind.TEXT)

_HEADING: Final = re.compile(r"#{1,6}(?:[ \t]+|(?=\r?\n))")
_RULE: Final = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|={3,}[ \t]*)\r?\n")
_RULE_BEGINS: Final = re.compile(r"(?:\*[ \t]*)+|(?:-[ \t]*)+|(?:_[ \t]*)+|=+[ \t]*")
_QUOTED: Final = frozenset("\"'([*_`!#-")
_QUOTE: Final = re.compile(r">[ \t]*")
_ITEM: Final = re.compile(r"[-*+][ \t]+(?:\[[ xX]\][ \t]+)?")
_AMOUNT: Final = re.compile(r"\d+")
_TASK_BEGINS: Final = re.compile(r"[-*+][ \t]+(?:\[(?:[ xX](?:\][ \t]*)?)?)?")
_NUMBER: Final = re.compile(r"\d{1,9}[.)][ \t]+")
_NUMBER_BEGINS: Final = re.compile(r"\d{1,9}(?:[.)][ \t]*)?")
_FENCE: Final = re.compile(r"`{3,}[^`\n]*\n|~{3,}[^\n]*\n")
_PLAIN_FENCE: Final = re.compile(r"~{3,}\w*\s*")
_FENCE_BEGINS: Final = re.compile(r"`{1,2}|`{3,}[^`\n]*|~{1,2}|~{3,}[^\n]*")
_FOOTNOTE: Final = re.compile(r"\[\^[^\]\s\[]{1,40}\]:[ \t]*")
_ADDRESS: Final = r"(?:<|/|#|\.|mailto:|[\w.+-]+(?:://|[.:]\w))"
_DEFINITION: Final = re.compile(
    rf"\[[^\]\[\n]{{1,200}}\]:[ \t]*{_ADDRESS}\S*(?:[ \t]+[\"'(].*)?[ \t\r]*\n"
)
_DEFINITION_BEGINS: Final = re.compile(
    r"\[[^\]\[\n]{0,200}(?:\](?::[ \t]*\S*(?:[ \t]+(?:[\"'(][^\n]*)?)?)?)?"
)


def line_kind(line: str, *, seen: bool, listing: bool = False, inside: bool = False) -> Line | None:
    """Return what a line begins with, None where what has come of it does not tell.

    Parameters
    ----------
    line : str
        As far as it has come, with the line break if that has.
    seen : bool
        Whether the text is known to be Markdown. If not, only what cannot be meant otherwise
        counts: ``- 5 degrees`` is no list.
    listing : bool, optional
        Whether a list may follow, as behind a colon.
    inside : bool, optional
        Whether a paragraph is open, which a line that is indented far only goes on with.
    """
    if len(line) > _LONGEST and line.lstrip()[:1] != "|":
        return _TEXT
    indent = len(line) - len(line.lstrip(" \t\ufeff"))  # a file may begin with a mark of its order
    rest = line[indent:]
    if not rest.rstrip("\r"):
        return None
    if not rest.strip():
        return Line(LineKind.BLANK, len(line))
    if inside and indent >= _CODE_INDENT:
        return _TEXT
    found = _FINDERS.get(rest[0], _text)(rest, seen or listing, rest.endswith("\n"))
    if found is None or found.kind is LineKind.TEXT:
        return found
    return Line(found.kind, indent + found.length)


def _text(rest: str, seen: bool, ended: bool) -> Line | None:
    return _number(rest, seen, ended) if rest[0].isdecimal() and rest[0].isascii() else _TEXT


def _heading(rest: str, seen: bool, ended: bool) -> Line | None:
    if match := _HEADING.match(rest):
        after = rest[match.end() :][:1]
        if rest[1] == "#" or seen:
            return Line(LineKind.HEADING, match.end())
        if not after:
            return None
        # A comment of code begins with a small letter.
        return _TEXT if after.islower() else Line(LineKind.HEADING, match.end())
    return _TEXT if ended or rest.strip("#\r") or len(rest) > 7 else None


def _quote(rest: str, seen: bool, ended: bool) -> Line | None:
    match = _QUOTE.match(rest)
    assert match is not None
    after = rest[match.end() :][:1]
    if not after:
        return None
    if rest.startswith(">>") and len(rest) < 4 and not ended:
        return None
    # >>> is a prompt, and > 5 a comparison.
    is_quote = match.end() > 1 and (after.isalpha() or after in _QUOTED or ord(after) > 127)
    if rest.startswith(">>> ") or not (seen or is_quote):
        return _TEXT
    return Line(LineKind.QUOTE, match.end())


def _bullet(rest: str, seen: bool, ended: bool) -> Line | None:
    if (rule := _rule(rest, seen, ended)) is not _TEXT:
        return rule
    if _TASK_BEGINS.fullmatch(rest):
        return None
    match = _ITEM.match(rest)
    if match is None:
        return _TEXT
    number = _AMOUNT.match(rest, match.end())
    if number and rest[0] == "-" and not seen:
        after = rest[number.end() :][:1]
        if not after:
            return None
        # A time, or 3D; - 5 degrees is none.
        return Line(LineKind.ITEM, match.end()) if after == ":" or after.isalpha() else _TEXT
    after = rest[match.end() :][:1]
    doubtful = rest[0] == "+" or after in "=+-/&|)\r\n"
    return _TEXT if doubtful and not seen else Line(LineKind.ITEM, match.end())


def _rule(rest: str, seen: bool, ended: bool) -> Line | None:
    if _RULE.fullmatch(rest):
        return Line(LineKind.RULE, len(rest))
    return None if not ended and _RULE_BEGINS.fullmatch(rest.rstrip("\r")) else _TEXT


def _number(rest: str, seen: bool, ended: bool) -> Line | None:
    if not seen:
        return _TEXT
    if _NUMBER_BEGINS.fullmatch(rest):
        return None
    match = _NUMBER.match(rest)
    return Line(LineKind.NUMBER, match.end()) if match else _TEXT


def _fence(rest: str, seen: bool, ended: bool) -> Line | None:
    if ended and _FENCE.fullmatch(rest):
        # ~~~ and words may be an ornament.
        is_text = rest[0] == "~" and not seen and not _PLAIN_FENCE.fullmatch(rest)
        return _TEXT if is_text else Line(LineKind.FENCE, len(rest))
    return None if not ended and _FENCE_BEGINS.fullmatch(rest) else _TEXT


def _row(rest: str, seen: bool, ended: bool) -> Line | None:
    return Line(LineKind.ROW, len(rest)) if ended else None


def _bracket(rest: str, seen: bool, ended: bool) -> Line | None:
    if (match := _FOOTNOTE.match(rest)) and match.end() < len(rest):
        return Line(LineKind.FOOTNOTE, match.end())
    if _DEFINITION.fullmatch(rest):
        return Line(LineKind.DEFINITION, len(rest))
    return None if not ended and _DEFINITION_BEGINS.fullmatch(rest) else _TEXT


_FINDERS: Final = {
    "#": _heading,
    ">": _quote,
    **dict.fromkeys("-*+", _bullet),
    **dict.fromkeys("_=", _rule),
    **dict.fromkeys("`~", _fence),
    "|": _row,
    "[": _bracket,
}

_DELIMITER_ROW: Final = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t\r]*\n?")
_DELIMITER_ROW_BEGINS: Final = re.compile(r"[|:\- \t\r]*")
_BAR: Final = re.compile(r"(?<!\\)\|")


def may_be_delimiter_row(line: str) -> bool:
    """Whether a line whose end is still to come may divide a table's head from its rows."""
    return _DELIMITER_ROW_BEGINS.fullmatch(line) is not None


def is_delimiter_row(line: str, columns: int) -> bool:
    """Whether a whole line divides a head of so many columns from the rows."""
    return _DELIMITER_ROW.fullmatch(line.lstrip()) is not None and len(cells(line)) == columns


def cells(line: str) -> list[tuple[int, int]]:
    """Return where the cells of a row are, without the white space around them."""
    bars = [match.start() for match in _BAR.finditer(line)]
    if not bars or line[: bars[0]].strip():
        bars.insert(0, -1)
    if line[bars[-1] + 1 :].strip():
        bars.append(len(line))
    spans = []
    for before, after in itertools.pairwise(bars):
        text = line[before + 1 : after]
        start = before + 1 + len(text) - len(text.lstrip())
        spans.append((start, max(start, before + 1 + len(text.rstrip()))))
    return spans
