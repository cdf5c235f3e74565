"""When which frame of a recorded stream is sent again, without I/O."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, Final, Generic, TypeVar

from ...wire.close_codes import INTERNAL_ERROR, POLICY_VIOLATION
from ...wire.errors import ServerError
from .recorded_answer import RecordedAnswer
from .recording import Closed, RecordedFrame, RecordedStream, Refused, parsed, same_target
from .transcript import Transcript

__all__ = ["ReplaySchedule", "Rotation", "refusal_of", "short"]

_QUOTED_CHARACTERS: Final = 60

Entry = TypeVar("Entry", RecordedStream, RecordedAnswer)


class Rotation(Generic[Entry]):
    """The streams, or the answers, of a recording: those with the same URL are played in turn.

    Parameters
    ----------
    entries
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries: Sequence[Entry] = entries
        self._play_counts = [0] * len(entries)

    def find(self, target: str) -> list[Entry]:
        """Return the entries with a URL, the least played first."""
        indexes = [
            index for index, entry in enumerate(self._entries) if same_target(entry.target, target)
        ]
        indexes.sort(key=self._play_counts.__getitem__)
        return [self._entries[index] for index in indexes]

    def count_play(self, played: Entry) -> None:
        """Note that an entry is being played."""
        index = next(index for index, entry in enumerate(self._entries) if entry is played)
        self._play_counts[index] += 1


class ReplaySchedule:
    """Which recorded frame is sent to one client next, and when.

    A frame is due as many seconds after the client has sent as much text as it came after that in
    the recording: a slower client gets its answers later.

    Parameters
    ----------
    rotation
        Counts the stream that is played.
    streams
        The recorded streams of the client's URL, none of them refused.
    now
        When the socket was opened, in seconds of any monotonic clock; so in all methods.
    """

    def __init__(
        self, rotation: Rotation[RecordedStream], streams: Sequence[RecordedStream], now: float
    ) -> None:
        self._rotation = rotation
        self._candidates = list(streams)
        self._chosen: RecordedStream | None = None
        self._transcript = Transcript.on(streams[0].target)
        self._reached = [(0, now)]
        self._position = 0
        self._choose()

    def receive(self, message: Any, now: float) -> None:
        """Take a client's message, as a JSON value.

        Raises
        ------
        ServerError
            If no stream of the recording has this text.
        """
        self._transcript.add(message)
        if self._transcript.progress != self._reached[-1][0]:
            self._reached.append((self._transcript.progress, now))
        agreeing = [stream for stream in self._candidates if stream.agrees(self._transcript)]
        if not agreeing:
            recorded = ", ".join(repr(short(stream.transcript.text)) for stream in self._candidates)
            raise ServerError(
                f"Not in the recording: {short(self._transcript.text)!r}. With this URL it has: "
                f"{recorded}.",
                error="not_recorded",
                code=POLICY_VIOLATION,
            )
        self._candidates = agreeing
        self._choose()

    @property
    def due(self) -> float | None:
        """When `next` is to be sent; None while the client has not sent enough."""
        event = self.next
        if event is None or event.after > self._transcript.progress:
            return None
        index = bisect_left(self._reached, event.after, key=lambda reached: reached[0])
        return self._reached[index][1] + event.delay

    @property
    def next(self) -> RecordedFrame | Closed | None:
        """What is to be sent next; None while it is not clear which stream is meant."""
        if self._chosen is None:
            return None
        if self._position < len(self._chosen.frames):
            return self._chosen.frames[self._position]
        if isinstance(self._chosen.end, Closed):
            return self._chosen.end
        return Closed(0, 0.0, INTERNAL_ERROR, "The recording breaks off here.")

    def as_sent(self, frame: RecordedFrame) -> str:
        """Return a frame's text with the client's own name of its context."""
        recorded = self._chosen.transcript.contexts if self._chosen is not None else []
        names = dict(zip(recorded, self._transcript.contexts, strict=False))
        if all(recorded_name == name for recorded_name, name in names.items()):
            return frame.text
        message = parsed(frame.text)
        if not isinstance(message, dict):
            return frame.text
        for key in ("contextId", "context_id"):
            if key in message and isinstance(name := message[key], str | None):
                message[key] = names.get(name, name)
        return json.dumps(message)

    def sent(self) -> None:
        """Note that `next` has been sent."""
        self._position += 1

    def _choose(self) -> None:
        texts = {stream.transcript.text for stream in self._candidates}
        if self._chosen is None and len(texts) == 1:
            self._chosen = self._candidates[0]
            self._candidates = [self._chosen]
            self._rotation.count_play(self._chosen)


def refusal_of(streams: Sequence[RecordedStream]) -> Refused | None:
    """Return how the first of the streams was refused, or None."""
    end = streams[0].end if streams else None
    return end if isinstance(end, Refused) else None


def short(text: str) -> str:
    """Return a text to quote: of a long one only the beginning."""
    return text if len(text) <= _QUOTED_CHARACTERS else text[: _QUOTED_CHARACTERS - 1] + "…"
