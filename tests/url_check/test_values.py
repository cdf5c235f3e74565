from __future__ import annotations

import pytest

from jupyter_tts.url_check.check import check_url

BASE = "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input"


def severities(query: str, keyword: str) -> list[str]:
    findings = check_url(f"{BASE}?{query}").findings
    # the deprecation is not what is looked at here
    return [f.severity for f in findings if f.parameter == keyword and f.severity != "note"]


def corrected(query: str) -> str:
    return check_url(f"{BASE}?{query}").corrected.removeprefix(BASE).removeprefix("?")


@pytest.mark.parametrize(
    ("wire", "keyword", "written", "nearest"),
    [
        ("optimize_streaming_latency", "latency", "9", "4"),
        ("optimize_streaming_latency", "latency", "-1", "0"),
        ("optimize_streaming_latency", "latency", "2.6", "3"),
        ("optimize_streaming_latency", "latency", "inf", "4"),
        ("inactivity_timeout", "inactivity_timeout", "300", "180"),
        ("inactivity_timeout", "inactivity_timeout", "0", "1"),
        ("seed", "seed", "4294967296", "4294967295"),
        ("seed", "seed", "9" * 5000, "4294967295"),
        ("auto_mode", "auto_mode", "yes", "true"),
        ("auto_mode", "auto_mode", "off", "false"),
        ("output_format", "format", "PCM_24000", "pcm_24000"),
        ("language_code", "language", "EN", "en"),
    ],
)
def test_a_value_out_of_range_becomes_the_nearest_one(
    wire: str, keyword: str, written: str, nearest: str
) -> None:
    assert severities(f"{wire}={written}", keyword) == ["error"]
    assert corrected(f"{wire}={written}") == f"{wire}={nearest}"


@pytest.mark.parametrize(
    ("query", "keyword"),
    [
        ("optimize_streaming_latency=high", "latency"),
        ("optimize_streaming_latency=nan", "latency"),
        ("optimize_streaming_latency=", "latency"),
        ("optimize_streaming_latency", "latency"),
        ("auto_mode=maybe", "auto_mode"),
        ("output_format=mp3", "format"),
        ("apply_text_normalization=true", "normalize"),
        ("language_code=english", "language"),
        ("model_id=", "model"),
        ("model_id=%20", "model"),
        ("model_id=%ff", "model"),
        ("model_id={model}", "model"),
        ("model_id=<model>", "model"),
        ("model_id=YOUR_MODEL_ID", "model"),
        ("model_id=xlatency=3", "model"),
    ],
)
def test_a_value_that_means_nothing_is_left_out(query: str, keyword: str) -> None:
    assert severities(query, keyword) == ["error"]
    assert corrected(query) == ""


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("auto_mode=True", "auto_mode=true"),
        ("auto_mode=FALSE", "auto_mode=false"),
        ("auto_mode=1", "auto_mode=true"),
        ("seed=007", "seed=7"),
        ("seed=+7", "seed=7"),
        ("seed=1_0", "seed=10"),
    ],
)
def test_an_unusual_spelling_is_a_warning(query: str, right: str) -> None:
    assert severities(query, query.partition("=")[0]) == ["warning"]
    assert corrected(query) == right


@pytest.mark.parametrize(
    ("written", "encoded"),
    [("a b", "a%20b"), ("é", "%C3%A9"), ('"a"', "a"), ("'a'", "a"), ("50%", "50%25")],
)
def test_a_value_that_a_url_cannot_hold_is_encoded(written: str, encoded: str) -> None:
    assert severities(f"model_id={written}&seed=1", "model") == ["error"]
    assert corrected(f"model_id={written}&seed=1") == f"model_id={encoded}&seed=1"


@pytest.mark.parametrize("value", ["a%20b", "a+b", "a/b", "%22a%22", "a:b"])
def test_a_value_that_is_encoded_is_no_finding(value: str) -> None:
    assert check_url(f"{BASE}?model_id={value}").findings == ()


def test_a_value_for_the_first_message_is_corrected_too() -> None:
    diagnosis = check_url(f"{BASE}?stability=5&chunk_length_schedule=[10]&similarity_boost=true")
    assert diagnosis.parameters["stability"] == 1.0
    assert not {"schedule", "similarity"} & set(diagnosis.parameters)
