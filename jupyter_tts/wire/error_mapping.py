"""What a peer's refusal means: HTTP status, close code or error id, to exception and next step."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from .close_codes import ABNORMAL_CLOSURE, MESSAGE_TOO_BIG, POLICY_VIOLATION
from .error_codes import ERROR_IDS, finer_id
from .errors import (
    ConnectionLost,
    HandshakeRefused,
    ServerError,
    ServerIds,
    TooMuchSound,
    TTSError,
)
from .foreign_json import read_json

__all__ = [
    "CLOSE_CODES",
    "STATUS_HINTS",
    "close_error",
    "faults_text",
    "handshake_error",
    "server_error",
    "server_ids",
    "silence_error",
]

# Characters of a peer's own words in a message: a whole page of HTML would not help.
MAX_QUOTED = 200

# HTTP statuses of trouble that passes, and the close codes of RFC 6455 section 7.4.1 and its
# registry: going away, server error, restart, try again later.
_PASSING_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
_PASSING_CODES = frozenset({1001, 1011, 1012, 1013})

_PASSES = "The service is in trouble; try again in a moment."

# Sentences that come without an id, in a close reason for one (elevenlabs-python#282,
# pipecat#1006, pipecat#1426, elevenlabs-docs#426, pipecat#4881).
_IDS_OF_SENTENCES = {
    "exceeds your quota": "quota_exceeded",
    "Invalid API key": "invalid_api_key",
    "something went wrong": "something_went_wrong",
    "Have not received a new text input": "input_timeout_exceeded",
    "does not support language_code": "unsupported_language",
    "Token type mismatch": "invalid_token_type",
}

# The last word of "...the permission voices_read": ElevenLabs names a permission by its id.
_PERMISSION = re.compile(r"permissions?\W+(?:\w+\W+){0,2}?([a-z]+(?:_[a-z]+)+)")

# What an id of a request may look like; a peer could send anything.
_REQUEST_ID = re.compile(r"[\w.:/-]{1,128}", re.ASCII)

# What a peer, or the library on this side, means by a close code (RFC 6455 section 7.4.1).
CLOSE_CODES = {
    1000: "it says that all is done",
    1001: "the server is going away",
    1002: "a frame broke the protocol",
    1003: "the server does not take such data",
    1006: "without a close frame",
    1007: "a frame was not valid text",
    POLICY_VIOLATION: "a policy of the server's, which its reason names",
    MESSAGE_TOO_BIG: "a message was too large",
    1011: "the server met an error",
    1012: "the server restarts",
    1013: "the server is overloaded",
}

STATUS_HINTS = {
    400: "Check the model and the voice; a model may not be served at this address.",
    401: "Check ELEVENLABS_API_KEY, what the key may do, and the account's quota.",
    402: "The plan or the credits do not cover this: choose another voice, one of the account's "
    "own say, or another plan. The key is right.",
    403: "The voice is not known, the plan does not include the model or the format, or the "
    "model is not served at this address.",
    404: "Check the voice id and the server's address.",
    408: _PASSES,
    409: "Something else is being done there; run the cell again.",
    422: "A parameter was not understood; check the URL.",
    425: _PASSES,
    429: "Too many streams at once for this account; wait for one to end.",
    500: "A malformed URL (a second ? instead of &) is the classic cause; otherwise try again.",
    502: _PASSES,
    503: _PASSES,
    504: _PASSES,
}


def server_error(
    message: str, *, error: str = "", code: int | None = None, request_id: str | None = None
) -> ServerError:
    """Turn an in-band error message into the exception that fits it.

    Parameters
    ----------
    message : str
        The server's sentence.
    error : str, optional
        The server's machine-readable id.
    code : int, optional
        The close code the server announced.
    request_id : str, optional
        What the server calls the request.
    """
    error = error or _id_of(message)
    meaning = ERROR_IDS.get(error)
    reason = _quote(message) or _quote(error) or "no reason given."
    kind = ServerError if meaning is None else meaning.kind
    hint = "" if meaning is None else _hint(meaning.hint, message)
    failure = kind(f"The server stopped the stream: {reason}", hint=hint, error=error, code=code)
    failure.retryable = code in _PASSING_CODES if meaning is None else meaning.passes
    failure.request_id = _request_id(request_id)
    return failure


def close_error(code: int | None, reason: str = "") -> TTSError:
    """Turn the end of a socket, before the speech was complete, into an exception.

    Parameters
    ----------
    code : int or None
        The close code; None for a socket that ended without one, as code 1006 also says.
    reason : str, optional
        The peer's reason.
    """
    # A policy concerns the account, the key or the request, so another attempt would not help.
    if code == POLICY_VIOLATION or _id_of(reason):
        return server_error(reason, code=code)
    if code == MESSAGE_TOO_BIG:
        return TooMuchSound(
            "A message was larger than the 16 MiB that one may have.", hint="Check the server."
        )
    meaning = CLOSE_CODES.get(code or ABNORMAL_CLOSURE, "for a reason of its own")
    code_clause = f", close code {code}" if code else ""
    reason_clause = f": {_quote(reason)}" if reason else "."
    return ConnectionLost(
        f"The connection was lost before the speech was complete ({meaning}{code_clause})"
        f"{reason_clause}",
        hint="Run the cell again.",
        code=code,
    )


def handshake_error(
    status: int,
    body: bytes | str = b"",
    *,
    retry_after: str | None = None,
    ids: ServerIds | None = None,
) -> HandshakeRefused:
    """Turn a refused handshake into an exception.

    Parameters
    ----------
    status : int
        The HTTP status of the answer.
    body : bytes or str, optional
        Its body: ElevenLabs' ``{"detail": ...}`` in any shape, or anything else.
    retry_after : str, optional
        The header of that name.
    ids : ServerIds, optional
        What the headers say.
    """
    detail = _read_detail(body)
    reason = f": {detail.message}" if detail.message else "."
    error = finer_id(*detail.ids) or _id_of(detail.message)
    meaning = ERROR_IDS.get(error)
    if status < 400:
        message = f"A page answered instead of a speech server, with HTTP {status}."
        hint = "Check --server; a network's sign-in page (captive portal) answers like this too."
    else:
        message = f"The server refused the connection with HTTP {status}{reason}"
        hint = STATUS_HINTS.get(status, "")
        if meaning is not None:
            hint = _hint(meaning.hint, detail.message)
        if detail.param and detail.param not in detail.message:
            hint = f"{hint} The field at fault is {detail.param}.".lstrip()
    later = _seconds_until(retry_after)
    if later:
        hint = f"{hint} It asks to be left alone for {later:,.0f} s.".lstrip()
    failure = HandshakeRefused(
        message, hint=hint, status=status, retry_after=later, error=error, param=detail.param
    )
    failure.retryable = status in _PASSING_STATUSES and (meaning is None or meaning.passes)
    for known in (ids, ServerIds(detail.request_id)):
        if known is not None:
            failure.identify(known)
    return failure


def silence_error() -> ServerError:
    """Return the error of a speech that has ended in order, and has no sound."""
    return ServerError(
        "The server ended the speech without a sound, and without saying why.",
        hint="ElevenLabs does so where an invoice is unpaid, and for a voice that the plan does "
        "not include: check the account, or choose another voice.",
    )


def server_ids(headers: Iterable[tuple[str, str]]) -> ServerIds:
    """Return what an answer's headers, in pairs of name and value, call the request."""
    named = {name.lower(): value for name, value in headers}
    return ServerIds(_request_id(named.get("request-id")), _request_id(named.get("x-trace-id")))


