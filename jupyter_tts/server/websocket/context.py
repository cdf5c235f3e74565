"""One stream of text on its way to speech: what ``stream-input`` is, and one context of
``multi-stream-input``, as a state machine without I/O.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...wire.close_codes import POLICY_VIOLATION
from ...wire.errors import InputTimeout
from ...wire.messages import ClientMessage, ServerFault, ServerMessage
from ..synthesis.first_settings import FirstSettings
from .handshake import Handshake
from .levels import segmenter

__all__ = ["Context", "input_timeout"]


@dataclass(frozen=True, slots=True)
class _Text:
    """The text of a message until it is spoken, and what to do after it."""

    text: str
    flush: bool = False
    trigger: bool = False
    end: bool = False


class Context:
    """What is to be spoken when, from the first message to the final one.

    Parameters
    ----------
    handshake
        Of the socket.
    first
        The message that begins it: its settings hold for all that follows. Its text is not message.
    context_id
        The client's name of it; None for the only, or default, one.
    now
        The time, in seconds, of any monotonic clock; so in all methods.

    Raises
    ------
    ServerError
        If a setting is out of its range.
    """

    def __init__(
        self,
        handshake: Handshake,
        first: ClientMessage,
        *,
        context_id: str | None = None,
        now: float,
    ) -> None:
        self.id = context_id
        self._settings = FirstSettings(first)
        self._segmenter = segmenter(handshake, self._settings.schedule)
        self._timeout = handshake.inactivity_timeout
        self._last_input = now
        # Text is cut only as it is spoken: to cut all of a long message at once would hold up
        # other clients.
        self._texts: deque[_Text] = deque()
        self._queued_characters = 0
        self._due: Iterator[str] = iter(())
        self._peeked: str | None = None
        self._ended = False
        self._cut_short = False
        self._fault: ServerFault | None = None
        # Numbers of segments: cut, sent as sound, and cut when the last flush was carried out.
        self._cut = self._sent = self._flushed = 0
        self._flushes_waiting = 0

    @property
    def voice_settings(self) -> Mapping[str, Any]:
        """Checked voice settings by wire name; what the client left out is missing."""
        return self._settings.voice

    @property
    def deadline(self) -> float:
        """When it ends unless a message for it arrives."""
        return self._last_input + self._timeout

    @property
    def waiting_characters(self) -> int:
        """How much text has arrived and is still to be taken as segments."""
        if self.over:
            return 0
        peeked = len(self._peeked or "")
        return self._queued_characters + self._segmenter.buffered_characters + peeked

    @property
    def is_caught_up(self) -> bool:
        """Whether the segment taken last ends with the text that has been cut so far."""
        return not self._segmenter.buffered_characters

    @property
    def finished(self) -> bool:
        """Whether nothing more is to be spoken: the text has ended, or was cut short."""
        return self.over or (self._ended and self._peek() is None)

    @property
    def over(self) -> bool:
        """Whether it was cut short, so that even the segment being spoken is dropped."""
        return self._cut_short and not self._flushing

    @property
    def closing_message(self) -> ServerMessage:
        """The last message: the final one, or the error that ended the context."""
        if self._fault is not None:
            return ServerMessage(fault=self._fault, context_id=self.id)
        return ServerMessage(is_final=True, context_id=self.id)

    def require_unchanged(self, message: ClientMessage) -> None:
        """Raise ServerError if a later message changes a setting."""
        self._settings.require_unchanged(message)

    def add(self, text: str, *, flush: bool = False, trigger: bool = False) -> None:
        """Take text, perhaps none; with `flush` or `trigger` speak what is buffered."""
        if text or flush or trigger:
            self._take(_Text(text, flush, trigger))

    def end(self) -> None:
        """End the text: what is buffered is spoken."""
        self._take(_Text("", end=True))
        self._ended = True

    def cut_short(self) -> None:
        """End at once; only a flush that has begun, or waits, is still carried out."""
        self._ended = self._cut_short = True

    def stop(self) -> None:
        """End at once, flush or no flush."""
        self.cut_short()
        self._flushes_waiting = self._flushed = 0

    def restart_clock(self, now: float) -> None:
        """Count the inactivity from now: a message came, or the client was not being read."""
        self._last_input = now

    def expire(self) -> None:
        """End at once after too long a silence: the closing message is the error."""
        error = input_timeout(self._timeout)
        self._fault = ServerFault(error.message, error.error, error.code)
        self.stop()

    def next_segment(self) -> str | None:
        """Take the next text to be spoken, or None if there is none yet."""
        segment = self._peek()
        self._peeked = None
        return segment

    def segment_sent(self) -> None:
        """Note that the sound of the next segment, in the order they were taken, has been sent."""
        self._sent += 1

    @property
    def _flushing(self) -> bool:
        return self._flushes_waiting > 0 or self._sent < self._flushed

    def _take(self, text: _Text) -> None:
        self._texts.append(text)
        self._queued_characters += len(text.text)
        self._flushes_waiting += text.flush

    def _peek(self) -> str | None:
        """Return the next segment without taking it."""
        if self.over:
            self._peeked, self._due = None, iter(())
            self._texts.clear()
        while self._peeked is None:
            self._peeked = next(self._due, None)
            if self._peeked is not None:
                self._cut += 1
            elif self._texts:
                text = self._texts.popleft()
                self._queued_characters -= len(text.text)
                self._due = self._segments(text)
            else:
                break
        return self._peeked

    def _segments(self, message: _Text) -> Iterator[str]:
        """Yield the segments that a message completes."""
        if message.text:
            yield from self._segmenter.add(message.text)
        if message.end:
            yield from self._segmenter.finish()
        elif message.flush:
            yield from self._segmenter.flush()
            self._flushes_waiting -= 1
            self._flushed = self._cut
        elif message.trigger:
            yield from self._segmenter.trigger()


def input_timeout(seconds: int, *, context_id: str | None = None) -> InputTimeout:
    """Return the error of a client that was silent for too long, perhaps about one context."""
    # Word for word as ElevenLabs sends it (livekit/agents#218).
    return InputTimeout(
        f"Have not received a new text input within the timeout of {float(seconds)} seconds. "
        "Streaming input terminated. Please make sure to either feed the input in the timely "
        'manner, or to send the end of input text (empty string "") when done.',
        error="input_timeout_exceeded",
        code=POLICY_VIOLATION,
        context_id=context_id,
    )
