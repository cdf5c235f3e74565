"""A kernel subshell beside the shell that runs cells, for messages that cannot wait."""

from __future__ import annotations

from typing import Any

from .frontend import current_shell, kernel_of
from .session import Session, session_of

__all__ = ["can_listen_beside_cells", "listen_beside_cells"]


def listen_beside_cells(comm: Any) -> None:
    """Have a comm's messages handled while a cell runs, in every front end.

    The shell that runs cells handles nothing until they end, Stop included. JupyterLab asks for
    another (JEP 91, kernel subshells), but only if the kernel was idle before; other front ends
    do not. And ipykernel 7.4 answers a comm on the shell that last sent on it. So the comm itself
    decides where it listens. ipykernel before 7.4 leaves that to the front end.
    """
    if can_listen_beside_cells(comm):
        session = session_of(current_shell())
        comm._reply_subshell_for = lambda data, requested: requested or session.part(_Subshell).id()


def can_listen_beside_cells(comm: Any) -> bool:
    """Whether :func:`listen_beside_cells` has any effect: with ipykernel 7.4 or newer."""
    return hasattr(comm, "_reply_subshell_for")


class _Subshell:
    """The subshell of a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._id: str | None = None

    def id(self) -> str | None:
        """Return its id, opening it if need be; on ipykernel's shell channel thread."""
        manager = kernel_of(self._session.shell).shell_channel_thread.manager
        if self._id not in manager.list_subshell():
            # ipykernel has no public way; without this one the front end decides.
            create = getattr(manager, "_create_subshell", None)
            self._id = create and create()
        return self._id
