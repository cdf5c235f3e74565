"""``{expression}`` in a cell's text."""

from __future__ import annotations

import ast
import string
from collections.abc import Mapping
from typing import Any

__all__ = ["expand"]

_FORMATTER = string.Formatter()


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
    try:
        fields = list(_FORMATTER.parse(text))
    except ValueError:
        return text  # an unpaired brace: the text has braces of its own
    return "".join(
        literal + ("" if field is None else _field(field, spec or "", conversion, names))
        for literal, field, spec, conversion in fields
    )


def _field(field: str, spec: str, conversion: str | None, names: Mapping[str, Any]) -> str:
    if not _evaluable(field, names):
        tail = (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
        return f"{{{field}{tail}}}"
    value = eval(compile(field.strip(), "<text>", "eval"), dict(names))
    return format(_FORMATTER.convert_field(value, conversion), expand(spec, names))


def _evaluable(field: str, names: Mapping[str, Any]) -> bool:
    """Whether a field is an expression over known names, and more than a literal."""
    try:
        tree = ast.parse(field.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return False
    if isinstance(tree.body, ast.Constant | ast.Tuple | ast.List | ast.Set | ast.Dict):
        return False  # {"key": 1} or {1, 2} in a text stands for itself
    bound = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - bound
    builtin = names.get("__builtins__", __builtins__)
    known = builtin if isinstance(builtin, dict) else vars(builtin)
    return all(name in names or name in known for name in used)
