"""What a peer's refusal means: HTTP status, close code or error id, to exception and next step."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

from .close_codes import ABNORMAL_CLOSURE, MESSAGE_TOO_BIG, POLICY_VIOLATION
from .errors import (
    AuthenticationError,
    ConnectionLost,
    HandshakeRefused,
    InputTimeout,
    QuotaExceeded,
    ServerError,
    TooMuchSound,
    TTSError,
    VoiceNotFound,
)
from .foreign_json import read_json

__all__ = [
    "CLOSE_CODES",
    "SERVER_ERRORS",
    "STATUS_HINTS",
    "close_error",
    "handshake_error",
    "server_error",
]

# Characters of a peer's own words in a message: a whole page of HTML would not help.
MAX_QUOTED = 200

# HTTP statuses and in-band ids of trouble that passes (ElevenLabs error reference; the id
# something_went_wrong from elevenlabs-python#351), and the close codes of RFC 6455 section 7.4.1
# and its registry: going away, server error, restart, try again later.
_PASSING_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
_PASSING_ERRORS = frozenset(
    {
        "concurrent_limit_exceeded",
        "input_timeout_exceeded",
        "rate_limit_exceeded",
        "something_went_wrong",
        "system_busy",
        "too_many_concurrent_requests",
    }
)
_PASSING_CODES = frozenset({1001, 1011, 1012, 1013})

_PASSES = "The service is in trouble; try again in a moment."

# Ids as seen on the wire in public reports (livekit/agents#218, pipecat#1006) and in the
# ElevenLabs error reference; the hint is ours.
SERVER_ERRORS: dict[str, tuple[type[ServerError], str]] = {
    "invalid_api_key": (AuthenticationError, "Check ELEVENLABS_API_KEY."),
    "authentication_required": (AuthenticationError, "Set ELEVENLABS_API_KEY."),
    "detected_unusual_activity": (
        AuthenticationError,
        "ElevenLabs has switched its free tier off for this network; a paid plan is not affected.",
    ),
    "voice_not_found": (VoiceNotFound, "Check the voice against the server's list of voices."),
    "voice_does_not_exist": (VoiceNotFound, "Check the voice against the server's list of voices."),
    "quota_exceeded": (
        QuotaExceeded,
        "Choose the server local, or wait for the quota to be renewed.",
    ),
    "input_timeout_exceeded": (
        InputTimeout,
        "Send text sooner, or raise the inactivity timeout (at most 180 seconds).",
    ),
    "max_character_limit_exceeded": (ServerError, "Split the text, or choose another model."),
    "output_format_not_allowed": (ServerError, "Choose a format that the plan includes."),
    "unsupported_model": (ServerError, "Choose another model, eleven_flash_v2_5 say."),
    **dict.fromkeys(
        (
            "concurrent_limit_exceeded",
            "rate_limit_exceeded",
            "too_many_concurrent_requests",
            "max_active_conversations",
        ),
        (ServerError, "Too many streams at once for this account; wait for one to end."),
    ),
    **dict.fromkeys(("something_went_wrong", "system_busy"), (ServerError, _PASSES)),
}

# Sentences that come without an id, in a close reason for one (elevenlabs-python#282,
# pipecat#1006, pipecat#1426, elevenlabs-docs#426).
_IDS_OF_SENTENCES = {
    "exceeds your quota": "quota_exceeded",
    "Invalid API key": "invalid_api_key",
    "something went wrong": "something_went_wrong",
    "Have not received a new text input": "input_timeout_exceeded",
}

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
    400: "Check the model and the voice.",
    401: "Check ELEVENLABS_API_KEY and the account's quota.",
    403: "The model, the output format or the path is not allowed on this endpoint; "
    "eleven_v3 models are not served here.",
    404: "Check the voice id and the server's address.",
    408: _PASSES,
    422: "A parameter was not understood; check the URL.",
    425: _PASSES,
    429: "Too many streams at once for this account; wait for one to end.",
    500: "A malformed URL (a second ? instead of &) is the classic cause; otherwise try again.",
    502: _PASSES,
    503: _PASSES,
    504: _PASSES,
}


def server_error(message: str, *, error: str = "", code: int | None = None) -> ServerError:
    """Turn an in-band error message into the exception that fits it.

    Parameters
    ----------
    message : str
        The server's sentence.
    error : str, optional
        The server's machine-readable id.
    code : int, optional
        The close code the server announced.
    """
    error = error or _id_of(message)
    kind, hint = SERVER_ERRORS.get(error, (ServerError, ""))
    reason = _quote(message) or _quote(error) or "no reason given."
    failure = kind(f"The server stopped the stream: {reason}", hint=hint, error=error, code=code)
    is_known = error in SERVER_ERRORS
    failure.retryable = error in _PASSING_ERRORS or (not is_known and code in _PASSING_CODES)
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
    status: int, body: bytes | str = b"", *, retry_after: str | None = None
) -> HandshakeRefused:
    """Turn a refused handshake into an exception.

    Parameters
    ----------
    status : int
        The HTTP status of the answer.
    body : bytes or str, optional
        Its body: ElevenLabs' ``{"detail": ...}`` in either shape, or anything else.
    retry_after : str, optional
        The header of that name.
    """
    detail = _detail(body)
    reason = f": {detail}" if detail else "."
    if status < 400:
        message = f"A page answered instead of a speech server, with HTTP {status}."
        hint = "Check --server; a network's sign-in page (captive portal) answers like this too."
    else:
        message = f"The server refused the connection with HTTP {status}{reason}"
        hint = STATUS_HINTS.get(status, "")
    later = _seconds_until(retry_after)
    if later:
        hint = f"{hint} It asks to be left alone for {later:,.0f} s.".lstrip()
    failure = HandshakeRefused(message, hint=hint, status=status, retry_after=later)
    final = _id_of(detail) in SERVER_ERRORS.keys() - _PASSING_ERRORS
    failure.retryable = status in _PASSING_STATUSES and not final
    return failure


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


def _detail(body: bytes | str) -> str:
    """Return the sentence inside an ElevenLabs error body, or the start of a plain one."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    try:
        detail = read_json(text).get("detail")
    except (ValueError, AttributeError):
        return "" if text.lstrip().startswith("<") else _quote(text)
    if isinstance(detail, list) and detail:
        detail = detail[0]
    if isinstance(detail, dict):
        detail = detail.get("message") or detail.get("msg") or detail.get("status")
    return _quote(detail) if isinstance(detail, str) else ""


def _quote(text: str) -> str:
    """Return a peer's words as one bounded sentence."""
    text = "".join(c if c.isprintable() else " " for c in text[: 10 * MAX_QUOTED])
    line = " ".join(text.split())
    if len(line) > MAX_QUOTED:
        line = line[: MAX_QUOTED - 1] + "…"
    return line if not line or line[-1] in ".!?…" else line + "."