def _request_id(value: object) -> str:
    return value if isinstance(value, str) and _REQUEST_ID.fullmatch(value) else ""


def _hint(hint: str, message: str) -> str:
    """Return a hint with the permission in it that the server names."""
    permission = _PERMISSION.search(message)
    if permission is None:
        return hint
    return hint.replace("lacks a permission", f"lacks the permission {permission[1]}")


def _id_of(sentence: str) -> str:
    """Return the id of a sentence that came without one, "" for an unknown one."""
    return next(
        (error_id for phrase, error_id in _IDS_OF_SENTENCES.items() if phrase in sentence), ""
    )


def _seconds_until(retry_after: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks for, as a number or as a date."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True)
class _Detail:
    """What an error's body says: the sentence, ids for it, the field at fault, the request."""

    message: str = ""
    ids: tuple[str, ...] = ()
    param: str | None = None
    request_id: str = ""


def _read_detail(body: bytes | str) -> _Detail:
    """Read an ElevenLabs error body in any of its shapes, or the start of a plain one."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    try:
        detail = read_json(text).get("detail")
    except (ValueError, AttributeError):
        return _Detail("" if text.lstrip().startswith("<") else _quote(text))
    if isinstance(detail, list) and detail:
        return _Detail(_quote(faults_text(detail)))
    if not isinstance(detail, dict):
        return _Detail(_quote(detail) if isinstance(detail, str) else "")
    message = detail.get("message") or detail.get("msg")
    if isinstance(message, list):
        message = faults_text(message)
    ids = tuple(word for key in ("code", "status") if isinstance(word := detail.get(key), str))
    param = detail.get("param")
    return _Detail(
        _quote(message if isinstance(message, str) else finer_id(*ids)),
        ids,
        _quote(param).removesuffix(".") if isinstance(param, str) and param else None,
        _request_id(detail.get("request_id")),
    )


# Of a list of faults, more would not help.
_MOST_FAULTS = 3


def faults_text(faults: list[Any]) -> str:
    """Return the first of a list of faults, the shape of validation errors, as one line."""
    return "; ".join(map(_fault_text, faults[:_MOST_FAULTS]))


def _fault_text(fault: Any) -> str:
    """Return one of a list of faults, as ``query.seed: must be a whole number``."""
    if not isinstance(fault, dict):
        return str(fault)[:MAX_QUOTED]
    location, message = fault.get("loc"), str(fault.get("msg", ""))[:MAX_QUOTED]
    if not isinstance(location, list) or not location:
        return message
    return f"{'.'.join(str(part)[:MAX_QUOTED] for part in location)}: {message}"


def _quote(text: str) -> str:
    """Return a peer's words as one bounded sentence."""
    text = "".join(c if c.isprintable() else " " for c in text[: 10 * MAX_QUOTED])
    line = " ".join(text.split())
    if len(line) > MAX_QUOTED:
        line = line[: MAX_QUOTED - 1] + "…"
    return line if not line or line[-1] in ".!?…" else line + "."
