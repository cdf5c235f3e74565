"""How the target of ``--latency auto`` is written, and what it may be."""

from __future__ import annotations

import math
import re

__all__ = ["AUTO", "HIGHEST", "LOWEST", "TARGET", "check_target", "parse_target"]

AUTO = "auto"
TARGET = 0.4  # seconds
LOWEST, HIGHEST = 0.05, 10.0  # seconds

_WRITTEN = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>ms|s|)")


def parse_target(text: str) -> float:
    """Return the seconds written as ``400ms``, ``0.4s`` or, in milliseconds, ``400``.

    Raises
    ------
    ValueError
    """
    match = _WRITTEN.fullmatch(text.strip())
    seconds = math.nan
    if match:
        seconds = float(match["number"]) / (1 if match["unit"] == "s" else 1000)
    return check_target(seconds, text)


def check_target(seconds: object, written: object) -> float:
    """Return seconds that are a target; ``written`` is what their user wrote.

    Raises
    ------
    ValueError
    """
    number = seconds if isinstance(seconds, int | float) else math.nan
    if LOWEST <= number <= HIGHEST and seconds is not True:
        return float(number)
    raise ValueError(f"must be {LOWEST * 1000:.0f}ms to {HIGHEST:.0f}s, not {written!r}")
