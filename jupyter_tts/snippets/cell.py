"""A request as a notebook cell: the line of ``%%tts`` with its options, and the text."""

from __future__ import annotations

import re
import shlex
from typing import Any

from ..wire.parameters import PARAMETERS, Kind, Parameter
from ..wire.request import SpeechRequest
from .literals import is_legible, python_literal

__all__ = ["NOTEBOOK_FORMAT", "cell"]

# What %%tts asks for when no format is named.
NOTEBOOK_FORMAT = "pcm_24000"


def cell(request: SpeechRequest, text: str) -> str:
    """Return a cell that speaks a text as a request says.

    What the notebook does by itself is left out. Braces in the text and in the options stay as
    they are, whatever variables there are. What no cell can hold, such as a prompt in the text,
    which IPython takes away, is written as the call that IPython makes of a cell.
    """
    options = [
        _option(declared, value)
        for declared in PARAMETERS
        if (value := getattr(request, declared.name)) not in (None, declared.preset)
        and (declared.name, value) != ("format", NOTEBOOK_FORMAT)
    ]
    if "{" in text:
        options.append("--raw")
    line = " ".join(options)
    if any(map(_PROMPT.match, text.splitlines())) or not all(map(is_legible, line)):
        arguments = ", ".join(map(python_literal, ("tts", line, text)))
        return f"get_ipython().run_cell_magic({arguments})"
    return f"%%tts {line}".rstrip() + "\n" + text


# IPython takes what looks like a pasted prompt from the lines of a cell, cell magics included.
_PROMPT = re.compile(r"\s*(?:>>>|\.{3,}(?:[ :]|$)|(?:\[\w+\] )?In \[\d+\]:)")


def _option(declared: Parameter, value: Any) -> str:
    """Return an option as the magics read it."""
    if declared.kind is Kind.SWITCH:
        return declared.option if value else f"--no-{declared.option[2:]}"
    written = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    # Nothing is replaced across the end of a quoted part.
    quoted = shlex.quote(written).replace("{", "{''")
    return declared.option + ("=" if written.startswith("-") else " ") + quoted
