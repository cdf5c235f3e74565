"""How the target of ``--latency auto`` is written, and what it may be."""

from __future__ import annotations

import math
import re

from ...wire.errors import ParameterError

__all__ = ["AUTO", "HIGHEST", "LOWEST", "TARGET", "parse_target", "read_target"]

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
    return _check_seconds(seconds, text)


def read_target(target: object) -> float:
    """Return the seconds of a target that is given as a text or in seconds.

    Raises
    ------
    ParameterError
    """
    try:
        return parse_target(target) if isinstance(target, str) else _check_seconds(target, target)
    except ValueError as fault:
        raise ParameterError([f"target {fault}"]) from None


def _check_seconds(seconds: object, written: object) -> float:
    number = seconds if isinstance(seconds, int | float) else math.nan
    if LOWEST <= number <= HIGHEST and seconds is not True:
        return float(number)
    raise ValueError(f"must be {LOWEST * 1000:.0f}ms to {HIGHEST:.0f}s, not {written!r}")
