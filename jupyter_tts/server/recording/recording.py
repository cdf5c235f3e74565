"""The file format of recordings: written by `Recorder`, read by `read_recording`.

A recording is a file of JSON lines. The first says what it is; each of the others is one event of
one stream, in the order in which they happened::

    {"recording": "jupyter_tts", "version": 1}
    {"stream": 0, "at": 0.0, "opened": "/v1/text-to-speech/en-us/stream-input?model_id=m"}
    {"stream": 0, "at": 0.1, "client": {"text": " "}}
    {"stream": 0, "at": 0.2, "client": {"text": "Hello. "}}
    {"stream": 0, "at": 0.4, "server": "{\\"audio\\": ...}"}
    {"stream": 0, "at": 0.9, "closed": {"code": 1000, "reason": ""}}

``at`` is in seconds from the beginning of the stream's handshake. A client's message is a
JSON value, without the fields that hold secrets; a server's frame is its unchanged text. A refused
handshake has ``refused`` with the HTTP status and body instead. `recorded_answer` describes
requests over HTTP.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TextIO
from urllib.parse import parse_qsl

from ...wire.errors import ProtocolError
from ...wire.foreign_json import read_json
from ...wire.secrets import (
    hide,
    hide_in_items,
    hide_in_json,
    redact_json,
    redact_target,
    secrets_in,
    strip_target,
)
from .recorded_answer import AnswerRecorder, RecordedAnswer
from .transcript import Transcript

__all__ = [
    "Closed",
    "RecordedFrame",
    "RecordedStream",
    "Recorder",
    "Recording",
    "Refused",
    "StreamRecorder",
    "parsed",
    "read_recording",
    "same_target",
]

_HEADER: Final = {"recording": "jupyter_tts", "version": 1}

# RFC 9110 section 15, without the interim ones; RFC 6455 section 7.4.2.
_STATUSES: Final = range(200, 600)
_CLOSE_CODES: Final = range(1000, 5000)


@dataclass(frozen=True, slots=True)
class RecordedFrame:
    """A text frame of the server.

    Attributes
    ----------
    after : int
        The progress of the client's transcript when it came.
    delay : float
        Seconds since the client reached that progress.
    text : str
    """

    after: int
    delay: float
    text: str


@dataclass(frozen=True, slots=True)
class Closed:
    """The end of a stream; `after` and `delay` as in `RecordedFrame`.

    The code 1006 stands for a lost connection.
    """

    after: int
    delay: float
    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A handshake that was answered with an HTTP status."""

    status: int
    body: str


@dataclass
class RecordedStream:
    """One stream.

    Attributes
    ----------
    target : str
        Path and query, without secrets.
    transcript : Transcript
        All that the client sent.
    frames : list of RecordedFrame
    end : Closed, Refused or None
        None where the recording breaks off.
    """

    target: str
    transcript: Transcript = field(default_factory=Transcript)
    frames: list[RecordedFrame] = field(default_factory=list)
    end: Closed | Refused | None = None

    def agrees(self, transcript: Transcript) -> bool:
        """Whether what a client has sent so far is what the recorded one sent."""
        if transcript.ended:
            return transcript.text == self.transcript.text
        return self.transcript.text.startswith(transcript.text)


@dataclass(frozen=True)
class Recording:
    """All streams and HTTP answers of a recording, each list in the order of their beginnings."""

    streams: list[RecordedStream]
    answers: list[RecordedAnswer]


