"""Fractions that are derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .nodes import Fraction, Letter, Node, Row, Scripts, Sign

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


def with_fractions(items: Sequence[Node]) -> Sequence[Node]:
    """Return a row in which ``dy/dx`` and ``d/dx`` are fractions."""
    if Sign("/") not in items:
        return items
    row: list[Node] = []
    index = 0
    while index < len(items):
        for over in (1, 2):
            taken = items[index : index + over + 3]
            if len(taken) == over + 3 and taken[0] in (_D, _PARTIAL) and taken[over] == Sign("/"):
                fraction = Fraction(Row(tuple(taken[:over])), Row(tuple(taken[over + 1 :])))
                if derivative(fraction):
                    row.append(fraction)
                    index += len(taken)
                    break
        else:
            row.append(items[index])
            index += 1
    return row
