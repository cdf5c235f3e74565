"""The request card: the exact URL and first message or body, the level's meaning, the figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html import escape

from ...client.reading.reading import Reading
from ...client.speech.timeline import Timeline
from ...client.speech.turns import Turn, joined_text, parts_of
from ...wire.messages import DialogueInput, encode_dialogue_inputs
from ...wire.models import most_voices_of
from ...wire.notes import request_notes
from ...wire.request import SpeechRequest, UrlPart
from .latency_words import plural, short_time

__all__ = [
    "HTTP_HEADER",
    "HTTP_METHOD",
    "ONE_REQUEST",
    "figures",
    "further_requests",
    "render_card",
    "speaker_mark",
]


HTTP_METHOD = "POST"
HTTP_HEADER = "content-type: application/json"
# A request for each sentence would begin every one of them without the melody of the one before.
ONE_REQUEST = (
    "One HTTP request, sent once all of the text has come; the sound streams as it is made."
)


def render_card(
    request: SpeechRequest,
    timeline: Timeline | None = None,
    *,
    keyed: bool = False,
    today: date | None = None,
    turns: Sequence[Turn] = (),
    reading: Reading | None = None,
    is_dry_run: bool = False,
    stored: str = "",
) -> str:
    """Return the card as HTML; every text in it is escaped.

    Parameters
    ----------
    request : SpeechRequest
    timeline : Timeline, optional
        Adds the figures measured so far.
    keyed : bool, optional
        Whether a key goes into the handshake; it is shown as dots.
    today : date, optional
        Adds what is to be known of the voice, model and language on that day.
    turns : sequence of Turn, optional
        Adds who speaks, where several do.
    reading : Reading, optional
        Adds the text and its spoken form, where they differ.
    is_dry_run : bool, optional
        Adds what would be sent for each turn.
    stored : str, optional
        Adds how much of a notebook the sound takes.
    """
    first = request.first_message_in(None if timeline is None else timeline.context)
    further = further_requests(request, turns) if is_dry_run else []
    measured = "" if timeline is None else ", ".join(_latencies(timeline, request.endpoint.is_http))
    is_http = request.endpoint.is_http
    named = "Body" if is_http else "First message"
    message = _code(escape(json.dumps(first, ensure_ascii=False)), named.lower())
    return (
        '<div class="jtts-request">'
        f"{_address(request, keyed=keyed)}"
        f"{_row(named, message)}"
        f"{_row('Transport', ONE_REQUEST) if is_http else ''}"
        f"{''.join(_row('Then', _code(escape(line))) for line in further)}"
        f"{_row('Speakers', escape(_speakers(request, turns))) if turns else ''}"
        f"{_notes(request, today)}"
        f"{_row('Latency', _level(request))}"
        f"{_row('Chosen', chosen) if (chosen := _chosen(timeline)) else ''}"
        f"{_row('Measured', escape(measured)) if measured else ''}"
        f"{_row('Player', playout) if (playout := _playout(timeline)) else ''}"
        f"{_row('Stored', escape(stored)) if stored else ''}"
        f"{_both_forms(reading)}"
        "</div>"
    )


def further_requests(request: SpeechRequest, turns: Sequence[Turn]) -> list[str]:
    """Return what is sent after the first message, where several speak: the dialogue, or URLs."""
    if not turns:
        return []
    if request.endpoint.is_dialogue and request.voices:
        text = f"{joined_text(turns)}\n"
        return [
            encode_dialogue_inputs(
                [DialogueInput(text[turn.start : turn.start + len(turn.text) + 1], turn.voice)]
            )
            for turn in turns
        ]
    parts = parts_of(turns)[1:]
    if request.endpoint.is_dialogue:
        return [
            json.dumps(replace(request, voice=part.voice).first_message, ensure_ascii=False)
            for part in parts
        ]
    return [replace(request, voice=part.voice).url for part in parts]


def speaker_mark(name: str) -> str:
    """Return a speaker's name as it stands before what is spoken."""
    return f'<b class="jtts-speaker">{escape(name)}: </b>'


def _speakers(request: SpeechRequest, turns: Sequence[Turn]) -> str:
    """Return who speaks with which voice, and over how many streams."""
    voices = {turn.speaker: turn.voice for turn in turns}
    named = ", ".join(f"{name} = {voice}" for name, voice in voices.items())
    count = len(parts_of(turns))
    if request.voices:
        how = f"One stream, since {request.model} takes several voices"
    elif count == 1:
        how = "One stream, since one voice speaks"
    else:
        one = f"{request.endpoint.last_segment} takes one voice"
        if request.endpoint.is_http:
            one = "one voice speaks a request"
        elif request.endpoint.is_dialogue:
            most = most_voices_of(request.model)
            one = f"{request.model} takes {'one voice' if most == 1 else f'{most} voices'}"
        how = f"{count} streams, one after another, since {one}"
    return f"{named}. {how}."


