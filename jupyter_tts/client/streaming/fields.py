"""Fields of objects and dicts that are known by their shape alone."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

__all__ = ["MISSING", "field", "text_places"]

MISSING: Final = object()

# Names under which text is likely, the likeliest first.
_LIKELY: Final = ("text", "content", "delta", "output_text", "response", "output", "data", "token")
# Fields that have text which nobody wants to hear.
_UNLIKELY: Final = frozenset(
    ("id", "type", "role", "model", "object", "name", "kind", "event", "status", "finish_reason")
)
# An object may hold anything, itself too.
_MOST_FIELDS: Final = 100


def field(value: Any, path: str) -> Any:
    """Return a field of an object or a dict, `MISSING` if there is none.

    Parameters
    ----------
    value : object
    path : str
        Names and indices: ``"choices.0.delta.content"``.
    """
    for name in path.split("."):
        try:
            if isinstance(value, Mapping):
                value = value[name]
            elif name.removeprefix("-").isdecimal():
                value = value[int(name)]
            else:
                value = getattr(value, name)
        except Exception:  # of a property, which may raise anything
            return MISSING
    return value


def text_places(value: object) -> list[str]:
    """Return where an object has text, as written in Python behind it, the likeliest first."""
    places: list[tuple[int, str]] = []
    waiting = deque([("", value)])
    for _ in range(_MOST_FIELDS):
        if not waiting:
            break
        expression, holder = waiting.popleft()
        for name, rest, inner in _fields(holder):
            if not isinstance(inner, str):
                waiting.append((expression + rest, inner))
            elif inner.strip():
                places.append((_rank(name), expression + rest))
    places.sort(key=lambda place: place[0])
    wanted = [expression for rank, expression in places if rank <= len(_LIKELY)]
    return wanted or [expression for _, expression in places]


def _fields(value: object) -> Iterator[tuple[str, str, object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(key, str):
                yield key, f"[{json.dumps(key, ensure_ascii=False)}]", inner
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        for index, inner in enumerate(value[:2]):
            yield "", f"[{index}]", inner
    else:
        slots = getattr(type(value), "__slots__", ())
        names = [slots] if isinstance(slots, str) else [*slots, *getattr(value, "__dict__", {})]
        for name in names:
            if not name.startswith("_") and (inner := field(value, name)) is not MISSING:
                yield name, f".{name}", inner


def _rank(name: str) -> int:
    if name in _LIKELY:
        return _LIKELY.index(name)
    return len(_LIKELY) + (name in _UNLIKELY)
