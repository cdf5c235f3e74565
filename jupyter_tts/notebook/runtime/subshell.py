"""A shell of the kernel beside the one that runs cells, for what cannot wait."""

from __future__ import annotations

from typing import Any

from .frontend import current_shell, kernel_of
from .session import Session, session_of

__all__ = ["listen_beside_cells"]


def listen_beside_cells(comm: Any) -> None:
    """Have a comm's messages handled while a cell runs, in every front end.

    The shell that runs cells hears nothing until they end, Stop included. JupyterLab asks for
    another (JEP 91, kernel subshells), but only once the kernel has been idle before it; other
    front ends do not. And ipykernel 7.4 answers a comm on the shell that last sent on it. So the
    comm says itself where it listens. ipykernel before 7.4 leaves that to the front end.
    """
    if hasattr(comm, "_reply_subshell_for"):
        session = session_of(current_shell())
        comm._reply_subshell_for = lambda data, asked: asked or session.part(_Subshell).id()


class _Subshell:
    """The shell that was opened here."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._id: str | None = None

    def id(self) -> str | None:
        """Return its id, opening it if need be; on ipykernel's shell channel thread."""
        manager = kernel_of(self._session.shell).shell_channel_thread.manager
        if self._id not in manager.list_subshell():
            # Only a front end has a public way; without this one it is left to the front end.
            create = getattr(manager, "_create_subshell", None)
            self._id = create and create()
        return self._id
