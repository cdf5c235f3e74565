"""Messages of the two sockets of ``text-to-dialogue``.

A frame of a client is one object whose fields may be combined: text and a flush, say. What a
server sends is a `ServerMessage`, which `decode_server` reads; on these sockets its keys are in
snake_case and each frame has one thing (ElevenLabs text-to-dialogue WebSocket reference).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pybase64

from ..alignment import Alignment
from ..errors import ProtocolError
from .fields import first_of, mapping_of, read_object, string_of
from .server import NOTE, ServerMessage

__all__ = [
    "DialogueInput",
    "DialogueMessage",
    "decode_dialogue_client",
    "encode_dialogue_close_context",
    "encode_dialogue_first",
    "encode_dialogue_flush",
    "encode_dialogue_inputs",
    "encode_dialogue_keepalive",
    "encode_dialogue_server",
]


_LOCATORS: Final = "pronunciation_dictionary_locators"


@dataclass(frozen=True, slots=True)
class DialogueInput:
    """A piece of text and who speaks it.

    Attributes
    ----------
    text : str
        Joined to what went before without a space; ``""`` is nothing to say, and no end.
    voice_id : str
        One of the first message's.
    new_turn : bool
        Whether it ends what the same voice was saying before.
    """

    text: str
    voice_id: str
    new_turn: bool = False


@dataclass(frozen=True, slots=True)
class DialogueMessage:
    """What a client sends.

    Attributes
    ----------
    voices : tuple of str or None
        The ids that may speak. In the first message of a session, or of a context, and only there;
        so are the settings and locators.
    voice_settings : mapping or None
    pronunciation_dictionary_locators : tuple of mapping
    inputs : tuple of DialogueInput
    flush : bool
        Speak what is buffered now.
    keep_alive : bool
        Only reset the inactivity timer.
    close_context, close_socket : bool
        Speak what is left, then end the context; end all and the socket.
    context_id : str or None
        None where the client named none.
    key, authorization, token : str or None
        ``xi_api_key``, a bearer token, ``single_use_token``: for clients that cannot set a header.
    """

    voices: tuple[str, ...] | None = None
    voice_settings: Mapping[str, Any] | None = None
    pronunciation_dictionary_locators: tuple[Mapping[str, Any], ...] = ()
    inputs: tuple[DialogueInput, ...] = ()
    flush: bool = False
    keep_alive: bool = False
    close_context: bool = False
    close_socket: bool = False
    context_id: str | None = None
    key: str | None = None
    authorization: str | None = None
    token: str | None = None

    def __repr__(self) -> str:
        # The key must not reach a log through a repr.
        return f"DialogueMessage(context_id={self.context_id!r}, inputs={self.inputs!r})"


def encode_dialogue_first(
    voices: Sequence[str],
    *,
    voice_settings: Mapping[str, Any] | None = None,
    pronunciation_dictionary_locators: Sequence[Mapping[str, Any]] = (),
    context_id: str | None = None,
) -> str:
    """Return the first frame of a session or, with an id, of a context. No answer comes to it.

    Raises
    ------
    ValueError
        If there is no voice: the server would close the socket.
    """
    if not voices:
        raise ValueError("the first message must name a voice")
    message = _named(context_id)
    message["voices"] = list(voices)
    if voice_settings:
        message["voice_settings"] = dict(voice_settings)
    if pronunciation_dictionary_locators:
        message[_LOCATORS] = list(map(dict, pronunciation_dictionary_locators))
    return json.dumps(message, ensure_ascii=False)


def encode_dialogue_inputs(
    inputs: Iterable[DialogueInput], *, flush: bool = False, context_id: str | None = None
) -> str:
    """Return the frame that sends text; with `flush` what is buffered is spoken now."""
    message = _named(context_id)
    message["inputs"] = [_encode_input(entry) for entry in inputs]
    if flush:
        message["flush"] = True
    return json.dumps(message, ensure_ascii=False)


def encode_dialogue_flush(context_id: str | None = None) -> str:
    """Return the frame that has what is buffered spoken now."""
    return json.dumps({**_named(context_id), "flush": True})


def encode_dialogue_keepalive(context_id: str | None = None) -> str:
    """Return the frame that resets the inactivity timer; a context must have begun before."""
    return json.dumps({**_named(context_id), "keep_alive": True})


def encode_dialogue_close_context(context_id: str) -> str:
    """Return the frame that ends a context: what is left is spoken, then its final message."""
    return json.dumps({**_named(context_id), "close_context": True})


def decode_dialogue_client(frame: str | bytes) -> DialogueMessage:
    """Read a client's frame.

    Raises
    ------
    ProtocolError
        If the frame is not a JSON object, or a field has a wrong type.
    """
    data = read_object(frame)
    context_id = first_of(data, "context_id", "contextId")
    if context_id is not None and not isinstance(context_id, str):
        raise ProtocolError('"context_id" must be a string.', param="context_id")
    locators = data.get(_LOCATORS) or ()
    if not isinstance(locators, list | tuple) or not all(isinstance(x, dict) for x in locators):
        raise ProtocolError(f'"{_LOCATORS}" must be a list of objects.', param=_LOCATORS)
    return DialogueMessage(
        voices=_voices(data.get("voices")),
        voice_settings=mapping_of(data, "voice_settings"),
        pronunciation_dictionary_locators=tuple(locators),
        inputs=_inputs(data.get("inputs")),
        flush=bool(data.get("flush")),
        keep_alive=bool(data.get("keep_alive")),
        close_context=bool(data.get("close_context")),
        close_socket=bool(data.get("close_socket")),
        context_id=context_id or None,
        key=string_of(data, "xi_api_key", "xi-api-key"),
        authorization=string_of(data, "authorization"),
        token=string_of(data, "single_use_token"),
    )


def encode_dialogue_server(message: ServerMessage, *, contexts: bool = False) -> str:
    """Return a server message as the frame the service sends: only the keys that say something.

    Parameters
    ----------
    message : ServerMessage
        With sound, the end of a segment, the end of all, or an error: one of these.
    contexts : bool
        Whether the socket has several contexts, so that every message names its own.
    """
    data: dict[str, Any] = {}
    if (fault := message.fault) is not None:
        data |= {"message": fault.message, "error": fault.error, "code": fault.code}
        data["param"] = fault.param
    elif message.is_final:
        data["is_final"] = True
    elif message.is_final_for_turn:
        data["is_final_audio_for_turn"] = True
    else:
        data["audio"] = pybase64.b64encode_as_string(message.audio)
        if message.alignment is not None:
            data["alignment"] = _encode_alignment(message.alignment)
        if message.note:
            data[NOTE] = message.note
    if contexts and (message.context_id is not None or message.fault is None):
        data["context_id"] = message.context_id
    return json.dumps(data)


def _named(context_id: str | None) -> dict[str, Any]:
    return {} if context_id is None else {"context_id": context_id}


def _encode_input(entry: DialogueInput) -> dict[str, Any]:
    fields: dict[str, Any] = {"text": entry.text, "voice_id": entry.voice_id}
    return {**fields, "new_turn": True} if entry.new_turn else fields


def _voices(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(voice, str) for voice in value):
        raise ProtocolError('"voices" must be a list of voice ids.', param="voices")
    return tuple(value)


def _inputs(value: object) -> tuple[DialogueInput, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ProtocolError('"inputs" must be a list of objects.', param="inputs")
    return tuple(map(_input, value))


def _input(value: object) -> DialogueInput:
    if not isinstance(value, dict):
        raise ProtocolError('"inputs" must be a list of objects.', param="inputs")
    text, voice_id = value.get("text"), value.get("voice_id")
    if not isinstance(text, str):
        raise ProtocolError('Each of the "inputs" must have a "text" string.', param="text")
    if not isinstance(voice_id, str):
        raise ProtocolError('Each of the "inputs" must have a "voice_id" string.', param="voice_id")
    return DialogueInput(text, voice_id, bool(value.get("new_turn")))


def _encode_alignment(alignment: Alignment) -> dict[str, Any]:
    return {
        "chars": list(alignment.characters),
        "char_start_times_ms": list(alignment.starts),
        "char_durations_ms": list(alignment.durations),
    }
