"""The last utterances of a panel: what was set, what came of it, and playing them again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...audio.loudness import equal_gains, loudness
from ...client.speech.speech import Speech
from ...wire.parameters import parameter
from ...wire.request import SpeechRequest, changes
from ..output.latency_picture import latency_strip, picture_length
from .schema import label
from .widgets import History

__all__ = ["MOST", "SpeechHistory", "shortened"]

# Utterances kept: enough to compare, and a bound on memory.
MOST = 20

# Characters of a text in a note.
NOTED = 40

# Settings with a column of their own.
COLUMNS = ("latency", "stability", "similarity")


@dataclass(slots=True)
class _Utterance:
    """A speech, its request as its user has set it, and what else there is to know of it."""

    number: int
    speech: Speech
    request: SpeechRequest
    words: float | None
    notes: tuple[str, ...]
    heard: bool = False  # to its end, or as far as its user wanted


class SpeechHistory:
    """A history of speeches.

    Parameters
    ----------
    play : callable
        Called with a speech and its request, to play it.
    **traits
        Of the widget.
    """

    def __init__(self, play: Callable[[Speech, SpeechRequest], object], **traits: Any) -> None:
        self.widget = History(**traits)
        self._play = play
        self._utterances: deque[_Utterance] = deque(maxlen=MOST)
        self._count = 0
        self.widget.on_msg(self._on_message)

    def add(
        self,
        speech: Speech,
        request: SpeechRequest,
        *,
        words: float | None = None,
        simulated: str = "",
    ) -> None:
        """Keep a speech.

        Parameters
        ----------
        speech : Speech
        request : SpeechRequest
            As its user has set it; the speech's own has the present address of ``local`` in it.
        words : float, optional
            How many a second came, where the text came word by word.
        simulated : str, optional
            What was simulated, in words.
        """
        self._count += 1
        before = self._utterances[-1] if self._utterances else None
        notes = _changed(before, speech, request)
        if simulated:
            notes.append(f"simulated: {simulated}")
        self._utterances.append(_Utterance(self._count, speech, request, words, tuple(notes)))
        self.refresh()
        self.widget.playing = self._count

    def end(self) -> None:
        """Note that the sound is over: now it is known whether it had gaps."""
        for utterance in self._utterances:
            utterance.heard = True
        self.refresh()
        self.widget.playing = -1

    def refresh(self) -> None:
        """Show the present figures; every picture is drawn on the axis of the longest."""
        timelines = [utterance.speech.timeline for utterance in self._utterances]
        seconds = max(map(picture_length, timelines), default=0.0)
        with self.widget.hold_sync():
            self.widget.seconds = seconds
            self.widget.entries = [_entry(utterance, seconds) for utterance in self._utterances]

    def _on_message(self, _: History, content: Any, __: Any) -> None:
        known = {utterance.number: utterance for utterance in self._utterances}
        match content:
            case {"kind": "play", "number": int(number)} if number in known:
                self.widget.playing = number
                self._play(known[number].speech, known[number].request)
            case {"kind": "compare", "a": int(a), "b": int(b)} if a in known and b in known:
                self.widget.a, self.widget.b = a, b
                self.widget.playing = a
                self._play(_as_loud(known[a].speech, known[b].speech), known[a].request)


def _as_loud(speech: Speech, other: Speech) -> Speech:
    """Return a speech no louder than another, so that a comparison is not won by loudness."""
    gain, _ = equal_gains(
        loudness(speech.pcm, speech.sample_rate), loudness(other.pcm, other.sample_rate)
    )
    return speech.scaled(gain)


def _changed(before: _Utterance | None, speech: Speech, request: SpeechRequest) -> list[str]:
    """Return what is otherwise than in the utterance before and has no column, in words."""
    if before is None:
        return []
    noted = [] if before.speech.text == speech.text else [f"text: {shortened(speech.text)}"]
    for name in ("read", "read_code"):
        if getattr(before.request, name) != (now := getattr(request, name)):
            noted.append(f"{label(name)}: {_words(now)}")
    for change in changes(before.request, request):
        name = change.parameter.name
        # A level sends levers, which say nothing that its column does not say.
        is_lever = name in request.active_levers or name in before.request.active_levers
        if name not in COLUMNS and not is_lever:
            noted.append(f"{label(name)}: {_words(change.after)}")
    return noted


def shortened(text: str) -> str:
    """Return as much of a text as fits a note, in one line."""
    text = " ".join(text.split())
    return text if len(text) <= NOTED else f"{text[: NOTED - 1].rstrip()}…"


def _words(value: object) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "on" if value else "off"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _entry(utterance: _Utterance, seconds: float) -> dict[str, Any]:
    speech, request = utterance.speech, utterance.request
    timeline = speech.timeline
    return {
        "number": utterance.number,
        "title": speech.text,
        "settings": {name: _setting(request, name) for name in COLUMNS},
        "words": utterance.words,
        "notes": list(utterance.notes),
        "first": timeline.ttfa,
        "gaps": timeline.gap if utterance.heard else None,
        "underruns": timeline.underruns,
        "duration": speech.duration,
        "picture": latency_strip(timeline, seconds),
    }


def _setting(request: SpeechRequest, name: str) -> dict[str, Any]:
    """Return what held for a setting, and whether its user had set it."""
    own = getattr(request, name)
    held = request.sent.get(name, parameter(name).default) if own is None else own
    if name == "latency":
        held = request.level.value
    return {"value": held, "own": own is not None}
