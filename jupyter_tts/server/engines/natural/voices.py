"""The natural voices."""

from __future__ import annotations

from ....voice_files.store import StoredVoice
from ..voices import Voice

__all__ = ["HEART", "LANGUAGES", "is_british", "listed", "speaks"]

HEART = Voice("heart", "Heart", "en-us", "female", "hibari", "heart", kind="natural")

LANGUAGES = {"en": "English"}


def listed(stored: StoredVoice) -> Voice:
    """Return how one of the package's further voices is listed."""
    name = stored.name.capitalize()
    return Voice(
        stored.name, name, stored.language, stored.gender, "hibari", stored.name, kind="natural"
    )


def is_british(voice: Voice) -> bool:
    """Whether a voice pronounces as British English does."""
    return voice.language == "en-gb"


def speaks(voice: Voice, language: str) -> bool:
    """Whether a voice speaks a language: English, and of its varieties its own."""
    return language.strip().lower().replace("_", "-") in {"en", voice.language}
