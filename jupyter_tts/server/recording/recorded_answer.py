"""HTTP requests in a recording: each with its answer and the time of every part of it.

In the file of `recording` such a request is a stream of its own, with these events::

    {"stream": 1, "at": 0.0, "opened": "/v1/text-to-speech/en-us", "asked": {"text": "Hello."}}
    {"stream": 1, "at": 0.2, "answered": {"status": 200, "headers": {"content-type": ...}}}
    {"stream": 1, "at": 0.3, "body": "SUQz..."}
    {"stream": 1, "at": 0.9, "ended": true}

``asked`` is the JSON body, without the fields that hold secrets, and null where there is none, as
in a GET; ``body`` is a part of the answer's body, in base64; ``ended`` is false where the
connection was lost.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ...wire.secrets import hide, redact_json, redact_target, secrets_in
from .transcript import dialogue_text

__all__ = ["ANSWER_HEADERS", "AnswerRecorder", "RecordedAnswer"]

ANSWER_HEADERS: Final = (
    "content-type",
    "retry-after",
    "request-id",
    "x-trace-id",
    "x-region",
    "character-cost",
    "current-concurrent-requests",
    "maximum-concurrent-requests",
)
"""The headers of an answer that are passed on, recorded and replayed (ElevenLabs API reference)."""

# A file from elsewhere must not make a page of this server's address, in which scripts run.
_SAFE_TYPE: Final = re.compile(
    r"(audio/[\w.+-]+|application/(json|x-ndjson|octet-stream)|text/(plain|event-stream))(;.*)?",
    re.IGNORECASE,
)
_UNKNOWN_TYPE: Final = "application/octet-stream"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass
class RecordedAnswer:
    """One request over HTTP and its answer.

    Attributes
    ----------
    target : str
        Path and query, without secrets.
    request_body : object
        JSON; None for none.
    status : int
        0 where the recording breaks off before it.
    headers : dict
        Those of `ANSWER_HEADERS` that it had.
    begun : float
        Seconds from the request to the status.
    pieces : list of (float, bytes)
        Each with the seconds since the request.
    ended : float or None
        When the answer was whole; None where the connection was lost.
    """

    target: str
    request_body: Any
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    begun: float = 0.0
    pieces: list[tuple[float, bytes]] = field(default_factory=list)
    ended: float | None = None

    @property
    def text(self) -> str | None:
        """The text to speak; None for a request that is not for speech."""
        return text_of(self.request_body)

    def add(self, event: Mapping[str, Any]) -> None:
        """Add an event of the file."""
        at = float(event["at"])
        if "answered" in event:
            self.begun = at
            self.status = int(event["answered"]["status"])
            if not 200 <= self.status <= 599:
                raise ValueError
            self.headers = _served(event["answered"]["headers"])
        elif "body" in event:
            self.pieces.append((at, base64.b64decode(event["body"], validate=True)))
        else:
            self.ended = at if event["ended"] else None


def _served(headers: Mapping[str, Any]) -> dict[str, str]:
    """Return those of a recording's headers that are served.

    Raises
    ------
    ValueError
        If one of them cannot be a header.
    """
    served = {str(name).lower(): str(value) for name, value in headers.items()}
    served = {name: served[name] for name in ANSWER_HEADERS if name in served}
    if any(_CONTROL.search(value) for value in served.values()):
        raise ValueError("a header has a control character")
    if not _SAFE_TYPE.fullmatch(served.get("content-type", _UNKNOWN_TYPE)):
        served["content-type"] = _UNKNOWN_TYPE
    return served


def text_of(request_body: Any) -> str | None:
    """Return the text that a request's JSON body asks to speak, or None."""
    if not isinstance(request_body, dict):
        return None
    text = request_body.get("text")
    return text if isinstance(text, str) else dialogue_text(request_body)


class AnswerRecorder:
    """Writes the events of one request, without secrets.

    In all methods ``now`` is the time, in seconds, of the clock the request was begun with.

    Parameters
    ----------
    event
        Writes an event, given the time.
    target
        Path and query as received.
    request_body
        JSON; None for none.
    secrets
        Every key or token that the request came with.
    now
    """

    def __init__(
        self,
        event: Callable[..., None],
        target: str,
        request_body: Any,
        secrets: Sequence[str],
        now: float,
    ) -> None:
        self._event = event
        self._secrets = [*secrets, *secrets_in(request_body)]
        redacted = json.loads(hide(json.dumps(redact_json(request_body)), self._secrets))
        self._event(now, opened=redact_target(target, self._secrets), asked=redacted)

    def answered(self, status: int, headers: Mapping[str, str], now: float) -> None:
        """Record the status and headers."""
        redacted = {name: hide(value, self._secrets) for name, value in headers.items()}
        self._event(now, answered={"status": status, "headers": redacted})

    def body(self, piece: bytes, now: float) -> None:
        """Record a part of the answer's body."""
        # Latin-1 keeps every byte, and keys are of ASCII.
        text = hide(piece.decode("latin-1"), self._secrets)
        self._event(now, body=base64.b64encode(text.encode("latin-1")).decode("ascii"))

    def ended(self, whole: bool, now: float) -> None:
        """Record the end of the answer; it is not whole if the connection was lost."""
        self._event(now, ended=whole)
