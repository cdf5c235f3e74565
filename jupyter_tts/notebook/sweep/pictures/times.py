"""Times in words; all are in milliseconds."""

from __future__ import annotations

import math

__all__ = ["duration_words", "interval_words", "time_words"]


def time_words(time: float) -> str:
    """Return a time as it is read: ``"0.31 ms"``, ``"78 ms"``, ``"1.24 s"``."""
    divisor, decimals, unit = _scale(time)
    return f"{time / divisor:.{decimals}f} {unit}"


def interval_words(value: float, low: float | None, high: float | None) -> str:
    """Return a time with its bounds, as far as there are any: ``"78 ms (71 to 90)"``."""
    divisor, decimals, unit = _scale(value)

    def number(time: float) -> str:
        return f"{time / divisor:.{decimals}f}"

    words = f"{number(value)} {unit}"
    if low is not None and high is not None:
        return f"{words} ({number(low)} to {number(high)})"
    if low is not None:
        return f"{words} ({number(low)} or more)"
    return words if high is None else f"{words} ({number(high)} or less)"


def duration_words(seconds: float) -> str:
    """Return how long something takes, roughly: ``"40 s"``, ``"3 min"``, ``"2 h 10 min"``."""
    if seconds < 55:
        return f"{max(1, 5 * round(seconds / 5)) if seconds > 10 else max(1, math.ceil(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(5 * round(minutes / 5), 60)
    return f"{hours:,} h" if not rest or hours >= 10 else f"{hours} h {rest} min"


def _scale(time: float) -> tuple[float, int, str]:
    """Return what to divide by, and the decimals and the unit then: three digits or so."""
    size = abs(time)
    if size >= 999.5:
        return 1000.0, 2 if size < 9_995 else 1 if size < 99_950 else 0, "s"
    return 1.0, 0 if size >= 9.95 or not size else 1 if size >= 0.995 else 2, "ms"