def _address(request: SpeechRequest, *, keyed: bool) -> str:
    """Return the URL, over HTTP with the method, and the headers; the key is shown as dots."""
    url = _code("".join(map(_part, request.url_parts)), "URL")
    headers = ["xi-api-key: ••••••••"] if keyed else []
    if request.endpoint.is_http:
        url = f'<span class="jtts-method">{HTTP_METHOD} </span>{url}'
        headers.insert(0, HTTP_HEADER)
    lines = "".join(f'<div class="jtts-header">{header}</div>' for header in headers)
    return _row("Request" if request.endpoint.is_http else "URL", url + lines)


def _both_forms(reading: Reading | None) -> str:
    """Return the text as it is written and as it is sent, nothing where they are the same."""
    if reading is None or not reading.has_changed:
        return ""
    forms = {"Text": reading.original, "Spoken form": reading.spoken}
    return "".join(
        _row(name, _code(escape(text), name.lower(), is_long=True)) for name, text in forms.items()
    )


def _notes(request: SpeechRequest, today: date | None) -> str:
    rows = {} if today is None else request_notes(request, today)
    return "".join(_row(name.capitalize(), escape(text)) for name, text in rows.items())


def _playout(timeline: Timeline | None) -> str:
    """Return what the player did, once it has begun; a live player puts the present figures in."""
    if timeline is None or timeline.playout_delay is None:
        return ""
    named = (
        ("Playout delay", short_time(timeline.playout_delay)),
        ("Underruns", str(timeline.underruns)),
        ("Gap ratio", f"{timeline.gap_ratio:.1%}"),
    )
    items = " ".join(f"<span>{name} <b>{value}</b></span>" for name, value in named)
    return f'<div class="jtts-figures">{items}</div>'


def figures(timeline: Timeline | None, *, http: bool = False) -> str:
    """Return what was measured, as words: ``"first byte after 12 ms, ..."``.

    Parameters
    ----------
    timeline : Timeline or None
    http : bool, optional
        Whether it was measured over HTTP.
    """
    if timeline is None:
        return ""
    words = _latencies(timeline, http)
    if timeline.underruns:
        words.append(plural(timeline.underruns, "underrun"))
    if timeline.gap:
        words.append(f"gap ratio {timeline.gap_ratio:.1%}")
    if count := len(timeline.reconnects):
        again = f"{plural(timeline.repeated, 'character')} sent twice"
        words.append(f"{plural(count, 'reconnect')} with {again}")
    return ", ".join(words)


def _latencies(timeline: Timeline, http: bool) -> list[str]:
    words = (
        [_connection(timeline, "connection" if http else "socket")]
        if timeline.connected is not None
        else []
    )
    named = (("first byte", timeline.ttfb), ("first audible sound", timeline.ttfa))
    words += [f"{name} after {short_time(value)}" for name, value in named if value is not None]
    words += _heard(timeline)
    if words and timeline.first_text is not None:
        words[-1] += ", counted from the first text"
    return words


def _heard(timeline: Timeline) -> list[str]:
    """Return what a listener waited, and what of it was no latency of the stream."""
    latency = timeline.audible_latency
    if latency is None:
        return []
    words = [f"heard after {short_time(latency + timeline.waited)}"]
    if timeline.waited_for:
        words.append(f"{short_time(timeline.waited)} of it waiting for {timeline.waited_for}")
    return words


def _connection(timeline: Timeline, name: str) -> str:
    connected = "" if timeline.connect_time is None else short_time(timeline.connect_time)
    return f"warm {name}" if timeline.warm else f"cold {name}: connected after {connected}"


def _part(part: UrlPart) -> str:
    # A long URL breaks after ? and &, not inside a name.
    pause = "<wbr>" if part.kind == "mark" else ""
    return f'<span class="jtts-{part.kind}">{escape(part.text)}</span>{pause}'


def _code(html: str, name: str = "", *, is_long: bool = False) -> str:
    """Return code; what has a name is worth copying, and a script offers that."""
    # Not <code>: front ends paint that in colours of their own.
    copied = f' data-copy="{name}"' if name else ""
    form = " jtts-form" if is_long else ""
    return f'<span class="jtts-code{form}"{copied}>{html}</span>'


def _level(request: SpeechRequest) -> str:
    level = request.level
    words = [
        f"<strong>Level {level.value}</strong>, {escape(level.title)}.",
        f"ElevenLabs: {escape(level.official)}.",
    ]
    levers = [f"{name} {_plain(value)}" for name, value in request.active_levers.items()]
    if request.flushes_sentences:
        levers.append("each sentence flushed")
    if levers:
        words.append(f"Levers: {escape(', '.join(levers))}.")
    words.append(request.level_note)
    return " ".join(words)


def _chosen(timeline: Timeline | None) -> str:
    """Return the levels that were chosen automatically, each with its reason."""
    decisions = [] if timeline is None else timeline.levels
    return "<br>".join(
        f"{f'From character {decision.character:,} on level' if decision.character else 'Level'} "
        f"{decision.level}: {escape(decision.reason)}"
        for decision in decisions
    )


def _plain(value: object) -> str:
    return "/".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _row(name: str, content: str) -> str:
    return f'<div class="jtts-row"><span class="jtts-name">{name}</span><div>{content}</div></div>'
