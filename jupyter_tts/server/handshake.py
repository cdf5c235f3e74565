"""What a ``stream-input`` handshake asks for, and whether this server can serve it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote_plus

from ..audio.formats import SUPPORTED_FORMATS, AudioFormat, parse_format
from ..wire.parameters import CREDENTIALS, PARAMETERS, Place, parameter

__all__ = ["Handshake", "Refusal", "credentials_in", "error_body", "read_handshake", "redact"]

_FORMAT: Final = parameter("format")
_MODEL: Final = parameter("model")
_QUERY: Final = {each.wire: each for each in PARAMETERS if each.place is Place.QUERY}

# Every name is one model here; a name has no "?", as a query joined with a second "?" gives it.
_MODEL_NAME: Final = re.compile(r"[\w.-]+", re.ASCII)

# The level at which ElevenLabs documents the text normalizer as off.
_NORMALIZER_OFF_LEVEL: Final = 4

_SECRET_NAME: Final = re.compile(r"key|token|secret|passw|auth", re.IGNORECASE)


@dataclass(frozen=True)
class Handshake:
    """What the URL and the headers of an accepted handshake say.

    Parameters
    ----------
    voice_id
        As in the path; perhaps not a voice there is, which is an error inside the stream.
    output_format
        One of those this server can make.
    language
        ``language_code``, or None.
    auto_mode, sync_alignment
        As documented by ElevenLabs.
    inactivity_timeout
        In seconds.
    read_digits
        Whether numbers are read digit by digit: normalization is off.
    credentials
        Every key or token that came with the handshake.
    """

    voice_id: str
    output_format: AudioFormat
    language: str | None
    auto_mode: bool
    sync_alignment: bool
    inactivity_timeout: int
    read_digits: bool
    credentials: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Refusal:
    """The answer to a handshake that cannot be served: an HTTP status and a JSON body."""

    status: int
    body: Mapping[str, object]


def read_handshake(
    voice_id: str, query: Iterable[tuple[str, str]], headers: Mapping[str, str]
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

    Notes
    -----
    A model or format that is well-formed but not served here gets HTTP 403, as ElevenLabs refuses
    the eleven_v3 family on this endpoint (livekit/agents#4901) and a format of a higher tier
    (elevenlabs-js#153); any other bad value gets HTTP 422 with all faults, the shape of
    ElevenLabs' validation errors.
    """
    given = dict(query)
    values: dict[str, Any] = {}
    faults: list[dict[str, object]] = []
    for wire, declared in _QUERY.items():
        if wire not in given:
            continue
        try:
            values[declared.name] = declared.parse(given[wire])
        except ValueError as fault:
            if declared is _MODEL:
                return _refused_model(given[wire])
            faults.append(
                {"loc": ["query", wire], "msg": f"{wire} {fault}.", "type": "value_error"}
            )
    if faults:
        return Refusal(422, {"detail": faults})
    if "model" in values and not _MODEL_NAME.fullmatch(values["model"]):
        return _refused_model(values["model"])
    if values.get("format") not in SUPPORTED_FORMATS:
        return _refused_format(values.get("format"))
    return Handshake(
        voice_id=voice_id,
        output_format=parse_format(values["format"]),
        language=values.get("language"),
        auto_mode=_value(values, "auto_mode"),
        sync_alignment=_value(values, "sync_alignment"),
        inactivity_timeout=_value(values, "inactivity_timeout"),
        read_digits=_value(values, "latency") == _NORMALIZER_OFF_LEVEL
        or _value(values, "normalize") == "off",
        credentials=credentials_in(headers, given),
    )


def credentials_in(headers: Mapping[str, str], query: Mapping[str, str]) -> tuple[str, ...]:
    """Return every key or token that came with a request, as given."""
    found = [headers.get("xi-api-key"), headers.get("authorization")]
    found += [query.get(each.wire) for each in CREDENTIALS if each.place == "query"]
    return tuple(each for each in found if each)


def error_body(error: str, message: str, *, parameter: str | None = None) -> dict[str, object]:
    """Return an error as ElevenLabs' HTTP API words it (API reference, errors).

    ``status`` is the older name of ``code``; both are there.
    """
    detail = {"status": error, "code": error, "message": message}
    return {"detail": detail if parameter is None else {**detail, "param": parameter}}


def redact(target: str, key: str | None = None) -> str:
    """Return a request target (path and query, as received) without its secrets.

    The value of every query parameter whose name looks like a secret's is replaced, also one that
    a second ``?`` has buried in another's value, and so is `key` wherever it stands. All else is
    kept byte for byte.
    """
    path, mark, query = target.partition("?")
    pieces = [_redact_piece(piece) for piece in re.split(r"([?&;])", query)]
    redacted = path + mark + "".join(pieces)
    return redacted.replace(key, "[redacted]") if key else redacted


def _redact_piece(piece: str) -> str:
    name, equals, _ = piece.partition("=")
    names = unquote_plus(piece).rpartition("=")[0]
    return f"{name}{equals}[redacted]" if equals and _SECRET_NAME.search(names) else piece


def _value(values: Mapping[str, Any], name: str) -> Any:
    return values.get(name, parameter(name).default)


def _refused_model(model: str) -> Refusal:
    message = f"model_id must be {_MODEL.accepted}, not {model[:80]!r}."
    if "?" in model or "&" in model:
        message += " Query parameters are joined with &; the ? stands only before the first."
    return Refusal(403, error_body("unsupported_model", message, parameter=_MODEL.wire))


def _refused_format(name: str | None) -> Refusal:
    asked = f"output_format {name}" if name else f"The default output_format, {_FORMAT.default},"
    message = f"{asked} cannot be made by this server. Set output_format to one of "
    message += ", ".join(SUPPORTED_FORMATS) + "."
    return Refusal(403, error_body("output_format_not_allowed", message, parameter=_FORMAT.wire))
