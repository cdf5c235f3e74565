"""What is wrong between the values of a URL: a model with a language, an endpoint, a voice."""

from __future__ import annotations

from typing import Any

from ..wire.hosts import is_elevenlabs
from ..wire.languages import THREE_LETTERS
from ..wire.models import find_model, language_fault
from .findings import Findings

__all__ = ["examine_language"]


def examine_language(values: dict[str, Any], server: str, findings: Findings) -> None:
    """Report a language that ElevenLabs refuses with the model, and take it out of the values."""
    language = values.get("language")
    if language is None or not is_elevenlabs(server):
        return
    model = find_model(values.get("model"))
    fault = language_fault(values.get("model"), language)
    if fault is not None:
        two_letters = THREE_LETTERS.get(language, language)
        if language_fault(values.get("model"), two_letters) is None:
            values["language"] = two_letters
            corrected = f"{two_letters} takes its place"
        else:
            del values["language"]
            corrected = "it is left out"
        findings.error(
            "language",
            f"language_code {language} is refused: {fault}; {corrected}.",
            "The server reports unsupported_language and closes the socket with code 1008.",
        )
    elif model is not None and not model.takes_language:
        findings.note(
            "language",
            f"{model.id} chooses the language from the text.",
            "It ignores language_code or refuses it: reports differ.",
        )
