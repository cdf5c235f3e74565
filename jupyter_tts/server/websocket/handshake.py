"""Reads the handshake of a WebSocket endpoint, and refuses what this server cannot serve."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ...audio.formats import AudioFormat, parse_format
from ...wire.levels import NORMALIZER_OFF_LEVEL
from ...wire.parameters import PARAMETERS, Place, parameter
from ..access.credentials import SINGLE_USE_TOKEN, credentials_in
from ..access.refusals import Refusal, fault, invalid
from ..synthesis.unsupported import dialogue_model_refusal, format_refusal, model_refusal

__all__ = ["Handshake", "read_handshake"]

_MODEL: Final = parameter("model")
_LANGUAGE: Final = parameter("language")
_QUERY: Final = {
    declared.wire: declared for declared in PARAMETERS if declared.place is Place.QUERY
}


@dataclass(frozen=True)
class Handshake:
    """The request of an accepted handshake: its URL and headers, checked.

    Parameters
    ----------
    voice_id
        As in the path; perhaps not a voice there is, which is an error inside the stream. Empty on
        the endpoints whose path has none.
    output_format
        One of those this server can make.
    language
        ``language_code``, or None.
    model
        ``model_id``, or None.
    auto_mode, sync_alignment
        As documented by ElevenLabs.
    inactivity_timeout
        In seconds.
    read_digits
        Whether numbers are read digit by digit: normalization is off.
    latency
        ``optimize_streaming_latency``, or None where the endpoint does not have it.
    ssml
        Whether SSML tags in the text are obeyed (``enable_ssml_parsing``).
    seed
        For a voice with chance in it, or None.
    credentials
        Every key or bearer token that came with the handshake.
    token
        ``single_use_token``, or None.
    """

    voice_id: str
    output_format: AudioFormat
    language: str | None
    auto_mode: bool
    sync_alignment: bool
    inactivity_timeout: int
    read_digits: bool
    latency: int | None = None
    ssml: bool = False
    seed: int | None = None
    model: str | None = None
    credentials: tuple[str, ...] = field(default=(), repr=False)
    token: str | None = field(default=None, repr=False)


def read_handshake(
    voice_id: str,
    query: Iterable[tuple[str, str]],
    headers: Mapping[str, str],
    *,
    ignored: Collection[str] = (),
    dialogue: bool = False,
) -> Handshake | Refusal:
    """Check the URL of a handshake.

    Parameters
    ----------
    voice_id
        From the path, percent-decoded.
    query
        Names and values, percent-decoded. Unknown names are ignored; of a repeated one the last
        counts.
    headers
        A case-insensitive mapping.
    ignored
        Names of declared parameters that the endpoint does not have: like unknown ones.
    dialogue
        Whether the endpoint is one of text-to-dialogue. There any ``language_code`` is well-formed:
        an unknown one is an error inside the stream.

    Notes
    -----
    A model or format that is well-formed but not served here gets HTTP 403, as ElevenLabs refuses
    the eleven_v3 family on text-to-speech sockets (livekit/agents#4901) and a format of a higher
    tier (elevenlabs-js#153); a model that is none of text-to-dialogue's gets HTTP 400 there. Any
    other bad value gets HTTP 422 with all faults, the shape of ElevenLabs' validation errors.
    """
    sent = dict(query)
    values: dict[str, Any] = {}
    faults: list[dict[str, object]] = []
    for wire, declared in _QUERY.items():
        if wire not in sent or declared.name in ignored:
            continue
        if dialogue and declared is _LANGUAGE:
            values[declared.name] = sent[wire] or None
            continue
        try:
            values[declared.name] = declared.parse(sent[wire])
        except ValueError as wrong:
            if declared is not _MODEL:
                faults.append(fault(["query", wire], f"{wire} {wrong}."))
    if faults:
        return invalid(faults)
    audio_format = parse_format(_value(values, "format"))
    model = sent.get(_MODEL.wire)
    refuse_model = dialogue_model_refusal if dialogue else model_refusal
    refusal = refuse_model(model) or format_refusal(audio_format)
    return refusal or Handshake(
        voice_id=voice_id,
        output_format=audio_format,
        language=values.get("language"),
        auto_mode=_value(values, "auto_mode"),
        sync_alignment=_value(values, "sync_alignment"),
        inactivity_timeout=_value(values, "inactivity_timeout"),
        read_digits=_value(values, "latency") == NORMALIZER_OFF_LEVEL
        or _value(values, "normalize") == "off",
        latency=None if "latency" in ignored else _value(values, "latency"),
        ssml=_value(values, "ssml"),
        seed=values.get("seed"),
        model=model,
        credentials=credentials_in(headers, sent),
        token=sent.get(SINGLE_USE_TOKEN),
    )


def _value(values: Mapping[str, Any], name: str) -> Any:
    return values.get(name, parameter(name).default)
