"""One dialogue on its way to speech: what ``text-to-dialogue/stream-input`` is, and one context of
``multi-stream-input``, as a state machine without I/O.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ...wire.messages import DialogueInput, DialogueMessage, ServerMessage
from ..synthesis.segmenter import Segmenter

__all__ = ["IDLE_SECONDS", "DialogueContext", "DialogueSegment"]

IDLE_SECONDS: Final = 20
"""Seconds without a message after which a context, or a socket, ends; no parameter changes it."""

# So much text of one turn is spoken without a flush, "about 40 characters and 8 words" (ElevenLabs
# text-to-dialogue WebSocket reference).
_CHARACTERS: Final = 40
_WORDS: Final = 8


@dataclass(frozen=True, slots=True)
class DialogueSegment:
    """What one voice says at a time.

    Attributes
    ----------
    text : str
        ``""`` where only the end of the turn is to be reported.
    voice_id : str
    is_final_for_turn : bool
        Whether its sound is followed by ``is_final_audio_for_turn``.
    """

    text: str
    voice_id: str
    is_final_for_turn: bool = False


class _Flush:
    """Stands in the queue where what is before it is to be spoken."""


class _End(_Flush):
    """Stands at the end of the queue."""


class DialogueContext:
    """What is to be spoken by whom and when, from the registration to the final message.

    Parameters
    ----------
    first
        The message that begins it, with its voices and settings; its inputs are not taken.
    voice_settings
        Those of the first message, checked.
    now
        The time, in seconds, of any monotonic clock; so in all methods.
    """

    def __init__(
        self, first: DialogueMessage, *, voice_settings: Mapping[str, Any], now: float
    ) -> None:
        self.id = first.context_id
        self.voices: Sequence[str] = tuple(dict.fromkeys(first.voices or ()))
        self.voice_settings = voice_settings
        self.closing = False
        """Whether the client may send it nothing more."""
        self._last_input = now
        # Text is cut only as it is spoken: to cut all of a long message at once would hold up
        # other clients.
        self._queue: deque[DialogueInput | _Flush] = deque()
        self._queued_characters = 0
        self._segmenter = _segmenter()
        self._voice_id = ""
        self._open_turn = False  # segments were cut since the last one that was final for a turn
        self._due: Iterator[DialogueSegment] = iter(())
        self._peeked: DialogueSegment | None = None

    @property
    def deadline(self) -> float:
        """When it ends unless a message for it arrives."""
        return self._last_input + IDLE_SECONDS

    @property
    def waiting_characters(self) -> int:
        """How much text is still to be taken as segments; what has none counts as one."""
        peeked = len(self._peeked.text) if self._peeked else 0
        return self._queued_characters + self._segmenter.buffered_characters + peeked

    @property
    def finished(self) -> bool:
        """Whether nothing more is to be spoken."""
        return self.closing and self._peek() is None

    @property
    def over(self) -> bool:
        """False: no message cuts a dialogue short."""
        return False

    @property
    def closing_message(self) -> ServerMessage:
        """The final message."""
        return ServerMessage(is_final=True, context_id=self.id)

    def restart_clock(self, now: float) -> None:
        """Count the inactivity from now: a message came, or the client was not being read."""
        self._last_input = now

    def add(self, inputs: Sequence[DialogueInput], *, flush: bool = False) -> None:
        """Take text of registered voices; with `flush` speak what is buffered."""
        for entry in inputs:
            if entry.text or entry.new_turn:
                self._append(entry)
        if flush:
            self._append(_Flush())

    def end(self) -> None:
        """End the text: what is left is spoken."""
        self._append(_End())
        self.closing = True

    def next_segment(self) -> DialogueSegment | None:
        """Take the next segment, or None if there is none yet."""
        segment = self._peek()
        self._peeked = None
        return segment

    def segment_sent(self) -> None:
        """Do nothing: what has been sent does not matter here."""

    def _append(self, entry: DialogueInput | _Flush) -> None:
        self._queue.append(entry)
        self._queued_characters += _size(entry)

    def _peek(self) -> DialogueSegment | None:
        """Return the next segment without taking it."""
        while self._peeked is None:
            self._peeked = next(self._due, None)
            if self._peeked is None:
                if not self._queue:
                    break
                self._due = self._segments(self._queue.popleft())
        return self._peeked

    def _segments(self, entry: DialogueInput | _Flush) -> Iterator[DialogueSegment]:
        """Yield the segments that an entry of the queue completes."""
        self._queued_characters -= _size(entry)
        match entry:
            case _End():
                yield from self._end_turn()
            case _Flush():
                yield from self._flush()
            case DialogueInput():
                yield from self._take(entry)

    def _take(self, entry: DialogueInput) -> Iterator[DialogueSegment]:
        other_voice = entry.text and entry.voice_id != self._voice_id
        if entry.new_turn or other_voice:
            yield from self._end_turn()
        if entry.text:
            self._voice_id = entry.voice_id
            for text in self._segmenter.add(entry.text):
                yield self._segment(text)

    def _flush(self) -> Iterator[DialogueSegment]:
        """Speak what is buffered, and report the end in any case: clients count their flushes."""
        yield self._segment("".join(self._segmenter.flush()), is_final_for_turn=True)

    def _end_turn(self) -> Iterator[DialogueSegment]:
        """Speak all that is left, even white space, and report the end if there was anything."""
        rest = "".join(self._segmenter.finish())
        self._segmenter = _segmenter()
        if rest or self._open_turn:
            yield self._segment(rest, is_final_for_turn=True)

    def _segment(self, text: str, *, is_final_for_turn: bool = False) -> DialogueSegment:
        self._open_turn = not is_final_for_turn
        return DialogueSegment(text, self._voice_id, is_final_for_turn)


def _size(entry: DialogueInput | _Flush) -> int:
    """Return how much an entry of the queue counts: nothing is free, or the queue has no bound."""
    return len(entry.text) or 1 if isinstance(entry, DialogueInput) else 1


def _segmenter() -> Segmenter:
    """Return a segmenter for the text of a turn."""
    return Segmenter((_CHARACTERS,), least_words=_WORDS, tags=True)
