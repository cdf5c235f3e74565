"""The saved view, for pages that a display id does not reach.

A page that was loaded while the sound played, again or in a second tab, has the output from the
notebook's file and does not know its display id; and inside an ``ipywidgets.Output`` a display id
reaches nothing. But the page has the player, whose script puts the saved view into the notebook
itself. So the player is closed only when a page has confirmed that: closed earlier, it would reopen
as "model not found".
"""

from __future__ import annotations

import threading
from typing import Any

from ..runtime.cells import Cells
from ..runtime.session import Session
from .outputs import put_in_outputs
from .widget import Player

__all__ = ["SavedViewDelivery"]

# What is held at most for pages that do not answer: players, and bytes of their views.
MOST_PLAYERS = 20
MOST_BYTES = 20_000_000


class SavedViewDelivery:
    """The saved views that are offered to any page that asks, until one has them.

    A page that has put a view into the notebook, or has it already, answers ``placed``; one that
    cannot, but shows the player, ``shown``. Where no page answers, the oldest are given up.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._cells = session.part(Cells)
        self._lock = threading.Lock()  # the kernel's threads answer, the event loop's offers
        self._waiting: dict[Player, dict[str, str]] = {}

    def offer(self, player: Player, bundle: dict[str, str]) -> None:
        """Have a view take a player's place, and close the player then.

        Parameters
        ----------
        player : Player
        bundle : dict of str to str
            The view by MIME type.
        """
        with self._lock:
            self._waiting[player] = bundle
            abandoned = self._take_surplus()
        player.on_msg(self._on_message)
        player.place(player.models, bundle)
        for old, view in abandoned.items():
            # While a cell runs, a page may have changed an Output without the kernel's knowledge.
            if not self._cells.running:
                put_in_outputs(old.models, view)
            old.close()

    def _take_surplus(self) -> dict[Player, dict[str, str]]:
        surplus = {}
        while len(self._waiting) > 1 and (
            len(self._waiting) > MOST_PLAYERS or _size(self._waiting) > MOST_BYTES
        ):
            oldest = next(iter(self._waiting))
            surplus[oldest] = self._waiting.pop(oldest)
        return surplus

    def _on_message(self, player: Player, content: Any, _: Any) -> None:
        match content:
            case {"kind": "hello"} if (view := self._waiting.get(player)) is not None:
                player.place(player.models, view)
            case {"kind": "placed" | "shown" as answer}:
                with self._lock:
                    self._waiting.pop(player, None)
                if answer == "placed":
                    player.close()


def _size(views: dict[Player, dict[str, str]]) -> int:
    return sum(len(data) for view in views.values() for data in view.values())
