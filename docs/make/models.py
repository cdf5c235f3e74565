"""The table of models, and the voices that end, as tables."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from jupyter_tts.wire import models as declared
from jupyter_tts.wire import voices as declared_voices
from jupyter_tts.wire.models import MODELS, Model
from jupyter_tts.wire.voices import DEFAULT_VOICES

from .markdown import code, prose, table

__all__ = ["default_voices", "models", "sources"]

_HEAD = (
    "model",
    "WebSocket",
    "HTTP",
    "languages",
    "characters in one HTTP request",
    "settings that act",
    "latency level over HTTP",
    "audio tags",
)
_NAMES = ("stability", "similarity", "style", "speed", "speaker_boost")


def models() -> str:
    """The models of today and, below them, those that ended."""
    rows = [_row(model) for model in MODELS if not model.is_removed]
    ended = "\n".join(_ended())
    return f"{table(_HEAD, rows)}\n\n{ended}"


def sources() -> str:
    """Where the facts come from."""
    return prose(inspect.getdoc(declared) or "").partition("\n\n")[2].partition("\n\n")[0]


def default_voices() -> str:
    """The default voices and their successors, and what is known of them."""
    rows = (
        (
            voice.name,
            code(voice.id),
            voice.successor or "none",
            code(voice.successor_id),
        )
        for voice in DEFAULT_VOICES
    )
    facts = prose(inspect.getdoc(declared_voices) or "").partition("\n\n")[2]
    return f"{facts}\n\n{table(('voice', 'id', 'successor', 'its id'), rows)}"


def _row(model: Model) -> tuple[object, ...]:
    voices = "1 voice" if model.most_voices == 1 else f"{model.most_voices} voices"
    level = {True: "refused", False: "taken", None: "not known"}[model.refuses_level_over_http]
    limit = model.most_characters
    return (
        code(model.id),
        f"text-to-dialogue, {voices}" if model.dialogue_sockets else "text-to-speech",
        "both" if model.dialogue_http else "text-to-speech",
        "English" if len(model.languages) == 1 else _languages(model),
        f"{limit:,}" if limit else "not stated",
        ", ".join(code(name) for name in _NAMES if name in model.settings),
        level,
        "performed" if model.performs_tags else "read aloud",
    )


def _languages(model: Model) -> str:
    count = f"{len(model.languages)}"
    return count if model.takes_language else f"{count}, chosen from the text"


def _ended() -> Iterator[str]:
    for model in MODELS:
        if model.is_removed:
            yield f"- {code(model.id)} was removed on {model.removed_on}: {_instead(model)}."
        elif model.is_deprecated:
            yield f"- {code(model.id)} is deprecated, without a date: {_instead(model)}."


def _instead(model: Model) -> str:
    return f"take {code(model.successor)}"
