"""The page that lists the embedded voices."""

from __future__ import annotations

from jupyter_tts.server.engines.espeak.voices import VOICES

from .markdown import code, table

__all__ = ["page"]


def page() -> str:
    """Return the page."""
    rows = ((code(each.id), each.name, code(each.language), each.gender) for each in VOICES)
    return f"""\
# The embedded voices

This page is made by `python -m docs.make` from the table that the embedded voice has; edit that.

`--voice` takes one of these, or one of eSpeak NG's with a variant behind a plus: `de+f3`. The ids
of ElevenLabs' well-known voices stand for one of eSpeak NG's each, so that examples run; they do
not sound like theirs.

{table(("voice", "name", "language", "gender"), rows)}
"""
