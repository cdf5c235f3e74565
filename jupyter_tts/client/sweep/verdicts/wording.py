"""Numbers and names as sentences have them."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["at_least", "at_most", "capital", "listed", "nearest", "percent", "places", "span"]


def places(*values: float) -> int:
    """Return how many decimals keep the smallest of some values, 0 apart, from being shown as 0."""
    smallest = min((abs(value) for value in values if value), default=math.inf)
    return 0 if smallest >= 2 else 1 if smallest >= 0.2 else 2 if smallest >= 0.02 else 3


def nearest(value: float, decimals: int) -> str:
    """Return a number, rounded."""
    return f"{value:,.{decimals}f}"


def at_least(value: float, decimals: int) -> str:
    """Return a number, rounded down."""
    return nearest(math.floor(_scaled(value, decimals)) / 10**decimals, decimals)


def at_most(value: float, decimals: int) -> str:
    """Return a number, rounded up."""
    return nearest(math.ceil(_scaled(value, decimals)) / 10**decimals, decimals)


def percent(share: float) -> str:
    """Return a share of 1 as percent, without decimals that say nothing: ``"99.9 %"``."""
    return f"{100 * share:.3g} %"


def listed(names: Sequence[str]) -> str:
    """Return names as a list in words."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def span(counts: Sequence[int]) -> str:
    """Return a count, or from which to which they are."""
    low, high = min(counts), max(counts)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def capital(text: str) -> str:
    """Return a sentence as one begins, but for a name such as ``en-us`` or ``eleven_v3``."""
    first = text.split(maxsplit=1)[0].rstrip(",:") if text else ""
    return text[:1].upper() + text[1:] if first.isalpha() else text


def _scaled(value: float, decimals: int) -> float:
    scaled: float = round(value * 10.0**decimals, 6)  # 12.000000001 is 12
    return scaled
