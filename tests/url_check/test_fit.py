from __future__ import annotations

import pytest

from jupyter_tts.url_check.check import check_url
from jupyter_tts.url_check.findings import Finding

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
