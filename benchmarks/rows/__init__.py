"""The rows of the table, one module each, with ``measure(repeats) -> Row``."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

__all__ = ["ROWS", "SENTENCE"]

ROWS: Final = MappingProxyType(
    {
        "notebook": 3,
        "heard": 15,
        "first_cell": 7,
        "page": 3,
        "hour": 1,
        "live_hour": 1,
        "opening": 3,
        "pause": 7,
        "second": 7,
        "transport": 7,
        "cpu": 5,
        "playout": 1,
        "memory": 2,
        "load_ext": 7,
    }
)
"""Names of the modules, in the order of the table, and how often each is repeated by default."""

SENTENCE: Final = "The quick brown fox jumps over the lazy dog, and then it rests."
