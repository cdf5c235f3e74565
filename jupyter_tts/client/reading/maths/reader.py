"""A formula as the words that a person says who reads it aloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .commands import names
from .derivatives import derivative, with_fractions
from .nodes import (
    Accent,
    Binomial,
    Fenced,
    Fraction,
    Function,
    Grid,
    Letter,
    Node,
    Number,
    Pause,
    Root,
    Row,
    Scripts,
    Sign,
    Stack,
    Words,
)
from .parts import PartReader
from .shape import (
    base_of,
    is_application,
    is_compound,
    is_factor,
    is_large,
    is_operand,
    is_pair,
    is_quantity,
    is_relation,
    is_vector,
    parts_between_pauses,
)

__all__ = ["FormulaReader"]

# Functions that are a thing of another: the maximum of, where it is not sin x.
_NOUNS = names("""
    lim limsup liminf max min sup inf argmax argmin det dim ker deg im rank tr trace span Var Cov
    grad div curl rot gcd lcm ln Pr supp
    """)
_QUANTIFIERS = (Sign("∀"), Sign("∃"), Sign("∄"))
_INEQUALITIES = frozenset("<>≤≥≪≫")
_BETWEEN_VECTORS = {"⋅": "dot product", "×": "cross product"}


@dataclass(frozen=True, slots=True)
class _Place:
    """A part of a row, and what stands beside it."""

    items: Sequence[Node]
    index: int
    divides: str
    inside: str
    first: dict[Node, int]  # where the signs first stand that decide about others

    def at(self, offset: int) -> Node | None:
        """Return the part so many places further, None beyond the ends of the row."""
        index = self.index + offset
        return self.items[index] if 0 <= index < len(self.items) else None

    def comes_after(self, sign: str) -> bool:
        return self.first.get(Sign(sign), self.index) < self.index


class FormulaReader(PartReader):
    """Reads formulas aloud in the words of one language."""

    def row(self, row: Row, *, divides: str = "∣", inside: str = "") -> str:
        """Return the words for what stands side by side.

        Parameters
        ----------
        row : Row
        divides : str, optional
            Name of the phrase for a bar, which is another one in a set or a probability.
        inside : str, optional
            The bracket that the row is in.
        """
        items = with_fractions(row.items)
        first: dict[Node, int] = {}
        for index, item in enumerate(items):
            if isinstance(item, Sign) and item.text in "∃→:":
                first.setdefault(item, index)
        words: list[str] = []
        index = 0
        while index < len(items):
            place = _Place(items, index, divides, inside, first)
            read, text = self._next(place)
            if words and self._is_product(place, read):
                words.append(self.phrase("times"))
            words += [text] if text else []
            index += read
        return " ".join(words)

    def node(self, node: Node) -> str:
        """Return the words for a part, whatever stands beside it."""
        match node:
            case Number(text) | Words(text) | Pause(text):
                return text
            case Letter(text) | Sign(text):
                return self.sign(text)
            case Function(name):
                return self.function(name)
            case Row():
                return self.row(node)
            case Scripts():
                return self.scripts(node)
            case Fraction():
                return self.fraction(node, first=True)
            case Binomial(over, under):
                return self.phrase("choose", self.row(over), self.row(under))
            case Root():
                return self.root(node)
            case Fenced():
                return self.fenced(node, previous=None)
            case Accent(name, body) if is_compound(body):
                return self.phrase(name, self.phrase("quantity", self.row(body)))
            case Accent(name, body):
                return self.phrase(name, self.row(body))
            case Stack(base, label):
                if all(isinstance(item, Sign | Pause) for item in label.items):
                    return self.row(base)  # = with an exclamation or question mark
                return self.phrase("with above", self.row(base), self.row(label))
            case Grid():
                return self.grid(node)

    def _next(self, place: _Place) -> tuple[int, str]:
        """Read a part, with the ones behind it that belong to it, and say how many they are."""
        node, previous, following = place.items[place.index], place.at(-1), place.at(1)
        is_bound = previous in _QUANTIFIERS  # for all x (…)
        if following and not is_bound and is_application(node, base_of(following)):
            return 2, self._application(node, following)
        if isinstance(node, Number) and isinstance(following, Fraction):
            part = self.part_of_number(following)
            if part:
                return 2, self.phrase("mixed number", node.text, part)
        if isinstance(node, Sign) and not is_large(node):
            return self._sign(node, place)
        text: str
        match node:
            case Fraction():
                # It is one expression with what stands before it.
                joins = previous and not isinstance(previous, Pause) and not is_relation(previous)
                text = self.fraction(node, first=not joins)
            case Fenced():
                text = self.fenced(node, previous)
            case _:
                text = self.node(node)
        if following is not None and is_operand(following) and _goes_on(node):
            text = self.phrase("of what follows", text)
        return 1, text

    def _application(self, function: Node, bracket: Node) -> str:
        fenced = base_of(bracket)
        assert isinstance(fenced, Fenced)
        if is_pair(fenced.body):
            first, second = parts_between_pauses(fenced.body.items)
            inner = self.phrase("pair", self.row(first), self.row(second))
        else:
            inner = self.whole(fenced.body, "given", "(")
        text = self.node(function)
        if isinstance(function, Fenced):
            text = self.end(self.row(function.body))
        text = self.phrase("of", text, inner) if inner else text
        return self.with_scripts(text, bracket) if isinstance(bracket, Scripts) else text

    def _is_product(self, place: _Place, read: int) -> bool:
        """Whether the sign of the product that is not written must be heard before a part."""
        node, previous = place.items[place.index], place.at(-1)
        if previous is None or not is_operand(node):
            return False
        if previous == Sign("!"):
            return place.at(-2) != Sign("∃")
        if not is_operand(previous) or isinstance(base_of(node), Words) or _is_differential(place):
            return False
        if place.at(-2) in _QUANTIFIERS:
            return False
        match previous:
            case Binomial():
                return True
            case Fraction():
                is_number = bool(self.part_of_number(previous))
                return (
                    not (is_number or derivative(previous)) or is_large(node) or is_quantity(node)
                )
            case Scripts(base, _, Row() as above) if not isinstance(base, Fenced | Function | Sign):
                if base != Row() and self.is_power(above):
                    return True
        match base_of(previous):
            case Function() | Words() | Sign():
                return False
            case Fenced() as bracket:
                function = place.at(-2)
                if function and is_application(function, bracket):
                    has_end = isinstance(base_of(node), Fenced | Function | Fraction)
                    return read == 2 or has_end or is_compound(bracket.body)
                return is_quantity(previous) or is_factor(node)
            case Number() if isinstance(node, Fraction):
                return not self.part_of_number(node)
        return is_factor(node)

    # Signs that are read by what stands beside them

    def _sign(self, sign: Sign, place: _Place) -> tuple[int, str]:
        following = place.at(1)
        match sign.text, following:
            case "∃", Sign("!"):
                return 2, self.phrase("exactly one")
            case "$", Number(number):
                return 2, f"{number} {self.sign('$')}"
            case "%", _ if following and is_operand(following):
                return 1, self.function("mod")
            case ".", None:
                return 1, ""
            case ".", _:
                return 1, ","
            case ":", _:
                return 1, self._colon(place)
            case "→", _ if place.comes_after(":"):
                return 1, self.phrase("maps to")
            case ("∥", _) if place.divides == "given":
                return 1, ","
            case (("∣" | "∥"), _) if place.divides != "∣":
                return 1, self.phrase(place.divides)
        return 1, self._operator(sign.text, place)

    def _operator(self, text: str, place: _Place) -> str:
        """Read an operator or a relation."""
        previous, following, before = place.at(-1), place.at(1), place.at(-2)
        if text == "∼":
            if previous is None or not is_operand(previous):
                return self.phrase("about")
            if following and not isinstance(base_of(following), Letter | Words | Function):
                return self.phrase("is similar to")
        if text in _BETWEEN_VECTORS and previous == Sign("∇"):
            return self.phrase(_BETWEEN_VECTORS[text])
        if text in _BETWEEN_VECTORS and previous and is_vector(previous):
            beside = (following, place.at(2) if following == Letter("d") else None)
            if any(node and is_vector(node) for node in beside):
                return self.phrase(_BETWEEN_VECTORS[text])
        if text == "×" and place.inside == "superscript":
            return self.phrase("by")
        if text == "−" and (previous is None or not is_operand(previous)):
            return self.phrase("negative")
        if text == "∈" and (before in _QUANTIFIERS or place.inside in ("range", "{")):
            return self.phrase("in")
        if before in _QUANTIFIERS:
            return self.sign(text).removeprefix(self.phrase("is"))
        if text in _INEQUALITIES and isinstance(before, Sign) and before.text in _INEQUALITIES:
            return self.phrase("then", self.sign(text))
        return self.sign(text)

    def _colon(self, place: _Place) -> str:
        if place.inside == "{" or place.comes_after("∃"):
            return self.phrase("such that")
        if isinstance(place.at(-1), Number) and isinstance(place.at(1), Number):
            return self.phrase("is to")
        if place.first.get(Sign("→"), 0) > place.index:
            return self.phrase("maps from")
        return ","


def _is_differential(place: _Place) -> bool:
    """Whether a part is the d of dx."""
    following = place.at(1)
    return place.items[place.index] == Letter("d") and isinstance(
        following and base_of(following), Letter | Accent
    )


def _goes_on(node: Node) -> bool:
    """Whether "of" stands between a part and what it is applied to."""
    base = base_of(node)
    if is_large(node):
        return True
    if not isinstance(base, Function):
        return False
    has_base = isinstance(node, Scripts) and node.below is not None
    return base.name in _NOUNS or (base.name in ("log", "lg") and has_base)
