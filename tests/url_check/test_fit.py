from __future__ import annotations

from datetime import date

import pytest

from jupyter_tts.url_check.check import check_url
from jupyter_tts.url_check.findings import Finding
from jupyter_tts.wire.parameters import UNLISTED_FORMATS
from jupyter_tts.wire.request import SpeechRequest

HOST = "wss://api.elevenlabs.io"
BASE = f"{HOST}/v1/text-to-speech/abc/stream-input"


def about(parameter: str, url: str) -> list[Finding]:
    return [finding for finding in check_url(url).findings if finding.parameter == parameter]


@pytest.mark.parametrize(
    "query",
    [
        "model_id=eleven_flash_v2_5&language_code=mr",
        "model_id=eleven_flash_v2&language_code=de",
        "model_id=eleven_multilingual_v2&language_code=fa",
        "language_code=fa&model_id=eleven_turbo_v2_5",
        "language_code=fa",
    ],
)
def test_a_language_that_the_model_does_not_speak_is_an_error(query: str) -> None:
    (finding,) = about("language", f"{BASE}?{query}")
    assert finding.severity == "error"
    assert "does not speak" in finding.message
    assert "1008" in finding.effect
    corrected = check_url(f"{BASE}?{query}").corrected
    assert "language_code" not in corrected
    assert check_url(corrected).ok


def test_three_letters_are_an_error_that_names_two() -> None:
    url = f"{BASE}?model_id=eleven_flash_v2_5&language_code=ell"
    (finding,) = about("language", url)
    assert finding.severity == "error"
    assert "'el'" in finding.message
    assert check_url(url).corrected == url.replace("ell", "el")


@pytest.mark.parametrize("tag", ["es-ES", "es_MX", "ES"])
def test_a_language_without_its_region_takes_the_place_of_a_tag(tag: str) -> None:
    diagnosis = check_url(f"{BASE}?model_id=eleven_flash_v2_5&language_code={tag}")
    assert not diagnosis.ok
    assert diagnosis.corrected == f"{BASE}?model_id=eleven_flash_v2_5&language_code=es"


def test_a_model_that_goes_by_the_text_gets_a_note() -> None:
    (finding,) = about("language", f"{BASE}?model_id=eleven_multilingual_v2&language_code=de")
    assert finding.severity == "note"


@pytest.mark.parametrize(
    "url",
    [
        f"{BASE}?model_id=eleven_flash_v2_5&language_code=de",
        f"{BASE}?model_id=eleven_of_next_year&language_code=xx",
        "wss://h.test/v1/text-to-speech/abc/stream-input?language_code=cmn",
        "ws://127.0.0.1/v1/text-to-speech/abc/stream-input?language_code=cmn",
    ],
)
def test_a_language_that_may_be_right_is_no_finding(url: str) -> None:
    assert about("language", url) == []


DIALOGUE = f"{HOST}/v1/text-to-dialogue/stream-input"


@pytest.mark.parametrize("last", ["stream-input", "multi-stream-input"])
@pytest.mark.parametrize("model", ["eleven_v4_turbo", "eleven_v4", "eleven_v3", "eleven_v4_next"])
def test_a_url_of_text_to_dialogue_is_right(model: str, last: str) -> None:
    base = DIALOGUE.replace("stream-input", last)
    url = (
        f"{base}?model_id={model}&output_format=pcm_24000&language_code=fa&sync_alignment=true"
        "&apply_text_normalization=on&seed=7&enable_logging=true"
    )
    diagnosis = check_url(url)
    assert diagnosis.ok
    assert {finding.severity for finding in diagnosis.findings} <= {"note"}
    assert diagnosis.corrected == diagnosis.url == url
    assert SpeechRequest(**diagnosis.parameters).url.partition("?")[0] == base


def test_the_url_of_the_issue_has_no_findings() -> None:
    url = f"{DIALOGUE}?model_id=eleven_v4_turbo&output_format=pcm_24000"
    assert check_url(url).findings == ()
    assert check_url(url).corrected == url


def test_without_a_model_text_to_dialogue_has_its_own() -> None:
    diagnosis = check_url(DIALOGUE)
    assert diagnosis.findings == ()
    assert diagnosis.corrected == DIALOGUE
    assert diagnosis.parameters == {"server": "elevenlabs", "model": "eleven_v3_conversational"}


@pytest.mark.parametrize("model", ["eleven_v3", "Eleven_V3", "eleven_v4_turbo", "ELEVEN_V4"])
@pytest.mark.parametrize("last", ["stream-input", "multi-stream-input"])
def test_a_dialogue_model_on_text_to_speech_gets_the_url_that_serves_it(
    model: str, last: str
) -> None:
    url = f"{BASE.replace('stream-input', last)}?model_id={model}&auto_mode=true&seed=7"
    diagnosis = check_url(url)
    errors = [f.parameter for f in diagnosis.findings if f.severity == "error"]
    assert set(errors) == {"model"}
    assert "text-to-dialogue" in repr(diagnosis)
    assert diagnosis.corrected == (
        f"{DIALOGUE.replace('stream-input', last)}?model_id={model.lower()}&seed=7"
    )
    assert diagnosis.parameters["voice"] == "abc"


