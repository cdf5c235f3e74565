"""Who is looking: a live front end, a kernel that nobody watches, or a terminal."""

from __future__ import annotations

import os
import sys
from enum import Enum
from typing import Any

from IPython.core.getipython import get_ipython

__all__ = ["FRONTEND_VARIABLE", "Frontend", "detect", "execution", "session"]

FRONTEND_VARIABLE = "JUPYTER_TTS_FRONTEND"


class Frontend(Enum):
    """What can be shown.

    LIVE has a person and widgets; HEADLESS stores outputs that somebody reads later (nbclient,
    papermill, nbconvert); TERMINAL has a line of text.
    """

    LIVE = "live"
    HEADLESS = "headless"
    TERMINAL = "terminal"


def detect() -> Frontend:
    """Return who is looking at the cell that runs now.

    JupyterLab, Notebook and VS Code name the cell in the request's metadata; nbclient and
    papermill send none. A widget's message, of a button say, comes from a page.
    ``JUPYTER_TTS_FRONTEND=live|headless|terminal`` overrides the guess.
    """
    named = os.environ.get(FRONTEND_VARIABLE, "")
    if named in [each.value for each in Frontend]:
        return Frontend(named)
    kernel = _kernel()
    if kernel is None:
        return Frontend.TERMINAL
    parent = _parent(kernel)
    by_widget = parent.get("header", {}).get("msg_type") == "comm_msg"
    if by_widget or "google.colab" in sys.modules or parent.get("metadata", {}).get("cellId"):
        return Frontend.LIVE
    return Frontend.HEADLESS


def execution() -> int:
    """Return the number of the cell's run, 0 outside IPython."""
    shell = get_ipython()
    return shell.execution_count if shell else 0


def session() -> str:
    """Return the id of the client session that runs the cell, ``""`` where there is none."""
    kernel = _kernel()
    return str(_parent(kernel).get("header", {}).get("session", "")) if kernel else ""


def _kernel() -> Any:
    return getattr(get_ipython(), "kernel", None)


def _parent(kernel: Any) -> dict[str, Any]:
    return kernel.get_parent() or {}
