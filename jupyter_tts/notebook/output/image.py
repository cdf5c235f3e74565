"""A picture that stays where SVG itself is left out."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

__all__ = ["image"]

# What may stand in a data: URL in double quotes.
_SAFE = " =:/;,'()"


def image(name: str, svg: str, height: int, words: str = "") -> str:
    """Return a picture that also shows where SVG itself may not; a script puts that in its place.

    An untrusted notebook drops the elements of SVG, and leaves its words behind.
    """
    source = f"data:image/svg+xml,{quote(svg, safe=_SAFE)}"
    style = f"width: 100%; height: {height}px"
    return f'<img class="{name}" alt="{escape(words)}" style="{style}" src="{source}">'
