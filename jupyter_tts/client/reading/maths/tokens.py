"""A formula cut into what LaTeX, or a person who types one, means by its characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from .signs import SIGN_OF_COMMAND, SPELLED_SIGNS

__all__ = ["Kind", "Token", "tokens"]


class Kind(Enum):
    """What a token is."""

    COMMAND = auto()
    BEGIN = auto()  # of an environment
    END = auto()
    OPEN = auto()  # a group
    CLOSE = auto()
    LEFT = auto()  # a bracket that is certainly the first or the second of two
    RIGHT = auto()
    NUMBER = auto()
    LETTERS = auto()
    SCRIPT = auto()  # ^ or _
    CELL = auto()  # &
    LINE = auto()  # \\
    PRIMES = auto()
    SIGN = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A part of a formula.

    Attributes
    ----------
    kind : Kind
    text : str
        A command's or an environment's name; a sign as one character of Unicode.
    start, stop : int
        Where it stands in the formula.
    """

    kind: Kind
    text: str
    start: int
    stop: int


_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᵏᵐᵗˣʸᵀ"
_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"
_SPELLED = "|".join(re.escape(sign) for sign in sorted(SPELLED_SIGNS, key=len, reverse=True))
_BRACKET = r"\\[A-Za-z]+|\\.|[^\s\\]"

_TOKEN = re.compile(
    rf"""
    (?P<tilde> \s~\s )
    | (?P<space> \s+ | ~ | \\[,;:!>\s/-] | (?<!\d)%.*?\n )
    | (?P<begin> \\begin\s*\{{(?P<begun>[^{{}}\\]*)\}} )
    | (?P<end> \\end\s*\{{[^{{}}\\]*\}} )
    | (?P<left> \\(?:left|bigl|Bigl|biggl|Biggl)\b\s*(?P<opening>{_BRACKET}) )
    | (?P<right> \\(?:right|bigr|Bigr|biggr|Biggr)\b\s*(?P<closing>{_BRACKET}) )
    | (?P<line> \\\\\*?(?:\[[^\[\]]*\])? | \\(?:newline|cr)\b )
    | \\(?P<command> [A-Za-z]+ ) \*? | \\(?P<escaped> . )
    | (?P<number> (?:\d+(?:\{{,\}}\d+|,\d{{3}}(?!\d))*(?:\.\d+)?) | (?<!\w)\.\d+ )
    | (?P<letters> [^\W\d_{_SUPERSCRIPTS}{_SUBSCRIPTS}\u00bc-\u00be\u2150-\u218b]+ )
    | (?P<above> [{_SUPERSCRIPTS}]+ ) | (?P<below> [{_SUBSCRIPTS}]+ )
    | (?P<primes> ['’′″‴]+ )
    | (?P<spelled> {_SPELLED} )
    | (?P<any> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_MATHEMATICAL = re.compile("[\U0001d400-\U0001d7ff\u210e\u2113\u03d0-\u03d6\u03f0-\u03f5]")
_LATIN, _ALONE = "A-Za-z\u00c0-\u024f", "\u0370-\u03ff\u2100-\u214f"
_ALPHABET = re.compile(f"[{_LATIN}]+|[{_ALONE}]|[^{_LATIN}{_ALONE}]+")
_OF_CHARACTER = {
    "{": Kind.OPEN,
    "}": Kind.CLOSE,
    "^": Kind.SCRIPT,
    "_": Kind.SCRIPT,
    "&": Kind.CELL,
}


def tokens(latex: str) -> list[Token]:
    """Cut a formula into tokens; what is only there for the eye is left out."""
    found: list[Token] = []
    for match in _TOKEN.finditer(latex):
        start, stop = match.span()
        for kind, text in _read(match):
            found.append(Token(kind, text, start, stop))
    return found


def _read(match: re.Match[str]) -> list[tuple[Kind, str]]:
    text = match[0]
    match match.lastgroup:
        case "space":
            return []
        case "tilde":
            return [(Kind.SIGN, "∼")]
        case "begin":
            return [(Kind.BEGIN, match["begun"].strip("* "))]
        case "end":
            return [(Kind.END, "")]
        case "left":
            return [(Kind.LEFT, _bracket(match["opening"]))]
        case "right":
            return [(Kind.RIGHT, _bracket(match["closing"]))]
        case "line":
            return [(Kind.LINE, "")]
        case "command":
            return [_command(match["command"])]
        case "escaped":
            return [_escaped(match["escaped"])]
        case "number":
            return [(Kind.NUMBER, text.replace("{,}", ","))]
        case "letters":
            return [*_letters(text)]
        case "above" | "below" as where:
            inner = tokens(unicodedata.normalize("NFKC", text))
            script = (Kind.SCRIPT, "^" if where == "above" else "_")
            between = [(token.kind, token.text) for token in inner]
            return [script, (Kind.OPEN, ""), *between, (Kind.CLOSE, "")]
        case "primes":
            return [(Kind.PRIMES, unicodedata.normalize("NFKC", text.replace("’", "′")))]
        case "spelled":
            return [_sign_or_kind(SPELLED_SIGNS[text])]
    return [_sign_or_kind(text)]


def _bracket(written: str) -> str:
    name = written.removeprefix("\\")
    if written == r"\|":
        return "‖"
    return "" if name == "." else SIGN_OF_COMMAND.get(name, SPELLED_SIGNS.get(name, name[0]))


def _sign_or_kind(text: str) -> tuple[Kind, str]:
    return _OF_CHARACTER.get(text, Kind.SIGN), text


def _command(name: str) -> tuple[Kind, str]:
    sign = SIGN_OF_COMMAND.get(name)
    if sign is None:
        return Kind.COMMAND, name
    if sign.isalpha():
        return Kind.LETTERS, sign
    return (Kind.PRIMES, "′") if sign == "′" else (Kind.SIGN, sign)


def _escaped(character: str) -> tuple[Kind, str]:
    """Return what a backslash before a character that is no letter means."""
    if character == "|":
        return Kind.SIGN, "‖"
    if character in "()[]":  # formulas in a formula
        return Kind.COMMAND, ""
    return (Kind.COMMAND, character) if character in "'`^\"=.~" else (Kind.SIGN, character)


def _letters(text: str) -> list[tuple[Kind, str]]:
    """Divide what belongs to different alphabets, and write letters of maths as plain ones."""
    plain = _MATHEMATICAL.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return [(Kind.LETTERS, run) for run in _ALPHABET.findall(plain)]
