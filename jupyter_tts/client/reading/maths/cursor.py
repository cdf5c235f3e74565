"""The place in a formula up to which it has been parsed."""

from __future__ import annotations

from typing import TypeAlias

from .tokens import Kind, Token, tokens

__all__ = ["Cursor", "Stops", "ends"]

_END = Token(Kind.END, "", 0, 0)

# Where a row ends: at kinds of tokens, and at closing brackets by their sign.
Stops: TypeAlias = frozenset[Kind | str]


class Cursor:
    """Gives the tokens of a formula one by one."""

    def __init__(self, latex: str) -> None:
        self._latex = latex
        self._tokens = tokens(latex)
        self._closed_by = _pairs_of_braces(self._tokens)
        self._index = 0

    @property
    def ended(self) -> bool:
        """Whether all tokens have been taken."""
        return self._index >= len(self._tokens)

    @property
    def ahead(self) -> Token:
        """The token that is taken next; one that ends everything behind the last."""
        return self._tokens[self._index] if self._index < len(self._tokens) else _END

    def take(self) -> Token:
        """Take the token that is ahead."""
        token = self.ahead
        self._index += 1
        return token

    def split(self, token: Token, length: int) -> Token:
        """Give the beginning of the token that was taken, and leave the rest to be taken."""
        rest = Token(token.kind, token.text[length:], token.start, token.stop)
        if rest.text:
            self._index -= 1
            self._tokens[self._index] = rest
        return Token(token.kind, token.text[:length], token.start, token.stop)

    def raw_ahead(self) -> str:
        """Return the group that is taken next, as it is written."""
        closing = self._closed_by.get(self._index)
        stop = len(self._latex) if closing is None else self._tokens[closing].start
        return self._latex[self.ahead.stop : stop] if self.ahead.kind is Kind.OPEN else ""

    def raw_argument(self) -> str:
        """Take a group as it is written."""
        written = self.raw_ahead()
        if self.ahead.kind is Kind.OPEN:
            self._index = self._closed_by.get(self._index, len(self._tokens)) + 1
        return written


def ends(token: Token, stops: Stops) -> bool:
    """Whether a row ends before a token."""
    if token.kind is Kind.SIGN:
        return token.text in stops
    return token.kind in stops


def _pairs_of_braces(found: list[Token]) -> dict[int, int]:
    """Return which token closes each group that is closed."""
    closed_by: dict[int, int] = {}
    still_open: list[int] = []
    for index, token in enumerate(found):
        if token.kind is Kind.OPEN:
            still_open.append(index)
        elif token.kind is Kind.CLOSE and still_open:
            closed_by[still_open.pop()] = index
    return closed_by
