"""Whether a cell runs, and what a cell that runs again does to its sound."""

from __future__ import annotations

from .frontend import running_cell, running_message
from .session import Session

__all__ = ["Cells"]


class Cells:
    """The cells of a session's shell.

    A cell that runs again loses its output, and with it the speeches that it began before; a page
    may be unable to say so, hence they are stopped here.

    Attributes
    ----------
    running : bool
        Whether a cell runs.
    runs : int
        How many have begun.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.running = running_message().get("header", {}).get("msg_type") == "execute_request"
        self.runs = 0
        if session.shell is not None:
            session.shell.events.register("pre_run_cell", self._begin)
            session.shell.events.register("post_run_cell", self._end)
            session.on_close(self._forget)

    def _begin(self, *_: object) -> None:
        self.running = True
        self.runs += 1
        if cell := running_cell():
            self._session.stop_jobs(cell)

    def _end(self, *_: object) -> None:
        self.running = False

    async def _forget(self) -> None:
        shell = self._session.shell
        if shell is not None:
            shell.events.unregister("pre_run_cell", self._begin)
            shell.events.unregister("post_run_cell", self._end)
