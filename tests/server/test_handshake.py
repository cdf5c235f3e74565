"""What a handshake's URL may say, and how a bad one is refused."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.audio.formats import SUPPORTED_FORMATS, parse_format
from jupyter_tts.server.handshake import Handshake, Refusal, read_handshake, redact
from jupyter_tts.wire.parameters import FORMATS


def read(query: str, headers: dict[str, str] | None = None) -> Handshake | Refusal:
    pairs = parse_qsl(query, keep_blank_values=True, separator="&")
    return read_handshake("en-us", pairs, headers or {})


def accepted(query: str) -> Handshake:
    result = read("output_format=pcm_24000&" + query)
    assert isinstance(result, Handshake)
    return result


def refused(query: str) -> tuple[int, str]:
    """The status of a refusal, and its body as text, once as whoever reads the JSON sees it."""
    result = read(query)
    assert isinstance(result, Refusal)
    return result.status, json.dumps(result.body, ensure_ascii=False)


def test_what_is_left_out_has_the_documented_default() -> None:
    assert accepted("") == Handshake(
        voice_id="en-us",
        output_format=parse_format("pcm_24000"),
        language=None,
        auto_mode=False,
        sync_alignment=False,
        inactivity_timeout=20,
        read_digits=False,
    )


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
    assert not handshake.read_digits


@pytest.mark.parametrize("query", ["optimize_streaming_latency=4", "apply_text_normalization=off"])
def test_digits_are_read_where_normalization_is_off(query: str) -> None:
    assert accepted(query).read_digits


@pytest.mark.parametrize("name", SUPPORTED_FORMATS)
def test_formats_that_keep_every_sample_are_served(name: str) -> None:
    result = read(f"output_format={name}")
    assert isinstance(result, Handshake)
    assert result.output_format == parse_format(name)


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in SUPPORTED_FORMATS])
def test_other_formats_are_refused_with_the_formats_there_are(name: str) -> None:
    status, body = refused(f"output_format={name}")
    assert status == 403
    assert "output_format_not_allowed" in body
    assert name in body
    assert ", ".join(SUPPORTED_FORMATS) in body


def test_the_default_format_is_not_replaced_in_silence() -> None:
    status, body = refused("model_id=eleven_multilingual_v2")
    assert status == 403
    assert "mp3_44100_128" in body
    assert "pcm_24000" in body


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


def test_credentials_are_collected_and_do_not_show_in_the_repr() -> None:
    result = read(
        "output_format=pcm_24000&authorization=KEY1&single_use_token=KEY2",
        {"xi-api-key": "KEY3", "authorization": "Bearer KEY4"},
    )
    assert isinstance(result, Handshake)
    assert set(result.credentials) == {"KEY1", "KEY2", "KEY3", "Bearer KEY4"}
    assert "KEY" not in repr(result)


@given(st.lists(st.tuples(st.text(), st.text())))
def test_any_query_is_accepted_or_refused(query: list[tuple[str, str]]) -> None:
    result = read_handshake("v", [("output_format", "pcm_8000"), *query], {})
    assert isinstance(result, Handshake | Refusal)


@pytest.mark.parametrize(
    ("target", "logged"),
    [
        ("/v1/x/stream-input?a=%20b&c=D+d", "/v1/x/stream-input?a=%20b&c=D+d"),
        ("/v1/x/stream-input", "/v1/x/stream-input"),
        ("/p?authorization=SECRET&seed=1", "/p?authorization=[redacted]&seed=1"),
        ("/p?seed=1&single_use_token=SECRET", "/p?seed=1&single_use_token=[redacted]"),
        ("/p?xi-api-key=SECRET", "/p?xi-api-key=[redacted]"),
        ("/p?%61uthorization=SECRET", "/p?%61uthorization=[redacted]"),
        ("/p?model_id=m?api_key=SECRET", "/p?model_id=m?api_key=[redacted]"),
        ("/p?model_id=m%3Fapi_key%3DSECRET", "/p?model_id=[redacted]"),
        ("/p?a=1;token=SECRET", "/p?a=1;token=[redacted]"),
    ],
)
def test_a_logged_target_keeps_every_byte_but_the_secrets(target: str, logged: str) -> None:
    assert redact(target) == logged


def test_the_servers_own_key_is_never_logged() -> None:
    assert redact("/v1/SECRET/x?note=SECRET", "SECRET") == "/v1/[redacted]/x?note=[redacted]"
