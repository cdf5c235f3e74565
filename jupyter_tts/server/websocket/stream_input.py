"""The server's side of one ``stream-input`` session, as a state machine without I/O.

The rules are those of the ElevenLabs WebSocket reference; where it and the service differ, the
service's behaviour in public reports is followed and named.
"""

from __future__ import annotations

from typing import ClassVar

from ...wire.errors import ProtocolError
from ...wire.messages import ClientMessage, decode_client
from .context import Context, input_timeout
from .endpoint import Endpoint

__all__ = ["StreamInput"]


class StreamInput(Endpoint):
    """A session with one context, which the first message begins and an empty text ends."""

    names_contexts: ClassVar[bool] = False
    most_contexts: ClassVar[int] = 1

    _context: Context | None = None

    @property
    def deadline(self) -> float | None:
        """When the session ends unless a message arrives; None after the end of input."""
        return None if self.ended else self._last_activity + self.handshake.inactivity_timeout

    def check_clock(self, now: float) -> None:
        """Raise InputTimeout if the deadline has passed."""
        if self.deadline is not None and now >= self.deadline:
            raise input_timeout(self.handshake.inactivity_timeout)

    def _take(self, frame: str | bytes, now: float) -> None:
        message = decode_client(frame)
        if self._context is None:
            self._context = self._open(message, now)
        else:
            self._context.require_unchanged(message)
        if message.text == "":
            self.ended = True
            self._context.end()
            return
        # One space is the keep-alive, not text.
        text = "" if message.text == " " else message.text
        self._context.add(text, flush=message.flush, trigger=message.try_trigger_generation)

    def _open(self, message: ClientMessage, now: float) -> Context:
        self._admit(message)
        if message.text not in (" ", ""):
            raise ProtocolError('The text of the first message must be " ", one space.')
        return self._begin(Context(self.handshake, message, now=now))
