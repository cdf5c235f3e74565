"""What a handshake's URL may say, and how a bad one is refused."""

from __future__ import annotations

import dataclasses
import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.audio import codecs
from jupyter_tts.audio.formats import parse_format
from jupyter_tts.server.access.refusals import Refusal
from jupyter_tts.server.websocket.dialogue_session import DialogueSession
from jupyter_tts.server.websocket.handshake import Handshake, read_handshake
from jupyter_tts.wire.parameters import FORMATS

from .endpoint_input import handshake


def read(query: str, headers: dict[str, str] | None = None) -> Handshake | Refusal:
    pairs = parse_qsl(query, keep_blank_values=True, separator="&")
    return read_handshake("en-us", pairs, headers or {})


def accepted(query: str) -> Handshake:
    result = read("output_format=pcm_24000&" + query)
    assert isinstance(result, Handshake)
    return result


def refused(query: str) -> tuple[int, str]:
    """The status of a refusal, and its body as text, once as a reader of the JSON sees it."""
    result = read(query)
    assert isinstance(result, Refusal)
    return result.status, json.dumps(result.body, ensure_ascii=False)


def test_what_is_left_out_has_the_documented_default() -> None:
    assert accepted("") == handshake(latency=0)


def test_every_documented_parameter_is_read() -> None:
    handshake = accepted(
        "model_id=eleven_flash_v2_5&language_code=de&enable_logging=false&inactivity_timeout=180"
        "&enable_ssml_parsing=true&sync_alignment=true&auto_mode=true&seed=4294967295"
        "&apply_text_normalization=on&optimize_streaming_latency=3&use_pvc_as_ivc=false"
    )
    assert handshake.language == "de"
    assert handshake.auto_mode
    assert handshake.sync_alignment
    assert handshake.inactivity_timeout == 180
    assert handshake.latency == 3
    assert not handshake.read_digits


@pytest.mark.parametrize("query", ["optimize_streaming_latency=4", "apply_text_normalization=off"])
def test_digits_are_read_where_normalization_is_off(query: str) -> None:
    assert accepted(query).read_digits


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_served(name: str) -> None:
    result = read(f"output_format={name}")
    assert isinstance(result, Handshake)
    assert result.output_format == parse_format(name)


def test_without_a_format_the_documented_default_is_served() -> None:
    result = read("model_id=eleven_multilingual_v2")
    assert isinstance(result, Handshake)
    assert result.output_format == parse_format("mp3_44100_128")


def test_a_format_whose_codec_is_not_installed_is_refused_with_what_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(codecs, "find_spec", lambda package: None)
    status, body = refused("output_format=opus_48000_64")
    assert status == 403
    assert "output_format_not_allowed" in body
    assert "opus_48000_64" in body
    assert "jupyter_tts[codecs]" in body


def test_a_token_is_told_apart_from_the_keys() -> None:
    handshake = accepted("single_use_token=ONCE&authorization=KEY")
    assert handshake.token == "ONCE"
    assert handshake.credentials == ("KEY",)
    assert "ONCE" not in repr(handshake)


@pytest.mark.parametrize(
    "model", ["eleven_v3", "eleven_v3_conversational", "eleven_v4_turbo", "two%20words", "%00"]
)
def test_a_model_that_is_not_served_here_is_refused(model: str) -> None:
    status, body = refused(f"output_format=pcm_24000&model_id={model}")
    assert status == 403
    assert "unsupported_model" in body


def test_a_second_question_mark_is_refused_with_the_mistake_named() -> None:
    status, body = refused(
        "output_format=pcm_24000&model_id=eleven_multilingual_v2?optimize_streaming_latency=3"
    )
    assert status == 403
    assert "joined with &" in body


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("output_format=pcm_11025", "output_format"),
        ("output_format=wav_44100", "output_format"),
        ("optimize_streaming_latency=5", "0 to 4"),
        ("optimize_streaming_latency=fast", "0 to 4"),
        ("inactivity_timeout=181", "180"),
        ("inactivity_timeout=0", "180"),
        ("inactivity_timeout=1.5", "180"),
        ("seed=-1", "seed"),
        ("seed=4294967296", "seed"),
        ("auto_mode=maybe", "auto_mode"),
        ("sync_alignment=", "sync_alignment"),
        ("apply_text_normalization=yes", "auto, on or off"),
        ("language_code=English", "language_code"),
    ],
)
def test_a_bad_value_is_refused_with_what_is_accepted(query: str, named: str) -> None:
    status, body = refused(query)
    assert status == 422
    assert named in body


