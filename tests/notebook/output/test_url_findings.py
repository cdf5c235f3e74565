from __future__ import annotations

import re
from html import unescape

import pytest

from jupyter_tts import check_url
from jupyter_tts.notebook.output.url_findings import findings_bundle

BASE = "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input"


def shown(url: str) -> str:
    """What one reads of the HTML."""
    html = re.sub(r"<style>.*?</style>", "", findings_bundle(check_url(url))["text/html"])
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


@pytest.mark.parametrize(
    "url",
    [
        f"{BASE}?model_id=eleven_turbo_v2?optimize_streaming_latency=5",
        f"https://api.elevenlabs.io/v1/text-to-speech/abc/stream?stability=<b>&x={'y' * 400}",
        f"{BASE}?xi_api_key=sk_123",
        "hello",
        "",
    ],
)
def test_every_finding_is_shown_with_its_kind_and_effect_and_the_text_beside(url: str) -> None:
    diagnosis = check_url(url)
    text = shown(url)
    assert "sk_123" not in text
    for finding in diagnosis.findings:
        assert " ".join(finding.message.split()) in text
        assert " ".join(finding.effect.split()) in text
        assert str(finding.severity).capitalize() in text
    assert diagnosis.corrected in text
    assert findings_bundle(diagnosis)["text/plain"] == str(diagnosis)


def test_what_is_right_is_said_in_a_sentence() -> None:
    assert shown(BASE) == "Nothing to find fault with."
    assert shown(f"{BASE}?optimize_streaming_latency=3").startswith("1 note; it would work.")


def test_no_text_of_the_url_becomes_markup() -> None:
    html = findings_bundle(check_url(f"{BASE}/<img src=x>?a=<script>"))["text/html"]
    assert "<img" not in html
    assert "<script" not in html
