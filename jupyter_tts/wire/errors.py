"""The one exception tree of the package.

::

    TTSError
    ├── ParameterError            settings refused before anything was sent (also a ValueError)
    ├── MissingKey                the chosen server needs a key and none was found
    ├── LocalVoiceMissing         the embedded voice is not installed or did not start
    ├── VoiceEngineError          the embedded voice could not speak a piece of text
    ├── UnsupportedFormat         a codec this installation cannot encode or decode
    ├── ConnectError              no connection: refused, unknown host, TLS, time
    │   └── HandshakeRefused      the server answered the handshake with an HTTP status
    ├── ServerError               the server reported an error inside the stream
    │   ├── AuthenticationError
    │   ├── VoiceNotFound
    │   ├── QuotaExceeded
    │   └── InputTimeout
    ├── ConnectionLost            the socket closed before the stream was complete
    └── ProtocolError             the peer sent what the protocol does not have

Every message is a sentence for the reader; ``hint`` says what to do next.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

__all__ = [
    "AuthenticationError",
    "ConnectError",
    "ConnectionLost",
    "HandshakeRefused",
    "InputTimeout",
    "LocalVoiceMissing",
    "MissingKey",
    "ParameterError",
    "ProtocolError",
    "QuotaExceeded",
    "ServerError",
    "TTSError",
    "UnsupportedFormat",
    "VoiceEngineError",
    "VoiceNotFound",
    "handshake_error",
    "server_error",
]

# How much of a peer's own words goes into a message: a page of HTML helps nobody.
MAX_QUOTED = 200


class TTSError(Exception):
    """Base of every error this package raises on purpose.

    Parameters
    ----------
    message : str
        What happened, as one sentence.
    hint : str, optional
        What to do next, as one sentence.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()

    def _render_traceback_(self) -> list[str]:
        """Show one red sentence where IPython would show a traceback."""
        return [f"\x1b[31m{type(self).__name__}: {self}\x1b[0m"]


class ParameterError(TTSError, ValueError):
    """Settings that were refused before anything was sent.

    Attributes
    ----------
    faults : tuple of str
        One clause per fault, each with the accepted range.
    """

    def __init__(self, faults: Sequence[str], *, hint: str = "Nothing was sent.") -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(self.faults) + ".", hint=hint)

    def __reduce__(self) -> tuple[type[ParameterError], tuple[tuple[str, ...]]]:
        return type(self), (self.faults,)


class MissingKey(TTSError):
    """The chosen server needs an API key and none was found."""


class LocalVoiceMissing(TTSError):
    """The embedded voice is not installed or did not start."""


class VoiceEngineError(TTSError):
    """The embedded voice could not speak a piece of text."""


class UnsupportedFormat(TTSError):
    """An audio format that this installation cannot encode or decode."""


class ConnectError(TTSError):
    """No connection to the server could be made."""


class HandshakeRefused(ConnectError):
    """The server answered the WebSocket handshake with an HTTP status other than 101.

    Attributes
    ----------
    status : int
        The HTTP status.
    """

    def __init__(self, message: str, *, hint: str = "", status: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.status = status


class ServerError(TTSError):
    """The server reported an error inside the stream.

    Attributes
    ----------
    error : str
        The server's machine-readable id, ``""`` when it gave none.
    code : int or None
        The close code it announced.
    """

    def __init__(
        self, message: str, *, hint: str = "", error: str = "", code: int | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.error = error
        self.code = code


class AuthenticationError(ServerError):
    """The server does not accept the key."""


class VoiceNotFound(ServerError):
    """The server has no voice of this id."""


class QuotaExceeded(ServerError):
    """The account has no characters left."""


class InputTimeout(ServerError):
    """No text arrived within the server's inactivity timeout."""


class ConnectionLost(TTSError):
    """The socket closed before the stream was complete.

    Attributes
    ----------
    code : int or None
        The WebSocket close code, None when there was none.
    """

    def __init__(self, message: str, *, hint: str = "", code: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class ProtocolError(TTSError):
    """The peer sent something that the protocol does not have."""


# Ids as seen on the wire in public reports (livekit/agents#218, pipecat#1006) and in the
# ElevenLabs error reference; the hint is ours.
_SERVER_ERRORS: dict[str, tuple[type[ServerError], str]] = {
    "invalid_api_key": (AuthenticationError, "Check ELEVENLABS_API_KEY."),
    "authentication_required": (AuthenticationError, "Set ELEVENLABS_API_KEY."),
    "voice_not_found": (VoiceNotFound, "Check --voice against the server's list of voices."),
    "voice_does_not_exist": (VoiceNotFound, "Check --voice against the server's list of voices."),
    "quota_exceeded": (
        QuotaExceeded,
        "Use --server local, or wait for the quota to be renewed.",
    ),
    "input_timeout_exceeded": (
        InputTimeout,
        "Send text sooner, or raise --inactivity-timeout (at most 180 seconds).",
    ),
}

_STATUS_HINTS = {
    400: "Check the model and the voice.",
    401: "Check ELEVENLABS_API_KEY and the account's quota.",
    403: "The model, the output format or the path is not allowed on this endpoint; "
    "eleven_v3 models are not served here.",
    404: "Check the voice id and the server's address.",
    422: "A parameter was not understood; check the URL.",
    429: "Too many streams at once for this account; wait for one to end.",
    500: "A malformed URL (a second ? instead of &) is the classic cause; otherwise try again.",
    502: "The service is in trouble; try again in a moment.",
    503: "The service is in trouble; try again in a moment.",
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
    kind, hint = _SERVER_ERRORS.get(error, (ServerError, ""))
    said = _quote(message) or error or "no reason given"
    return kind(f"The server stopped the stream: {said}", hint=hint, error=error, code=code)


def handshake_error(status: int, body: bytes | str = b"") -> HandshakeRefused:
    """Turn a refused handshake into an exception.

    Parameters
    ----------
    status : int
        The HTTP status of the answer.
    body : bytes or str, optional
        Its body: ElevenLabs' ``{"detail": ...}`` in either shape, or anything else.
    """
    said = _detail(body)
    reason = f": {said}" if said else "."
    return HandshakeRefused(
        f"The server refused the connection with HTTP {status}{reason}",
        hint=_STATUS_HINTS.get(status, ""),
        status=status,
    )


def _detail(body: bytes | str) -> str:
    """Return the sentence inside an ElevenLabs error body, or the start of a plain one."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    try:
        detail = json.loads(text).get("detail")
    except (ValueError, AttributeError):
        return "" if text.lstrip().startswith("<") else _quote(text)
    if isinstance(detail, list) and detail:
        detail = detail[0]
    if isinstance(detail, dict):
        detail = detail.get("message") or detail.get("msg") or detail.get("status")
    return _quote(detail) if isinstance(detail, str) else ""


def _quote(text: str) -> str:
    """Return a peer's words as one bounded sentence."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(line) > MAX_QUOTED:
        line = line[: MAX_QUOTED - 1] + "…"
    return line if not line or line[-1] in ".!?…" else line + "."
