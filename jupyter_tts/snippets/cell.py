"""A request as a notebook cell: the line of ``%%tts`` with its options, and the text."""

from __future__ import annotations

import re
import shlex
from typing import Any

from ..wire.parameters import PARAMETERS, Kind, Parameter
from ..wire.request import SpeechRequest
from .literals import is_legible

__all__ = ["NOTEBOOK_FORMAT", "cell"]

# What %%tts asks for when no format is named.
NOTEBOOK_FORMAT = "pcm_24000"


def cell(request: SpeechRequest, text: str) -> str:
    """Return a cell that speaks a text as a request says.

    What the notebook does by itself is left out. Braces and prompts in the text are written so
    that IPython and ``%%tts`` leave them as they are.
    """
    options = [
        _option(declared, value)
        for declared in PARAMETERS
        if (value := getattr(request, declared.name)) not in (None, declared.preset)
        and (declared.name, value) != ("format", NOTEBOOK_FORMAT)
    ]
    lines = text.splitlines(keepends=True)
    if any(map(_PROMPT.match, lines)):
        text = "".join(map(_escape_line, lines))
    elif "{" in text or "}" in text:
        options.append("--raw")
    return " ".join(["%%tts", *options]) + "\n" + text


# IPython takes what looks like a pasted prompt from the lines of a cell, cell magics included.
_PROMPT = re.compile(r"\s*(?:>>>|\.{3,}(?:[ :]|$)|(?:\[\w+\] )?In \[\d+\]:)")


def _escape_line(line: str) -> str:
    """Return a line as text for ``{expressions}`` that does not begin like a prompt."""
    start = len(line) - len(line.lstrip())
    if not _PROMPT.match(line):
        return _double_braces(line)
    return f"{line[:start]}{{chr({ord(line[start])})}}{_double_braces(line[start + 1 :])}"


def _option(declared: Parameter, value: Any) -> str:
    """Return an option as the magics read it: braces doubled, quoted where needed."""
    if declared.kind is Kind.SWITCH:
        return declared.option if value else f"--no-{declared.option[2:]}"
    written = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    # A line break, or whatever else could be taken for one, would end the line of options.
    safe = "".join(c if is_legible(c) else f"{{chr({ord(c)})}}" for c in _double_braces(written))
    return declared.option + ("=" if written.startswith("-") else " ") + shlex.quote(safe)


def _double_braces(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
