"""The page that lists the embedded voices."""

from __future__ import annotations

from jupyter_tts.server.engines.espeak.voices import VOICES

from .markdown import code, table

__all__ = ["page"]


def page() -> str:
    """Return the page."""
    rows = ((code(voice.id), voice.name, code(voice.language), voice.gender) for voice in VOICES)
    return f"""\
# The embedded voices

This page is made by `python -m docs.make` from the embedded voice's table; edit that.

`--voice` takes one of these, or one of eSpeak NG's with a plus and a variant: `de+f3`. Each id
of ElevenLabs' well-known voices stands for one of eSpeak NG's, so that examples run; they do
not sound like ElevenLabs' voices. `%tts_voices` lists and previews them in a notebook, and
[adds others](notebook.md#voices).

{table(("voice", "name", "language", "gender"), rows)}
"""