class Recorder:
    """Writes events of streams to a file, without secrets.

    Parameters
    ----------
    file
        Open for writing, with nothing in it.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._streams = 0
        self._write(_HEADER)

    def stream(self, target: str, secrets: Sequence[str], now: float) -> StreamRecorder:
        """Begin to record a stream.

        Parameters
        ----------
        target
            Path and query as received.
        secrets
            Every key or token it came with.
        now
            The time, in seconds, of any monotonic clock.
        """
        return StreamRecorder(self._begin(now), target, secrets, now)

    def answer(
        self, target: str, request_body: Any, secrets: Sequence[str], now: float
    ) -> AnswerRecorder:
        """Begin to record a request over HTTP, with a JSON body or None; otherwise as `stream`."""
        return AnswerRecorder(self._begin(now), target, request_body, secrets, now)

    def _begin(self, begun: float) -> Callable[..., None]:
        """Return the function that writes the events of a new stream."""
        number, self._streams = self._streams, self._streams + 1

        def write(now: float, **what: Any) -> None:
            self._write({"stream": number, "at": round(now - begun, 6), **what})

        return write

    def _write(self, event: dict[str, Any]) -> None:
        self._file.write(json.dumps(event) + "\n")
        self._file.flush()  # the last events before a crash matter most


class StreamRecorder:
    """Writes the events of one stream; made by `Recorder.stream`.

    In all methods ``now`` is the time, in seconds, of the clock the stream was begun with.
    """

    def __init__(
        self,
        event: Callable[..., None],
        target: str,
        secrets: Sequence[str],
        now: float,
    ) -> None:
        self._event = event
        self._secrets = list(secrets)
        self._event(now, opened=redact_target(target, self._secrets))

    def refused(self, status: int, body: str, now: float) -> None:
        """Record that the handshake was refused."""
        self._event(now, refused={"status": status, "body": self._redacted(body)})

    def client(self, frame: str, now: float) -> None:
        """Record a message of the client."""
        message = parsed(frame)
        self._secrets += secrets_in(message)
        self._event(now, client=json.loads(self._redacted(json.dumps(redact_json(message)))))

    def server(self, frame: str, now: float) -> None:
        """Record a frame of the server."""
        frame = hide_in_json(frame, self._secrets)
        message = parsed(frame)
        if self._secrets and isinstance(message, dict) and self._hide_spelled(message):
            frame = json.dumps(message)
        self._event(now, server=frame)

    def closed(self, code: int, reason: str, now: float) -> None:
        """Record that the server closed, or, with 1006, that the connection was lost."""
        self._event(now, closed={"code": code, "reason": self._redacted(reason)})

    def _hide_spelled(self, message: dict[str, Any]) -> bool:
        """Hide secrets that a message's alignments have letter by letter; whether there are any."""
        changed = False
        for timed in message.values():
            for name in ("chars", "characters"):
                items = timed.get(name) if isinstance(timed, dict) else None
                if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
                    continue
                for secret in self._secrets:
                    timed[name] = hide_in_items(timed[name], secret)
                changed = changed or timed[name] != items
        return changed

    def _redacted(self, text: str) -> str:
        return hide(text, self._secrets)


def read_recording(file: Iterable[str]) -> Recording:
    """Read a recording.

    Raises
    ------
    ProtocolError
        If the lines are not a recording's.
    """
    streams: dict[int, _StreamReader] = {}
    answers: dict[int, RecordedAnswer] = {}
    for number, line in enumerate(_lines(file), 1):
        try:
            event = read_json(line)
            if number == 1:
                if event != _HEADER:
                    raise ValueError
            elif "asked" in event:
                answers[event["stream"]] = RecordedAnswer(str(event["opened"]), event["asked"])
            elif event["stream"] in answers:
                answers[event["stream"]].add(event)
            elif "opened" in event:
                target = str(event["opened"])
                streams[event["stream"]] = _StreamReader(
                    RecordedStream(target, Transcript.on(target))
                )
            else:
                streams[event["stream"]].add(event)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ProtocolError(
                f"Line {number} is not one of a recording of this server."
            ) from None
    if not streams and not answers:
        raise ProtocolError("The recording has no streams.")
    return Recording([reader.stream for reader in streams.values()], list(answers.values()))


def _lines(file: Iterable[str]) -> Iterable[str]:
    """Yield the lines of a file that may not be text."""
    try:
        yield from file
    except UnicodeDecodeError:
        raise ProtocolError("The file is not a recording: it is not text in UTF-8.") from None


class _StreamReader:
    """Builds a `RecordedStream` from its events."""

    def __init__(self, stream: RecordedStream) -> None:
        self.stream = stream
        self._anchor = 0.0  # when the client last made progress

    def add(self, event: dict[str, Any]) -> None:
        transcript, at = self.stream.transcript, float(event["at"])
        before = transcript.progress
        if "client" in event:
            transcript.add(event["client"])
            if transcript.progress != before:
                self._anchor = at
        elif "server" in event:
            frame = RecordedFrame(before, at - self._anchor, str(event["server"]))
            self.stream.frames.append(frame)
        elif "refused" in event:
            refused = event["refused"]
            status = _checked(_STATUSES, refused["status"])
            self.stream.end = Refused(status, str(refused["body"]))
        else:
            closed = event["closed"]
            code = _checked(_CLOSE_CODES, closed["code"])
            self.stream.end = Closed(before, at - self._anchor, code, str(closed["reason"]))


def _checked(accepted: range, number: Any) -> int:
    if number not in accepted:
        raise ValueError
    return int(number)


def parsed(frame: str) -> Any:
    """Return a frame as a JSON value, or as the text it is if it is not JSON."""
    try:
        return read_json(frame)
    except ValueError:
        return frame


def same_target(one: str, other: str) -> bool:
    """Whether two paths and queries are the same but for secrets and the order of parameters."""
    return _identity(one) == _identity(other)


def _identity(target: str) -> tuple[str, list[tuple[str, str]]]:
    path, _, query = strip_target(target).partition("?")
    return path, sorted(parse_qsl(query, keep_blank_values=True))
