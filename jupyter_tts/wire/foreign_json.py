"""JSON that somebody else wrote."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["read_json"]

# Levels of arrays and objects. No message or route of the protocol has ten; what walks or compares
# a value calls itself once a level, and Python allows a thousand such calls.
MOST_LEVELS = 100


def read_json(data: str | bytes) -> Any:
    """Return the value of a JSON text.

    Raises
    ------
    ValueError
        If it is not JSON, or nested more deeply than anything of the protocol.
    """
    try:
        value = json.loads(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if _brackets(data) > MOST_LEVELS and _is_deep(value):
        raise ValueError("nested too deeply")
    return value


def _brackets(data: str | bytes) -> int:
    """Return at least as many as the levels: counting is quick, and most messages have few."""
    if isinstance(data, str):
        return data.count("[") + data.count("{")
    return data.count(b"[") + data.count(b"{")


def _is_deep(value: Any) -> bool:
    level: list[Any] = [[value]]
    for _ in range(MOST_LEVELS + 1):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
    return bool(level)


def whole_number(value: object) -> object:
    """Return a number without a fraction as an int: JSON has one kind of number, so 5.0 is 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
