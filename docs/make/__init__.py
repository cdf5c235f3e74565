"""What makes the generated pages (``python -m docs.make``) and the pictures."""

from __future__ import annotations

from pathlib import Path

from . import python, reference, voices

__all__ = ["FOLDER", "pages"]

FOLDER = Path(__file__).parents[1]
"""Where the pages are."""


def pages() -> dict[str, str]:
    """Return every generated page by its file's name."""
    return {
        "python.md": python.page(),
        "reference.md": reference.page(),
        "voices.md": voices.page(),
    }
