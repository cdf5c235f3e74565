"""The page that lists the embedded voices."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_tts.server.engines.espeak.voices import VOICES
from jupyter_tts.server.engines.natural.voices import HEART
from jupyter_tts.server.engines.piper.parameters import EFFECTS
from jupyter_tts.server.engines.voices import Voice
from jupyter_tts.voice_files.catalogue import catalogue
from jupyter_tts.voice_files.store import megabytes

from .markdown import code, table

__all__ = ["page"]


def page() -> str:
    """Return the page."""
    return f"""\
# The embedded voices

This page is made by `python -m docs.make` from the engines' tables; edit those.

Without `--voice`, English is spoken by `heart`, a natural voice. What it does not speak is spoken
by eSpeak NG: by itself, text or words in other letters, such as Chinese; and any other language
that `--language` asks for. The card then says so. A language written in the same
letters is not guessed: for German give `--language de` or `--voice de`. Neither voice says how
ElevenLabs sounds.

`%tts_voices` lists and previews the voices in a notebook, and [adds others](notebook.md#voices).
What stability, style, seed and the other settings do to each is in the
[reference](reference.md#parameters), and [as it was measured](settings_measured.md). How well each
is understood, and how loud it is, `python -m benchmarks.voices intelligibility` measures.

## Natural

hibari's, by a small neural model, at 24 kHz. `[lab]` and `[natural]` install it; `[local]` is
eSpeak NG alone.

{_listed([HEART])}

## To be added

These are fetched only when you say so, with `%tts_voices add NAME`. None of them could be tried
when this was written.

{_addable()}

Any [Piper](https://github.com/OHF-Voice/piper1-gpl) voice, in any of its languages, speaks from its
two files, `NAME.onnx` and `NAME.onnx.json`: `%tts_voices add PATH`. Its licence is its own: read
its model card. This is what the settings do to Piper's voices:

{_piper_effects()}

## Synthetic

eSpeak NG's, made by rules, at 22.05 kHz. `--voice` takes one of these, or one with a plus and a
variant of the voice: `de+f3`. Each id of ElevenLabs' well-known voices stands for one of them, so
that examples run; they do not sound like ElevenLabs' voices.

{_listed(VOICES)}
"""


def _addable() -> str:
    rows = (
        (code(voice.name), code(voice.language), voice.gender, megabytes(voice.size), voice.licence)
        for voice in catalogue().values()
        if not voice.is_bundled
    )
    return table(("voice", "language", "gender", "size", "licence"), rows)


def _piper_effects() -> str:
    return table(("setting", "effect"), ((code(wire), text) for wire, text in EFFECTS.items()))


def _listed(voices: Sequence[Voice]) -> str:
    rows = ((code(voice.id), voice.name, code(voice.language), voice.gender) for voice in voices)
    return table(("voice", "name", "language", "gender"), rows)
