"""Reads an HTTP request for a dialogue, and refuses what this server cannot serve."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ...audio.formats import AudioFormat, parse_format
from ...wire.messages import DialogueInput
from ...wire.parameters import parameter
from ..access.refusals import Refusal, fault, invalid, refused
from ..synthesis.unsupported import dialogue_model_refusal, format_refusal
from .text_request import read_declared, read_fields, type_faults

__all__ = [
    "BODY",
    "LONGEST_TEXT",
    "QUERY",
    "SETTINGS",
    "TEXTS",
    "DialogueRequest",
    "read_dialogue_request",
]

QUERY: Final = (parameter("logging"),)
BODY: Final = tuple(map(parameter, ("language", "seed", "normalize", "pvc_as_ivc")))
_STABILITY: Final = parameter("stability")

# What the settings may be; only the first has an effect here (SDK 2.78). All go from 0 to 1.
SETTINGS: Final = (_STABILITY.wire, "similarity", "clone_strength")
TEXTS: Final = ("previous_text", "future_text")
LONGEST_TEXT: Final = 100
_MOST_VOICES: Final = 10
_DEFAULT_MODEL: Final = "eleven_v3"  # over HTTP, unlike on the sockets


@dataclass(frozen=True)
class DialogueRequest:
    """A checked request: who says what, and how to speak it.

    Attributes
    ----------
    inputs : sequence of DialogueInput
    model : str
        ``model_id``.
    audio_format : AudioFormat
    is_wav : bool
        Whether the sound, which is PCM then, is wanted as a WAV file.
    settings : mapping
        Checked; what was left out, or has no effect, is missing.
    language : str or None
        ``language_code``.
    read_digits : bool
        Whether numbers are read digit by digit: normalization is off.
    seed : int or None
        For a voice with chance in it.
    """

    inputs: Sequence[DialogueInput]
    model: str
    audio_format: AudioFormat
    is_wav: bool
    settings: Mapping[str, Any]
    language: str | None
    read_digits: bool
    seed: int | None

    @property
    def characters(self) -> int:
        """How many there are in all inputs, tags included."""
        return sum(len(entry.text) for entry in self.inputs)


def read_dialogue_request(
    query: Mapping[str, str], body: bytes, *, formats: Collection[str], longest: int
) -> DialogueRequest | Refusal:
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
        How many characters all inputs together may have.

    Notes
    -----
    Fields and their defaults: ElevenLabs HTTP reference, text-to-dialogue. All faults are answered
    at once, in the shape of ElevenLabs' validation errors.
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
    inputs = [DialogueInput(entry["text"], entry["voice_id"]) for entry in fields["inputs"]]
    audio_format = parse_format(str(name).replace("wav", "pcm"))
    return (
        _inputs_refusal(inputs, longest)
        or dialogue_model_refusal(fields.get("model_id"))
        or format_refusal(audio_format)
        or DialogueRequest(
            inputs=inputs,
            model=fields.get("model_id", _DEFAULT_MODEL),
            audio_format=audio_format,
            is_wav=str(name).startswith("wav"),
            settings=_acting(fields.get("settings", {})),
            language=values.get("language"),
            read_digits=values.get("normalize") == "off",
            seed=values.get("seed"),
        )
    )


def _check(
    query: Mapping[str, str], body: Mapping[str, Any]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the checked values by keyword name, and all faults."""
    values: dict[str, Any] = {}
    faults = [*_input_faults(body), *type_faults(body, TEXTS), *_setting_faults(body)]
    faults += read_declared(values, query, QUERY, body, BODY)
    for name in TEXTS:
        text = body.get(name, "")
        if isinstance(text, str) and len(text) > LONGEST_TEXT:
            what = f"{name} may have {LONGEST_TEXT} characters at most."
            faults.append(fault(["body", name], what, "string_too_long"))
    return values, faults


def _input_faults(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    if "inputs" not in body:
        return [fault(["body", "inputs"], "Field required", "missing")]
    inputs = body["inputs"]
    if not isinstance(inputs, list) or not all(isinstance(entry, dict) for entry in inputs):
        return [fault(["body", "inputs"], "inputs must be a list of objects.", "list_type")]
    faults: list[dict[str, Any]] = []
    for number, entry in enumerate(inputs):
        for name in ("text", "voice_id"):
            if not isinstance(entry.get(name), str):
                place: list[str | int] = ["body", "inputs", number, name]
                faults.append(fault(place, f"{name} must be a text.", "string_type"))
    return faults


def _setting_faults(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    settings = body.get("settings", {})
    if not isinstance(settings, dict):
        return [fault(["body", "settings"], "settings must be an object.", "model_type")]
    faults: list[dict[str, Any]] = []
    for name in SETTINGS:
        if settings.get(name) is None:
            continue
        try:
            _STABILITY.check(settings[name])
        except ValueError as wrong:
            faults.append(fault(["body", "settings", name], f"{name} {wrong}."))
    return faults


def _acting(settings: Mapping[str, Any]) -> dict[str, Any]:
    stability = settings.get(_STABILITY.wire)
    return {} if stability is None else {_STABILITY.wire: float(stability)}


def _inputs_refusal(inputs: Sequence[DialogueInput], longest: int) -> Refusal | None:
    length = sum(len(entry.text) for entry in inputs)
    if not any(entry.text.strip() for entry in inputs):
        return refused(400, "invalid_parameters", "The text is empty.", parameter="inputs")
    if len({entry.voice_id for entry in inputs}) > _MOST_VOICES:
        message = f"A dialogue has {_MOST_VOICES} voices at most."
        return refused(400, "invalid_parameters", message, parameter="inputs")
    if length > longest:
        message = (
            f"This request's text has {length} characters and exceeds the character limit of "
            f"{longest} characters."
        )
        return refused(400, "max_character_limit_exceeded", message, parameter="inputs")
    return None
