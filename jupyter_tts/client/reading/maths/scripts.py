"""Exponents, indices and ranges as words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from .chemistry import elements
from .nodes import Accent, Fenced, Function, Letter, Node, Number, Row, Scripts, Sign, Words
from .shape import is_compound, is_digits, is_large, is_quantity, is_vector
from .wording.wording import Wording

__all__ = ["ScriptReader"]

_BLACKBOARD = {"ℝ": "R", "ℕ": "N", "ℤ": "Z", "ℚ": "Q", "ℂ": "C"}
_ORDINALS = ("st", "nd", "rd", "th")
_PRIMES = {1: "prime", 2: "double prime", 3: "triple prime"}


class ScriptReader(ABC):
    """The part of the reader that knows about what stands above and below."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording

    @abstractmethod
    def row(self, row: Row, *, divides: str = "∣", inside: str = "") -> str:
        """Return the words for what stands side by side."""

    @abstractmethod
    def node(self, node: Node) -> str:
        """Return the words for a part, whatever stands beside it."""

    def phrase(self, name: str, *parts: str) -> str:
        """Return a phrase of the language with its parts."""
        return self.wording.phrases[name].format(*parts)

    def end(self, text: str) -> str:
        """Return words that must be heard to end."""
        return self.phrase("end", text)

    def sign(self, text: str) -> str:
        """Return the words for a sign; the sign itself where the voice may know it."""
        return self.wording.signs.get(text, text)

    def function(self, name: str) -> str:
        """Return the words for a function."""
        return self.wording.functions.get(name, name)

    def scripts(self, node: Scripts) -> str:
        """Return the words for a part with what stands above and below it."""
        if is_large(node):
            return self._large(node)
        match node.base:
            case Fenced("", body, "|"):
                return self._evaluated(self.row(body), node)
            case Fenced("[", body, "]") if node.below and node.above:
                return self._evaluated(self.row(body), node)
            case Words(text) if node.below and is_digits(node.below) and elements(text):
                text = f"{' '.join(text)} {self.row(node.below)}"
                return self._power(text, node) if node.above else text
            case Sign("∣") if node.below:
                return self._evaluated("", node)
            case Fenced("(" | "[", body) if is_quantity(node):
                return self.with_scripts(self.phrase("quantity", self.row(body)), node)
            case Accent("brace", body):
                label = self.row(node.below or node.above or Row())
                return self.phrase("labelled", self.row(body), label)
            case Fenced("‖", body) if node.below:
                norm = self.phrase("norm of kind", self.row(body), self.row(node.below))
                return self.with_scripts(norm, Scripts(node.base, None, node.above, node.primes))
            case Function("log" | "lg" as name) if node.below:
                return self.phrase("log base", self.function(name), self.row(node.below))
            case Letter(text) if text in _BLACKBOARD:
                above = self.row(node.above, inside="superscript") if node.above else ""
                below = self.row(node.below) if node.below else ""
                return " ".join(filter(None, (_BLACKBOARD[text], below, above)))
        return self.with_scripts(self.node(node.base), node)

    def with_scripts(self, text: str, node: Scripts) -> str:
        """Return what is said for the base of a part, with its scripts."""
        if node.primes:
            name = _PRIMES.get(node.primes)
            text = self.phrase(name, text) if name else f"{text} {self.phrase('prime', '')}"
        if node.below:
            below = self._name(node.below)
            text = self._indexed(text, below) if text else below
            text = self.end(text) if is_compound(node.below) else text
        return self._power(text, node) if node.above else text

    def _name(self, row: Row) -> str:
        """Return the words for a script; ``max`` is a name there."""
        match row.items:
            case (Function(name),):
                return name
        return self.row(row, inside="superscript")

    # Exponents

    def _power(self, text: str, node: Scripts) -> str:
        assert node.above is not None
        above, base = node.above, node.base
        sign = self._sign_above(text, above, base)
        if sign is not None:
            return sign
        exponent = self._name(above)
        match above.items:
            case () | _ if not exponent:
                return text
            case _ if not text:
                return exponent
            case (Number("2" | "3" as number),):
                return self.phrase("squared" if number == "2" else "cubed", text)
            case (Sign("−"), Number(number)):
                return self._negative_power(text, number, base, exponent)
            case (Words(words),) if words in _ORDINALS:
                return f"{text}{words}"
            case (Words() | Function(),):
                return f"{text} {exponent}"
            case (Fenced("(" | "[", _),):
                return self.phrase("superscript", text, exponent)
        raised = _translated(exponent, self.wording.raised)
        text = text + raised if raised else self.phrase("power", text, exponent)
        return self.end(text) if len(above.items) > 1 else text

    def _indexed(self, text: str, below: str) -> str:
        lowered = _translated(below, self.wording.lowered)
        return text + lowered if lowered else self.phrase("sub", text, below)

    def is_power(self, above: Row) -> bool:
        """Whether an exponent is said with words that do not tell where it ends."""
        match above.items:
            case () | (Number("2" | "3"),) | (Sign() | Words() | Function() | Fenced() | Row(),):
                return False
            case (Letter("T"),):
                return False
        return True

    def _sign_above(self, text: str, above: Row, base: Node) -> str | None:
        """Return what an exponent means that is a single sign; None if it is a power."""
        if len(above.items) != 1:
            return None
        match above.items[0], base:
            case Sign("∘" | "°"), _:
                return f"{text} {self.sign('°')}"
            case Sign("∗" | "⋆"), _:
                return self.phrase("star", text)
            case Sign("⊥"), _:
                return self.phrase("perp", text)
            case Letter("T") | Sign("⊤"), base if not isinstance(base, Number):
                return self.phrase("transpose", text)
            case Words("top" | "intercal"), _:
                return self.phrase("transpose", text)
            case Letter("c" | "C") | Sign("∁"), Letter(name) if name.isupper():
                return self.phrase("complement", text)
            case Sign(sign), _ if sign != "∞":
                return f"{text} {self.sign(sign)}"
        return None

    def _negative_power(self, text: str, number: str, base: Node, exponent: str) -> str:
        match base:
            case Function() if number == "1":
                return self.phrase("inverse function", text)
            case Letter(name, bold) if number == "1" and (bold or name.isupper() or name in "fgh"):
                return self.phrase("inverse", text)
            case Fenced() if number == "1" and not is_compound(base.body):
                return self.phrase("inverse", text)
        if number == "1" and is_vector(base):
            return self.phrase("inverse", text)
        raised = _translated(exponent, self.wording.raised)
        return text + raised if raised else self.phrase("negative power", text, exponent)

    # Ranges

    def _large(self, node: Scripts) -> str:
        """Return the words for a sum, an integral, a limit or the like, with its range."""
        base, below, above = node.base, node.below, node.above
        name = self.node(base)
        if isinstance(base, Function) and base.name.startswith("lim") and below:
            return self.phrase("limit", name, self._target(below))
        if below and above:
            return self.phrase("from to", name, self.row(below, inside="range"), self.row(above))
        if below:
            is_start = (
                isinstance(base, Sign) and len(below.items) > 2 and below.items[1] == Sign("=")
            )
            return self.phrase(
                "from" if is_start else "over range", name, self.row(below, inside="range")
            )
        if above and isinstance(base, Function):
            return self._power(name, node)
        return self.phrase("up to", name, self.row(above)) if above else name

    def _target(self, below: Row) -> str:
        """Return where a limit goes to, and from which side."""
        match below.items:
            case (*others, Scripts(base, None, Row((Sign("+" | "−" as side),)), 0)):
                name = "from above" if side == "+" else "from below"
                return self.phrase(name, self.row(Row((*others, base))))
        return self.row(below, inside="range")

    def _evaluated(self, text: str, node: Scripts) -> str:
        if node.below and node.above:
            return self.phrase("evaluated", text, self.row(node.below), self.row(node.above))
        place = node.below or node.above
        return self.phrase("evaluated at", text, self.row(place)) if place else text


def _translated(text: str, characters: Mapping[str, str]) -> str:
    """Return a text in other characters, nothing if there is none for one of it."""
    letters = text.replace(" ", "")
    known = all(letter in characters for letter in letters)
    return "".join(characters[letter] for letter in letters) if known else ""
