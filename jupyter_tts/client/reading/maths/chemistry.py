r"""What a chemist writes between the braces of ``\ce``."""

from __future__ import annotations

import re

from .nodes import Letter, Node, Number, Pause, Row, Sign, Words
from .signs import YIELDS

__all__ = ["reaction"]

_PART = re.compile(
    r"""
    (?P<equilibrium> <=+>>? | <<=> | <--?> ) | (?P<arrow> -+> ) (?:\[[^\[\]]*\])*
    | (?P<plus> (?<!\S)\+(?!\S) )
    | \^?\{?(?P<charge> \d*[+-] )\}?(?![\w(])
    | (?P<state> \((?:aq|s|l|g)\) )
    | (?P<element> [A-Z] ) (?P<rest> [a-z]? ) | (?P<number> \d+(?:[./]\d+)? )
    | (?P<letters> [a-z]+ ) | (?P<joined> \+ )
    """,
    re.VERBOSE,
)


def reaction(text: str) -> Row:
    """Return what a formula or an equation of chemistry consists of, letter by letter."""
    items: list[Node] = []
    for match in _PART.finditer(text):
        match match.lastgroup:
            case "equilibrium":
                items.append(Sign("⇌"))
            case "arrow":
                items.append(Sign(YIELDS))
            case "plus" | "joined":
                items.append(Sign("+"))
            case "charge":
                digits, sign = match["charge"][:-1], match["charge"][-1]
                items += [Pause(), Number(digits)] if digits else []
                items += [Sign("+" if sign == "+" else "−"), Pause()]
            case "state":
                items += [Pause(), Sign(match["state"]), Pause()]
            case "rest":
                items += [Letter(letter) for letter in match["element"] + match["rest"]]
            case "number":
                items.append(Number(match["number"]))
            case "letters":
                items.append(Words(match["letters"]))
    return Row(tuple(items))
