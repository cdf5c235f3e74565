"""The saved view, for pages that a display id does not reach.

A page that was loaded while the sound played, again or in a second tab, has the output from the
notebook's file and does not know its display id. But it finds the player again, whose script puts
the saved view into the notebook itself. So the player is closed only when a page has confirmed
that: closed earlier, it would reopen as "model not found".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .widget import Player

__all__ = ["SavedViewDelivery"]


class SavedViewDelivery:
    """A saved view that is sent to any page that asks.

    A page that has put it into the notebook answers ``placed``.

    Parameters
    ----------
    player : Player
        Closed once the view is in a notebook.
    bundle : dict of str to str
        The view by MIME type.
    earlier : sequence of str
        Ids of the players that this one replaced.
    """

    def __init__(self, player: Player, bundle: dict[str, str], earlier: Sequence[str] = ()) -> None:
        self._player = player
        self._bundle = bundle
        self._models = (*earlier, player.model_id)
        player.on_msg(self._on_message)
        self._offer()

    def _offer(self) -> None:
        self._player.place(self._models, self._bundle)

    def _on_message(self, _: Player, content: Any, __: Any) -> None:
        match content:
            case {"kind": "hello"}:
                self._offer()
            case {"kind": "placed"}:
                self._player.layout.close()
                self._player.close()
