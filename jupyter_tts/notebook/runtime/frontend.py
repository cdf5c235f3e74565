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
    "has_page",
    "in_marimo",
    "in_voila",
    "kernel_of",
    "lacks_page",
    "running_cell",
    "running_message",
    "somebody_types",
    "started_by_server",
    "updates_outputs",
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

    JupyterLab, Notebook and VS Code name the cell in the request's metadata, and a widget's
    message, of a button say, comes from a page. Voila runs the cells before there is a page.
    Where a Jupyter server runs the cells, its request says as little as nbclient's and
    papermill's; but a page with widgets answers when asked. What ``%%capture`` keeps is shown
    later, if at all: nobody looks yet. ``JUPYTER_TTS_FRONTEND=live|headless|terminal`` overrides
    every other guess.
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
    if _from_page(_parent(kernel)) or in_voila():
        return Frontend.LIVE
    return Frontend.LIVE if _in_server() and not lacks_page() else Frontend.HEADLESS


def has_page() -> bool:
    """Whether a page is known to have run the cell, without asking any."""
    named = os.environ.get(FRONTEND_VARIABLE, "")
    if named in [frontend.value for frontend in Frontend]:
        return Frontend(named) is Frontend.LIVE
    kernel = kernel_of(current_shell())
    return kernel is not None and _from_page(_parent(kernel))


def in_voila() -> bool:
    """Whether Voila runs the cells: all of them before the page with their outputs opens."""
    return _is_own("VOILA_BASE_URL")


def started_by_server() -> bool:
    """Whether a Jupyter server started the kernel, for a notebook that may be open in a page."""
    return _is_own("JPY_SESSION_NAME")


def lacks_page() -> bool:
    """Whether a Jupyter server runs the cell, and no page shows its widgets."""
    return _in_server() and _asked_page(running_message()) is None


def in_marimo() -> bool:
    """Whether a marimo notebook runs this code."""
    marimo = sys.modules.get("marimo")
    return marimo is not None and bool(marimo.running_in_notebook())


def somebody_types() -> bool:
    """Whether the front end could ask its user something: nbclient and papermill could not."""
    return bool(running_message().get("content", {}).get("allow_stdin"))


def updates_outputs() -> bool:
    """Whether a page that shows the cell's outputs knows their display ids.

    It does if it sent the request: ids come with the answers to it, and are in no document.
    """
    return not (in_voila() or _in_server())


def current_shell() -> InteractiveShell | None:
    """Return the shell whose cell runs this code, else the process's own, None without IPython."""
    # A shell puts its own get_ipython among the builtins while it runs a cell; the one that can
    # be imported knows only the process's first shell.
    of_cell = getattr(builtins, "get_ipython", get_ipython)
    shell: InteractiveShell | None = of_cell()
    return shell


def client_session() -> str:
    """Return the id of the page's client session that runs the cell, ``""`` if unknown."""
    parent = running_message()
    if in_voila():
        return ""
    if _in_server() or _in_console(parent):
        return _asked_page(parent) or ""
    return str(parent.get("header", {}).get("session", ""))


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


def _from_page(parent: dict[str, Any]) -> bool:
    by_widget = parent.get("header", {}).get("msg_type") == "comm_msg"
    named = parent.get("metadata", {}).get("cellId")
    return bool(by_widget or named or "google.colab" in sys.modules)


def _in_server() -> bool:
    """Whether a Jupyter server runs the cell, of a notebook that may be open in a page."""
    return not _from_page(running_message()) and started_by_server()


def _in_console(parent: dict[str, Any]) -> bool:
    """Whether a console of JupyterLab's sent the request.

    Its client session is not that of the page's widgets. Its request names a cell, but not those
    that were deleted; the cells of VS Code's requests are URIs.
    """
    metadata = parent.get("metadata", {})
    cell = str(metadata.get("cellId") or ":")
    return ":" not in cell and "deletedCells" not in metadata and started_by_server()


def _asked_page(parent: dict[str, Any]) -> str | None:
    """Return the client session of the page where a cell was most likely run, None without one."""
    # Widgets are imported only where there may be somebody to see them.
    from .pages import Pages
    from .session import current_session

    return current_session().part(Pages).client(parent.get("header", {}).get("msg_id", ""))


def _is_own(variable: str) -> bool:
    """Whether an environment variable was set for this kernel.

    A program that a cell starts, papermill say, inherits it, and so does the kernel it starts.
    """
    value = os.environ.get(variable)
    if not value:
        return False
    import psutil  # here, since few kernels need it

    try:
        starter = psutil.Process(int(os.environ.get("JPY_PARENT_PID") or os.getppid()))
        return bool(starter.environ().get(variable) != value)
    except (psutil.Error, ValueError, OSError):
        return True
