"""The request card: the exact URL and first message or body, the level's meaning, the figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html import escape

from ...client.speech.cost import Cost
from ...client.speech.timeline import Timeline
from ...client.speech.turns import Turn, joined_text, parts_of
from ...wire.messages import DialogueInput, encode_dialogue_inputs
from ...wire.models import most_voices_of
from ...wire.notes import request_notes
from ...wire.request import SpeechRequest, UrlPart

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
    cost: Cost | None = None,
    notes: Sequence[str] = (),
    today: date | None = None,
    turns: Sequence[Turn] = (),
    is_dry_run: bool = False,
) -> str:
    """Return the card as HTML; every text in it is escaped.

    Parameters
    ----------
    request : SpeechRequest
    timeline : Timeline, optional
        Adds the figures measured so far.
    keyed : bool, optional
        Whether a key goes into the handshake; it is shown as dots.
    cost : Cost, optional
        Adds the characters that were sent, or saved.
    notes : sequence of str, optional
        Adds who speaks instead of the voice that was asked for.
    today : date, optional
        Adds what is to be known of the voice, model and language on that day.
    turns : sequence of Turn, optional
        Adds who speaks, where several do.
    is_dry_run : bool, optional
        Adds what would be sent for each turn.
    """
    first = request.first_message_in(None if timeline is None else timeline.context)
    further = further_requests(request, turns) if is_dry_run else []
    measured = figures(timeline, http=request.endpoint.is_http)
    message = _code(escape(json.dumps(first, ensure_ascii=False)))
    return (
        '<div class="jtts-request">'
        f"{_address(request, keyed=keyed)}"
        f"{_row('Body' if request.endpoint.is_http else 'First message', message)}"
        f"{_row('Transport', ONE_REQUEST) if request.endpoint.is_http else ''}"
        f"{''.join(_row('Then', _code(escape(line))) for line in further)}"
        f"{_row('Speakers', escape(_speakers(request, turns))) if turns else ''}"
        f"{_notes(request, notes, today)}"
        f"{_row('Latency', _level(request))}"
        f"{_row('Chosen', chosen) if (chosen := _chosen(timeline)) else ''}"
        f"{_row('Measured', escape(measured)) if measured else ''}"
        f"{_row('Characters', escape(str(cost))) if cost else ''}"
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
    url = _code("".join(map(_part, request.url_parts)))
    headers = ["xi-api-key: ••••••••"] if keyed else []
    if request.endpoint.is_http:
        url = f'<span class="jtts-method">{HTTP_METHOD} </span>{url}'
        headers.insert(0, HTTP_HEADER)
    lines = "".join(f'<div class="jtts-header">{header}</div>' for header in headers)
    return _row("Request" if request.endpoint.is_http else "URL", url + lines)


def _notes(request: SpeechRequest, notes: Sequence[str], today: date | None) -> str:
    rows = {} if today is None else request_notes(request, today)
    if notes:
        rows["voice"] = " ".join(filter(None, (*notes, rows.get("voice"))))
    return "".join(_row(name.capitalize(), escape(text)) for name, text in rows.items())


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
    named = (
        ("first byte after", timeline.ttfb),
        ("first sound in it after", timeline.ttfa),
        ("heard after", timeline.audible_latency),
    )
    words = (
        [_connection(timeline, "connection" if http else "socket")]
        if timeline.connected is not None
        else []
    )
    words += [f"{name} {_milliseconds(value)}" for name, value in named if value is not None]
    if words and timeline.first_text is not None:
        words[-1] += ", counted from the first text"
    if timeline.underruns:
        underruns = "underruns" if timeline.underruns > 1 else "underrun"
        words.append(f"{timeline.underruns} {underruns}")
    if timeline.gap:
        words.append(f"gap ratio {timeline.gap_ratio:.1%}")
    if count := len(timeline.reconnects):
        again = f"{count} reconnects" if count > 1 else "1 reconnect"
        words.append(f"{again} with {timeline.repeated:,} characters sent twice")
    return ", ".join(words)


def _connection(timeline: Timeline, name: str) -> str:
    connected = "" if timeline.connect_time is None else _milliseconds(timeline.connect_time)
    return f"warm {name}" if timeline.warm else f"cold {name}: connected after {connected}"


def _part(part: UrlPart) -> str:
    # A long URL breaks after ? and &, not inside a name.
    pause = "<wbr>" if part.kind == "mark" else ""
    return f'<span class="jtts-{part.kind}">{escape(part.text)}</span>{pause}'


def _code(html: str) -> str:
    # Not <code>: front ends paint that in colours of their own.
    return f'<span class="jtts-code">{html}</span>'


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


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"
