"""The server's side of one session of ``text-to-dialogue/stream-input``, without I/O."""

from __future__ import annotations

from typing import ClassVar

from ...wire.messages import decode_dialogue_client
from .dialogue_context import IDLE_SECONDS, DialogueContext
from .dialogue_session import DialogueSession

__all__ = ["Dialogue"]


class Dialogue(DialogueSession):
    """A session with one context, which the first message begins and ``close_socket`` ends.

    Notes
    -----
    After 20 seconds without a message it ends as if the client had ended it: what is left is
    spoken. Whether ElevenLabs does so, or only closes, is not established; on its sockets with
    several contexts a silent one ends in this way.
    """

    names_contexts: ClassVar[bool] = False
    most_contexts: ClassVar[int] = 1

    _context: DialogueContext | None = None

    @property
    def deadline(self) -> float | None:
        """When the session ends unless a message arrives; None after the end of input."""
        return None if self.ended else self._last_activity + IDLE_SECONDS

    def check_clock(self, now: float) -> None:
        """End the session if the deadline has passed."""
        if self.deadline is not None and now >= self.deadline:
            self._end_all()

    def _take(self, frame: str | bytes, now: float) -> None:
        message = decode_dialogue_client(frame)
        self._admit(message)
        if self._context is not None:
            self._take_later(message, self._context, now)
        elif message.voices or not message.close_socket:
            self._context = self._open(message, now)
            self._take_text(message, self._context, now)
        if message.close_socket:
            self._end_all()
