"""Fractions, roots, brackets and matrices as words."""

from __future__ import annotations

from collections.abc import Sequence

from .commands import CASES, MATRICES
from .derivatives import derivative
from .nodes import Fenced, Fraction, Grid, Node, Number, Pause, Root, Row, Sign, Words
from .scripts import ScriptReader
from .shape import divided, is_compound, is_large, is_pair, is_quantity, parts_between_pauses

__all__ = ["PartReader"]


class PartReader(ScriptReader):
    """The part of the reader that knows about what stands inside something."""

    def whole(self, row: Row, divides: str = "∣", inside: str = "") -> str:
        """Return the words for a row, which must be heard to end where it has several parts."""
        text = self.row(row, divides=divides, inside=inside)
        return self.end(text) if is_compound(row) else text

    def fraction(self, fraction: Fraction, *, first: bool) -> str:
        found = derivative(fraction)
        if found is not None:
            return self._derivative(found.of, found.variable, found.order, found.partial)
        over, under = self.row(fraction.over), self.row(fraction.under)
        part = self.part_of_number(fraction)
        if part:
            return part
        if fraction.under.items and is_large(fraction.under.items[0]):
            under = self.end(under)
        elif is_compound(fraction.under, products=True):
            under = self.phrase("quantity", under)
        if not is_compound(fraction.over):
            return self.phrase("fraction", over, under)
        if first:
            return self.end(self.phrase("long fraction", over, under))
        return self.phrase("inner fraction", over, under)

    def part_of_number(self, fraction: Fraction) -> str:
        """Return the words for 1/2 and the like, nothing for other fractions."""
        match fraction.over.items, fraction.under.items:
            case (Number(over),), (Number(under),) if over.isdigit():
                one, several = self.wording.fractions.get(under, ("", ""))
                return one if over == "1" else several.format(over)
        return ""

    def _derivative(self, of: Row, variable: Node, order: Row | None, partial: bool) -> str:
        name = "partial derivative" if partial else "derivative"
        if isinstance(variable, Row) and is_pair(variable):
            by = self.phrase("pair", *map(self.row, parts_between_pauses(variable.items)))
        else:
            by = self.node(variable)
        parts = [self.row(of), by]
        if order is not None and self.row(order) == "2":
            name = f"second {name}"
        elif order is not None:
            name = f"nth {name}"
            parts.append(self.row(order))
        if not of.items:
            name, parts = f"{name} of", parts[1:]
        return self.phrase(name, *parts)

    def root(self, root: Root) -> str:
        body = self.whole(root.body)
        index = self.row(root.index or Row()) or "2"
        if index in ("2", "3"):
            return self.phrase("square root" if index == "2" else "cube root", body)
        return self.phrase("root", self.phrase("nth", index), body)

    def fenced(self, fenced: Fenced, previous: Node | None) -> str:
        match fenced.opening, fenced.body.items:
            case "|" | "", (Grid() as grid,):
                text = self.grid(grid)
                return self.phrase("determinant", text) if fenced.opening else text
            case "|", _ if fenced.closing == "⟩":
                return self.phrase("ket", self.row(fenced.body))
            case "|" | "‖" | "⌊" | "⌈" as opening, _:
                name = {"|": "absolute value", "‖": "norm", "⌊": "floor", "⌈": "ceiling"}[opening]
                return self.phrase(name, self.whole(fenced.body))
            case "{", _:
                return self.phrase("set", self.whole(fenced.body, "such that", "{"))
            case "⟨", _ if fenced.closing == "|":
                return self.phrase("bra", self.row(fenced.body))
            case "⟨", _:
                return self._angle(fenced.body)
            case "(" | "[", _:
                return self._bracket(fenced, previous)
        return self.row(fenced.body)

    def _bracket(self, fenced: Fenced, previous: Node | None) -> str:
        body = fenced.body
        is_member = previous in (Sign("∈"), Sign("∉"))
        is_interval = fenced.opening == "[" or fenced.closing == "]" or is_member
        if is_interval and is_pair(body):
            return self._interval(fenced)
        text = self.row(body)
        if any(isinstance(item, Pause) for item in body.items):
            return self.phrase("list", text)
        return self.phrase("quantity", text) if is_quantity(fenced) else text

    def _interval(self, fenced: Fenced) -> str:
        start, stop = (self.row(part) for part in parts_between_pauses(fenced.body.items))
        match fenced.opening + fenced.closing:
            case "()":
                return self.phrase("open interval", start, stop)
            case "[)":
                return self.phrase("excluding", start, stop, stop)
            case "(]":
                return self.phrase("excluding", start, stop, start)
        return self.phrase("interval", start, stop)

    def _angle(self, body: Row) -> str:
        if is_pair(body):
            first, second = parts_between_pauses(body.items)
            pair = self.phrase("pair", self.row(first), self.row(second))
            return self.phrase("inner product", pair)
        parts = [self.row(part) for part in divided(body.items, Sign("∣"))]
        return self.phrase("bra-ket", *parts) if len(parts) == 2 else " , ".join(parts)

    # Matrices, cases and lines

    def grid(self, grid: Grid) -> str:
        if grid.name in CASES:
            return self.phrase("cases", " ; ".join(map(self._case, grid.rows)))
        if grid.name not in MATRICES:
            lines = (" ".join(map(self.row, cells)) for cells in grid.rows)
            return " ; ".join(filter(None, lines)) + " ;"
        rows = [" , ".join(map(self.row, cells)) for cells in grid.rows]
        width = max((len(cells) for cells in grid.rows), default=0)
        if len(rows) == 1:
            return self.phrase("row vector", rows[0])
        if width == 1:
            return self.phrase("column vector", " , ".join(rows))
        numbered = (
            self.phrase("matrix row", str(number), row) for number, row in enumerate(rows, 1)
        )
        text = self.phrase("matrix", str(len(rows)), str(width), " ; ".join(numbered))
        return self.phrase("determinant", text) if grid.name in ("vmatrix", "Vmatrix") else text

    def _case(self, cells: Sequence[Row]) -> str:
        value = self.row(cells[0])
        condition = " ".join(map(self.row, cells[1:]))
        if not condition:
            return value
        begins_with_words = any(
            isinstance(cell.items[0], Words) for cell in cells[1:] if cell.items
        )
        return self.phrase("case" if begins_with_words else "case if", value, condition)
