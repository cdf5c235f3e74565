"""A table in Markdown, and what it was measured on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..machine import describe, load

__all__ = ["machine", "markdown"]


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def machine() -> str:
    """Say in a sentence what this machine is and how busy it is."""
    facts = describe()
    return (
        f"{facts['system']}, {facts['cores']} cores, Python {facts['python']}; "
        f"load over the last minute {load()}."
    )
