"""The front end's files, joined into what a widget or a saved view takes."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from functools import cache
from pathlib import Path

__all__ = [
    "STATIC",
    "PageCode",
    "bundle",
    "compact_module",
    "compact_script",
    "compact_style",
    "page_code",
    "style",
]

STATIC = Path(__file__).with_name("static")

_IMPORT = re.compile(r'^import [^"]* from "(?P<name>\.[^"]+)";\n', re.MULTILINE)
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)

# Comments and indentation, which make up half of a file; no string or template here holds either.
_BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LINE_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
_RUN = 'document.head.appendChild(document.createElement("script")).text = {};'
_NEWLINE = "\n"
_MARGINS = re.compile(r"\s*\n\s*")
# Not before a colon or a parenthesis: white space there stands for a descendant, or for `and`.
_SPACES = re.compile(r"\s*([{};,>])\s*|([:(])\s+|\s+(\))")


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
def compact_module(entry: str) -> str:
    """Return a module and those it imports as one module of few bytes."""
    source = _LINE_COMMENT.sub("", _BLOCK_COMMENT.sub("", bundle(entry)))
    return _MARGINS.sub(_NEWLINE, source)


@cache
def compact_script(entry: str) -> str:
    """Return a module and those it imports as one script of few bytes, with no names of its own."""
    return f"(()=>{{{compact_module(entry)}}})()"


@cache
def compact_style(*names: str) -> str:
    """Return style sheets as one of few bytes."""
    joined = _MARGINS.sub(" ", _BLOCK_COMMENT.sub("", style(*names))).strip()
    spaced = _SPACES.sub(lambda space: "".join(filter(None, space.groups())), joined)
    return spaced.replace(";}", "}")


class PageCode:
    """The code of one kind of widget, as text for the page.

    Parameters
    ----------
    entry : str
        Its module.
    *further : str
        Its style sheets, and scripts that the page is to have run.

    Attributes
    ----------
    module : str
        What anywidget takes as a widget's module.
    style : str
        What it takes as the style sheet.
    provider : str
        A module that puts both into the page, for all widgets of this kind.
    hash : str
        Of all of it and of the loader, so that two versions in one page do not meet.
    """

    def __init__(self, entry: str, *further: str) -> None:
        self.module = compact_module(entry)
        self.style = compact_style(*(name for name in further if name.endswith(".css")))
        scripts = [
            (STATIC / name).read_text("ascii") for name in further if not name.endswith(".css")
        ]
        sources = (self.module, self.style, compact_module("loading/loader.js"))
        self.hash = hashlib.blake2b("".join(sources).encode(), digest_size=8).hexdigest()
        arguments = f"{json.dumps(self.hash)}).provide(widgetOfPage, {json.dumps(self.style)}"
        self.provider = _NEWLINE.join(
            [
                _DEFAULT.sub("const widgetOfPage = ", self.module),
                compact_module("loading/page_code.js"),
                f"pageCode({arguments});",
                *(_RUN.format(json.dumps(script)) for script in scripts),
                # The page's widget state, which a notebook may be saved with, is to be without it.
                'const initialize = ({ model }) => model.set("_esm", "export default {}");',
                "export default { initialize };",
            ]
        )


@cache
def page_code(entry: str, *further: str) -> PageCode:
    """Return the code of one kind of widget; see :class:`PageCode`."""
    return PageCode(entry, *further)
