"""Where a pair of braces ends that may hold an expression, and what stands in it."""

from __future__ import annotations

import ast
import functools
import re
import symtable
import warnings
from dataclasses import dataclass
from types import CodeType

__all__ = ["Expression", "Field", "find_field", "read_expression"]

# What decides where an expression ends: strings, in which nothing else counts, brackets, and what
# begins a conversion or a format. A # is the beginning of a comment.
_TOKEN = re.compile(
    r"""
    (?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
        | "(?!"")(?:[^"\\\n]|\\.)*" | '(?!'')(?:[^'\\\n]|\\.)*')
    | (?P<open>[(\[{]) | (?P<close>[)\]}]) | != | (?P<mark>[!:]) | (?P<never>["'#])
    """,
    re.VERBOSE | re.DOTALL,
)
_CONVERSION = re.compile(r"!([rsa])(?=[:}])")
_BRACE = re.compile("[{}]")
_PAIRS = {"(": ")", "[": "]", "{": "}"}

# Deeper brackets are no text that a person writes, and would take long to look through.
_DEEPEST = 16

# Python allows a field in a format, and another one in the format of that.
_MOST_NESTED = 2


@dataclass(frozen=True, slots=True)
class Field:
    """A pair of braces that is built as in an f-string, whatever its names are.

    Attributes
    ----------
    start, stop : int
        From its opening brace to behind its closing one.
    expression : str
    conversion : str
        ``r``, ``s``, ``a`` or nothing.
    format : tuple of str and Field
        What stands behind the colon.
    """

    start: int
    stop: int
    expression: str
    conversion: str
    format: tuple[str | Field, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """A Python expression that compiles.

    Attributes
    ----------
    code : CodeType
    names : frozenset of str
        Those that it takes from outside.
    is_reference : bool
        Whether it is nothing but a name, perhaps with attributes.
    calls : bool
        Whether it calls something, so that its evaluation may have effects.
    takes_result : bool
        Whether ``Out`` is indexed in it, which holds what the user has computed.
    """

    code: CodeType
    names: frozenset[str]
    is_reference: bool
    calls: bool
    takes_result: bool


def find_field(text: str, start: int, nested: int = 0) -> Field | None:
    """Return the field whose opening brace stands at ``start``, None where there is none."""
    end = _expression_end(text, start + 1)
    if end is None or text.startswith("{", start + 1) or nested > _MOST_NESTED:
        return None
    expression, conversion = text[start + 1 : end].strip(), ""
    if not expression:
        return None
    if text[end] == "!":
        if (match := _CONVERSION.match(text, end)) is None:
            return None
        conversion, end = match[1], match.end()
    if text[end] == "}":
        return Field(start, end + 1, expression, conversion, ())
    if (read := _read_format(text, end + 1, nested)) is None:
        return None
    parts, end = read
    return Field(start, end + 1, expression, conversion, parts)


def _expression_end(text: str, position: int) -> int | None:
    """Return where ``!``, ``:`` or ``}`` ends the expression; None where it does not end."""
    expected: list[str] = []
    while (token := _TOKEN.search(text, position)) is not None:
        position = token.end()
        if token["never"]:
            return None
        if token["open"]:
            expected.append(_PAIRS[token[0]])
            if len(expected) > _DEEPEST:
                return None
        elif token["close"] and expected:
            if expected.pop() != token[0]:
                return None
        elif token["close"]:
            return token.start() if token[0] == "}" else None
        elif token["mark"] and not expected:
            return token.start()
    return None


def _read_format(
    text: str, position: int, nested: int
) -> tuple[tuple[str | Field, ...], int] | None:
    """Return the parts of a format and where the brace stands that ends it."""
    parts: list[str | Field] = []
    while (brace := _BRACE.search(text, position)) is not None:
        parts.append(text[position : brace.start()])
        if brace[0] == "}":
            return tuple(filter(None, parts)), brace.start()
        if (inner := find_field(text, brace.start(), nested + 1)) is None:
            return None
        parts.append(inner)
        position = inner.stop
    return None


@functools.lru_cache(maxsize=512)
def read_expression(source: str) -> Expression | None:
    """Return a text as an expression, None where it is none that Python could evaluate."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it is a text: nobody asked what Python thinks of it
            tree = ast.parse(source, mode="eval")
            code = compile(tree, "<braces>", "eval", dont_inherit=True)
            names = _names_from_outside(symtable.symtable(source, "<braces>", "eval"))
    except Exception:  # too deep for the compiler, null bytes, half pairs: all are text
        return None
    nodes = list(ast.walk(tree))
    return Expression(
        code,
        names,
        is_reference=isinstance(tree.body, ast.Name | ast.Attribute),
        calls=any(isinstance(node, ast.Call) for node in nodes),
        takes_result=any(map(_is_result, nodes)),
    )


def _names_from_outside(table: symtable.SymbolTable) -> frozenset[str]:
    assigned = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned()}
    tables, names = [table], set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        names |= {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_referenced() and symbol.is_global()
        }
    return frozenset(names - assigned)


def _is_result(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Out"
    )
