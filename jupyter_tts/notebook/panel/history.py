"""The last utterances of a panel: what each changed, its figures, and playing them again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from ...audio.loudness import equal_gains, loudness
from ...client.speech.speech import Speech
from ...wire.request import SpeechRequest, changes
from .schema import label
from .widgets import History

__all__ = ["MOST", "SpeechHistory"]

# Utterances kept: enough to compare, and a bound on memory.
MOST = 20


class SpeechHistory:
    """A history of speeches.

    Parameters
    ----------
    play : callable
        Called with a speech, to play it.
    **traits
        Of the widget.
    """

    def __init__(self, play: Callable[[Speech], object], **traits: Any) -> None:
        self.widget = History(**traits)
        self._play = play
        self._speeches: deque[tuple[int, Speech]] = deque(maxlen=MOST)
        self._last: SpeechRequest | None = None
        self._count = 0
        self.widget.on_msg(self._on_message)

    def add(self, speech: Speech, request: SpeechRequest, simulated: str = "") -> None:
        """Keep a speech, with what changed against the one before.

        Parameters
        ----------
        speech : Speech
        request : SpeechRequest
            As its user has set it; the speech's own has the present address of ``local`` in it.
        simulated : str, optional
            What was simulated, in words.
        """
        self._count += 1
        self._speeches.append((self._count, speech))
        entry = {**_entry(self._count, speech, self._last, request), "simulated": simulated}
        self._last = request
        self.widget.entries = [*self.widget.entries, entry][-MOST:]
        self.widget.playing = self._count

    def end(self) -> None:
        """Note that the sound is over."""
        self.widget.playing = -1

    def _on_message(self, _: History, content: Any, __: Any) -> None:
        speeches = dict(self._speeches)
        match content:
            case {"kind": "play", "number": int(number)} if number in speeches:
                self.widget.playing = number
                self._play(speeches[number])
            case {"kind": "compare", "a": int(a), "b": int(b)} if a in speeches and b in speeches:
                self.widget.a, self.widget.b = a, b
                self.widget.playing = a
                self._play(_as_loud(speeches[a], speeches[b]))


def _as_loud(speech: Speech, other: Speech) -> Speech:
    """Return a speech no louder than another, so that a comparison is not won by loudness."""
    gain, _ = equal_gains(
        loudness(speech.pcm, speech.sample_rate), loudness(other.pcm, other.sample_rate)
    )
    return speech.scaled(gain)


def _entry(
    number: int, speech: Speech, before: SpeechRequest | None, request: SpeechRequest
) -> dict[str, Any]:
    differences = () if before is None else changes(before, request)
    return {
        "number": number,
        "title": speech.text,
        "diff": [
            {
                "label": label(change.parameter.name),
                "before": _plain(change.before),
                "after": _plain(change.after),
            }
            for change in differences
        ],
        "ttfb": speech.timeline.ttfb,
        "ttfa": speech.timeline.ttfa,
        "duration": speech.duration,
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
