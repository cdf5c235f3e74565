"""The answers to requests that cannot be served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["UNFORESEEN", "Refusal", "error_body", "fault", "invalid", "refused"]

# The general type of each code; the ElevenLabs reference (API reference, errors) shows
# validation_error, and the others are named after it.
_TYPES: Final = {
    "invalid_api_key": "authentication_error",
    "invalid_token": "authentication_error",
    "invalid_token_type": "authentication_error",
    "output_format_not_allowed": "authorization_error",
    "quota_exceeded": "quota_error",
    "something_went_wrong": "server_error",
    "system_busy": "rate_limit_error",
    "too_many_concurrent_requests": "rate_limit_error",
    "voice_not_found": "not_found",
}


UNFORESEEN: Final = "The server met an error, which its log tells."
"""The sentence for what nobody has foreseen: its own words may hold a key, or a text."""


@dataclass(frozen=True)
class Refusal:
    """The answer to a request that cannot be served: an HTTP status and a JSON body."""

    status: int
    body: Mapping[str, object]


def refused(
    status: int, error: str, message: str, *, parameter: str | None = None, code: str = ""
) -> Refusal:
    """Return a refusal with an error body."""
    return Refusal(status, error_body(error, message, parameter=parameter, code=code))


def invalid(faults: Sequence[Mapping[str, object]]) -> Refusal:
    """Return a refusal that lists faults, as ElevenLabs' validation errors do."""
    return Refusal(422, {"detail": list(faults)})


def fault(location: Sequence[str | int], message: str, kind: str = "value_error") -> dict[str, Any]:
    """Return one fault of such a list: where it is, and what it is."""
    return {"loc": list(location), "msg": message, "type": kind}


def error_body(
    error: str, message: str, *, parameter: str | None = None, code: str = ""
) -> dict[str, object]:
    """Return an error as ElevenLabs' HTTP API words it (API reference, errors).

    ``status`` and ``message`` are the whole older shape, so one body serves readers of both. A
    `code` is for errors where the service was seen to have another word in ``code``.
    """
    detail = {
        "type": _TYPES.get(error, "validation_error"),
        "code": code or error,
        "message": message,
        "status": error,
        "param": parameter,
    }
    return {"detail": detail}
