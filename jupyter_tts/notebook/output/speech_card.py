"""What stands under a speech: one line of figures, what there is to say of it, and its request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from ...client.reading.reading import Reading
from ...client.speech.cost import Cost
from ...client.speech.speech import Speech
from ...client.speech.timeline import Timeline
from ...client.speech.turns import Turn
from ...wire.request import SpeechRequest
from .latency_picture import latency_picture
from .latency_words import plural, short_time
from .reading_words import reading_sentence
from .request_card import render_card

__all__ = ["brief", "dry_run_card", "events_of", "speech_card"]


def brief(request: SpeechRequest, timeline: Timeline) -> str:
    """Return the level and what it came to: ``"Level 3 · 78 ms to first sound"``."""
    level = f"Level {timeline.levels[-1].level if timeline.levels else request.latency}"
    latency = timeline.ttfa
    return level if latency is None else f"{level} · {short_time(latency)} to first sound"


def speech_card(
    speech: Speech, *, with_request: bool = True, picture: str | None = None, stored: str = ""
) -> str:
    """Return what stands under a speech, as HTML; every text in it is escaped.

    Parameters
    ----------
    speech : Speech
    with_request : bool, optional
        Whether the request, and all that is known of it, can be unfolded.
    picture : str, optional
        The picture of the latency as it is to be shown.
    stored : str, optional
        How much of a notebook the sound takes, in words.
    """
    picture = latency_picture(speech.timeline) if picture is None else picture
    events = _events(events_of(speech))
    if not with_request:
        return events + picture
    rows = render_card(
        speech.request,
        speech.timeline,
        keyed=speech.keyed,
        today=date.today(),
        turns=speech.turns,
        reading=speech.reading,
        stored=stored,
    )
    return f"{events}{_details(picture + rows)}"


def dry_run_card(
    request: SpeechRequest,
    notes: Sequence[str] = (),
    turns: Sequence[Turn] = (),
    reading: Reading | None = None,
) -> str:
    """Return the card of a request that was not sent, unfolded.

    Parameters
    ----------
    request : SpeechRequest
    notes : sequence of str, optional
        What to know of its voice.
    turns : sequence of Turn, optional
        Who speaks what, where several do.
    reading : Reading, optional
        Of the text that would be spoken.
    """
    rows = render_card(request, today=date.today(), turns=turns, reading=reading, is_dry_run=True)
    events = [*notes, reading_sentence(reading or Reading())]
    return f"{_events(events)}{_details(rows, ' open')}"


def events_of(speech: Speech) -> list[str]:
    """Return what happened that is worth a sentence; often nothing."""
    timeline = speech.timeline
    events = [*speech.remarks, *filter(None, [reading_sentence(speech.reading)])]
    if timeline.underruns:
        often = f"{timeline.underruns:,} times"
        count = {1: "once", 2: "twice"}.get(timeline.underruns, often)
        events.append(f"The sound ran dry {count}, for {short_time(timeline.gap)}.")
    if timeline.reconnects:
        repeated = f", {plural(timeline.repeated, 'character')} sent twice"
        events.append(
            f"{plural(len(timeline.reconnects), 'reconnect')}{repeated * bool(timeline.repeated)}."
        )
    if speech.cost:
        events.append(f"{_characters(speech.cost)}.")
    return events


def _characters(cost: Cost) -> str:
    # That it is from the cache stands beside the voice.
    return f"{cost.spared:,} characters not sent" if cost.spared else str(cost)


def _events(sentences: Sequence[str]) -> str:
    words = escape(" ".join(filter(None, sentences)))
    return f'<div class="jtts-note jtts-events">{words}</div>' if words else ""


def _details(content: str, state: str = "") -> str:
    return (
        f'<details class="jtts-details"{state}><summary>Request</summary>'
        f'<div class="jtts-inside">{content}</div></details>'
    )
