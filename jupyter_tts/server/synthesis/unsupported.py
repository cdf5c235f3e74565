"""Refuses models and formats that this server cannot serve."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from ...audio.codecs import check_encoder
from ...audio.formats import AudioFormat
from ...wire.errors import UnsupportedFormat
from ...wire.models import is_dialogue_model, languages_of
from ...wire.parameters import parameter
from ..access.refusals import Refusal, refused

__all__ = [
    "MODEL_NAME",
    "dialogue_model_refusal",
    "format_refusal",
    "language_refusal",
    "model_refusal",
    "unsupported_language",
]

_FORMAT: Final = parameter("format")
_MODEL: Final = parameter("model")

# Every name is one model here; a name has no "?", as a query joined with a second "?" gives it.
MODEL_NAME: Final = re.compile(r"[\w.-]+", re.ASCII)

_ACCEPTED: Final = "a model that stream-input serves (the eleven_v3 and v4 families are refused)"


def model_refusal(model: str | None, *, has_v3: bool = False) -> Refusal | None:
    """Return why a ``model_id`` is not served, or None.

    The text-to-speech WebSockets do not have the eleven_v3 and v4 families; over HTTP (`has_v3`)
    ElevenLabs does, and here too any name will do.
    """
    if model is None or (MODEL_NAME.fullmatch(model) and (has_v3 or _is_accepted(model))):
        return None
    accepted = "the name of a model" if has_v3 else _ACCEPTED
    message = f"model_id must be {accepted}, not {model[:80]!r}."
    if is_dialogue_model(model.lower()) and not has_v3:
        message = f"{model[:80]} is served by the text-to-dialogue WebSockets, not by this one."
    if "?" in model or "&" in model:
        message += " Query parameters are joined with &; the ? stands only before the first."
    status = 400 if has_v3 else 403
    return refused(status, "unsupported_model", message, parameter=_MODEL.wire)


def dialogue_model_refusal(model: str | None) -> Refusal | None:
    """Return why a ``model_id`` is not served as a dialogue, or None.

    What ElevenLabs answers on its dialogue sockets is not established. The ids of the families
    are judged by their beginning, as there.
    """
    if model is None or (MODEL_NAME.fullmatch(model) and is_dialogue_model(model)):
        return None
    message = f"model_id must be one of the eleven_v3 and eleven_v4 families, not {model[:80]!r}."
    return refused(400, "unsupported_model", message, parameter=_MODEL.wire)


def unsupported_language(model: str, language: str | None, spoken: Collection[str]) -> str:
    """Return why a ``language_code`` is not spoken in a dialogue, "" where it is.

    Parameters
    ----------
    model
    language
    spoken
        The codes that the voices of this server know; those of the model are accepted, too.
    """
    if language is None or language in spoken or language in languages_of(model):
        return ""
    # ElevenLabs' sentence over HTTP.
    return f"Model '{model}' does not support language_code '{language[:60]}'."


def language_refusal(model: str, language: str | None, spoken: Collection[str]) -> Refusal | None:
    """Return the answer over HTTP where a ``language_code`` is not spoken, or None."""
    sentence = unsupported_language(model, language, spoken)
    if not sentence:
        return None
    return refused(
        400,
        "unsupported_language",
        sentence,
        parameter=parameter("language").wire,
        code="invalid_parameters",
    )


def format_refusal(audio_format: AudioFormat) -> Refusal | None:
    """Return why an ``output_format`` cannot be made here, or None."""
    try:
        check_encoder(audio_format)
    except UnsupportedFormat as error:
        return refused(403, "output_format_not_allowed", str(error), parameter=_FORMAT.wire)
    return None


def _is_accepted(model: str) -> bool:
    """Whether a text-to-speech socket takes a model; ElevenLabs writes its names in lower case."""
    lower = model.lower()
    return not lower.startswith("eleven_") or (model == lower and not is_dialogue_model(model))
