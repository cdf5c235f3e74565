"""What a request for speech over HTTP may say, and how a bad one is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.audio import codecs
from jupyter_tts.audio.formats import parse_format
from jupyter_tts.server.access.refusals import Refusal
from jupyter_tts.server.http.text_request import WAV_FORMATS, TextRequest, read_text_request
from jupyter_tts.wire.conditions import Conditions
from jupyter_tts.wire.parameters import FORMATS

EVERYTHING: dict[str, Any] = {
    "text": "Hello.",
    "model_id": "eleven_v3",
    "language_code": "de",
    "voice_settings": {"stability": 0.3, "similarity_boost": True, "speed": None},
    "pronunciation_dictionary_locators": [{"pronunciation_dictionary_id": "x"}],
    "seed": 7,
    "previous_text": "Before.",
    "next_text": "After.",
    "previous_request_ids": ["a", "b", "c"],
    "next_request_ids": [],
    "use_pvc_as_ivc": False,
    "apply_text_normalization": "off",
    "apply_language_text_normalization": True,
    "audio_effects": {"environment_id": "room"},
}


def read(body: object, formats: tuple[str, ...] = FORMATS, **query: str) -> TextRequest | Refusal:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_text_request(query, data, formats=formats, longest=100)


def accepted(body: object, **query: str) -> TextRequest:
    result = read(body, **query)
    assert isinstance(result, TextRequest)
    return result


def refused(body: object, **query: str) -> tuple[int, Any]:
    result = read(body, **query)
    assert isinstance(result, Refusal)
    return result.status, result.body["detail"]


def test_a_text_alone_is_enough() -> None:
    assert accepted({"text": "Hello."}) == TextRequest(
        text="Hello.",
        audio_format=parse_format("mp3_44100_128"),
        is_wav=False,
        voice_settings={},
        language=None,
        read_digits=False,
    )


def test_every_documented_field_is_read() -> None:
    request = accepted(EVERYTHING, output_format="opus_48000_32", enable_logging="false")
    assert request.language == "de"
    assert request.voice_settings == {"stability": 0.3, "similarity_boost": 1.0}
    assert request.audio_format.codec == "opus"
    assert request.read_digits


def test_null_stands_for_not_set() -> None:
    nulls = dict.fromkeys(EVERYTHING) | {"text": "Hello."}
    assert accepted(nulls) == accepted({"text": "Hello."})


def test_level_4_reads_digits() -> None:
    assert accepted({"text": "42"}, optimize_streaming_latency="4").read_digits
    assert not accepted({"text": "42"}, optimize_streaming_latency="3").read_digits


@pytest.mark.parametrize("name", WAV_FORMATS)
def test_wav_is_served_where_it_is_asked_for(name: str) -> None:
    request = read({"text": "Hello."}, (*FORMATS, *WAV_FORMATS), output_format=name)
    assert isinstance(request, TextRequest)
    assert request.is_wav
    assert request.audio_format == parse_format(name.replace("wav", "pcm"))
    assert refused({"text": "Hello."}, output_format=name)[0] == 422


def test_a_number_without_a_fraction_is_a_whole_one() -> None:
    request = accepted(EVERYTHING | {"seed": 7.0})
    assert (request.seed, type(request.seed)) == (7, int)
    assert refused(EVERYTHING | {"seed": 7.5})[0] == 422
    assert Conditions.of({"seed": 7.0, "quota": 5.0, "rtt": 2.0}).plain["quota"] == 5


@pytest.mark.parametrize(
    ("changes", "location"),
    [
        ({"text": None}, ["body", "text"]),
        ({"text": 3}, ["body", "text"]),
        ({"model_id": []}, ["body", "model_id"]),
        ({"language_code": "English"}, ["body", "language_code"]),
        ({"voice_settings": "calm"}, ["body", "voice_settings"]),
        ({"voice_settings": {"stability": 7}}, ["body", "voice_settings"]),
        ({"seed": -1}, ["body", "seed"]),
        ({"seed": "7"}, ["body", "seed"]),
        ({"previous_text": 1}, ["body", "previous_text"]),
        ({"next_request_ids": list("abcd")}, ["body", "next_request_ids"]),
        ({"previous_request_ids": [1]}, ["body", "previous_request_ids"]),
        (
            {"pronunciation_dictionary_locators": ["x"]},
            ["body", "pronunciation_dictionary_locators"],
        ),
        ({"apply_text_normalization": "yes"}, ["body", "apply_text_normalization"]),
        ({"use_pvc_as_ivc": "no"}, ["body", "use_pvc_as_ivc"]),
    ],
)
def test_a_bad_field_is_named(changes: dict[str, Any], location: list[str]) -> None:
    status, faults = refused(EVERYTHING | changes)
    assert status == 422
    assert [fault["loc"] for fault in faults] == [location]
    assert all(fault["msg"] and fault["type"] for fault in faults)


def test_all_faults_are_listed_at_once() -> None:
    status, faults = refused(
        {"seed": -1}, output_format="mp3_11025_8", optimize_streaming_latency="5"
    )
    assert status == 422
    assert {fault["loc"][-1] for fault in faults} == {
        "text",
        "seed",
        "output_format",
        "optimize_streaming_latency",
    }


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff", [], "text", 3])
def test_a_body_that_is_no_object_is_refused(body: object) -> None:
    status, faults = refused(body)
    assert status == 422
    assert faults[0]["loc"] == ["body"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": " "}, 400, "invalid_parameters"),
        ({"text": "x" * 101}, 400, "max_character_limit_exceeded"),
        ({"text": "x", "model_id": "a?b=c"}, 400, "unsupported_model"),
    ],
)
def test_what_is_well_formed_and_not_served_has_a_code(
    body: dict[str, Any], status: int, code: str
) -> None:
    answered, detail = refused(body)
    assert (answered, detail["code"]) == (status, code)
    assert detail["param"] in body or detail["param"] == "model_id"


def test_a_format_whose_codec_is_not_installed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codecs, "find_spec", lambda package: None)
    status, detail = refused({"text": "x"}, output_format="opus_48000_32")
    assert (status, detail["code"]) == (403, "output_format_not_allowed")
    assert "jupyter_tts[codecs]" in detail["message"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(EVERYTHING)), JSON))
def test_any_body_is_accepted_or_refused(body: dict[str, Any]) -> None:
    assert isinstance(read(body), TextRequest | Refusal)
