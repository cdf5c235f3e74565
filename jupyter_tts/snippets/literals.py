"""JSON values as literals of JSON, JavaScript and Python, for code that people read."""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["is_legible", "javascript_literal", "json_literal", "python_literal"]


def json_literal(value: Any) -> str:
    """Return a value as JSON on one line: every script as it is, what does not print escaped."""
    written = json.dumps(value, ensure_ascii=False)
    return "".join(c if is_legible(c) else json.dumps(c)[1:-1] for c in written)


def javascript_literal(value: Any) -> str:
    """Return a value as JavaScript that may also stand in a ``<script>`` of a page."""
    # The three beginnings that end a script or change how it is read (HTML, section 4.12.1.3).
    return re.sub(r"<(?=!--|/?script)", r"\\x3c", json_literal(value), flags=re.IGNORECASE)


def python_literal(value: Any) -> str:
    """Return a value as Python on one line, strings in double quotes."""
    match value:
        case str():
            return "".join(map(_python_character, json.dumps(value, ensure_ascii=False)))
        case dict():
            items = (
                f"{python_literal(key)}: {python_literal(item)}" for key, item in value.items()
            )
            return "{" + ", ".join(items) + "}"
        case list():
            return "[" + ", ".join(map(python_literal, value)) + "]"
        case _:
            return repr(value)


def is_legible(character: str) -> bool:
    """Whether a character can be seen in code, and so need not be escaped."""
    # The joiners do not print, but words of Persian or Hindi, and many emoji, need them.
    return character.isprintable() or character in "\u200c\u200d"


def _python_character(character: str) -> str:
    """Escape what does not print in a JSON string; JSON's own escapes are Python's too."""
    return character if is_legible(character) else ascii(character)[1:-1]
