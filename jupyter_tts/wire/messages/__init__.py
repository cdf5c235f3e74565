"""Messages of ``stream-input`` and ``multi-stream-input``, of text-to-speech and text-to-dialogue,
both ways, between JSON text frames and dataclasses.

The decoders are tolerant where public sources disagree about the wire: camelCase or snake_case
keys, ``charsDurationsMs`` for ``charDurationsMs``, null or missing for "none", unknown keys.
Encoding follows what the service was seen to send.
"""

from __future__ import annotations

from .client import (
    CLOSE_SOCKET,
    END_OF_INPUT,
    FIRST_CONTEXT,
    KEEPALIVE,
    MOST_CONTEXTS,
    ClientMessage,
    ContextMessage,
    decode_client,
    decode_context_client,
    encode_close_context,
    encode_keepalive,
    encode_text,
)
from .dialogue import (
    DialogueInput,
    DialogueMessage,
    decode_dialogue_client,
    encode_dialogue_close_context,
    encode_dialogue_first,
    encode_dialogue_flush,
    encode_dialogue_inputs,
    encode_dialogue_keepalive,
    encode_dialogue_server,
)
from .server import (
    LARGEST_FRAME,
    NOTE,
    ServerFault,
    ServerMessage,
    context_of,
    decode_server,
    encode_server,
)
from .timed_audio import decode_timed_audio

__all__ = [
    "CLOSE_SOCKET",
    "END_OF_INPUT",
    "FIRST_CONTEXT",
    "KEEPALIVE",
    "LARGEST_FRAME",
    "MOST_CONTEXTS",
    "NOTE",
    "ClientMessage",
    "ContextMessage",
    "DialogueInput",
    "DialogueMessage",
    "ServerFault",
    "ServerMessage",
    "context_of",
    "decode_client",
    "decode_context_client",
    "decode_dialogue_client",
    "decode_server",
    "decode_timed_audio",
    "encode_close_context",
    "encode_dialogue_close_context",
    "encode_dialogue_first",
    "encode_dialogue_flush",
    "encode_dialogue_inputs",
    "encode_dialogue_keepalive",
    "encode_dialogue_server",
    "encode_keepalive",
    "encode_server",
    "encode_text",
]
