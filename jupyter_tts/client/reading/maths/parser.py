"""A formula of LaTeX, or one that is typed as plain text, as a tree."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from .chemistry import is_chemical, reaction
from .commands import (
    ACCENTS,
    ARROWS,
    CASES,
    DROPPED,
    DROPPED_WITH_ARGUMENT,
    FRACTIONS,
    FUNCTIONS,
    MATRICES,
    MODULO,
    STYLES,
    TEXT,
    UPRIGHT,
    WITH_COLUMNS,
)
from .cursor import Cursor, Stops, ends
from .letters import letters_or_words
from .nodes import (
    Accent,
    Binomial,
    Fenced,
    Fraction,
    Function,
    Grid,
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
from .signs import BIG_OPERATORS, BINARY, RELATIONS
from .styles import negated, styled
from .tokens import Kind, Token

__all__ = ["parse"]

# Braces, brackets and roots inside each other; what lies deeper is read as if it had none.
_DEEPEST: Final = 24

_CLOSING = {"(": ")]", "[": "])", "{": "}", "⟨": "⟩", "⌊": "⌋", "⌈": "⌉", "⟬": "⟭", "⟦": "⟧"}
_BARS = {"|": "|", "‖": "‖", "⟬": "|", "⟭": "|", "⟦": "‖", "⟧": "‖"}  # as they are read
_ROOTS = {"√": None, "∛": "3", "∜": "4"}


def parse(latex: str) -> Row:
    """Return what a formula consists of, whatever is wrong with it."""
    return _Parser(latex).formula()


class _Parser(Cursor):
    def __init__(self, latex: str) -> None:
        super().__init__(latex)
        self._depth = 0
        self._upright = False

    def formula(self) -> Row:
        return Row(tuple(self._row(frozenset())))

    # Rows

    def _row(self, stops: Stops) -> list[Node]:
        """Take what stands side by side, up to a token that is in ``stops`` or the end."""
        items: list[Node] = []
        self._depth += 1
        while not self.ended:
            token = self.ahead
            if ends(token, stops):
                break
            self.take()
            if _is_infix(token) and self._depth < _DEEPEST:
                under = Row(tuple(self._row(stops)))
                over = Row(tuple(items))
                items = [(Binomial if token.text == "choose" else Fraction)(over, under)]
            else:
                self._add(token, items, stops)
        self._depth -= 1
        return items

    def _add(self, token: Token, items: list[Node], stops: Stops) -> None:
        """Add to a row what begins with a token that was taken."""
        match token.kind:
            case Kind.SCRIPT:
                self._add_script(token, items)
            case Kind.PRIMES:
                base = items.pop() if items else Row()
                items.append(_with_script(base, primes=len(token.text)))
            case Kind.SIGN if _is_bar(token.text) and self._depth < _DEEPEST:
                items += self._bars(token, items, stops)
            case Kind.SIGN if token.text in _CLOSING and self._depth < _DEEPEST:
                items += self._fenced(token, stops)
            case _:
                items += self._atom(token, stops)
        match items[-2:]:
            case [Function("arg"), Function("max" | "min" as name)]:
                items[-2:] = [Function(f"arg{name}")]

    def _add_script(self, token: Token, items: list[Node]) -> None:
        base = items.pop() if items and not isinstance(items[-1], Pause) else Row()
        above = token.text == "^"
        if _takes_no_script(base, above=above):
            items.append(base)
            base = Row()
        script = self._argument(is_script=True)
        if above and _primes(script):
            items.append(_with_script(base, primes=_primes(script)))
        else:
            below = None if above else script
            items.append(_with_script(base, below=below, above=script if above else None))

    def _group(self, closing: Kind | str, stops: Stops) -> Row:
        """Take a row and the token behind it that closes it."""
        items = self._row(stops | {closing})
        if ends(self.ahead, frozenset((closing,))):
            self.take()
        return Row(tuple(items))

    def _argument(self, *, is_script: bool = False) -> Row:
        """Take what belongs to a command: a group, or a single thing."""
        token = self.ahead
        if token.kind in (Kind.CLOSE, Kind.CELL, Kind.LINE, Kind.END, Kind.RIGHT):
            return Row()
        self.take()
        if self._depth >= _DEEPEST or token.kind is Kind.SCRIPT:
            return Row()
        if token.kind is Kind.OPEN:
            return self._group(Kind.CLOSE, frozenset())
        if token.kind is Kind.NUMBER and not is_script:
            token = self.split(token, 1)
        if token.kind is Kind.LETTERS and not (is_script and len(token.text) > 2):
            token = self.split(token, 1)
        items: list[Node] = []
        if is_script and token.kind is Kind.SIGN and token.text in ("+", "−"):
            items = [Sign(token.text)]
            if self.ahead.kind is not Kind.NUMBER:
                return Row(tuple(items))
            token = self.take()
        self._depth += 1
        items += self._atom(token, frozenset())
        self._depth -= 1
        return Row(tuple(items))

    def _optional(self) -> Row | None:
        """Take an argument in square brackets, if there is one."""
        token = self.ahead
        if token.kind is not Kind.SIGN or token.text != "[" or self._depth >= _DEEPEST:
            return None
        self.take()
        return self._group("]", frozenset({Kind.CLOSE}))

    # Brackets

    def _fenced(self, token: Token, stops: Stops) -> list[Node]:
        opening = _BARS.get(token.text, token.text)
        closing: Stops = frozenset({Kind.RIGHT})
        if token.kind is not Kind.LEFT:
            closing = frozenset(_CLOSING[token.text])
        body = Row(tuple(self._row(stops | closing)))
        end = self.ahead
        if not ends(end, closing):
            if opening == "⟨" and body.items[-1:] == (Sign("∣"),):
                return [Fenced(opening, Row(body.items[:-1]), "|")]
            return [*body.items]
        self.take()
        return [Fenced(opening, body, _BARS.get(end.text, end.text))]

    def _bars(self, token: Token, items: list[Node], stops: Stops) -> list[Node]:
        """Take what stands between two bars; a bar alone is a sign."""
        following = self.ahead
        if items and _is_operand(items[-1]) and not _is_fence(items[-1]):
            return [Sign("∣" if token.text == "|" else "∥")]
        bar = token.text
        if bar == "|" and following.kind is Kind.SIGN and following.text == "|":
            self.take()
            bar = "‖"
        body = Row(tuple(self._row(stops | {token.text, "⟩"})))
        end = self.ahead
        if not body.items or not ends(end, frozenset({token.text, "⟩"})):
            return [*body.items]
        self.take()
        if bar == "‖" and token.text == "|" and self.ahead.text == "|":
            self.take()
        return [Fenced(bar, body, end.text)]

    # Atoms

    def _atom(self, token: Token, stops: Stops) -> list[Node]:
        match token.kind:
            case Kind.OPEN if self._depth < _DEEPEST:
                return [self._group(Kind.CLOSE, frozenset())]
            case Kind.LEFT if self._depth < _DEEPEST:
                return self._fenced(token, stops)
            case Kind.BEGIN if self._depth < _DEEPEST:
                return self._environment(token.text)
            case Kind.NUMBER:
                return [Number(token.text)]
            case Kind.PRIMES:
                return [Scripts(Row(), primes=len(token.text))]
            case Kind.LETTERS if token.text == "sqrt":
                return [Root(self._radicand())]
            case Kind.LETTERS:
                return [*letters_or_words(token.text, upright=self._upright)]
            case Kind.COMMAND:
                return self._command(token.text)
            case Kind.LINE:
                return [Pause(";")]
            case Kind.SIGN:
                return self._sign(token.text)
        return []

    def _sign(self, sign: str) -> list[Node]:
        if sign in _ROOTS:
            index = _ROOTS[sign]
            body = self._radicand()
            return [Root(body, Row((Number(index),)) if index else None)]
        if sign in ",;" and sign:
            return [Pause(sign)]
        if sign == "/" and self._upright:
            return [Sign("⁄")]
        if unicodedata.category(sign[0]) in ("No", "Nl"):
            return [Number(sign)]
        return [] if sign in '()[]{}⟨⟩"`\\' else [Sign(sign)]

    def _radicand(self) -> Row:
        """Take what is under a root that is a sign: a bracket, or a number, or a letter."""
        token = self.ahead
        if token.kind is Kind.SIGN and token.text == "(" and self._depth < _DEEPEST:
            self.take()
            return self._group(")", frozenset({Kind.CLOSE}))
        return self._argument(is_script=True)

    def _command(self, name: str) -> list[Node]:
        if name in FUNCTIONS:
            return [Function(name)]
        if name in FRACTIONS:
            return [Fraction(self._argument(), self._argument())]
        if name in ("binom", "dbinom", "tbinom"):
            return [Binomial(self._argument(), self._argument())]
        if name == "sqrt":
            index = self._optional()
            return [Root(self._argument(), index)]
        if name in TEXT:
            return _text(self.raw_argument())
        if name in UPRIGHT:
            return self._upright_argument()
        if name in STYLES:
            return styled(name, self._argument())
        if name in ACCENTS:
            return [Accent(ACCENTS[name], self._argument())]
        special = self._special(name)
        if special is not None:
            return special
        return [Words(name)] if name.isalpha() else []

    def _special(self, name: str) -> list[Node] | None:
        """Take a command that is one of few of its kind; None for one that is not known."""
        if name in ("ce", "cee", "pu"):
            return [reaction(self.raw_argument())]
        if name in MODULO:
            return [Function("mod"), *(self._argument().items if name != "bmod" else ())]
        if name == "not":
            return [negated(self._argument())]
        if name in ("overset", "stackrel", "underset"):
            label, base = self._argument(), self._argument()
            if name == "underset" and len(base.items) == 1:
                return [_with_script(base.items[0], below=label)]
            return [Stack(base, label)]
        if name in ("overbrace", "underbrace"):
            return [Accent("brace", self._argument())]
        if name in ARROWS:
            self._optional()
            return [Stack(Row((Sign(ARROWS[name]),)), self._argument())]
        if name in ("quad", "qquad"):
            return [Pause()]
        if name in DROPPED_WITH_ARGUMENT:
            self._optional()
            self.raw_argument()
            return []
        return [] if name in DROPPED or not name else None

    def _upright_argument(self) -> list[Node]:
        written = self.raw_ahead()
        if is_chemical(written):
            self.raw_argument()
            return [reaction(written)]
        was_upright, self._upright = self._upright, True
        row = self._argument()
        self._upright = was_upright
        return [*row.items] if len(row.items) == 1 else [row]

    # Environments

    def _environment(self, name: str) -> list[Node]:
        if name in WITH_COLUMNS:
            self._optional()
            self.raw_argument()
        elif name in MATRICES or name in CASES:
            self._optional()
        is_grid = name in MATRICES or name in CASES
        stops = frozenset({Kind.END, Kind.LINE, *([Kind.CELL] if is_grid else [])})
        rows: list[tuple[Row, ...]] = []
        cells: list[Row] = []
        while not self.ended:
            cells.append(Row(tuple(self._row(stops))))
            kind = self.take().kind
            if kind is not Kind.CELL:
                rows.append(tuple(cells))
                cells = []
            if kind is Kind.END:
                break
        if cells:
            rows.append(tuple(cells))
        return [Grid(name, tuple(row for row in rows if any(cell.items for cell in row)))]


def _is_bar(text: str) -> bool:
    return text in ("|", "‖")


def _is_operand(node: Node) -> bool:
    """Whether a part can stand before an operator, so that a bar behind it opens nothing."""
    if isinstance(node, Scripts):
        return _is_operand(node.base)
    if isinstance(node, Sign):
        return node.text not in RELATIONS | BINARY | BIG_OPERATORS | {"∣", "∥", "∀", "∃", ":", "¬"}
    return not isinstance(node, Pause | Function)


def _is_fence(node: Node) -> bool:
    return isinstance(node, Fenced) and _is_bar(node.opening)


def _primes(script: Row) -> int:
    """Return how many primes an exponent is, zero for one that is something else."""
    match script.items:
        case (Scripts(Row(()), None, None, primes),):
            return primes
    return 0


def _is_infix(token: Token) -> bool:
    return token.kind is Kind.COMMAND and token.text in ("over", "choose", "atop")


def _takes_no_script(base: Node, *, above: bool) -> bool:
    """Whether a script behind a part belongs to nothing, or to no part that is written."""
    match base:
        case Sign(text):
            return text in RELATIONS | BINARY
        case Scripts():
            return (base.above if above else base.below) is not None
    return False


def _with_script(
    base: Node, *, below: Row | None = None, above: Row | None = None, primes: int = 0
) -> Node:
    if isinstance(base, Scripts):
        return Scripts(base.base, base.below or below, base.above or above, base.primes + primes)
    return Scripts(base, below, above, primes)


def _text(written: str) -> list[Node]:
    r"""Return the words of ``\text``, which may have formulas between dollar signs."""
    nodes: list[Node] = []
    for index, part in enumerate(re.split(r"\\\(|\\\)|(?<!\\)\$", written)):
        if index % 2:
            nodes.append(Row(tuple(_Parser(part).formula().items)))
            continue
        plain = re.sub(r"\\[A-Za-z]+\s*|\\", "", part.replace("~", " "))
        words = re.sub(r"[{}^$_\s]+", " ", plain).strip()
        nodes += [Words(words)] if words else []
    return nodes
