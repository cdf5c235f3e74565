"""The front end's files, joined into what a widget or a saved view takes."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path

__all__ = ["STATIC", "bundle", "compact_script", "compact_style", "style"]

STATIC = Path(__file__).with_name("static")

_IMPORT = re.compile(r'^import [^"]* from "(?P<name>\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)

# Comments and indentation, which make up half of a file; no string or template here holds either.
_BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LINE_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
_NEWLINE = "\n"
_MARGINS = re.compile(r"\s*\n\s*")


def bundle(entry: str) -> str:
    """Join a module and those it imports into the one that anywidget takes, imports first."""
    seen: dict[str, str] = {}

    def visit(name: str) -> None:
        if name not in seen:
            seen[name] = ""  # holds against import cycles
            source = (STATIC / name).read_text("utf-8")
            for imported in _IMPORT.finditer(source):
                visit(posixpath.normpath(posixpath.join(posixpath.dirname(name), imported["name"])))
            del seen[name]
            seen[name] = _EXPORT.sub("", _IMPORT.sub("", source))

    visit(entry)
    return "\n".join(seen.values())


def style(*names: str) -> str:
    """Return style sheets as one."""
    return "\n".join((STATIC / "style" / name).read_text("utf-8") for name in names)


@cache
def compact_script(entry: str) -> str:
    """Return a module and those it imports as one script of few bytes, with no names of its own."""
    source = _LINE_COMMENT.sub("", _BLOCK_COMMENT.sub("", bundle(entry)))
    return f"(()=>{{{_MARGINS.sub(_NEWLINE, source)}}})()"


@cache
def compact_style(*names: str) -> str:
    """Return style sheets as one of few bytes."""
    return _MARGINS.sub(" ", _BLOCK_COMMENT.sub("", style(*names))).strip()
