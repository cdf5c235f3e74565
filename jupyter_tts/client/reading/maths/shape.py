"""Questions about the parts of a formula that decide how they are read."""

from __future__ import annotations

from collections.abc import Sequence

from .commands import names
from .nodes import (
    Accent,
    Fenced,
    Fraction,
    Function,
    Grid,
    Letter,
    Node,
    Number,
    Pause,
    Row,
    Scripts,
    Sign,
    Words,
)
from .signs import BIG_OPERATORS, BINARY, RELATIONS

__all__ = [
    "base_of",
    "divided",
    "is_application",
    "is_compound",
    "is_digits",
    "is_factor",
    "is_large",
    "is_operand",
    "is_pair",
    "is_quantity",
    "is_relation",
    "is_vector",
    "parts_between_pauses",
]

# Functions that go over a range, which stands below them.
_WITH_RANGE = names("lim limsup liminf max min sup inf argmax argmin")

# Letters that are functions whatever stands in the bracket behind them.
_FUNCTION_LETTERS = frozenset("fghδζσφχψΓΦΨ")
_NOT_BEFORE_BRACKET = frozenset("deiπ")


def base_of(node: Node) -> Node:
    """Return a part without its scripts."""
    return node.base if isinstance(node, Scripts) else node


def is_relation(node: Node) -> bool:
    return isinstance(node, Sign) and node.text in RELATIONS


def is_operand(node: Node) -> bool:
    """Whether a part is a thing, not what stands between things."""
    if isinstance(node, Sign):
        return node.text not in RELATIONS | BINARY | {":", "∣", "!", "%", "°", "."}
    return not isinstance(node, Pause)


def is_large(node: Node) -> bool:
    """Whether a part goes over what follows it, such as a sum."""
    match base_of(node):
        case Sign(text):
            return text in BIG_OPERATORS
        case Function(name):
            return name in _WITH_RANGE
    return False


def is_compound(row: Row, *, products: bool = False) -> bool:
    """Whether it must be heard where something ends: ``a + b`` and not ``2a``.

    Parameters
    ----------
    row : Row
    products : bool, optional
        Whether signs of a product count too.
    """
    items = row.items
    if len(items) == 1 and isinstance(items[0], Row):
        return is_compound(items[0], products=products)
    for index, item in enumerate(items):
        if isinstance(item, Pause | Grid) or is_large(item):
            return True
        if isinstance(item, Fraction):
            return not (is_digits(item.over) and is_digits(item.under))
        if index and isinstance(item, Sign) and item.text in RELATIONS | BINARY:
            return products or item.text not in "×⋅∗⁄∘"
    return False


def is_digits(row: Row) -> bool:
    return len(row.items) == 1 and isinstance(row.items[0], Number)


def is_vector(node: Node) -> bool:
    match base_of(node):
        case Letter(_, bold):
            return bold
        case Accent(name):
            return name == "vector"
        case Sign(text):
            return text == "∇"
    return False


def is_pair(row: Row) -> bool:
    """Whether a row is two things with a comma between them."""
    parts = parts_between_pauses(row.items)
    return len(parts) == 2 and all(part.items and not is_compound(part) for part in parts)


def parts_between_pauses(items: Sequence[Node]) -> list[Row]:
    """Return what stands between commas."""
    return divided([Pause() if isinstance(item, Pause) else item for item in items], Pause())


def divided(items: Sequence[Node], by: Node) -> list[Row]:
    """Return what stands before, between and behind parts that are equal to one."""
    parts: list[Row] = []
    start = 0
    for index, item in enumerate([*items, by]):
        if item == by:
            parts.append(Row(tuple(items[start:index])))
            start = index + 1
    return parts


def is_application(node: Node, bracket: Node) -> bool:
    """Whether a part and the bracket behind it are a function and what it is applied to."""
    if not isinstance(bracket, Fenced) or bracket.opening not in "([{" or not bracket.opening:
        return False
    match base_of(node):
        case Function(name):
            return not name.startswith("lim")
        case Words():
            return True
        case Fenced(_, body):
            return Sign("∘") in body.items
        case Accent(_, Row((letter,))):
            return is_application(letter, bracket)
        case Letter(text) if text not in _NOT_BEFORE_BRACKET:
            return bracket.opening != "{" and _is_applied(text, bracket)
    return False


def _is_applied(letter: str, bracket: Fenced) -> bool:
    """Whether a letter before a bracket is a function, and no factor of a product."""
    items = bracket.body.items
    if letter in _FUNCTION_LETTERS or bracket.opening == "[":
        return True
    if len(items) == 1 and isinstance(items[0], Grid):
        return False
    is_sum = any(isinstance(item, Sign) and item.text in "+−±" for item in items[1:])
    starts_with_number = bool(items) and isinstance(items[0], Number)
    if letter.isupper():
        return not (is_sum and starts_with_number)
    return not is_sum and not (starts_with_number and len(items) > 1)


def is_quantity(node: Node) -> bool:
    """Whether a bracket is read as a quantity, so that what stands beside it is a factor."""
    match base_of(node):
        case Fenced("(" | "[", body):
            has_pauses = any(isinstance(item, Pause) for item in body.items)
            is_signed = isinstance(node, Scripts) and len(body.items) > 1
            is_grid = any(isinstance(item, Grid) for item in body.items)
            return (is_compound(body) or is_signed) and not has_pauses and not is_grid
    return False


def is_factor(node: Node) -> bool:
    """Whether a part must not be taken for the end of what stands before it."""
    match base_of(node):
        case Fenced(opening) if opening not in ("(", "[", ""):
            return True
    return is_quantity(node)