def test_all_faults_are_reported_at_once() -> None:
    result = read("seed=-1&auto_mode=maybe&inactivity_timeout=999")
    assert isinstance(result, Refusal)
    detail: Any = result.body["detail"]
    assert {fault["loc"][1] for fault in detail} == {"seed", "auto_mode", "inactivity_timeout"}


def test_unknown_parameters_are_ignored_and_of_repeated_ones_the_last_counts() -> None:
    assert accepted("sample_rate=5&foo=&inactivity_timeout=7&inactivity_timeout=9") == accepted(
        "inactivity_timeout=9"
    )


def test_parameters_that_an_endpoint_does_not_have_are_ignored() -> None:
    query = [("output_format", "pcm_24000"), ("optimize_streaming_latency", "9")]
    result = read_handshake("en-us", query, {}, ignored={"latency"})
    assert result == dataclasses.replace(accepted(""), latency=None)


def test_ssml_is_obeyed_where_it_is_asked_for() -> None:
    assert accepted("enable_ssml_parsing=true").ssml
    assert not accepted("").ssml


def test_credentials_are_collected_and_do_not_show_in_the_repr() -> None:
    result = read(
        "output_format=pcm_24000&authorization=KEY1",
        {"xi-api-key": "KEY3", "authorization": "Bearer KEY4"},
    )
    assert isinstance(result, Handshake)
    assert set(result.credentials) == {"KEY1", "KEY3", "Bearer KEY4"}
    assert "KEY" not in repr(result)


@given(st.lists(st.tuples(st.text(), st.text())))
def test_any_query_is_accepted_or_refused(query: list[tuple[str, str]]) -> None:
    result = read_handshake("v", [("output_format", "pcm_8000"), *query], {})
    assert isinstance(result, Handshake | Refusal)


# Text-to-dialogue


def read_dialogue(query: str) -> Handshake | Refusal:
    pairs = parse_qsl(query, keep_blank_values=True, separator="&")
    ignored = DialogueSession.ignored_parameters
    return read_handshake("", pairs, {}, ignored=ignored, dialogue=True)


def test_every_parameter_of_a_dialogue_is_read_and_the_others_are_unknown() -> None:
    handshake = read_dialogue(
        "model_id=eleven_v4&language_code=wo-WO&sync_alignment=true&seed=7&enable_logging=false"
        "&output_format=opus_48000_32&apply_text_normalization=off"
        "&inactivity_timeout=wrong&auto_mode=wrong&enable_ssml_parsing=wrong"
        "&optimize_streaming_latency=9&use_pvc_as_ivc=wrong"
    )
    assert isinstance(handshake, Handshake)
    assert (handshake.model, handshake.language, handshake.seed) == ("eleven_v4", "wo-WO", 7)
    assert handshake.sync_alignment
    assert handshake.read_digits
    assert handshake.latency is None
    assert not (handshake.ssml)
    assert not (handshake.auto_mode)


@pytest.mark.parametrize("model", ["eleven_v3", "eleven_v3_conversational", "eleven_v4_turbo"])
def test_a_dialogue_is_spoken_by_the_newer_models_and_speech_by_the_others(model: str) -> None:
    assert isinstance(read_dialogue(f"model_id={model}"), Handshake)
    assert refused(f"model_id={model}")[0] == 403


@pytest.mark.parametrize("model", ["eleven_flash_v2_5", "eleven_V4", "mine", "eleven_v4?x=1", ""])
def test_a_dialogue_with_another_model_is_refused(model: str) -> None:
    result = read_dialogue(f"model_id={model}")
    assert isinstance(result, Refusal)
    assert result.status == 400


def test_bad_values_of_a_dialogue_are_refused() -> None:
    for query in ("output_format=mp3_1_1", "seed=-1", "sync_alignment=perhaps"):
        result = read_dialogue(query)
        assert isinstance(result, Refusal)
        assert result.status == 422
