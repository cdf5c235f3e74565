"""What of a measurement can be compared."""

from __future__ import annotations

from typing import Final

__all__ = ["LENGTHS", "MEASURES"]

MEASURES: Final = {
    "ttfa": "time to first audio",
    "ttfb": "time to first byte",
    "audible": "time until it is heard",
    "connect": "time to connect",
    "silence": "leading silence",
    "gap": "time without sound",
    "duration": "length of the speech",
}
"""What can be compared, in milliseconds, by the name of a row's field."""

LENGTHS: Final = frozenset({"silence", "gap", "duration"})
"""Those that are longer or shorter, where others are later or earlier."""
