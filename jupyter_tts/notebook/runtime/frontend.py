"""Where output goes: to a live front end, a kernel that runs unattended, or a terminal."""

from __future__ import annotations

import builtins
import os
import sys
from enum import Enum
from typing import TYPE_CHECKING, Any

from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.getipython import get_ipython

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = [
    "FRONTEND_VARIABLE",
    "Frontend",
    "client_session",
    "current_shell",
    "detect",
    "kernel_of",
    "running_cell",
    "running_message",
]

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
    """Return the front end of the cell that runs now.

    JupyterLab, Notebook and VS Code name the cell in the request's metadata; nbclient and
    papermill send none. A widget's message, of a button say, comes from a page.
    ``JUPYTER_TTS_FRONTEND=live|headless|terminal`` overrides the guess. What ``%%capture`` keeps is
    shown later, if at all: nobody looks yet.
    """
    shell = current_shell()
    kernel = kernel_of(shell)
    if kernel and shell and isinstance(shell.display_pub, CapturingDisplayPublisher):
        return Frontend.HEADLESS
    named = os.environ.get(FRONTEND_VARIABLE, "")
    if named in [frontend.value for frontend in Frontend]:
        return Frontend(named)
    if kernel is None:
        return Frontend.TERMINAL
    parent = _parent(kernel)
    by_widget = parent.get("header", {}).get("msg_type") == "comm_msg"
    if by_widget or "google.colab" in sys.modules or parent.get("metadata", {}).get("cellId"):
        return Frontend.LIVE
    return Frontend.HEADLESS


def current_shell() -> InteractiveShell | None:
    """Return the shell whose cell runs this code, else the process's own, None without IPython."""
    # A shell puts its own get_ipython among the builtins while it runs a cell; the one that can
    # be imported knows only the process's first shell.
    of_cell = getattr(builtins, "get_ipython", get_ipython)
    shell: InteractiveShell | None = of_cell()
    return shell


def client_session() -> str:
    """Return the id of the client session that runs the cell, ``""`` where there is none."""
    return str(running_message().get("header", {}).get("session", ""))


def running_message() -> dict[str, Any]:
    """Return the message of a front end that runs this code, empty where there is none."""
    kernel = kernel_of(current_shell())
    return _parent(kernel) if kernel else {}


def running_cell() -> str:
    """Return the id of the cell that runs this code, ``""`` where the front end names none."""
    return str(running_message().get("metadata", {}).get("cellId") or "")


def kernel_of(shell: InteractiveShell | None) -> Any:
    """Return the kernel around a shell, None where there is none."""
    return getattr(shell, "kernel", None)


def _parent(kernel: Any) -> dict[str, Any]:
    return kernel.get_parent() or {}
