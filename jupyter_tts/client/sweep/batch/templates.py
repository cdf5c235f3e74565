"""Texts with the fields of a row in them: ``"{name} has {moons} moons"``."""

from __future__ import annotations

import difflib
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ....wire.parameters.schema import short_repr
from .table import Fields, is_missing

__all__ = ["Template", "read_template"]


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of text, and the field that follows it, if one does."""

    literal: str
    field: str | None
    format: str
    conversion: str | None


@dataclass(frozen=True, slots=True)
class Template:
    """A text with the fields of a row in it.

    A field is looked up by its whole name, and formatted as ``str.format`` does (``{price:.2f}``);
    neither attributes nor items of a value are reached.

    Attributes
    ----------
    parts : sequence
    """

    parts: Sequence[_Part]

    @property
    def literals(self) -> list[str]:
        """The text before, between and after the fields."""
        literals = [part.literal for part in self.parts]
        ends_in_text = self.parts and self.parts[-1].field is None
        return literals if ends_in_text else [*literals, ""]

    def fill(self, fields: Fields, written: Callable[[str], str] = str) -> str:
        """Return the text for a row.

        Parameters
        ----------
        fields : mapping
        written : callable, optional
            Changes the text of each value.

        Raises
        ------
        ValueError
            If the row has no such field, or one that is empty or takes no such format.
        """
        pieces: list[str] = []
        for part in self.parts:
            pieces.append(part.literal)
            if part.field is not None:
                pieces.append(written(_value(part, fields)))
        return "".join(pieces)


def read_template(text: str) -> Template:
    """Return the template that a text stands for; ``{{`` and ``}}`` are braces.

    Raises
    ------
    ValueError
        If a brace is open, or no name is in a pair of them.
    """
    try:
        found = [_Part(*part) for part in _parsed(text)]
    except ValueError as fault:
        raise ValueError(f"{short_repr(text)} is no template: {fault}") from None
    if any(part.field == "" for part in found):
        raise ValueError(f"{short_repr(text)} is no template: {{}} names no field")
    return Template(found)


def _parsed(text: str) -> list[tuple[str, str | None, str, str | None]]:
    parsed = string.Formatter().parse(text)
    return [(literal, name, spec or "", conversion) for literal, name, spec, conversion in parsed]


def _value(part: _Part, fields: Fields) -> str:
    name = part.field
    assert name is not None
    if name not in fields:
        near = difflib.get_close_matches(name, fields, n=1)
        meant = f" (did you mean {near[0]!r}?)" if near else ""
        raise ValueError(f"there is no field {name!r}{meant}")
    value: Any = fields[name]
    if is_missing(value):
        raise ValueError(f"{name} is empty")
    try:
        if part.conversion is not None:
            value = string.Formatter().convert_field(value, part.conversion)
        return format(value, part.format)
    except Exception as fault:  # a value of the user's own may raise anything
        raise ValueError(f"{name} cannot be written as {part.format!r}: {fault}") from None
