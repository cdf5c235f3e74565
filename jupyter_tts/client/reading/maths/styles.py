"""What a command changes about letters and signs that stand behind it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from .nodes import Letter, Node, Row, Sign
from .signs import BLACKBOARD

__all__ = ["negated", "styled"]


def negated(argument: Row) -> Node:
    match argument.items:
        case (Sign(text),):
            joined = unicodedata.normalize("NFC", text + "\u0338")
            return Sign(joined) if len(joined) == 1 else Row((Sign("¬"), Sign(text)))
    return Row((Sign("¬"), *argument.items))


def styled(name: str, argument: Row) -> list[Node]:
    """Return letters in another style: double-struck ones have a name, bold ones are vectors."""
    change: Callable[[Letter], Letter]
    if name in ("mathbb", "Bbb"):
        change = _blackboard
    elif name in ("mathcal", "mathscr", "mathfrak", "mathit"):
        return [*argument.items]
    else:
        change = _bold
    return [change(item) if isinstance(item, Letter) else item for item in argument.items]


def _blackboard(letter: Letter) -> Letter:
    return Letter(BLACKBOARD.get(letter.text, letter.text))


def _bold(letter: Letter) -> Letter:
    return Letter(letter.text, bold=True)
