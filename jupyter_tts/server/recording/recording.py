"""Recorded streams: the file they are kept in, and when which frame of one is due again.

A recording is a file of JSON lines. The first says what it is; each of the others is one event of
one stream, in the order in which they happened::

    {"recording": "jupyter_tts", "version": 1}
    {"stream": 0, "at": 0.0, "opened": "/v1/text-to-speech/en-us/stream-input?model_id=m"}
    {"stream": 0, "at": 0.1, "client": {"text": " "}}
    {"stream": 0, "at": 0.2, "client": {"text": "Hello. "}}
    {"stream": 0, "at": 0.4, "server": "{\\"audio\\": ...}"}
    {"stream": 0, "at": 0.9, "closed": {"code": 1000, "reason": ""}}

``at`` is in seconds from the beginning of the stream's handshake. A client's message is kept as
the JSON value it is, without the fields that hold secrets; a server's frame as its very text. A
refused handshake has ``refused`` with the HTTP status and body instead. What is asked over HTTP
stands in `recorded_answer`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TextIO
from urllib.parse import parse_qsl

from ...wire.errors import ProtocolError
from ...wire.secrets import hide, redact_json, redact_target, secrets_in, strip_target
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
    """A text frame of the server, after so much of what the client says and so many seconds."""

    after: int
    delay: float
    text: str


@dataclass(frozen=True, slots=True)
class Closed:
    """The end of a stream, likewise. The code 1006 stands for a lost connection."""

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
    said : Transcript
        What the client said in all.
    frames : list of RecordedFrame
    end : Closed, Refused or None
        None where the recording breaks off.
    """

    target: str
    said: Transcript = field(default_factory=Transcript)
    frames: list[RecordedFrame] = field(default_factory=list)
    end: Closed | Refused | None = None

    def agrees(self, said: Transcript) -> bool:
        """Whether what a client has said so far is what the recorded one did."""
        if said.ended:
            return said.text == self.said.text
        return self.said.text.startswith(said.text)


@dataclass(frozen=True)
class Recording:
    """What a recording holds, in the order in which it began."""

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

    def answer(self, target: str, asked: Any, secrets: Sequence[str], now: float) -> AnswerRecorder:
        """Begin to record a request over HTTP, with a JSON body or None; else as `stream`."""
        return AnswerRecorder(self._begin(now), target, asked, secrets, now)

    def _begin(self, begun: float) -> Callable[..., None]:
        """Return what writes the events of another stream."""
        number, self._streams = self._streams, self._streams + 1

        def write(now: float, **what: Any) -> None:
            self._write({"stream": number, "at": round(now - begun, 6), **what})

        return write

    def _write(self, event: dict[str, Any]) -> None:
        self._file.write(json.dumps(event) + "\n")
        self._file.flush()  # what happened before a crash is what one wants to see after it


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
        """Note that the handshake was refused."""
        self._event(now, refused={"status": status, "body": self._hidden(body)})

    def client(self, frame: str, now: float) -> None:
        """Note a message of the client."""
        message = parsed(frame)
        self._secrets += secrets_in(message)
        self._event(now, client=json.loads(self._hidden(json.dumps(redact_json(message)))))

    def server(self, frame: str, now: float) -> None:
        """Note a frame of the server."""
        self._event(now, server=self._hidden(frame))

    def closed(self, code: int, reason: str, now: float) -> None:
        """Note that the server closed, or, with 1006, that the connection was lost."""
        self._event(now, closed={"code": code, "reason": self._hidden(reason)})

    def _hidden(self, text: str) -> str:
        return hide(text, self._secrets)


def read_recording(file: Iterable[str]) -> Recording:
    """Return what a recording holds.

    Raises
    ------
    ProtocolError
        If the lines are not a recording's.
    """
    streams: dict[int, _Reader] = {}
    answers: dict[int, RecordedAnswer] = {}
    for number, line in enumerate(_lines(file), 1):
        try:
            event = json.loads(line)
            if number == 1:
                if event != _HEADER:
                    raise ValueError
            elif "asked" in event:
                answers[event["stream"]] = RecordedAnswer(str(event["opened"]), event["asked"])
            elif event["stream"] in answers:
                answers[event["stream"]].take(event)
            elif "opened" in event:
                target = str(event["opened"])
                streams[event["stream"]] = _Reader(RecordedStream(target, Transcript.on(target)))
            else:
                streams[event["stream"]].take(event)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise ProtocolError(
                f"Line {number} is not one of a recording of this server."
            ) from None
    if not streams and not answers:
        raise ProtocolError("The recording has no streams.")
    return Recording([reader.stream for reader in streams.values()], list(answers.values()))


def _lines(file: Iterable[str]) -> Iterable[str]:
    """Yield the lines of what may be no text at all."""
    try:
        yield from file
    except UnicodeDecodeError:
        raise ProtocolError("The file is not a recording: it is not text in UTF-8.") from None


class _Reader:
    """Puts the events of one stream together."""

    def __init__(self, stream: RecordedStream) -> None:
        self.stream = stream
        self._anchor = 0.0  # when the client last came further

    def take(self, event: dict[str, Any]) -> None:
        said, at = self.stream.said, float(event["at"])
        before = said.progress
        if "client" in event:
            said.take(event["client"])
            if said.progress != before:
                self._anchor = at
        elif "server" in event:
            frame = RecordedFrame(before, at - self._anchor, str(event["server"]))
            self.stream.frames.append(frame)
        elif "refused" in event:
            refused = event["refused"]
            status = _one_of(_STATUSES, refused["status"])
            self.stream.end = Refused(status, str(refused["body"]))
        else:
            closed = event["closed"]
            code = _one_of(_CLOSE_CODES, closed["code"])
            self.stream.end = Closed(before, at - self._anchor, code, str(closed["reason"]))


def _one_of(accepted: range, number: Any) -> int:
    if number not in accepted:
        raise ValueError
    return int(number)


def parsed(frame: str) -> Any:
    """Return a frame as the JSON value it is, or as text if it is none."""
    try:
        return json.loads(frame)
    except (ValueError, RecursionError):
        return frame


def same_target(one: str, other: str) -> bool:
    """Whether two paths and queries ask for the same: parameters may be in any order."""
    return _identity(one) == _identity(other)


def _identity(target: str) -> tuple[str, list[tuple[str, str]]]:
    """Return what makes two URLs ask for the same: not their secrets, nor an order."""
    path, _, query = strip_target(target).partition("?")
    return path, sorted(parse_qsl(query, keep_blank_values=True))
