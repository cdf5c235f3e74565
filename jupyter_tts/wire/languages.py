"""The languages that ElevenLabs' models speak, by the codes that ``language_code`` takes.

Source: ElevenLabs documentation, models (supported languages, and the table of older models).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["LANGUAGES", "languages_of"]

_ENGLISH: Final = {"en": "English"}

_MULTILINGUAL: Final = {
    **_ENGLISH,
    "ja": "Japanese",
    "zh": "Chinese",
    "de": "German",
    "hi": "Hindi",
    "fr": "French",
    "ko": "Korean",
    "pt": "Portuguese",
    "it": "Italian",
    "es": "Spanish",
    "id": "Indonesian",
    "nl": "Dutch",
    "tr": "Turkish",
    "fil": "Filipino",
    "pl": "Polish",
    "sv": "Swedish",
    "bg": "Bulgarian",
    "ro": "Romanian",
    "ar": "Arabic",
    "cs": "Czech",
    "el": "Greek",
    "fi": "Finnish",
    "hr": "Croatian",
    "ms": "Malay",
    "sk": "Slovak",
    "da": "Danish",
    "ta": "Tamil",
    "uk": "Ukrainian",
    "ru": "Russian",
}

LANGUAGES: Final[Mapping[str, str]] = {
    **_MULTILINGUAL,
    "hu": "Hungarian",
    "no": "Norwegian",
    "vi": "Vietnamese",
}
"""Every language that a model of stream-input speaks: its code, and its name in English."""

_OF_MODELS: Final[Mapping[str, Mapping[str, str]]] = {
    "eleven_flash_v2": _ENGLISH,
    "eleven_turbo_v2": _ENGLISH,
    "eleven_monolingual_v1": _ENGLISH,
    "eleven_multilingual_v2": _MULTILINGUAL,
}


def languages_of(model: str | None) -> Mapping[str, str]:
    """Return the languages of a model, code to name; of an unknown one, or of None, `LANGUAGES`."""
    return _OF_MODELS.get(model or "", LANGUAGES)
