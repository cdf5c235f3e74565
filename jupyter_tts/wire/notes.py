"""What a user should know of a request that may be sent as it is."""

from __future__ import annotations

from datetime import date

from .hosts import default_voice, is_elevenlabs
from .models import Model, find_model
from .request import SpeechRequest
from .voices import retirement

__all__ = ["model_note", "request_notes"]


def request_notes(request: SpeechRequest, today: date) -> dict[str, str]:
    """Return a sentence by keyword name, for voices and models that end, and ignored languages.

    Empty for any server but ElevenLabs' own, whose voices and models these are.
    """
    if not is_elevenlabs(request.server):
        return {}
    notes = {
        "voice": retirement(request.voice or default_voice(request.server), today),
        "model": model_note(find_model(request.model)),
        "language": _language_note(request),
    }
    return {name: note for name, note in notes.items() if note}


def model_note(model: Model | None) -> str | None:
    """Return what to know of a model that is deprecated or was removed, None for any other."""
    if model is None or not model.is_deprecated:
        return None
    state = f"was removed on {model.removed_on}" if model.is_removed else "is deprecated"
    return f"{model.id} {state}; its successor is {model.successor}."


def _language_note(request: SpeechRequest) -> str | None:
    model = find_model(request.model)
    if model is None or model.takes_language or request.language is None:
        return None
    return f"{model.id} chooses the language from the text; it may ignore or refuse language_code."
