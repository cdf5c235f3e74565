"""The page's side of a blind comparison: its traits and messages tell nothing of the order.

Messages from the page: ``trial`` (``number``) asks for the sounds of a trial, ``answer``
(``trial``, ``answer``) gives an answer, ``finish`` closes them, ``ask`` asks whether the kernel is
there. To the page: ``heard``; ``trial`` (``number``, ``answer`` if there is one), with a buffer for
each sound in the order of its letters, then X or the open reference; and ``failed`` (``message``).
A sound has no name: its place in the message is all there is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import traitlets

from ...base_widget import BaseWidget

__all__ = ["ListeningWidget"]


class ListeningWidget(BaseWidget):
    """Plays the sounds of one trial after the other, and asks.

    Parameters
    ----------
    on_trial, on_answer, on_finish : callable
        Called with the number of a trial; with that and an answer; and with nothing.
    **traits
    """

    code = ("sweep/listening/listening.js", "theme.css", "sweep.css", "listening.css")

    method = traitlets.Unicode(help="preference, abx or rating.").tag(sync=True)
    sounds = traitlets.Int(help="How many are compared in a trial.").tag(sync=True)
    trials = traitlets.Int(help="How many there are.").tag(sync=True)
    answered = traitlets.Int(help="How many of them are answered.").tag(sync=True)
    finished = traitlets.Bool(help="Whether the result is shown.").tag(sync=True)
    ties = traitlets.Bool(help="Whether no preference is an answer.").tag(sync=True)
    reference = traitlets.Bool(help="Whether one of them is heard openly as well.").tag(sync=True)
    sample_rate = traitlets.Int(24_000, help="Hz").tag(sync=True)
    note = traitlets.Unicode(help="What was done to the sounds.").tag(sync=True)
    listener = traitlets.Unicode(help="Who listens.").tag(sync=True)
    result = traitlets.Unicode(help="HTML, once it is finished.").tag(sync=True)
    saved = traitlets.Dict(help="What stays in the notebook's file, by MIME type.").tag(sync=True)
    widget_id = traitlets.Unicode(help="Its own id.").tag(sync=True)

    def __init__(
        self,
        on_trial: Callable[[int], object],
        on_answer: Callable[[int, Any], object],
        on_finish: Callable[[], object],
        **traits: Any,
    ) -> None:
        super().__init__(**traits)
        self._on_trial = on_trial
        self._on_answer = on_answer
        self._on_finish = on_finish
        self.widget_id = self.model_id or ""
        self.on_msg(self._on_message)

    def send_trial(self, number: int, answer: Any, sounds: Sequence[bytes]) -> None:
        """Send the sounds of a trial, and the answer that was given before."""
        self.send({"kind": "trial", "number": number, "answer": answer}, [*sounds])

    def send_failure(self, message: str) -> None:
        """Have the page say what went wrong."""
        self.send({"kind": "failed", "message": message})

    def _on_message(self, _: ListeningWidget, content: Any, __: Any) -> None:
        self.send({"kind": "heard"})  # else the page takes the kernel for dead
        match content:
            case {"kind": "trial", "number": int(number)}:
                self._on_trial(number)
            case {"kind": "answer", "trial": int(trial), "answer": answer}:
                self._on_answer(trial, answer)
            case {"kind": "finish"}:
                self._on_finish()
