"""Tables, code and docstrings as the Markdown that GitHub reads."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Sequence

__all__ = ["code", "docstring", "first_sentence", "prose", "table"]

# Sections of a numpy docstring that list names.
_LISTS = {"Attributes", "Parameters", "Raises", "Returns", "Yields"}
_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)


def code(text: object) -> str:
    """Return a text as code, an empty one as it is."""
    return f"`{text}`" if str(text) else ""


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table, with the bars in its cells escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(str(cell).replace("|", r"\|").replace("\n", " ") for cell in line) + " |"
        for line in lines
    )


def prose(text: str) -> str:
    """Return a docstring's text with its markup in Markdown."""
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", text)
    return text.replace("``", "`").replace("::\n", ":\n").strip()


def first_sentence(thing: object) -> str:
    """Return the first paragraph of a docstring, in one line."""
    return " ".join(prose(inspect.getdoc(thing) or "").partition("\n\n")[0].split())


def docstring(thing: object) -> str:
    """Return a numpy docstring: its prose, and its sections as lists. Notes are for developers."""
    head, *rest = _SECTION.split(inspect.getdoc(thing) or "")
    parts = [prose(head)]
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        if title in _LISTS:
            parts.append(f"**{title}**\n\n" + "\n".join(_items(body)))
        elif title == "Examples":
            parts.append(f"```pycon\n{body.strip()}\n```")
    return "\n\n".join(filter(None, parts))


def _items(body: str) -> Iterator[str]:
    """Yield one line per name of a section, with its indented text."""
    for entry in re.split(r"\n(?=\S)", body.strip()):
        name, _, text = entry.partition("\n")
        meaning = " ".join(prose(text).split())
        yield f"- {code(name.strip())}" + (f": {meaning}" if meaning else "")
