from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.wire.errors import ConnectionLost, ProtocolError, ServerError, TooMuchSound
from jupyter_tts.wire.exchanges import new_exchange
from jupyter_tts.wire.http_exchange import END_OF_ANSWER, NOTHING, HttpExchange
from jupyter_tts.wire.protocol import Chunk, Final, StreamProtocol
from jupyter_tts.wire.request import SpeechRequest

REQUEST = SpeechRequest(voice="v", transport="http")
DIALOGUE = SpeechRequest(voice="v", model="eleven_v4", transport="http")


def timed(text: str, sound: bytes = b"\1\0", at: float = 0.0) -> dict[str, Any]:
    return {
        "audio_base64": base64.b64encode(sound).decode(),
        "alignment": {
            "characters": [*text],
            "character_start_times_seconds": [at + 0.1 * i for i in range(len(text))],
            "character_end_times_seconds": [at + 0.1 * (i + 1) for i in range(len(text))],
        },
    }


def begun(request: SpeechRequest = REQUEST, text: str = "Hello.") -> StreamProtocol:
    exchange = new_exchange(request)
    assert exchange.start() == NOTHING
    assert exchange.text(text, flush=True) == NOTHING
    return exchange


def ended(request: SpeechRequest = REQUEST) -> StreamProtocol:
    exchange = begun(request)
    exchange.end()
    return exchange


def test_the_text_is_collected_and_goes_with_the_end() -> None:
    exchange = begun(text="One ")
    assert exchange.keepalive() == NOTHING
    assert exchange.text("“two”.") == NOTHING
    exchange.text_before = "Zero."
    assert json.loads(exchange.end()) == REQUEST.body("One “two”.", "Zero.")
    with pytest.raises(ProtocolError):
        exchange.text("Three.")


def test_a_dialogue_has_an_input_for_each_change_of_voice_and_each_turn() -> None:
    exchange = new_exchange(DIALOGUE)
    assert isinstance(exchange, HttpExchange)
    exchange.start()
    exchange.text("One ")
    exchange.text("two. ", voice="v")
    exchange.text("Three. ", voice="w")
    exchange.text("Four.", voice="w", new_turn=True)
    assert json.loads(exchange.end())["inputs"] == [
        {"text": "One two. ", "voice_id": "v"},
        {"text": "Three. ", "voice_id": "w"},
        {"text": "Four.", "voice_id": "w"},
    ]


def test_an_object_has_sound_and_times_in_milliseconds() -> None:
    exchange = ended()
    line = {**timed("Hi", at=1.5), "normalized_alignment": None, "embedded_voice": "a note"}
    (chunk,) = exchange.receive(json.dumps(line))
    assert isinstance(chunk, Chunk)
    assert (chunk.data, chunk.note) == (b"\1\0", "a note")
    assert chunk.alignment is not None
    assert chunk.alignment.characters == ("H", "i")
    assert chunk.alignment.starts == (1500, 1600)
    assert chunk.alignment.durations == (100, 100)
    assert exchange.receive(END_OF_ANSWER) == (Final(),)


@pytest.mark.parametrize(
    "times",
    [
        {"characters": ["a"], "character_start_times_seconds": ["x"]},
        {
            "characters": ["a"],
            "character_start_times_seconds": [float("nan")],
            "character_end_times_seconds": [1],
        },
        {
            "characters": [],
            "character_start_times_seconds": [1],
            "character_end_times_seconds": [1],
        },
        [],
        "no times",
    ],
)
def test_malformed_times_do_not_cost_the_sound(times: object) -> None:
    (chunk,) = ended().receive(json.dumps({**timed(""), "alignment": times}))
    assert chunk == Chunk(b"\1\0")


def test_a_cut_answer_is_a_loss_and_one_that_ends_with_its_connection_is_not() -> None:
    exchange = ended()
    with pytest.raises(ConnectionLost, match="before the answer was complete"):
        exchange.closed(None)
    assert exchange.closed(1000) == (Final(),)
    with pytest.raises(TooMuchSound):
        ended().closed(1009)


def test_an_error_in_the_answer_is_the_servers() -> None:
    fault = {"detail": {"status": "quota_exceeded", "message": "No credits.", "request_id": "r1"}}
    with pytest.raises(ServerError, match="No credits") as caught:
        ended().receive(json.dumps(fault))
    assert caught.value.request_id == "r1"


def test_a_dialogue_without_a_sound_is_a_failure() -> None:
    with pytest.raises(ServerError, match="without a sound"):
        ended(DIALOGUE).receive(END_OF_ANSWER)


LEAVES = st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers()
KEYS = st.sampled_from(
    [
        *("audio_base64", "alignment", "normalized_alignment", "characters", "detail", "message"),
        *("character_start_times_seconds", "character_end_times_seconds"),
    ]
)
VALUES = LEAVES | st.lists(LEAVES, max_size=3)
OBJECTS = st.dictionaries(KEYS, VALUES | st.dictionaries(KEYS, VALUES))


@given(st.binary(min_size=1) | (VALUES | OBJECTS).map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_is_read_or_refused(frame: bytes) -> None:
    try:
        events = ended().receive(frame)
    except (ProtocolError, ServerError):
        return
    assert all(isinstance(event, Chunk) for event in events)
