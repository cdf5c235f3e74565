"""The player widget: its traits and messages are the whole contract with the page.

Messages to the page: ``audio`` (``seq``, ``frames``, one buffer of s16le mono; ``left``, the
seconds of sound still to come; ``held``, whether it was held back or sent again), ``end``,
``words`` and ``stop``; any but the last may bring words (:mod:`.feed`); ``heard`` and
``file`` (:mod:`.downloads`); ``resume``, how far another page was; ``place``, a view to be put
where players are; ``show``, to put the player beside another widget; and ``ask``, whether there
still is a page. From the page: ``hello``, ``progress``, ``started``, ``interaction``, ``resend``,
``stop``, ``ended``, ``files`` (whether the kernel is there), ``file`` (``number``, ``suffix``),
``placed``, ``shown``, ``gone`` (its output was taken away), ``here`` and ``error``. They are
numbered with integers: a string ``id`` in a message would be kept for ever by ipykernel 7.4.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import traitlets
from ipywidgets import Layout, widget_serialization
from ipywidgets.widgets.trait_types import InstanceDict

from ..assets import page_code
from ..base_widget import BaseWidget, no_layout
from ..runtime.frontend import in_voila
from .outputs import open_outputs

__all__ = ["LastingPlayer", "Player"]


class Player(BaseWidget):
    """A player in the notebook."""

    code = (
        "player/player.js",
        *("theme.css", "speech.css", "player.css", "card.css"),
        # The saved view, which takes its place, is to be drawn at once.
        "saved/saved_script.txt",
    )

    layout = no_layout()
    sample_rate = traitlets.Int(24_000, help="Hz").tag(sync=True)
    label = traitlets.Unicode(help="The service and the voice.").tag(sync=True)
    text = traitlets.Unicode(help="The text, as its user wrote it.").tag(sync=True)
    turns: traitlets.List[Any] = traitlets.List(
        help="Of several speakers: the name, and what of the text is theirs."
    ).tag(sync=True)
    file_name = traitlets.Unicode(help="The name of its files, without a suffix.").tag(sync=True)
    brief = traitlets.Unicode(help="The level and its latency, in a few words.").tag(sync=True)
    card = traitlets.Unicode(help="What stands under it: HTML, escaped.").tag(sync=True)
    status = traitlets.Enum(
        ["connecting", "streaming", "received", "failed", "stopped"],
        "connecting",
        help="The stream's state.",
    ).tag(sync=True)
    error = traitlets.Unicode(help="Why the stream failed, in a sentence.").tag(sync=True)
    server = traitlets.Unicode(help="Its address; empty on this machine.").tag(sync=True)
    session = traitlets.Unicode(help="The client session that ran the cell.").tag(sync=True)
    overlap = traitlets.Bool(False, help="Sound beside other players.").tag(sync=True)
    autoplay = traitlets.Bool(True, help="Play as soon as there is sound.").tag(sync=True)
    models: traitlets.List[str] = traitlets.List(
        traitlets.Unicode(), help="The ids of those whose place it has taken, and its own."
    ).tag(sync=True)
    outputs: traitlets.List[str] = traitlets.List(
        traitlets.Unicode(), help="The ids of the Outputs that may show it."
    ).tag(sync=True)

    def __init__(self, *, models: Sequence[str] = (), **traits: Any) -> None:
        # Known beforehand, they travel with the widget: a message of their own would hold up sound.
        if "comm" in traits:
            own = traits["comm"].comm_id
        else:
            own = traits.setdefault("model_id", uuid.uuid4().hex)
        super().__init__(**{**traits, "models": [*models, own], "outputs": open_outputs()})

    def __repr__(self) -> str:
        # Read where no widget can be shown: an untrusted notebook, GitHub, a front end without.
        return f"A player that is not shown here. To hear it, run the cell again: {self.text}"

    @property
    def view(self) -> dict[str, Any]:
        """The data that displays this player, by MIME type."""
        data, _ = self._repr_mimebundle_() or ({}, {})
        return data

    def place(self, models: Sequence[str], bundle: Mapping[str, Any]) -> None:
        """Have a page that no display id reaches put a view in the place of players.

        Parameters
        ----------
        models : sequence of str
            The players' ids.
        bundle : mapping
            The view by MIME type.
        """
        self.send(
            {
                "kind": "place",
                "session": self.session,
                "models": list(models),
                "outputs": open_outputs(),
                "data": dict(bundle),
            }
        )

    def show_beside(self, widget: str, message: str) -> None:
        """Have the page show this player in the cell, or Output, that shows another widget.

        Parameters
        ----------
        widget : str
            Its model id.
        message : str
            The id of its message: what an earlier one has shown there makes room.
        """
        self.send(
            {
                "kind": "show",
                "widget": widget,
                "message": message,
                "outputs": open_outputs(),
                "data": self.view,
                "draw": in_voila(),
            }
        )

    def _handle_custom_msg(self, content: Any, buffers: Any) -> None:
        """Handle a message; the session that a greeting says sounds before all that it causes."""
        match content:
            case {"kind": "hello", "leader": True, "session": str(session)}:
                self.session = session
        if self._concerns(content):
            super()._handle_custom_msg(content, buffers)

    def _concerns(self, content: Any) -> bool:
        """Whether a message is about what is being played."""
        return True

    def again(self) -> Player:
        """Return a new player with the same traits."""
        names = (name for name in Player.class_own_traits() if not name.startswith("_"))
        return Player(**{name: getattr(self, name) for name in names})


page_code(*Player.code)  # joined now, while a server starts, and not when there is sound


class LastingPlayer(Player):
    """A player that stays, for one speech after another.

    Messages say which speech they belong to, since one about the speech before may still be on its
    way when the next begins.
    """

    code = ("player/lasting_player.js", *Player.code[1:])

    layout = InstanceDict(Layout).tag(sync=True, **widget_serialization)  # its user's
    number = traitlets.Int(0, help="Of the speech; 0 before the first.").tag(sync=True)

    def begin(self, **traits: Any) -> LastingPlayer:
        """Have the page make ready for another speech."""
        with self.hold_sync():
            for name, value in {"status": "connecting", "error": "", **traits}.items():
                setattr(self, name, value)
        self.number += 1  # by itself and last: the page reads the others when it comes
        return self

    def send(self, content: Any, buffers: Any = None) -> None:
        """Send the page a message about the speech that is being played."""
        super().send({**content, "speech": self.number}, buffers)

    def _concerns(self, content: Any) -> bool:
        return not isinstance(content, dict) or content.get("speech", self.number) == self.number
