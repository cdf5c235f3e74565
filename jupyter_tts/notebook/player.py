"""The player widget: its traits and messages are the whole contract with the page.

Messages to the page: ``audio`` (``seq``, ``frames``, one buffer of s16le mono; ``left``, the
seconds of sound still to come; ``held``, whether it was kept back or sent again), ``end``,
``words`` and ``stop``; any but the last may bring words (:mod:`.word_feed`); and ``saved``
(:mod:`.remains`). From the page: ``hello``, ``progress``, ``started``, ``interaction``,
``resend``, ``stop``, ``ended``, ``saved`` and ``error``. They are numbered with integers: a string
``id`` in a message would be kept for ever by ipykernel 7.4.
"""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from .assets import bundle, style

__all__ = ["Player", "free_comm"]


def free_comm(widget: anywidget.AnyWidget) -> None:
    """Let a widget be heard while a cell runs.

    ipykernel 7.4 answers a comm on the shell that last sent on it; while a cell blocks, that
    shell does not listen, and Stop would wait for the end of the cell.
    """
    if hasattr(widget.comm, "_reply_subshell_for"):
        widget.comm._reply_subshell_for = lambda data, default: default


class Player(anywidget.AnyWidget):
    """A player in the notebook."""

    _esm = bundle("player.js")
    _css = style("speech.css", "player.css", "card.css")

    sample_rate = traitlets.Int(24_000, help="Hz").tag(sync=True)
    label = traitlets.Unicode(help="Who speaks.").tag(sync=True)
    text = traitlets.Unicode(help="What is spoken.").tag(sync=True)
    card = traitlets.Unicode(help="The request card: HTML, escaped.").tag(sync=True)
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

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        free_comm(self)
