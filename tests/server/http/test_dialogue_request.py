"""What a request for a dialogue over HTTP may say, and how a bad one is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.access.refusals import Refusal
from jupyter_tts.server.http.dialogue_request import DialogueRequest, read_dialogue_request
from jupyter_tts.server.http.text_request import WAV_FORMATS
from jupyter_tts.wire.messages import DialogueInput
from jupyter_tts.wire.parameters import FORMATS

INPUTS = [{"text": "Ready? ", "voice_id": "A"}, {"text": "[laughs] Always.", "voice_id": "B"}]
EVERYTHING: dict[str, Any] = {
    "inputs": INPUTS,
    "model_id": "eleven_v4",
    "language_code": "de",
    "settings": {"stability": 0.3, "similarity": 0.5, "clone_strength": 0},
    "pronunciation_dictionary_locators": [{"pronunciation_dictionary_id": "x"}],
    "seed": 7,
    "previous_text": "Before.",
    "future_text": "After.",
    "previous_request_ids": ["a", "b", "c"],
    "next_request_ids": [],
    "use_pvc_as_ivc": False,
    "apply_text_normalization": "off",
    "audio_effects": {"environment_id": "room"},
}


def read(
    body: object, formats: tuple[str, ...] = FORMATS, **query: str
) -> DialogueRequest | Refusal:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_dialogue_request(query, data, formats=formats, longest=100)


def accepted(body: object, **query: str) -> DialogueRequest:
    result = read(body, **query)
    assert isinstance(result, DialogueRequest)
    return result


def refused(body: object, **query: str) -> tuple[int, Any]:
    result = read(body, **query)
    assert isinstance(result, Refusal)
    return result.status, result.body["detail"]


def test_every_documented_field_is_read() -> None:
    request = accepted(EVERYTHING, output_format="pcm_24000", enable_logging="false")
    assert request.inputs == [
        DialogueInput("Ready? ", "A"),
        DialogueInput("[laughs] Always.", "B"),
    ]
    assert request.settings == {"stability": 0.3}
    assert (request.language, request.seed, request.read_digits) == ("de", 7, True)
    assert request.characters == len("Ready? [laughs] Always.")


def test_inputs_alone_are_enough_and_null_stands_for_not_set() -> None:
    request = accepted({"inputs": INPUTS})
    assert (request.settings, request.language, request.read_digits) == ({}, None, False)
    assert request.audio_format.name == "mp3_44100_128"
    assert accepted(dict.fromkeys(EVERYTHING) | {"inputs": INPUTS}) == request


def test_the_level_is_no_parameter_here_and_ignored() -> None:
    assert not accepted({"inputs": INPUTS}, optimize_streaming_latency="4").read_digits


@pytest.mark.parametrize("name", WAV_FORMATS)
def test_wav_is_served_where_it_is_asked_for(name: str) -> None:
    request = read({"inputs": INPUTS}, (*FORMATS, *WAV_FORMATS), output_format=name)
    assert isinstance(request, DialogueRequest)
    assert request.is_wav
    assert refused({"inputs": INPUTS}, output_format=name)[0] == 422


@pytest.mark.parametrize(
    ("change", "places"),
    [
        ({"inputs": None}, [["body", "inputs"]]),
        ({"inputs": {"text": "Hello."}}, [["body", "inputs"]]),
        ({"inputs": ["Hello."]}, [["body", "inputs"]]),
        (
            {"inputs": [{"text": 1}]},
            [["body", "inputs", 0, "text"], ["body", "inputs", 0, "voice_id"]],
        ),
        ({"settings": 0.5}, [["body", "settings"]]),
        ({"settings": {"stability": 1.5}}, [["body", "settings", "stability"]]),
        ({"settings": {"clone_strength": "much"}}, [["body", "settings", "clone_strength"]]),
        ({"future_text": "x" * 101}, [["body", "future_text"]]),
        ({"previous_request_ids": list("abcd")}, [["body", "previous_request_ids"]]),
        ({"seed": -1}, [["body", "seed"]]),
    ],
)
def test_faults_are_listed_by_place(change: dict[str, Any], places: list[list[Any]]) -> None:
    status, detail = refused(EVERYTHING | change)
    assert status == 422
    assert [entry["loc"] for entry in detail] == places


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"inputs": []}, "invalid_parameters"),
        ({"inputs": [{"text": " ", "voice_id": "A"}]}, "invalid_parameters"),
        (
            {"inputs": [{"text": "Hi.", "voice_id": str(number)} for number in range(11)]},
            "invalid_parameters",
        ),
        ({"inputs": [{"text": "x" * 101, "voice_id": "A"}]}, "max_character_limit_exceeded"),
        ({"model_id": "eleven_flash_v2_5"}, "unsupported_model"),
    ],
)
def test_what_is_not_served_is_refused_with_a_code(change: dict[str, Any], code: str) -> None:
    status, detail = refused(EVERYTHING | change)
    assert (status, detail["code"]) == (400, code)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.integers() | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(
    body=st.dictionaries(st.sampled_from(list(EVERYTHING)), json_values).map(json.dumps)
    | st.dictionaries(st.sampled_from(list(EVERYTHING)), json_values).map(
        lambda fields: json.dumps({"inputs": INPUTS} | fields)
    )
    | st.text()
)
def test_any_body_is_read_or_refused(body: str) -> None:
    result = read(body.encode("utf-8", "replace"))
    assert isinstance(result, DialogueRequest) or result.status in (400, 422)
