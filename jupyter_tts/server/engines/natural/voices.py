"""The natural voices."""

from __future__ import annotations

from ..voices import Voice

__all__ = ["HEART", "LANGUAGES", "VOICES", "find_voice", "speaks"]

HEART = Voice("heart", "Heart", "en-us", "female", "hibari", "heart", kind="natural")

VOICES = (HEART,)

LANGUAGES = {"en": "English"}


def find_voice(voice_id: str) -> Voice | None:
    """Find a voice by its id, in upper or lower case."""
    return next((voice for voice in VOICES if voice.id == voice_id.lower()), None)


def speaks(language: str) -> bool:
    """Whether the voices speak a language: English, and of its varieties the American one."""
    return language.strip().lower().replace("_", "-") in {"en", "en-us"}
