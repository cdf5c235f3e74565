"""What a server sends."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pybase64

from ..alignment import Alignment
from ..error_codes import finer_id
from ..error_mapping import faults_text
from ..errors import ProtocolError
from ..foreign_json import read_json
from ..surrogates import FIRST_HALF, SECOND_HALF, find_half, replace_halves
from .fields import first_of, string_of
from .sound import read_message

__all__ = [
    "LARGEST_FRAME",
    "NOTE",
    "ServerFault",
    "ServerMessage",
    "context_of",
    "decode_server",
    "encode_server",
    "message_of",
]

LARGEST_FRAME = 16 * 2**20
"""Bytes. ElevenLabs' own limit (pipecat#1107, elevenlabs-python#482); also a security limit."""

# Of one alignment. The largest text of one request has 40,000 characters (ElevenLabs models page),
# and is longer where its numbers are spoken as words. More would only hold up the event loop.
MOST_CHARACTERS = 100_000


# A field that ElevenLabs' messages do not have.
NOTE = "embedded_voice"
MOST_NOTE = 500


@dataclass(frozen=True, slots=True)
class ServerFault:
    """An in-band error: ``{"message": ..., "error": ..., "code": 1008}``.

    The sockets of text-to-dialogue add the field at fault as ``param``; the body of an HTTP error,
    which comes here too, names the request.
    """

    message: str
    error: str = ""
    code: int | None = None
    param: str | None = None
    request_id: str | None = None


# Not frozen: one is made for each message, and its making would take several times as long.
@dataclass(slots=True)
class ServerMessage:
    """What a server sends.

    Attributes
    ----------
    audio : bytes
        Audio in the stream's output format, base64 removed; empty when the message has none.
    is_final : bool
        True on the last message of a stream (the wire has null, not false, on the others).
    is_final_for_turn : bool
        True after the sound of a segment (``is_final_audio_for_turn``), which is no end of the
        stream: more may follow. Only text-to-dialogue has it.
    alignment, normalized_alignment : Alignment or None
        Character times of the text as sent, and as spoken.
    fault : ServerFault or None
        Set when the message is an error.
    context_id : str or None
        The context it belongs to, on a socket with several; None for the default one.
    note : str
        What the embedded server, and no other, says of the voice; the field is left out otherwise.
    """

    audio: bytes = b""
    is_final: bool = False
    alignment: Alignment | None = None
    normalized_alignment: Alignment | None = None
    fault: ServerFault | None = None
    context_id: str | None = None
    note: str = ""
    is_final_for_turn: bool = False


def encode_server(message: ServerMessage, *, contexts: bool = False) -> str:
    """Return a server message as the frame the service sends: all keys, always.

    Parameters
    ----------
    message : ServerMessage
    contexts : bool
        Whether the socket has several contexts, so that every message names its own.
    """
    data = _server_message(message)
    if contexts:
        data["contextId"] = message.context_id
    return json.dumps(data)


def _server_message(message: ServerMessage) -> dict[str, Any]:
    if message.fault is not None:
        fault = message.fault
        return {"message": fault.message, "error": fault.error, "code": fault.code}
    fields = {
        "audio": pybase64.b64encode_as_string(message.audio) if message.audio else None,
        "isFinal": True if message.is_final else None,
        "normalizedAlignment": _encode_alignment(message.normalized_alignment),
        "alignment": _encode_alignment(message.alignment),
    }
    return {**fields, NOTE: message.note} if message.note else fields


def decode_server(frame: str | bytes, half: str = "") -> ServerMessage:
    """Read a server's frame.

    Parameters
    ----------
    frame : str or bytes
    half : str, optional
        The `Alignment.half` of the message before.

    Raises
    ------
    ProtocolError
        If the frame is not a JSON object, or its audio is not base64. A malformed alignment is
        dropped instead, so that the sound is not lost with it.
    """
    return message_of(read_message(frame), half)


def message_of(data: Mapping[str, Any], half: str = "") -> ServerMessage:
    """Return what a server's JSON object says, as `read_message` gives it; see `decode_server`."""
    context_id = None
    if "contextId" in data or "context_id" in data:  # both were seen: livekit/agents#5813
        context_id = string_of(data, "contextId", "context_id")
    if not _FAULT.isdisjoint(data) and (fault := _fault(data)) is not None:
        return ServerMessage(fault=fault, context_id=context_id)
    as_sent = data.get("alignment")
    as_spoken = first_of(data, "normalizedAlignment", "normalized_alignment")
    alignment = _alignment(as_sent, half)
    return ServerMessage(
        audio=_audio(data.get("audio")),
        is_final=first_of(data, "isFinal", "is_final") is True,
        alignment=alignment,
        # They differ only where the text has numbers and the like.
        normalized_alignment=alignment if as_spoken == as_sent else _alignment(as_spoken, half),
        context_id=context_id,
        note=(string_of(data, NOTE) or "")[:MOST_NOTE] if NOTE in data else "",
        is_final_for_turn=data.get("is_final_audio_for_turn") is True,
    )


