"""Piper's voices, as they are listed."""

from __future__ import annotations

from ....voice_files.store import StoredVoice
from ..voices import Voice

__all__ = ["listed", "speaks"]


def listed(stored: StoredVoice) -> Voice:
    """Return how a voice in the store is listed."""
    return Voice(
        stored.name,
        stored.name,
        stored.language,
        stored.gender or "neutral",
        "Piper",
        stored.name,
        kind="natural",
        without_effect=("similarity_boost", "style"),
    )


def speaks(voice: Voice, language: str) -> bool:
    """Whether a voice speaks a language: its own, named with its region or without any."""
    wanted = language.strip().lower().replace("_", "-")
    return wanted in {voice.language, voice.language.partition("-")[0]}
