"""What stays in the notebook once the sound has ended: plain HTML that needs no kernel."""

from __future__ import annotations

import base64
import json
from functools import cache
from html import escape
from pathlib import Path

from ..audio.files import wav_bytes
from ..client.speech import Speech
from ..wire.request import SpeechRequest
from .card import figures, render_card

__all__ = ["MAX_SAVED", "STATIC", "error_bundle", "request_bundle", "summary", "view_bundle"]

# Bytes of PCM, some twelve minutes at 24 kHz: a notebook of hundreds of megabytes opens nowhere.
MAX_SAVED = 32 * 2**20

STATIC = Path(__file__).with_name("static")


def view_bundle(speech: Speech) -> dict[str, str]:
    """Return the saved view by MIME type.

    The sound sits in the ``src`` of ``<audio>`` itself: a nested ``<source>`` loses it in an
    untrusted notebook. There is no widget in it, which would reopen as "model not found".
    """
    html = (
        f"<style>{_style()}</style>"
        '<div class="jtts-view">'
        f'<div class="jtts-caption">{escape(speech.text)}</div>'
        f"{_sound(speech)}"
        f"{_note(speech.progress)}"
        f'<div class="jtts-label">{escape(speech.label)}</div>'
        f"{render_card(speech.request, speech.timeline, keyed=speech.keyed)}"
        "</div>"
    )
    return {"text/html": html, "text/plain": summary(speech)}


def error_bundle(sentence: str) -> dict[str, str]:
    """Return one red sentence by MIME type."""
    html = f'<div style="color: var(--jp-error-color1, #c62828)">{escape(sentence)}</div>'
    return {"text/html": html, "text/plain": sentence}


def request_bundle(request: SpeechRequest) -> dict[str, str]:
    """Return a request that has not been sent, by MIME type."""
    html = (
        f'<style>{_style()}</style><div class="jtts-view">'
        '<div class="jtts-label">The request as it would be sent; nothing was.</div>'
        f"{render_card(request)}</div>"
    )
    return {"text/html": html, "text/plain": f"{request.url}\n{json.dumps(request.first_message)}"}


def _sound(speech: Speech) -> str:
    if 2 * speech.frames > MAX_SAVED:
        size = 2 * speech.frames / 2**20
        return _note(
            f"The sound ({size:.0f} MB) is too large to be kept in a notebook; --save or "
            "Speech.save() keeps it in a file."
        )
    sound = base64.b64encode(wav_bytes(speech.pcm, speech.sample_rate)).decode("ascii")
    return f'<audio controls preload="metadata" src="data:audio/wav;base64,{sound}"></audio>'


def _note(sentence: str) -> str:
    return f'<div class="jtts-note">{escape(sentence)}</div>' if sentence else ""


def summary(speech: Speech) -> str:
    """Return in one line what was made."""
    measured = figures(speech.timeline)
    state = "" if speech.complete else ", incomplete"
    return f"{speech.duration:.2f} s of speech at {speech.sample_rate} Hz{state}" + (
        f" ({measured})" if measured else ""
    )


@cache
def _style() -> str:
    return (STATIC / "card.css").read_text("utf-8")
