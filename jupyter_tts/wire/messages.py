"""Messages of ``stream-input`` and ``multi-stream-input``, both ways, between JSON text frames and
dataclasses.

The decoders are tolerant where public sources disagree about the wire: camelCase or snake_case
keys, ``charsDurationsMs`` for ``charDurationsMs``, null or missing for "none", unknown keys.
Encoding follows what the service was seen to send.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pybase64

from .alignment import Alignment
from .errors import ProtocolError

__all__ = [
    "CLOSE_SOCKET",
    "END_OF_INPUT",
    "FIRST_CONTEXT",
    "KEEPALIVE",
    "MOST_CONTEXTS",
    "ClientMessage",
    "ContextMessage",
    "ServerFault",
    "ServerMessage",
    "context_of",
    "decode_client",
    "decode_context_client",
    "decode_server",
    "encode_close_context",
    "encode_keepalive",
    "encode_server",
    "encode_text",
]

# "{"text": ""}" generates what is buffered and ends the stream; one space only resets the
# server's inactivity timer (ElevenLabs WebSocket reference, closeConnection and sendText).
END_OF_INPUT = json.dumps({"text": ""})
KEEPALIVE = json.dumps({"text": " "})

# Of multi-stream-input (ElevenLabs multi-context WebSocket reference).
CLOSE_SOCKET = json.dumps({"close_socket": True})
MOST_CONTEXTS = 5
"""How many contexts may be open at once on a socket (livekit/agents-js#1985, pipecat#4041)."""
FIRST_CONTEXT = "1"
"""What this package calls the first context on a socket; the others follow in order."""


@dataclass(frozen=True, slots=True)
class ClientMessage:
    """What a client sends: the first message, text, keep-alive or end of input.

    Attributes
    ----------
    text : str
        ``" "`` in the first message and as keep-alive, ``""`` as end of input.
    voice_settings, generation_config : mapping or None
        Given in the first message; later absent or the same.
    pronunciation_dictionary_locators : tuple of mapping
        First message only.
    flush, try_trigger_generation : bool
        Speak what is buffered now; speak it if there is enough.
    key : str or None
        ``xi_api_key`` (or ``xi-api-key``), for clients that cannot set a header.
    authorization : str or None
        A bearer token, likewise.
    """

    text: str
    voice_settings: Mapping[str, Any] | None = None
    generation_config: Mapping[str, Any] | None = None
    pronunciation_dictionary_locators: tuple[Mapping[str, Any], ...] = ()
    flush: bool = False
    try_trigger_generation: bool = False
    key: str | None = None
    authorization: str | None = None

    def __repr__(self) -> str:
        # The key must not reach a log through a repr.
        return f"ClientMessage(text={self.text!r}, flush={self.flush})"


@dataclass(frozen=True, slots=True)
class ContextMessage:
    """What a client sends on a socket with several contexts.

    Attributes
    ----------
    message : ClientMessage
        Its text is ``""`` where the client sent none; that is the keep-alive of a context, not the
        end of input (ElevenLabs multi-context WebSocket reference, keepContextAlive).
    context_id : str or None
        None for the default context.
    close_context, close_socket : bool
        End the context; end all and the socket.
    """

    message: ClientMessage
    context_id: str | None = None
    close_context: bool = False
    close_socket: bool = False


@dataclass(frozen=True, slots=True)
class ServerFault:
    """An in-band error: ``{"message": ..., "error": ..., "code": 1008}``."""

    message: str
    error: str = ""
    code: int | None = None


@dataclass(frozen=True, slots=True)
class ServerMessage:
    """What a server sends.

    Attributes
    ----------
    audio : bytes
        Audio in the stream's output format, base64 removed; empty when the message has none.
    is_final : bool
        True on the last message of a stream (the wire has null, not false, on the others).
    alignment, normalized_alignment : Alignment or None
        Character times of the text as sent, and as spoken.
    fault : ServerFault or None
        Set when the message is an error.
    context_id : str or None
        The context it belongs to, on a socket with several; None for the default one.
    """

    audio: bytes = b""
    is_final: bool = False
    alignment: Alignment | None = None
    normalized_alignment: Alignment | None = None
    fault: ServerFault | None = None
    context_id: str | None = None


def encode_text(
    text: str,
    *,
    flush: bool = False,
    try_trigger_generation: bool = False,
    context_id: str | None = None,
) -> str:
    """Return the frame that sends a piece of text, on a socket with several contexts to one.

    Raises
    ------
    ValueError
        If the text is empty or one space: on this wire those mean end of input and keep-alive.
    """
    if text in ("", " "):
        raise ValueError("an empty text ends the stream; one space is a keep-alive")
    message: dict[str, Any] = {"text": text}
    if context_id is not None:
        message["context_id"] = context_id
    if try_trigger_generation:
        message["try_trigger_generation"] = True
    if flush:
        message["flush"] = True
    return json.dumps(message, ensure_ascii=False)


def encode_keepalive(context_id: str) -> str:
    """Return the frame that resets a context's inactivity timer; it must be open already."""
    return json.dumps({"text": "", "context_id": context_id})


def encode_close_context(context_id: str, *, flush: bool = False) -> str:
    """Return the frame that ends a context, which must be open.

    Parameters
    ----------
    context_id : str
    flush : bool, optional
        Whether what is buffered is still spoken. Without it only what had been flushed before is.
    """
    message: dict[str, Any] = {"context_id": context_id}
    if flush:
        message["flush"] = True
    return json.dumps({**message, "close_context": True})


def decode_client(frame: str | bytes) -> ClientMessage:
    """Read a client's frame.

    Raises
    ------
    ProtocolError
        If the frame is not a JSON object with a ``text`` string, or a field has a wrong type.
    """
    return _client_message(_object(frame))


def decode_context_client(frame: str | bytes) -> ContextMessage:
    """Read a client's frame on a socket with several contexts.

    Raises
    ------
    ProtocolError
        If the frame is not a JSON object, or a field has a wrong type.
    """
    data = _object(frame)
    if data.get("text") is None:
        data["text"] = ""
    # The AsyncAPI document names the field contextId, every example and client context_id.
    context_id = _first(data, "context_id", "contextId")
    if context_id is not None and not isinstance(context_id, str):
        raise ProtocolError('"context_id" must be a string.')
    return ContextMessage(
        _client_message(data),
        context_id=context_id or None,
        close_context=bool(data.get("close_context")),
        close_socket=bool(data.get("close_socket")),
    )


def _client_message(data: Mapping[str, Any]) -> ClientMessage:
    text = data.get("text")
    if not isinstance(text, str):
        raise ProtocolError('A message must have a "text" string.')
    locators = data.get("pronunciation_dictionary_locators") or ()
    if not isinstance(locators, list | tuple) or not all(isinstance(x, dict) for x in locators):
        raise ProtocolError('"pronunciation_dictionary_locators" must be a list of objects.')
    return ClientMessage(
        text=text,
        voice_settings=_mapping(data, "voice_settings"),
        generation_config=_mapping(data, "generation_config", "generator_config"),
        pronunciation_dictionary_locators=tuple(locators),
        flush=bool(data.get("flush")),
        try_trigger_generation=bool(data.get("try_trigger_generation")),
        key=_string(data, "xi_api_key", "xi-api-key"),
        authorization=_string(data, "authorization"),
    )


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
    return {
        "audio": pybase64.b64encode_as_string(message.audio) if message.audio else None,
        "isFinal": True if message.is_final else None,
        "normalizedAlignment": _encode_alignment(message.normalized_alignment),
        "alignment": _encode_alignment(message.alignment),
    }


def decode_server(frame: str | bytes) -> ServerMessage:
    """Read a server's frame.

    Raises
    ------
    ProtocolError
        If the frame is not a JSON object, or its audio is not base64. A malformed alignment is
        dropped instead: the sound is worth more than its subtitles.
    """
    data = _object(frame)
    context_id = _string(data, "contextId", "context_id")  # both were seen: livekit/agents#5813
    fault = _fault(data)
    if fault is not None:
        return ServerMessage(fault=fault, context_id=context_id)
    as_sent = data.get("alignment")
    as_spoken = _first(data, "normalizedAlignment", "normalized_alignment")
    alignment = _alignment(as_sent)
    return ServerMessage(
        audio=_audio(data.get("audio")),
        is_final=_first(data, "isFinal", "is_final") is True,
        alignment=alignment,
        # The same, unless there are numbers and the like in the text.
        normalized_alignment=alignment if as_spoken == as_sent else _alignment(as_spoken),
        context_id=context_id,
    )


# A key, wherever it stands: the quotes of a text inside a message are escaped, and base64 has none.
_CONTEXT_ID = re.compile(rb'"context(?:Id|_id)"\s*:\s*("(?:[^"\\]|\\.)*")')


def context_of(frame: bytes) -> str | None:
    """Return which context a server's frame names, without decoding its sound; None for none."""
    found = _CONTEXT_ID.search(frame)
    try:
        return None if found is None else str(json.loads(found[1]))
    except ValueError:
        return None


def _object(frame: str | bytes) -> dict[str, Any]:
    try:
        data = json.loads(frame)
    except (ValueError, RecursionError):
        raise ProtocolError("A frame was not valid JSON.") from None
    if not isinstance(data, dict):
        raise ProtocolError("A frame was not a JSON object.")
    return data


def _first(data: Mapping[str, Any], *names: str) -> Any:
    """Return the first value that is present and not null."""
    for name in names:
        if (value := data.get(name)) is not None:
            return value
    return None


def _string(data: Mapping[str, Any], *names: str) -> str | None:
    value = _first(data, *names)
    return value if isinstance(value, str) else None


def _mapping(data: Mapping[str, Any], *names: str) -> Mapping[str, Any] | None:
    value = _first(data, *names)
    if value is not None and not isinstance(value, dict):
        raise ProtocolError(f'"{names[0]}" must be an object.')
    return value


def _fault(data: Mapping[str, Any]) -> ServerFault | None:
    """Return the error a message reports: in-band shape, or the HTTP API's ``detail``."""
    detail = data.get("detail")
    if isinstance(detail, dict):
        data = {"error": detail.get("status") or detail.get("code"), **detail, "code": None}
    if not isinstance(data.get("error"), str) and not isinstance(data.get("message"), str):
        return None
    code = data.get("code")
    return ServerFault(
        message=_string(data, "message") or "",
        error=_string(data, "error") or "",
        code=code if isinstance(code, int) else None,
    )


def _audio(value: object) -> bytes:
    if value is None or value == "":
        return b""
    if not isinstance(value, str):
        raise ProtocolError('"audio" was neither base64 text nor null.')
    try:
        return pybase64.b64decode(value, validate=True)
    except ValueError:
        raise ProtocolError('"audio" was not valid base64.') from None


_NUMBERS = (int, float)  # and not bool, which is an int
_LATEST = 1e12  # ms: what is later is no time


def _alignment(value: object) -> Alignment | None:
    if not isinstance(value, dict):
        return None
    characters = _first(value, "chars", "characters")
    starts = _first(value, "charStartTimesMs", "char_start_times_ms")
    durations = _first(value, "charDurationsMs", "charsDurationsMs", "char_durations_ms")
    if not all(isinstance(part, list) for part in (characters, starts, durations)):
        return None
    if not len(characters) == len(starts) == len(durations):
        return None
    if not all(type(character) is str for character in characters):
        return None
    if not all(type(n) in _NUMBERS and -_LATEST < n < _LATEST for n in (*starts, *durations)):
        return None
    return Alignment(
        tuple(characters), tuple(map(int, starts)), tuple(max(0, int(d)) for d in durations)
    )


def _encode_alignment(alignment: Alignment | None) -> dict[str, Any] | None:
    if alignment is None:
        return None
    return {
        "chars": list(alignment.characters),
        "charStartTimesMs": list(alignment.starts),
        "charDurationsMs": list(alignment.durations),
    }