_FAULT = frozenset({"detail", "error", "message"})

# A key, wherever it stands: the quotes of a text inside a message are escaped, and base64 has none.
_CONTEXT_ID = re.compile(rb'"context(?:Id|_id)"\s*:\s*("(?:[^"\\]|\\.)*")')


def context_of(frame: bytes) -> str | None:
    """Return which context a server's frame names, without decoding its sound; None for none."""
    match = _CONTEXT_ID.search(frame)
    try:
        return None if match is None else str(read_json(match[1]))
    except ValueError:
        return None


def _fault(data: Mapping[str, Any]) -> ServerFault | None:
    """Return the error a message reports: in-band shape, or the HTTP API's ``detail``."""
    detail = data.get("detail")
    if isinstance(detail, dict):
        data = {"error": "", **detail}
    elif isinstance(detail, str | list) and detail:
        data = {"message": detail}
    message = data.get("message")
    if isinstance(message, list):
        message = faults_text(message)
    if not isinstance(data.get("error"), str) and not isinstance(message, str):
        return None
    code = data.get("code")
    # Of a detail the code is a word, which may say less or more than the others.
    words = (word for key in ("error", "code", "status") if isinstance(word := data.get(key), str))
    return ServerFault(
        message=message if isinstance(message, str) else "",
        error=finer_id(*words),
        code=code if type(code) is int and not isinstance(detail, dict) else None,
        param=string_of(data, "param"),
        request_id=string_of(data, "request_id"),
    )


def _audio(value: object) -> bytes:
    if value is None or value == "":
        return b""
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        raise ProtocolError('"audio" was neither base64 text nor null.')
    try:
        return pybase64.b64decode(value, validate=True)
    except ValueError:
        raise ProtocolError('"audio" was not valid base64.') from None


_LATEST = 10**12  # ms; nothing greater is a time


def _alignment(value: object, half: str) -> Alignment | None:
    if not isinstance(value, dict):
        return None
    characters = first_of(value, "chars", "characters")
    starts = first_of(
        value,
        "charStartTimesMs",
        "charsStartTimesMs",
        "char_start_times_ms",
        "chars_start_times_ms",
    )
    durations = first_of(
        value, "charDurationsMs", "charsDurationsMs", "char_durations_ms", "chars_durations_ms"
    )
    if not all(isinstance(part, list) for part in (characters, starts, durations)):
        return None
    if not MOST_CHARACTERS >= len(characters) == len(starts) == len(durations):
        return None
    if not set(map(type, characters)) <= {str}:
        return None
    begins, lengths = _whole_numbers(starts), _whole_numbers(durations)
    if begins is None or lengths is None:
        return None
    text = "".join(characters)
    if len(text) > MOST_CHARACTERS:
        return None
    if lengths and min(lengths) < 0:
        lengths = tuple(max(0, length) for length in lengths)
    if half or find_half(text) is not None:
        return _join_halves(characters, begins, lengths, half)
    return Alignment(tuple(characters), begins, lengths)


def _whole_numbers(times: list[Any]) -> tuple[int, ...] | None:
    """Return times in milliseconds; None if some are none."""
    kinds = set(map(type, times))
    if not kinds <= {int, float}:  # and not bool, which is an int
        return None
    if float in kinds and any(type(time) is float and math.isnan(time) for time in times):
        return None
    if times and not -_LATEST < min(times) <= max(times) < _LATEST:
        return None
    return tuple(map(int, times)) if float in kinds else tuple(times)


def _join_halves(
    items: list[str], starts: Sequence[int], durations: Sequence[int], half: str
) -> Alignment:
    """Return an alignment whose server cuts a text by UTF-16 code units, by characters.

    A character sounds from its first half to the end of its second. A half without its other
    becomes U+FFFD; one at the end may go on in the next message, so it is not in the text.
    """
    if items:
        items = [half + items[0], *items[1:]]
        half = ""
    texts: list[str] = []
    begins: list[int] = []
    lengths: list[int] = []
    for item, start, duration in zip(items, starts, durations, strict=True):
        if SECOND_HALF.match(item) and texts and FIRST_HALF.match(texts[-1][-1:]):
            texts[-1] += item[0]
            item = item[1:]
            if not item:
                lengths[-1] = max(lengths[-1], start + duration - begins[-1])
        if not item:
            continue  # it may stand between two halves
        texts.append(item)
        begins.append(start)
        lengths.append(duration)
    if texts and FIRST_HALF.match(texts[-1][-1:]):
        half = texts[-1][-1]
        texts[-1] = texts[-1][:-1]
    return Alignment(tuple(map(replace_halves, texts)), tuple(begins), tuple(lengths), half)


def _encode_alignment(alignment: Alignment | None) -> dict[str, Any] | None:
    if alignment is None:
        return None
    return {
        "chars": list(alignment.characters),
        "charStartTimesMs": list(alignment.starts),
        "charDurationsMs": list(alignment.durations),
    }
