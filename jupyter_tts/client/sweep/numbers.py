"""Numbers as a caller gives them."""

from __future__ import annotations

import operator

__all__ = ["whole_number"]


def whole_number(given: object) -> int | None:
    """Return a whole number, also one of numpy's, as Python's; None for anything else."""
    if isinstance(given, bool):
        return None
    try:
        return operator.index(given)  # type: ignore[arg-type]  # it tells what has none
    except TypeError:
        return None
