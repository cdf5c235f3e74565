"""The one exception tree of the package.

::

    TTSError
    ├── ParameterError            settings refused before anything was sent (also a ValueError)
    ├── NotConfirmed              a costly text without consent; nothing was sent
    ├── MissingKey                the chosen server needs a key and none was found
    ├── LocalVoiceMissing         the embedded voice is not installed or did not start
    ├── VoiceEngineError          the embedded voice could not speak a piece of text
    │   └── SoundTooLong          its sound is longer than the voice may make at once
    ├── VoiceFileError            a voice's file could not be fetched, read or put in its place
    ├── UnsupportedFormat         a codec this installation cannot encode or decode
    ├── ConnectError              no connection: refused, unknown host, TLS, time
    │   └── HandshakeRefused      the server answered handshake or request with an HTTP status
    ├── ServerError               the server reported an error inside the stream
    │   ├── AuthenticationError
    │   ├── VoiceNotFound
    │   ├── QuotaExceeded
    │   └── InputTimeout
    ├── ConnectionLost            the socket closed before the stream was complete
    │   └── StreamStalled         the socket stayed open, and nothing came
    ├── ProtocolError             the peer sent what the protocol does not have
    ├── TooMuchSound              the peer sent more than the text can be
    └── WorkerError               an executor's worker cannot run what it is given
        └── WorkerLost            it ended while it ran a task

    ChannelClosed                 a channel has ended; its stream decides what that means

Every message is a sentence for the reader; ``hint`` says what to do next. ``retryable`` says
whether another attempt may succeed; ``speech`` is what was received before, where there is any.
``request_id`` and ``trace_id`` are what the server calls the request, where it says so: its support
asks for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = [
    "AuthenticationError",
    "ChannelClosed",
    "ConnectError",
    "ConnectionLost",
    "HandshakeRefused",
    "InputTimeout",
    "LocalVoiceMissing",
    "MissingKey",
    "NotConfirmed",
    "ParameterError",
    "ProtocolError",
    "QuotaExceeded",
    "ServerError",
    "ServerIds",
    "SoundTooLong",
    "StreamStalled",
    "TTSError",
    "TooMuchSound",
    "UnsupportedFormat",
    "VoiceEngineError",
    "VoiceFileError",
    "VoiceNotFound",
    "WorkerError",
    "WorkerLost",
]


@dataclass(frozen=True)
class ServerIds:
    """What a server calls a request, for its support; "" where it has not said so.

    Attributes
    ----------
    request_id : str
        The header ``request-id``, or ``request_id`` in a body.
    trace_id : str
        The header ``x-trace-id``.
    """

    request_id: str = ""
    trace_id: str = ""

    def __str__(self) -> str:
        trace_id = "" if self.trace_id == self.request_id else self.trace_id
        named = (("request id", self.request_id), ("trace id", trace_id))
        sentence = ", ".join(f"{name} {value}" for name, value in named if value)
        return f"{sentence[0].upper()}{sentence[1:]}." if sentence else ""


class TTSError(Exception):
    """Base of every error this package raises on purpose.

    Parameters
    ----------
    message : str
        What happened, as one sentence.
    hint : str, optional
        What to do next, as one sentence.

    Attributes
    ----------
    request_id : str
        What the server calls the request, "" where it does not say; its support asks for it.
    trace_id : str
        Its trace id, in the same way.
    """

    retryable = False
    """Whether the same request may succeed when it is sent again."""

    speech: Any = None
    """The partial :class:`~jupyter_tts.client.speech.speech.Speech`, where a stream had begun."""

    request_id = ""
    trace_id = ""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        progress = self.speech.progress if self.speech is not None else ""
        ids = str(ServerIds(self.request_id, self.trace_id))
        return " ".join(filter(None, (self.message, progress, self.hint, ids)))

    def identify(self, ids: ServerIds) -> None:
        """Take over the ids of the request, where it has none of its own."""
        self.request_id = self.request_id or ids.request_id
        self.trace_id = self.trace_id or ids.trace_id

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

    def __reduce__(self) -> tuple[Any, ...]:
        # By its faults, not its message; the rest, its hint among it, as every exception has it.
        return type(self), (self.faults,), self.__dict__


class NotConfirmed(TTSError):
    """A costly text that was not sent, since its user did not agree to it."""


class MissingKey(TTSError):
    """The chosen server needs an API key and none was found."""


class LocalVoiceMissing(TTSError):
    """The embedded voice is not installed or did not start."""


class VoiceEngineError(TTSError):
    """The embedded voice could not speak a piece of text."""


class SoundTooLong(VoiceEngineError):
    """The sound of a text is longer than an engine may make at once; the server cuts the text."""


class VoiceFileError(TTSError):
    """A voice's file could not be fetched, read or put in its place."""


class UnsupportedFormat(TTSError):
    """An audio format that this installation cannot encode or decode."""


class ConnectError(TTSError):
    """No connection to the server could be made."""


class HandshakeRefused(ConnectError):
    """The server refused the WebSocket handshake, or an HTTP request, with an HTTP status.

    Attributes
    ----------
    status : int
        The HTTP status.
    retry_after : float or None
        Seconds after which the server may be asked again (RFC 9110 section 10.2.3).
    error : str
        The server's machine-readable id, the finer one where it gave two; "" when it gave none.
    param : str or None
        The field at fault, where the server names it.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        status: int = 0,
        retry_after: float | None = None,
        error: str = "",
        param: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.retry_after = retry_after
        self.error = error
        self.param = param


class ServerError(TTSError):
    """The server reported an error inside the stream.

    Attributes
    ----------
    error : str
        The server's machine-readable id, ``""`` when it gave none.
    code : int or None
        The close code it announced.
    context_id : str or None
        The context it is about, where a socket has several; None for the default one.
    param : str or None
        The field at fault, where the server names it.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        error: str = "",
        code: int | None = None,
        context_id: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.error = error
        self.code = code
        self.context_id = context_id
        self.param = param


class AuthenticationError(ServerError):
    """The server does not accept the key, or not for this: its hint says which."""


class VoiceNotFound(ServerError):
    """The server has no voice of this id."""


class QuotaExceeded(ServerError):
    """The account has no characters or credits left."""


class InputTimeout(ServerError):
    """No text arrived within the server's inactivity timeout."""


class ConnectionLost(TTSError):
    """The socket closed before the stream was complete.

    Attributes
    ----------
    code : int or None
        The WebSocket close code, None when there was none.
    """

    retryable = True

    def __init__(self, message: str, *, hint: str = "", code: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class StreamStalled(ConnectionLost):
    """The socket stayed open, but what the server owes did not come."""


class ProtocolError(TTSError):
    """The peer sent something that the protocol does not have.

    Attributes
    ----------
    param : str or None
        The field at fault, where it is one.
    """

    retryable = True  # a frame garbled on the way; a peer that always does it is soon given up

    def __init__(self, message: str, *, hint: str = "", param: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.param = param


class TooMuchSound(TTSError):
    """The peer sent more sound, or more words, than the text can be."""


class PackageTooOld(TTSError, ImportError):
    """A package that is needed is there in a version that cannot be used."""


class WorkerError(TTSError):
    """An executor takes no more tasks, or a worker cannot run what it is given."""


class WorkerLost(WorkerError):
    """Worker after worker of an executor ended while it ran a task."""


class ChannelClosed(Exception):
    """A channel between client and server has ended, well or badly; users never see this.

    Attributes
    ----------
    code : int or None
        The WebSocket close code, None when there was none.
    reason : str
        The peer's reason.
    """

    def __init__(self, code: int | None = None, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason
