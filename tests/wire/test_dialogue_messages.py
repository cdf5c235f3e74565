from __future__ import annotations

import base64
import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.wire.alignment import Alignment
from jupyter_tts.wire.errors import ProtocolError
from jupyter_tts.wire.messages import (
    CLOSE_SOCKET,
    DialogueInput,
    DialogueMessage,
    ServerFault,
    ServerMessage,
    decode_dialogue_client,
    decode_server,
    encode_dialogue_close_context,
    encode_dialogue_first,
    encode_dialogue_flush,
    encode_dialogue_inputs,
    encode_dialogue_keepalive,
    encode_dialogue_server,
)

ALIGNMENT = Alignment(("H", "i", " "), (0, 50, 90), (50, 40, 10))
LOCATOR = {"pronunciation_dictionary_id": "D", "version_id": "V"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    [
        *("voices", "voice_settings", "pronunciation_dictionary_locators", "inputs", "flush"),
        *("keep_alive", "close_context", "close_socket", "context_id", "xi_api_key"),
    ]
)
inputs = st.builds(DialogueInput, st.text(), st.text(), st.booleans())
contexts = st.none() | st.text(min_size=1)


@given(voices=st.lists(st.text(), min_size=1, max_size=10), context_id=contexts)
def test_a_first_message_survives_the_wire(voices: list[str], context_id: str | None) -> None:
    frame = encode_dialogue_first(
        voices,
        voice_settings={"stability": 0.3},
        pronunciation_dictionary_locators=[LOCATOR],
        context_id=context_id,
    )
    assert decode_dialogue_client(frame) == DialogueMessage(
        voices=tuple(voices),
        voice_settings={"stability": 0.3},
        pronunciation_dictionary_locators=(LOCATOR,),
        context_id=context_id,
    )


@given(entries=st.lists(inputs, max_size=5), flush=st.booleans(), context_id=contexts)
def test_text_survives_the_wire(
    entries: list[DialogueInput], flush: bool, context_id: str | None
) -> None:
    frame = encode_dialogue_inputs(entries, flush=flush, context_id=context_id)
    expected = DialogueMessage(inputs=tuple(entries), flush=flush, context_id=context_id)
    assert decode_dialogue_client(frame) == expected


def test_a_client_sends_only_what_it_sets() -> None:
    assert json.loads(encode_dialogue_first(["A"])) == {"voices": ["A"]}
    assert json.loads(encode_dialogue_inputs([DialogueInput("Hi. ", "A")])) == {
        "inputs": [{"text": "Hi. ", "voice_id": "A"}]
    }
    turn = encode_dialogue_inputs([DialogueInput("Hi. ", "A", new_turn=True)], context_id="1")
    assert json.loads(turn) == {
        "context_id": "1",
        "inputs": [{"text": "Hi. ", "voice_id": "A", "new_turn": True}],
    }


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (encode_dialogue_flush(), DialogueMessage(flush=True)),
        (encode_dialogue_flush("1"), DialogueMessage(flush=True, context_id="1")),
        (encode_dialogue_keepalive(), DialogueMessage(keep_alive=True)),
        (encode_dialogue_keepalive("1"), DialogueMessage(keep_alive=True, context_id="1")),
        (encode_dialogue_close_context("1"), DialogueMessage(close_context=True, context_id="1")),
        (CLOSE_SOCKET, DialogueMessage(close_socket=True)),
        ('{"contextId": "1", "flush": true}', DialogueMessage(flush=True, context_id="1")),
        ('{"voices": null, "inputs": null, "flush": null, "more": 1}', DialogueMessage()),
    ],
)
def test_each_message_is_read(frame: str, message: DialogueMessage) -> None:
    assert decode_dialogue_client(frame) == message


def test_a_first_message_without_a_voice_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="must name a voice"):
        encode_dialogue_first([])


def test_credentials_in_a_message_are_read_and_never_shown() -> None:
    fields = {"xi_api_key": "SECRET", "authorization": "Bearer SECRET", "single_use_token": "T"}
    message = decode_dialogue_client(json.dumps({"voices": ["A"], **fields}))
    assert (message.key, message.authorization, message.token) == ("SECRET", "Bearer SECRET", "T")
    assert "SECRET" not in repr(message)


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"voices": "A"}, "voices"),
        ({"voices": [1]}, "voices"),
        ({"voice_settings": 0.5}, None),
        ({"pronunciation_dictionary_locators": ["D"]}, "pronunciation_dictionary_locators"),
        ({"inputs": {"text": "Hi.", "voice_id": "A"}}, "inputs"),
        ({"inputs": ["Hi."]}, "inputs"),
        ({"inputs": [{"voice_id": "A"}]}, "text"),
        ({"inputs": [{"text": "Hi."}]}, "voice_id"),
        ({"context_id": 1}, "context_id"),
    ],
)
def test_a_field_of_a_wrong_type_is_named(fields: dict[str, Any], param: str | None) -> None:
    with pytest.raises(ProtocolError) as fault:
        decode_dialogue_client(json.dumps(fields))
    assert fault.value.param == param


@given(st.text() | JSON.map(json.dumps) | st.dictionaries(KEYS, JSON).map(json.dumps))
def test_no_frame_raises_anything_but_a_protocol_error(frame: str) -> None:
    with contextlib.suppress(ProtocolError):
        decode_dialogue_client(frame)


@given(
    audio=st.binary(max_size=200),
    alignment=st.none() | st.just(ALIGNMENT),
    context_id=contexts,
)
def test_sound_survives_the_wire(
    audio: bytes, alignment: Alignment | None, context_id: str | None
) -> None:
    message = ServerMessage(audio, alignment=alignment, context_id=context_id)
    frame = encode_dialogue_server(message, contexts=context_id is not None)
    assert decode_server(frame) == message


def test_a_server_sends_sound_ends_and_errors_apart_and_in_snake_case() -> None:
    def sent(message: ServerMessage, *, contexts: bool = False) -> Any:
        return json.loads(encode_dialogue_server(message, contexts=contexts))

    assert sent(ServerMessage(b"\1\2", alignment=ALIGNMENT, context_id="1"), contexts=True) == {
        "audio": base64.b64encode(b"\1\2").decode(),
        "alignment": {
            "chars": ["H", "i", " "],
            "char_start_times_ms": [0, 50, 90],
            "char_durations_ms": [50, 40, 10],
        },
        "context_id": "1",
    }
    assert sent(ServerMessage(b"\1\2")) == {"audio": base64.b64encode(b"\1\2").decode()}
    assert sent(ServerMessage(is_final_for_turn=True)) == {"is_final_audio_for_turn": True}
    final = ServerMessage(is_final=True, context_id="1")
    assert sent(final, contexts=True) == {"is_final": True, "context_id": "1"}
    fault = ServerFault("No.", "context_closing", 1008, "context_id")
    assert sent(ServerMessage(fault=fault), contexts=True) == {
        "message": "No.",
        "error": "context_closing",
        "code": 1008,
        "param": "context_id",
    }


@pytest.mark.parametrize(
    "message",
    [
        ServerMessage(is_final_for_turn=True, context_id="1"),
        ServerMessage(is_final=True, context_id="1"),
        ServerMessage(fault=ServerFault("No.", "too_many_contexts", 1008, None), context_id="1"),
        ServerMessage(fault=ServerFault("No.", "invalid_token_type", 1008, "single_use_token")),
    ],
)
def test_what_a_server_sends_is_read_back(message: ServerMessage) -> None:
    frame = encode_dialogue_server(message, contexts=message.context_id is not None)
    assert decode_server(frame) == message


def test_several_things_in_one_frame_are_all_read() -> None:
    frame = {"audio": "AQI=", "is_final_audio_for_turn": True, "is_final": True}
    message = decode_server(json.dumps(frame))
    assert message == ServerMessage(b"\1\2", is_final=True, is_final_for_turn=True)
