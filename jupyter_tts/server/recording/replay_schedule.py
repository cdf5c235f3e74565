"""A recorded stream for a client that asks for the same again, without I/O."""

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

__all__ = ["ReplaySchedule", "Takes", "refusal_of", "short"]

_MOST_QUOTED: Final = 60

Kept = TypeVar("Kept", RecordedStream, RecordedAnswer)


class Takes(Generic[Kept]):
    """What a recording holds of one kind. Of what asks for the same, each is played in its turn.

    Parameters
    ----------
    kept
    """

    def __init__(self, kept: Sequence[Kept]) -> None:
        self._kept: Sequence[Kept] = kept
        self._played = [0] * len(kept)

    def find(self, target: str) -> list[Kept]:
        """Return what there is of a URL, that first that has been played least."""
        places = [n for n, each in enumerate(self._kept) if same_target(each.target, target)]
        places.sort(key=self._played.__getitem__)
        return [self._kept[place] for place in places]

    def played(self, kept: Kept) -> None:
        """Note that something is being played."""
        self._played[next(n for n, each in enumerate(self._kept) if each is kept)] += 1


class ReplaySchedule:
    """What one client is sent, and when.

    A frame is due when the client has said as much as the recorded one had, and then as many
    seconds later as it was then: a client that takes its time gets its answers as much later.

    Parameters
    ----------
    takes
    streams
        The recorded streams of the client's URL, none of them refused.
    now
        When the socket was opened, in seconds of any monotonic clock; so in all methods.
    """

    def __init__(
        self, takes: Takes[RecordedStream], streams: Sequence[RecordedStream], now: float
    ) -> None:
        self._takes = takes
        self._candidates = list(streams)
        self._chosen: RecordedStream | None = None
        self._said = Transcript.on(streams[0].target)
        self._reached = [(0, now)]
        self._position = 0
        self._choose()

    def take(self, message: Any, now: float) -> None:
        """Take a client's message, as a JSON value.

        Raises
        ------
        ServerError
            If nobody has said this in the recording.
        """
        self._said.take(message)
        if self._said.progress != self._reached[-1][0]:
            self._reached.append((self._said.progress, now))
        agreeing = [each for each in self._candidates if each.agrees(self._said)]
        if not agreeing:
            recorded = ", ".join(repr(short(each.said.text)) for each in self._candidates)
            raise ServerError(
                f"Not in the recording: {short(self._said.text)!r}. With this URL it has: "
                f"{recorded}.",
                error="not_recorded",
                code=POLICY_VIOLATION,
            )
        self._candidates = agreeing
        self._choose()

    @property
    def due(self) -> float | None:
        """When `next` is to be sent; None while the client has not said enough."""
        event = self.next
        if event is None or event.after > self._said.progress:
            return None
        place = bisect_left(self._reached, event.after, key=lambda reached: reached[0])
        return self._reached[place][1] + event.delay

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
        """Return a frame's text, with the client's own name of the context that it belongs to."""
        recorded = self._chosen.said.contexts if self._chosen is not None else []
        names = dict(zip(recorded, self._said.contexts, strict=False))
        if all(then == now for then, now in names.items()):
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
        texts = {each.said.text for each in self._candidates}
        if self._chosen is None and len(texts) == 1:
            self._chosen = self._candidates[0]
            self._candidates = [self._chosen]
            self._takes.played(self._chosen)


def refusal_of(streams: Sequence[RecordedStream]) -> Refused | None:
    """Return how the stream whose turn it is was refused, or None."""
    end = streams[0].end if streams else None
    return end if isinstance(end, Refused) else None


def short(text: str) -> str:
    """Return a text, or the beginning of a long one, to be quoted."""
    return text if len(text) <= _MOST_QUOTED else text[: _MOST_QUOTED - 1] + "…"
