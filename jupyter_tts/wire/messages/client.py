"""What a client sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import ProtocolError
from .fields import first_of, mapping_of, read_object, string_of

__all__ = [
    "CLOSE_SOCKET",
    "END_OF_INPUT",
    "FIRST_CONTEXT",
    "KEEPALIVE",
    "MOST_CONTEXTS",
    "ClientMessage",
    "ContextMessage",
    "decode_client",
    "decode_context_client",
    "encode_close_context",
    "encode_keepalive",
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
        A bearer token, for such clients too.
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
    return _client_message(read_object(frame))


def decode_context_client(frame: str | bytes) -> ContextMessage:
    """Read a client's frame on a socket with several contexts.

    Raises
    ------
    ProtocolError
        If the frame is not a JSON object, or a field has a wrong type.
    """
    data = read_object(frame)
    if data.get("text") is None:
        data["text"] = ""
    # The AsyncAPI document names the field contextId, every example and client context_id.
    context_id = first_of(data, "context_id", "contextId")
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
        voice_settings=mapping_of(data, "voice_settings"),
        generation_config=mapping_of(data, "generation_config", "generator_config"),
        pronunciation_dictionary_locators=tuple(locators),
        flush=bool(data.get("flush")),
        try_trigger_generation=bool(data.get("try_trigger_generation")),
        key=string_of(data, "xi_api_key", "xi-api-key"),
        authorization=string_of(data, "authorization"),
    )
