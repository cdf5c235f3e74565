"""A line of options as words: quotes taken off, braces replaced, pasted signs understood."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ....wire.pasted_signs import DASHES, INVISIBLE, OPENING_QUOTES, PYTHON_QUOTES, plain_signs
from ..fields import find_field
from ..interpolation import Scope

__all__ = [
    "COMMENT",
    "NO_NAMES",
    "OptionName",
    "Word",
    "join_lines",
    "plain_words",
    "read_option",
    "read_word",
    "skip_blanks",
]

NO_NAMES = Scope({})
"""The names of a line in which nothing is replaced."""

COMMENT = "#＃"
"""What begins one, where a word could begin."""

_BLANK = re.compile(rf"[\s{INVISIBLE}]*")
# Before a name these are dashes, too; elsewhere they are lines and letters.
_LEADING_DASHES = f"{DASHES}─━➖ーｰ"
_PASTED_DASHES = re.compile(f"[{_LEADING_DASHES}]|---")
_OPTION = re.compile(
    rf"(?P<dashes>[-{_LEADING_DASHES}{INVISIBLE}]*[-{_LEADING_DASHES}])[{INVISIBLE}]*"
    rf"(?P<name>[A-Za-zＡ-Ｚａ-ｚ][\w{DASHES}{INVISIBLE}-]*)(?P<equals>[=＝﹦]?)"
)
# A shell goes on in the next line behind it; but a Windows path may end with it.
_CONTINUED = re.compile(r"(?:^|\s)(?P<word>[^\s\\＼:]*)[\\＼]\s*$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a line.

    Attributes
    ----------
    text : str
        What it stands for.
    stop : int
        Where it ends in the line.
    is_quoted : bool
        Whether some of it is in quotes.
    is_value : bool
        Whether it is nothing but braces that were replaced.
    unclosed : str
        A quote that nothing closes.
    """

    text: str
    stop: int
    is_quoted: bool = False
    is_value: bool = False
    unclosed: str = ""


@dataclass(frozen=True, slots=True)
class OptionName:
    """The beginning of an option.

    Attributes
    ----------
    name : str
        As it is declared, if it is an option: ``--latency`` for ``—latency``.
    typed : str
        As it stands in the line.
    is_pasted : bool
        Whether another dash than that of ASCII begins it.
    has_value : bool
        Whether ``=`` follows.
    stop : int
        Where its name ends, or the ``=``.
    """

    name: str
    typed: str
    is_pasted: bool
    has_value: bool
    stop: int


def join_lines(line: str, text: str) -> tuple[str, str]:
    """Return a line of options with those that it continues in, and the text behind them."""
    while (match := _CONTINUED.search(line)) and not _has_comment(line):
        if match["word"] and not text:
            break
        following, _, text = text.partition("\n")
        line = f"{line[: match.end('word')]} {following.rstrip()}"
    return line, text


def _has_comment(line: str) -> bool:
    position = skip_blanks(line, 0)
    while position < len(line) and line[position] not in COMMENT:
        position = skip_blanks(line, read_word(line, position, NO_NAMES).stop)
    return position < len(line)


def plain_words(line: str) -> list[str]:
    """Return the words before a comment, each with the signs of ASCII."""
    words = []
    for word in line.split():
        if word[0] in COMMENT:
            break
        option = read_option(word, 0)
        words.append(plain_signs(word) if option is None else option.name)
    return words


def skip_blanks(line: str, position: int) -> int:
    """Return where the next word begins."""
    match = _BLANK.match(line, position)
    return match.end() if match else position


def read_option(line: str, position: int) -> OptionName | None:
    """Return the name of an option that begins here, as far as its signs tell."""
    match = _OPTION.match(line, position)
    if match is None:
        return None
    is_pasted = bool(_PASTED_DASHES.search(match["dashes"]))
    dashes = match["dashes"] if not is_pasted else "-"
    name = plain_signs(match["name"]).rstrip("-")
    if is_pasted and len(name) > 1:
        dashes = "--"  # which word processors write as one
    typed = line[match.start() : match.end("name")]
    return OptionName(dashes + name, typed, is_pasted, bool(match["equals"]), match.end())


def read_word(line: str, position: int, scope: Scope) -> Word:
    """Return the word that begins here.

    Parameters
    ----------
    line : str
    position : int
    scope : Scope
        What may stand in braces, which may have spaces in them.
    """
    parts: list[str] = []
    start, values, is_quoted = position, 0, False
    while position < len(line) and not line[position].isspace():
        sign = line[position]
        if sign == "{":
            part, stop = _read_braces(line, position, scope)
            values += part != line[position:stop]
        elif (end := _closing_quote(line, position, start)) is not None:
            part, stop, is_quoted = scope.expand(line[position + 1 : end]), end + 1, True
            if sign not in PYTHON_QUOTES:
                part = part.strip()  # French has blanks inside of quotes
        elif position == start and (sign in OPENING_QUOTES or sign in PYTHON_QUOTES):
            return Word(line[start:], len(line), unclosed=sign)
        else:
            part, stop = sign, position + 1
        parts.append(part)
        position = stop
    text = "".join(parts)
    return Word(text, position, is_quoted, is_value=bool(values) and len(parts) == 1)


def _read_braces(line: str, position: int, scope: Scope) -> tuple[str, int]:
    """Return what braces stand for; with their spaces where they stay as they are."""
    part, stop = scope.read_braces(line, position)
    if part == line[position:stop] and (field := find_field(line, position)) is not None:
        return line[position : field.stop], field.stop
    return part, stop


def _closing_quote(line: str, position: int, start: int) -> int | None:
    """Return where the quote ends that begins here, if one does."""
    sign = line[position]
    if sign in PYTHON_QUOTES:
        end = line.find(sign, position + 1)
        return end if end > 0 else None
    closing = OPENING_QUOTES.get(sign, "")
    if not closing or not (position == start or line[position - 1] in "=＝,，"):
        return None
    # An apostrophe inside a word closes nothing.
    behind = r"(?=[\s,，=＝]|$)" if "'" in closing else ""
    match = re.compile(f"[{re.escape(closing)}]{behind}").search(line, position + 1)
    return match.start() if match else None
