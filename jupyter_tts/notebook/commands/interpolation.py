"""``{expression}`` in a cell's text."""

from __future__ import annotations

import ast
import builtins
import re
import string
from collections.abc import Mapping
from typing import Any

__all__ = ["expand"]

_FORMATTER = string.Formatter()

# Doubled braces, or one pair with at most one pair inside it (as in {value:{width}}).
_BRACES = re.compile(r"\{\{|\}\}|\{((?:[^{}]|\{[^{}]*\})*)\}")


def expand(text: str, names: Mapping[str, Any]) -> str:
    """Return ``text`` with ``{expression}`` replaced by its value.

    As in other magics, ``{{`` and ``}}`` stand for braces, and ``{value:.2f}`` takes a format.
    Unlike them, ``$name`` is left alone (a text may name prices), and so is each pair of braces
    that holds no expression over known names, on its own rather than all together.

    Parameters
    ----------
    text : str
    names : mapping
        The user's variables.

    Raises
    ------
    Exception
        Whatever an expression over known names raises.
    """

    def replace(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        value = _value(match[1], names)
        return match[0] if value is None else value

    return _BRACES.sub(replace, text)


def _value(field: str, names: Mapping[str, Any]) -> str | None:
    """Return the text that replaces a pair of braces, None where the braces stay."""
    expression, spec, conversion = field, "", None
    if not _evaluable(field, names):
        try:
            ((_, expression, spec, conversion),) = _FORMATTER.parse(f"{{{field}}}")  # type: ignore[assignment]  # a field has no None
        except ValueError:
            return None
        if not _evaluable(expression, names):
            return None
    value = eval(compile(expression.strip(), "<text>", "eval"), dict(names))
    return format(_FORMATTER.convert_field(value, conversion), expand(spec, names))


def _evaluable(field: str, names: Mapping[str, Any]) -> bool:
    """Whether a field is an expression over known names, and more than a literal."""
    try:
        tree = ast.parse(field.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return False
    if isinstance(tree.body, ast.Constant | ast.Tuple | ast.List | ast.Set | ast.Dict):
        return False  # {"key": 1} or {1, 2} in a text is text
    name_nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {name.id for name in name_nodes if isinstance(name.ctx, ast.Store)}
    return all(
        name.id in bound or name.id in names or hasattr(builtins, name.id) for name in name_nodes
    )
