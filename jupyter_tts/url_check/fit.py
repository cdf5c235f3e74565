"""What goes ill together in a URL, as a model and an endpoint, and what of it is old."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..wire.hosts import is_elevenlabs
from ..wire.languages import THREE_LETTERS
from ..wire.models import (
    DIALOGUE_MODEL,
    DIALOGUE_PREFIXES,
    Endpoint,
    endpoint_of,
    find_model,
    language_fault,
)
from ..wire.notes import model_note
from ..wire.parameters import UNLISTED_FORMATS
from ..wire.voices import LAST_DAY, default_voice_of, retirement
from .findings import Findings

__all__ = ["examine_format", "examine_language", "examine_model", "examine_voice"]

_FAMILIES = " or ".join(DIALOGUE_PREFIXES)


def examine_model(values: dict[str, Any], endpoint: Endpoint, findings: Findings) -> Endpoint:
    """Report a model that the endpoint does not serve, and one that is old.

    Returns
    -------
    Endpoint
        The one that serves the model, with several contexts where the URL has them.
    """
    model_id = values.get("model")
    if model_id is None:
        return endpoint
    model = find_model(model_id)
    if (note := model_note(model)) is not None:
        if model is not None and model.is_removed:
            findings.warning("model", note, "The server refuses it, or speaks with another model.")
        else:
            findings.note("model", note, "It is still served, without a date for its end.")
    right = endpoint_of(model_id, endpoint.is_multi)
    if right.is_dialogue and not endpoint.is_dialogue:
        findings.error(
            "model",
            f"{model_id} is not served by text-to-speech: a model whose id begins with {_FAMILIES} "
            "is one of text-to-dialogue, where the first message names the voice.",
            "The server refuses the handshake, with HTTP 400 or 403: reports differ.",
        )
    elif endpoint.is_dialogue and not right.is_dialogue:
        findings.error(
            "model",
            f"{model_id} is not a model of text-to-dialogue, which has those whose id begins with "
            f"{_FAMILIES}; text-to-speech serves it, where the path names the voice.",
            "What the server answers is not known; it does not speak with this model.",
        )
    return right


def examine_language(
    values: dict[str, Any], endpoint: Endpoint, server: str, findings: Findings
) -> None:
    """Report a language that ElevenLabs refuses with the model, and correct or remove it."""
    language = values.get("language")
    if language is None or not is_elevenlabs(server):
        return
    model_id = values.get("model", DIALOGUE_MODEL if endpoint.is_dialogue else None)
    model = find_model(model_id)
    fault = language_fault(model_id, language)
    if fault is not None:
        two_letters = THREE_LETTERS.get(language, language)
        if language_fault(model_id, two_letters) is None:
            values["language"] = two_letters
            corrected = f"{two_letters} takes its place"
        else:
            del values["language"]
            corrected = "it is left out"
        findings.error(
            "language",
            f"language_code {language} is refused: {fault}; {corrected}.",
            "It is expected to refuse it as HTTP does, with unsupported_language."
            if endpoint.is_dialogue
            else "The server reports unsupported_language and closes the socket with code 1008.",
        )
    elif model is not None and not model.takes_language:
        findings.note(
            "language",
            f"{model.id} chooses the language from the text.",
            "It ignores language_code or refuses it: reports differ.",
        )


def examine_format(
    values: dict[str, Any], endpoint: Endpoint, server: str, findings: Findings
) -> None:
    """Note a format that the reference of the text-to-speech WebSockets does not list."""
    name = values.get("format")
    if name in UNLISTED_FORMATS and not endpoint.is_dialogue and is_elevenlabs(server):
        findings.note(
            "format",
            f"{name} is not in the WebSocket reference of text-to-speech, only in that of HTTP.",
            "The server may refuse it: nobody has said whether it takes it here.",
        )


def examine_voice(voice: str | None, server: str, today: date, findings: Findings) -> None:
    """Report a voice of ElevenLabs' that ends or has ended."""
    if voice is None or not is_elevenlabs(server):
        return
    note = retirement(voice, today)
    if note is None:
        return
    if default_voice_of(voice) is None:
        findings.note("voice", note, "On the free plan the server answers HTTP 402.")
    elif today <= LAST_DAY:
        effect = "The server speaks with it until then, for accounts made before March 2026."
        findings.note("voice", note, effect)
    else:
        effect = "It cannot be used any more; what the server answers is not known."
        findings.warning("voice", note, effect)
