"""Fractions that are derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .nodes import Fraction, Letter, Node, Number, Pause, Row, Scripts, Sign

__all__ = ["Derivative", "derivative", "with_fractions"]

_D, _PARTIAL = Letter("d"), Sign("∂")


@dataclass(frozen=True, slots=True)
class Derivative:
    """A derivative of something; of what follows it, if ``of`` is empty."""

    of: Row
    variable: Node
    order: Row | None
    partial: bool


def derivative(fraction: Fraction) -> Derivative | None:
    """Return which derivative a fraction is, if it is one."""
    over, under = fraction.over.items, fraction.under.items
    if len(under) == 4 and under[0] == under[2]:
        return _mixed(fraction)
    if not over or len(under) != 2:
        return None
    order: Row | None = None
    first, (second, variable) = over[0], under
    if isinstance(first, Scripts) and isinstance(variable, Scripts):
        order, first = first.above, first.base
        if order is None or order != variable.above:
            return None
        variable = (
            variable.base if variable.below is None else Scripts(variable.base, variable.below)
        )
    if first != second or first not in (_D, _PARTIAL) or isinstance(variable, Sign):
        return None
    return Derivative(Row(over[1:]), variable, order, first == _PARTIAL)


def _mixed(fraction: Fraction) -> Derivative | None:
    """Return the derivative with respect to one variable and another."""
    match fraction.over.items, fraction.under.items:
        case (Scripts(first, None, Row() as order), *of), (sign, x, _, y) if (
            first == sign == _PARTIAL and order == Row((Number("2"),))
        ):
            return Derivative(Row(tuple(of)), Row((x, Pause(), y)), order, True)
    return None


def with_fractions(items: Sequence[Node]) -> Sequence[Node]:
    """Return a row in which ``dy/dx``, ``d/dx`` and ``1/2`` are fractions."""
    if Sign("/") not in items:
        return items
    row: list[Node] = []
    index = 0
    while index < len(items):
        node, length = _fraction_at(items, index)
        row.append(node)
        index += length
    return row


def _fraction_at(items: Sequence[Node], index: int) -> tuple[Node, int]:
    """Return the fraction that starts at an index and of how many parts, or the part there."""
    match items[index : index + 4]:
        case (Number() as over, Sign("/"), Number() as under, *rest) if rest != [Sign("/")]:
            return Fraction(Row((over,)), Row((under,))), 3
    for length in (1, 2):
        taken = items[index : index + length + 3]
        if len(taken) == length + 3 and taken[length] == Sign("/"):
            fraction = Fraction(Row(tuple(taken[:length])), Row(tuple(taken[length + 1 :])))
            if derivative(fraction):
                return fraction, len(taken)
    return items[index], 1
