"""Reads an HTTP request for speech, and refuses what this server cannot serve."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ...audio.formats import AudioFormat, parse_format
from ...wire.errors import ServerError
from ...wire.foreign_json import read_json, whole_number
from ...wire.levels import NORMALIZER_OFF_LEVEL
from ...wire.messages import ClientMessage
from ...wire.models import is_dialogue_model
from ...wire.parameters import FORMATS, Parameter, parameter
from ..access.refusals import Refusal, fault, invalid, refused
from ..synthesis.first_settings import FirstSettings
from ..synthesis.unsupported import format_refusal, model_refusal

__all__ = [
    "BODY",
    "LISTS",
    "LONGEST_LIST",
    "QUERY",
    "TEXTS",
    "WAV_FORMATS",
    "TextRequest",
    "read_declared",
    "read_fields",
    "read_text_request",
    "type_faults",
]

WAV_FORMATS: Final = tuple(
    name.replace("pcm", "wav") for name in FORMATS if name.startswith("pcm_")
)
"""The further formats of the endpoints that do not stream (SDK 2.78)."""

QUERY: Final = (parameter("latency"), parameter("logging"))
BODY: Final = tuple(map(parameter, ("language", "seed", "normalize", "pvc_as_ivc")))

# Fields of which only the type is checked: the voice does not use them.
TEXTS: Final = ("previous_text", "next_text")
LISTS: Final = {
    "pronunciation_dictionary_locators": dict,
    "previous_request_ids": str,
    "next_request_ids": str,
}
# ElevenLabs HTTP reference: up to 3 of each.
LONGEST_LIST: Final = 3


@dataclass(frozen=True)
class TextRequest:
    """A checked request: a text and how to speak it.

    Attributes
    ----------
    text : str
    audio_format : AudioFormat
    is_wav : bool
        Whether the sound, which is PCM then, is wanted as a WAV file.
    voice_settings : mapping
        Checked, by wire name; what was left out is missing.
    language : str or None
        ``language_code``.
    read_digits : bool
        Whether numbers are read digit by digit: normalization is off.
    seed : int, optional
        For a voice with chance in it.
    performs_tags : bool
        Whether the model is of a family that performs audio tags.
    """

    text: str
    audio_format: AudioFormat
    is_wav: bool
    voice_settings: Mapping[str, Any]
    language: str | None
    read_digits: bool
    seed: int | None = None
    performs_tags: bool = False


def read_fields(body: bytes) -> dict[str, Any] | Refusal:
    """Return the fields of a JSON body that are not null."""
    try:
        fields = read_json(body)
    except ValueError:
        return invalid([fault(["body"], "The body is not valid JSON.", "json_invalid")])
    if not isinstance(fields, dict):
        return invalid([fault(["body"], "The body is not a JSON object.", "model_type")])
    return {name: value for name, value in fields.items() if value is not None}


def read_text_request(
    query: Mapping[str, str], body: bytes, *, formats: Collection[str], longest: int
) -> TextRequest | Refusal:
    """Check the query and the body of a request.

    Parameters
    ----------
    query
        Percent-decoded; unknown names are ignored, and so are unknown fields of the body.
    body
        JSON, whatever the content type.
    formats
        The names that ``output_format`` may have on this endpoint.
    longest
        How many characters the text may have.

    Notes
    -----
    Fields and their defaults: ElevenLabs HTTP reference, text-to-speech. All faults are answered at
    once, in the shape of ElevenLabs' validation errors.
    """
    fields = read_fields(body)
    if isinstance(fields, Refusal):
        return fields
    values, faults = _check(query, fields)
    name = query.get("output_format", parameter("format").default)
    if name not in formats:
        expects = f"output_format must be {parameter('format').expects}."
        faults.append(fault(["query", "output_format"], expects))
    if faults:
        return invalid(faults)
    text = fields["text"]
    audio_format = parse_format(str(name).replace("wav", "pcm"))
    return (
        _text_refusal(text, longest)
        or model_refusal(fields.get("model_id"), has_v3=True)
        or format_refusal(audio_format)
        or TextRequest(
            text=text,
            audio_format=audio_format,
            is_wav=str(name).startswith("wav"),
            voice_settings=values["voice_settings"],
            language=values.get("language"),
            seed=values.get("seed"),
            performs_tags=is_dialogue_model(fields.get("model_id")),
            read_digits=values.get("latency") == NORMALIZER_OFF_LEVEL
            or values.get("normalize") == "off",
        )
    )


def _check(
    query: Mapping[str, str], body: Mapping[str, Any]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the checked values by keyword name, and all faults."""
    values: dict[str, Any] = {}
    faults = [] if "text" in body else [fault(["body", "text"], "Field required", "missing")]
    faults += type_faults(body, ("text", *TEXTS))
    if not isinstance(body.get("voice_settings", {}), dict):
        what = "voice_settings must be an object."
        faults.append(fault(["body", "voice_settings"], what, "model_type"))
    faults += read_declared(values, query, QUERY, body, BODY)
    settings = body.get("voice_settings", {})
    if isinstance(settings, dict):
        try:
            values["voice_settings"] = FirstSettings(ClientMessage("", settings)).voice
        except ServerError as wrong:
            faults.append(fault(["body", "voice_settings"], wrong.message))
    return values, faults


def read_declared(
    values: dict[str, Any],
    query: Mapping[str, str],
    in_query: Collection[Parameter],
    body: Mapping[str, Any],
    in_body: Collection[Parameter],
) -> list[dict[str, Any]]:
    """Read what is declared of a query and a body into values by keyword name; return faults."""
    faults = []
    for declared in (*in_query, *in_body):
        place, source = ("query", query) if declared in in_query else ("body", body)
        if declared.wire not in source:
            continue
        try:
            if place == "query":
                values[declared.name] = declared.parse(query[declared.wire])
            else:
                values[declared.name] = declared.check(whole_number(body[declared.wire]))
        except ValueError as wrong:
            faults.append(fault([place, declared.wire], f"{declared.wire} {wrong}."))
    return faults


def type_faults(body: Mapping[str, Any], texts: Collection[str]) -> list[dict[str, Any]]:
    """Return the faults of fields of which only the type is checked: texts, and the lists."""
    faults = [
        fault(["body", name], f"{name} must be a text.", "string_type")
        for name in ("model_id", *texts)
        if not isinstance(body.get(name, ""), str)
    ]
    for name, kind in LISTS.items():
        items = body.get(name, [])
        if not isinstance(items, list) or not all(isinstance(item, kind) for item in items):
            what = f"{name} must be a list of {'objects' if kind is dict else 'texts'}."
            faults.append(fault(["body", name], what, "list_type"))
        elif len(items) > LONGEST_LIST:
            what = f"{name} may have {LONGEST_LIST} items at most."
            faults.append(fault(["body", name], what, "too_long"))
    return faults


def _text_refusal(text: str, longest: int) -> Refusal | None:
    if not text.strip():
        return refused(400, "invalid_parameters", "The text is empty.", parameter="text")
    if len(text) > longest:
        message = (
            f"This request's text has {len(text)} characters and exceeds the character limit of "
            f"{longest} characters."
        )
        return refused(400, "max_character_limit_exceeded", message, parameter="text")
    return None