@pytest.mark.parametrize("model", ["eleven_flash_v2_5", "eleven_multilingual_v2", "kokoro"])
def test_a_speech_model_on_text_to_dialogue_gets_the_url_that_serves_it(model: str) -> None:
    diagnosis = check_url(f"{DIALOGUE}?model_id={model}&voice_id=abc")
    assert "text-to-speech serves it" in about("model", f"{DIALOGUE}?model_id={model}")[0].message
    assert diagnosis.corrected == f"{BASE}?model_id={model}"


@pytest.mark.parametrize(
    "parameter",
    [
        "optimize_streaming_latency=3",
        "inactivity_timeout=30",
        "auto_mode=true",
        "enable_ssml_parsing=true",
        "use_pvc_as_ivc=true",
        "similarity_boost=0.5",
        "style=0.5",
        "speed=1.1",
        "use_speaker_boost=true",
        "chunk_length_schedule=50",
        "generation_config=1",
        "try_trigger_generation=true",
        "text=Hello",
    ],
)
def test_what_text_to_dialogue_lacks_is_a_warning_and_left_out(parameter: str) -> None:
    url = f"{DIALOGUE}?model_id=eleven_v4&{parameter}"
    (finding,) = check_url(url).findings
    assert finding.severity == "warning"
    assert "is not a parameter of text-to-dialogue/stream-input" in finding.message
    assert check_url(url).corrected == f"{DIALOGUE}?model_id=eleven_v4"


@pytest.mark.parametrize("parameter", ["stability=0.5", "inputs=1", "flush=true", "voices=abc"])
def test_what_belongs_in_a_message_is_an_error(parameter: str) -> None:
    (finding,) = check_url(f"{DIALOGUE}?model_id=eleven_v4&{parameter}").findings
    assert finding.severity == "error"
    assert "message" in finding.message


def test_a_voice_is_not_in_a_dialogue_path() -> None:
    diagnosis = check_url(DIALOGUE.replace("/stream-input", "/abc/stream-input"))
    assert [(f.severity, f.parameter) for f in diagnosis.findings] == [("error", "path")]
    assert diagnosis.corrected == DIALOGUE
    assert diagnosis.parameters["voice"] == "abc"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/text-to-dialogue",
        "/v1/text-to-dialogue/stream",
        "/v1/text-to-dialogue/stream/with-timestamps",
        "/text-to-dialogue/stream-input",
        "/v1/text_to_dialogue/stream-input",
        "/v1/text-to-dialogue/stream_input",
        "/v1//text-to-dialogue/stream-input",
        "/v1/text-to-dialogue/stream-input/",
    ],
)
def test_a_wrong_dialogue_path_is_corrected(path: str) -> None:
    diagnosis = check_url(HOST + path)
    assert [(f.severity, f.parameter) for f in diagnosis.findings] == [("error", "path")]
    assert diagnosis.corrected == DIALOGUE


@pytest.mark.parametrize(
    ("model", "severity", "successor"),
    [
        ("eleven_turbo_v2", "note", "eleven_flash_v2"),
        ("eleven_turbo_v2_5", "note", "eleven_flash_v2_5"),
        ("eleven_monolingual_v1", "warning", "eleven_flash_v2"),
        ("eleven_multilingual_v1", "warning", "eleven_multilingual_v2"),
    ],
)
def test_an_old_model_names_what_to_take(model: str, severity: str, successor: str) -> None:
    (finding,) = about("model", f"{BASE}?model_id={model}")
    assert finding.severity == severity
    assert f"its successor is {successor}." in finding.message


GEORGE = BASE.replace("abc", "JBFqnCBsd6RMkjVDRZzb")


@pytest.mark.parametrize(
    ("today", "severity", "words"),
    [
        (date(2026, 11, 29), "note", "end on 2026-12-31"),
        (date(2026, 12, 31), "note", "end on 2026-12-31"),
        (date(2027, 1, 1), "warning", "ended on 2026-12-31"),
    ],
)
@pytest.mark.parametrize("url", [GEORGE, f"{DIALOGUE}?voice_id=JBFqnCBsd6RMkjVDRZzb"])
def test_a_voice_that_ends_is_found(url: str, today: date, severity: str, words: str) -> None:
    endings = [f for f in check_url(url, today=today).findings if f.parameter == "voice"]
    assert endings[-1].severity == severity
    assert words in endings[-1].message
    assert "Eldrin" in endings[-1].message


def test_a_voice_of_another_server_is_its_own() -> None:
    url = GEORGE.replace("api.elevenlabs.io", "h.test")
    findings = check_url(url, today=date(2027, 1, 1)).findings
    assert [finding.parameter for finding in findings] == ["host"]


@pytest.mark.parametrize("name", UNLISTED_FORMATS)
def test_a_format_that_the_reference_lacks_gets_a_note(name: str) -> None:
    (finding,) = check_url(f"{BASE}?output_format={name}").findings
    assert (finding.severity, finding.parameter) == ("note", "format")
    assert check_url(f"{DIALOGUE}?output_format={name}").findings == ()


@pytest.mark.parametrize("name", ["inputs", "keep_alive", "close_socket"])
def test_a_field_of_dialogue_messages_is_unknown_on_text_to_speech(name: str) -> None:
    (finding,) = check_url(f"{BASE}?{name}=1").findings
    assert (finding.severity, finding.parameter) == ("warning", name)
    assert "is not a parameter of stream-input" in finding.message
