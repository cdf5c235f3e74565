"""A panel as it stays in a notebook: its last state as plain HTML, which needs no kernel.

The page puts it into the file in the place of the widget, see ``static/panel/saved_panel.js``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from ...client.speech.speech import Speech
from ...wire.request import SpeechRequest
from ..output.latency_words import short_time
from ..output.request_card import HTTP_METHOD, render_card
from ..output.saved_code import saved_style
from ..output.saved_view import view_bundle
from .widgets import Controls, History

__all__ = ["SavedPanel"]

# Megabytes of sound, whatever the settings allow: the page holds it for as long as the panel lives.
MOST = 8.0

# Keeps MathJax from setting text between two dollar signs.
_VIEW = "jtts-view jtts-speech mathjax_ignore tex2jax_ignore"


class SavedPanel:
    """Gives the page of a panel what it is to save.

    Parameters
    ----------
    controls : Controls
    history : History
    panel_id : str
        Of the widget that an output shows.
    """

    def __init__(self, controls: Controls, history: History, panel_id: str) -> None:
        self._controls = controls
        self._history = history
        controls.saved_style = f"<style>{saved_style()}</style>"
        controls.panel_id = panel_id

    @property
    def bundle(self) -> dict[str, str]:
        """The panel by MIME type, without the last speech."""
        saved = self._controls.saved
        html = f"{self._controls.saved_style}{saved['request']}{saved['history']}"
        return {"text/html": html, "text/plain": saved["plain"]}

    def update(self, request: SpeechRequest) -> None:
        """Follow the controls and the history.

        Parameters
        ----------
        request : SpeechRequest
            As it travels.
        """
        self._controls.saved = {
            "request": _request(request),
            "history": _table(self._history.entries, self._history.seconds),
            "plain": _summary(request),
        }

    async def keep(self, speech: Speech, values: Mapping[str, Any], megabytes: float) -> None:
        """Keep what a cell would leave of a speech, as it was heard.

        Parameters
        ----------
        speech : Speech
        values : mapping
            What was set for it, by keyword name.
        megabytes : float
            The most that the sound may take.
        """
        view = await asyncio.to_thread(view_bundle, speech, megabytes=min(megabytes, MOST))
        self._controls.saved_speech = {
            "html": view["text/html"],
            "text": speech.text,
            "values": dict(values),
        }


def _request(request: SpeechRequest) -> str:
    """Return the request that Speak would send; the page writes the text into the paragraph."""
    return (
        f'<div class="{_VIEW}"><p class="jtts-text" dir="auto"></p>'
        '<div class="jtts-label">What Speak would send. For the panel itself, run the cell again.'
        f'</div><div class="jtts-card">{render_card(request, today=date.today())}</div></div>'
    )


def _table(entries: Sequence[Mapping[str, Any]], seconds: float) -> str:
    """Return the history as a table, the newest on top; "" where there is nothing to compare."""
    if len(entries) < 2:
        return ""
    names = ["#", "Level", "Stability", "Similarity", "Text", "First sound", "Gaps", "Length"]
    names.append(f"0 to {seconds:.1f} s")
    head = "".join(f"<th>{name}</th>" for name in names)
    rows = "".join(map(_row, reversed(entries)))
    return (
        f'<div class="{_VIEW}"><table style="width: 100%"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _summary(request: SpeechRequest) -> str:
    """Return the request as text, where nothing but text is shown."""
    method = f"{HTTP_METHOD} " if request.endpoint.is_http else ""
    message = json.dumps(request.first_message, ensure_ascii=False)
    return f"A panel, which runs with its cell only. It sends:\n{method}{request.url}\n{message}"


def _row(entry: Mapping[str, Any]) -> str:
    settings = [setting["value"] for setting in entry["settings"].values()]
    words, gaps = entry["words"], entry["gaps"]
    cells = [entry["number"], *settings, "at once" if words is None else f"{words:g}/s"]
    cells.append("–" if entry["first"] is None else short_time(entry["first"]))
    cells.append("–" if gaps is None else short_time(gaps) if entry["underruns"] else "none")
    cells.append(f"{entry['duration']:.1f} s")
    written = "".join(f"<td>{escape(str(cell))}</td>" for cell in cells)
    notes = escape("; ".join(entry["notes"]))
    return f'<tr>{written}<td style="width: 50%">{entry["picture"]}{notes}</td></tr>'
