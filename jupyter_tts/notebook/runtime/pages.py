"""The pages that show a kernel's widgets, for a cell whose request does not say where it was run.

Where a server runs the cells (jupyter-server-nbmodel, jupyter-server-documents), the request comes
from a client of the server's, and looks as one of nbclient's does. But a page with widgets answers.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

import anywidget

from ..assets import bundle
from .session import Session
from .subshell import can_listen_beside_cells, listen_beside_cells

__all__ = ["Pages"]

# Seconds a page may take to answer: at first it has to load what answers.
FIRST_ANSWER = 4.0
ANSWER = 1.5
# Seconds for a page that is more likely the one where the cell was run.
BETTER_ANSWER = 0.05

# The involvement of a page in which somebody has just clicked or typed.
_CERTAIN = 3


class PageProbe(anywidget.AnyWidget):
    """A widget without a view, with which pages answer."""

    _esm = bundle("pages/page.js")


@dataclass(frozen=True)
class _Page:
    client: str
    involvement: int


class Pages:
    """Which pages show the widgets of a session's kernel; see :meth:`client`.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._probe: PageProbe | None = None
        self._answered = threading.Condition()
        self._answers: list[_Page] = []
        self._asked = 0
        self._request = ""
        self._client: str | None = None
        session.on_close(self._close)

    def client(self, request: str) -> str | None:
        """Return the client id of the page where a cell was most likely run.

        Parameters
        ----------
        request : str
            The id of the request to run the cell: the pages are asked once for each.

        Returns
        -------
        str or None
            None if no page answers; "" if one may be there that cannot be asked while a cell runs.
        """
        if request != self._request:
            self._client = self._ask()
            self._request = request
        return self._client

    def _ask(self) -> str | None:
        patience = ANSWER
        if self._probe is None or self._probe.comm is None:  # somebody may have closed it
            self._probe = self._open()
            patience = FIRST_ANSWER
        with self._answered:
            before = self._answers
            self._answers = []
            self._asked += 1
            self._probe.send({"kind": "ask", "number": self._asked})
            if not can_listen_beside_cells(self._probe.comm):
                return before[-1].client if before else ""  # the answer comes after the cell
            self._answered.wait_for(lambda: self._answers, patience)
            self._wait_for_better()
            best = max(self._answers, key=lambda page: page.involvement, default=None)
        return None if best is None else best.client

    def _wait_for_better(self) -> None:
        until = time.monotonic() + BETTER_ANSWER
        while self._answers and self._answers[-1].involvement < _CERTAIN:
            if not self._answered.wait(until - time.monotonic()):
                return

    def _open(self) -> PageProbe:
        probe = PageProbe()
        listen_beside_cells(probe.comm)
        probe.on_msg(self._on_message)
        return probe

    def _on_message(self, _: PageProbe, content: Any, __: Any) -> None:
        match content:
            case {"kind": "here", "number": int(n), "client": str(client), "involvement": int(i)}:
                with self._answered:
                    if n == self._asked:
                        self._answers.append(_Page(client, i))
                        self._answered.notify()

    async def _close(self) -> None:
        if self._probe is not None and self._probe.comm is not None:
            self._probe.layout.close()
            self._probe.close()
