"""What stays in the notebook once the sound has ended: plain HTML that needs no kernel.

It is read in places that leave out more and more of it. Where scripts run (a trusted notebook,
nbconvert's page), ``static/saved/saved.js`` makes a player of it, arranged as the live one, and
brings the style. Where they do not, the browser's own controls play the sound. Where there is no
sound either (GitHub), text, request and figures are left, and a sentence that says where it is.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Sequence
from html import escape

from ...client.reading.reading import Reading
from ...client.speech.saving import file_bytes, file_name
from ...client.speech.speech import Speech
from ...client.speech.turns import Turn
from ...client.speech.visible_text import VisibleText
from ...client.speech.word_positions import shown_words
from ...wire.request import SpeechRequest
from ..runtime.settings import SAVED_MEGABYTES
from .image import image
from .latency_picture import HEIGHT, latency_picture
from .latency_words import latency_words
from .reading_words import reading_sentence
from .request_card import HTTP_METHOD, figures, further_requests, speaker_mark
from .saved_code import saved_script
from .saved_sound import SavedSound, data_url, waveform
from .speech_card import brief, dry_run_card, speech_card

__all__ = ["UNHEARD", "error_bundle", "request_bundle", "summary", "view_bundle"]

# Keeps MathJax 3 (JupyterLab) and 2 (nbconvert) from setting text between two dollar signs.
_NO_MATH = "mathjax_ignore tex2jax_ignore"

_LINE_END = re.compile(r"\r\n|\r|\n")


UNHEARD = (
    "Nothing was heard while this was made, because no page showed the player. "
    "JupyterLab shows it if jupyterlab_widgets is installed where its server is."
)


def view_bundle(
    speech: Speech,
    sound: SavedSound | None = None,
    *,
    megabytes: float = SAVED_MEGABYTES,
    note: str = "",
) -> dict[str, str]:
    """Return the saved view by MIME type.

    The sound sits in the ``src`` of ``<audio>`` itself: a nested ``<source>`` loses it in an
    untrusted notebook. There is no widget in it, which would reopen as "model not found".

    Parameters
    ----------
    speech : Speech
    sound : SavedSound, optional
        What has been encoded already.
    megabytes : float, optional
        The most that the sound may take in the notebook's file.
    note : str, optional
        What to say of how it was heard.
    """
    mp3 = (sound or SavedSound(speech, megabytes)).finish()
    html = (
        f'<div class="jtts-view jtts-speech {_NO_MATH}" role="group" aria-label="Speech"'
        f' data-duration="{speech.duration:.3f}"'
        f' data-name="{escape(file_name(speech))}">'
        f"{_deck(speech, mp3) if mp3 else ''}"
        f"{_caption(_words(speech))}"
        f'<div class="jtts-below">{_info(speech.label, brief(speech.request, speech.timeline))}'
        f"{_note(speech.progress)}{_note(note)}"
        f"{'' if mp3 else _note(_missing(megabytes))}"
        f'<div class="jtts-card">{_card(speech, mp3)}</div></div>'
        f"{_subtitles(speech) if mp3 else ''}{_script()}"
        "</div>"
    )
    return {"text/html": html, "text/plain": " ".join(filter(None, (summary(speech), note)))}


def error_bundle(sentence: str) -> dict[str, str]:
    """Return one red sentence by MIME type."""
    style = "color: var(--jp-error-color1, #c62828)"
    html = f'<div class="{_NO_MATH}" style="{style}">{escape(sentence)}</div>'
    return {"text/html": html, "text/plain": sentence}


def request_bundle(
    request: SpeechRequest,
    notes: Sequence[str] = (),
    turns: Sequence[Turn] = (),
    text: str = "",
    reading: Reading | None = None,
    spoken_turns: Sequence[Turn] = (),
) -> dict[str, str]:
    """Return a request that has not been sent, by MIME type.

    Parameters
    ----------
    request : SpeechRequest
    notes : sequence of str, optional
        What to know of its voice.
    turns : sequence of Turn, optional
        Who speaks what, where several do.
    text : str, optional
        What would be spoken.
    reading : Reading, optional
        Of the text.
    spoken_turns : sequence of Turn, optional
        The turns as they would be sent.
    """
    sent = spoken_turns or turns
    visible = VisibleText(text, ssml=request.reads_ssml)
    words = _between(visible.text, 0, len(visible.text), deque(visible.turns(turns)))
    html = (
        f'<div class="jtts-view jtts-speech {_NO_MATH}">'
        f"{_caption(words) if words else ''}"
        f'<div class="jtts-below">'
        f"{_info('Nothing was sent', f'Level {request.latency}')}"
        f'<div class="jtts-card">{dry_run_card(request, notes, sent, reading)}</div></div>'
        f"{_script()}</div>"
    )
    method = f"{HTTP_METHOD} " if request.endpoint.is_http else ""
    first = json.dumps(request.first_message)
    lines = [f"{method}{request.url}", first, *further_requests(request, sent)]
    if reading is not None:
        lines += filter(None, [reading_sentence(reading)])
        lines += [reading.spoken] if reading.has_changed else []
    return {"text/html": html, "text/plain": "\n".join(lines)}


def _deck(speech: Speech, mp3: bytes) -> str:
    """Return the sound and its waveform; styles set here hold in untrusted notebooks too."""
    return (
        '<div class="jtts-deck">'
        '<audio controls preload="metadata" style="width: 100%"'
        f' src="{data_url("audio/mpeg", mp3)}">'
        "The sound is in this notebook; to hear it, open the notebook in Jupyter.</audio>"
        f"{image('jtts-wave-picture', waveform(speech), 40)}"
        "</div>"
    )


def _info(label: str, figures: str) -> str:
    """Return the line under the words; read without styles it has its dot as well."""
    name = escape(label)
    return (
        f'<div class="jtts-info"><span class="jtts-label" title="{name}">{name}</span>'
        f'<span class="jtts-brief"> · {escape(figures)}</span></div>'
    )


def _caption(words: str) -> str:
    return f'<div class="jtts-caption"><p class="jtts-text" dir="auto">{words}</p></div>'


def _words(speech: Speech) -> str:
    """Return the text, with the times of its words."""
    parts: list[str] = []
    reached = 0
    visible = speech.visible
    text, turns = visible.text, deque(visible.turns(speech.turns))
    for gap, word in shown_words(text, visible.words(speech.words)):
        if gap is not None and word.span is not None:
            times = f'data-start="{word.start:.3f}" data-end="{word.end:.3f}"'
            before = _between(text, reached, word.span[0], turns)
            parts.append(f"{before}<span {times}>{_lines(word.text)}</span>")
            reached = word.span[1]
    return f"{''.join(parts)}{_between(text, reached, len(text), turns)}"


def _between(text: str, start: int, stop: int, turns: deque[Turn]) -> str:
    """Return what stands between two words, with the names of those who begin to speak there."""
    parts: list[str] = []
    while turns and turns[0].start <= stop:
        turn = turns.popleft()
        parts += _lines(text[start : turn.start]), speaker_mark(turn.speaker)
        start = max(start, turn.start)
    return f"{''.join(parts)}{_lines(text[start:stop])}"


def _lines(text: str) -> str:
    """Return a text with its line ends as elements.

    Of white space between two elements nbconvert (Beautiful Soup's ``html.parser``) keeps one line
    feed, and where styles are left out none is seen.
    """
    return _LINE_END.sub("<br>", escape(text))


def _subtitles(speech: Speech) -> str:
    """Return the words as WebVTT, in a block that no browser shows and every sanitizer drops.

    It needs no escapes: in WebVTT ``<`` stands before a time only.
    """
    if not speech.words:
        return ""
    return f'<script type="text/vtt">{file_bytes(speech, ".vtt", "").decode()}</script>'


def _missing(megabytes: float) -> str:
    return (
        f"The sound is not in this notebook: it would take more than {megabytes:g} MB "
        "(%config TTS.saved_megabytes). --save or Speech.save() keeps it in a file."
    )


def _note(sentence: str) -> str:
    return f'<div class="jtts-note">{escape(sentence)}</div>' if sentence else ""


def _card(speech: Speech, mp3: bytes | None) -> str:
    svg = latency_picture(speech.timeline)
    words = latency_words(speech.timeline)
    picture = image("jtts-latency-picture", svg, HEIGHT, words) if svg else ""
    stored = f"{len(mp3) / 1000:,.0f} kB of sound" if mp3 else ""
    return speech_card(speech, picture=picture, stored=stored)


def summary(speech: Speech) -> str:
    """Return one line about a finished speech."""
    measured = figures(speech.timeline, http=speech.request.endpoint.is_http)
    details = ", ".join(filter(None, (measured, str(speech.cost or ""))))
    state = "" if speech.complete else ", incomplete"
    line = f"{speech.duration:.2f} s of speech at {speech.sample_rate} Hz{state}"
    notes = " ".join(filter(None, (reading_sentence(speech.reading), *speech.notes)))
    return line + (f" ({details})" if details else "") + (f". {notes}" if notes else "")


def _script() -> str:
    return f"<script>{saved_script()}</script>"
