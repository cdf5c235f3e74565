"""``{expression}`` in what is typed."""

from __future__ import annotations

import builtins
import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

from .fields import Expression, Field, find_field, read_expression

__all__ = ["Scope", "expand"]

# {id: 1234567} is no width, and its blanks would fill the memory.
_IMMENSE = re.compile(r"\d{5}")

_CONVERSIONS: Mapping[str, Callable[[Any], str]] = {"r": repr, "s": str, "a": ascii}


def expand(text: str, names: Mapping[str, Any]) -> str:
    """Return ``text`` with each ``{expression}`` over the user's names replaced by its value.

    Parameters
    ----------
    text : str
    names : mapping
        The user's variables.
    """
    return Scope(names).expand(text)


class Scope:
    """The names that an expression in braces may use.

    ``{expression}`` is replaced where at least one of its names is the user's, and the others are
    the user's, too, or known to Python. As in an f-string a conversion and a format may follow.
    ``{{expression}}`` stands for ``{expression}`` where that would be replaced. All else stays as
    it is: an expression that fails, too, and the name of a function, a class or a module.

    Parameters
    ----------
    own : mapping
        The user's variables.
    others : mapping, optional
        Names that do not count as the user's, as those of builtins do not.
    """

    def __init__(self, own: Mapping[str, Any], others: Mapping[str, Any] | None = None) -> None:
        self._own = own
        self._others = others or {}
        # Of its own, so that (name := value) in a text changes nothing of the user's.
        self._globals = {**self._others, **own, "__builtins__": builtins}

    def expand(self, text: str) -> str:
        """Return a text with its expressions replaced. It never fails."""
        parts, position, values = [], 0, _Values(self._globals)
        while (start := text.find("{", position)) >= 0:
            parts.append(text[position:start])
            part, position = self._read_braces(text, start, values)
            parts.append(part)
        return "".join(parts) + text[position:]

    def read_braces(self, text: str, start: int) -> tuple[str, int]:
        """Return what the braces at ``start`` stand for, and where the text goes on."""
        return self._read_braces(text, start, _Values(self._globals))

    def _read_braces(self, text: str, start: int, values: _Values) -> tuple[str, int]:
        brace = start + _run(text, start, "{") - 1
        field = find_field(text, brace)
        if field is None or not self._is_meant(field):
            return text[start : brace + 1], brace + 1
        # As in an f-string two braces stand for one, so three are one around the value.
        count = min(brace - start + 1, _run(text, field.stop - 1, "}"))
        if count % 2:
            inner, doubled = values.text(field), count // 2
        else:
            # A call may have effects, which the escape is there to avoid.
            stays = not _expression(field).calls and values.text(field) is None
            inner, doubled = None if stays else text[brace : field.stop], count // 2 - 1
        if inner is None:
            stop = next(
                (part.start for part in field.format if isinstance(part, Field)), field.stop
            )
            return text[start:stop], stop
        before = text[start : brace + 1 - count]
        return before + "{" * doubled + inner + "}" * doubled, field.stop + count - 1

    def _is_meant(self, field: Field) -> bool:
        """Whether a field is an expression over the user's names."""
        if not self._is_known(field):
            return False
        expression = _expression(field)
        return expression.takes_result or not expression.names.isdisjoint(self._own)

    def _is_known(self, field: Field) -> bool:
        expression = read_expression(field.expression)
        return (
            expression is not None
            and all(name in self._globals or hasattr(builtins, name) for name in expression.names)
            and all(self._is_known(inner) for inner in field.format if isinstance(inner, Field))
        )


class _Values:
    """The values of a text's fields. Each is evaluated once, whatever becomes of it."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        self._values: dict[Field, Any] = {}
        self._errors: dict[Field, BaseException] = {}

    def text(self, field: Field) -> str | None:
        """Return what replaces a field, None where it fails or has no text of its own."""
        try:
            value = self._value(field)
            if _expression(field).is_reference and _is_code(value) and not field.conversion:
                return None
            return self._formatted(field)
        except KeyboardInterrupt:
            raise
        except BaseException:  # {sys.exit()} in a text is text, too
            return None

    def _formatted(self, field: Field) -> str:
        value = self._value(field)
        if field.conversion:
            value = _CONVERSIONS[field.conversion](value)
        parts = (part if isinstance(part, str) else self._formatted(part) for part in field.format)
        spec = "".join(parts)
        if _IMMENSE.search(spec):
            raise ValueError(spec)
        return str(format(value, spec))

    def _value(self, field: Field) -> Any:
        if field in self._errors:
            raise self._errors[field]
        if field not in self._values:
            try:
                self._values[field] = eval(_expression(field).code, self._names)
            except BaseException as error:
                self._errors[field] = error
                raise
        return self._values[field]


def _expression(field: Field) -> Expression:
    expression = read_expression(field.expression)
    assert expression is not None  # since it is known
    return expression


def _run(text: str, start: int, sign: str) -> int:
    """Return how often a sign stands there in succession."""
    end = start
    while text.startswith(sign, end):
        end += 1
    return end - start


def _is_code(value: object) -> bool:
    """Whether a value is a module, a class or a function, which has no text of its own."""
    is_function = callable(value) and str(value).startswith("<")  # that of an extension, too
    return inspect.ismodule(value) or inspect.isclass(value) or is_function
