from __future__ import annotations

import pytest

from jupyter_tts.url_check.check import check_url
from jupyter_tts.wire.hosts import default_voice

HOST = "wss://api.elevenlabs.io"
RIGHT = f"{HOST}/v1/text-to-speech/abc/stream-input"
DEFAULT = RIGHT.replace("abc", default_voice("elevenlabs"))


def findings(url: str) -> list[tuple[str, str]]:
    return [(finding.severity, finding.parameter) for finding in check_url(url).findings]


@pytest.mark.parametrize(
    "path",
    [
        "/text-to-speech/abc/stream-input",
        "/v2/text-to-speech/abc/stream-input",
        "/V1/text-to-speech/abc/stream-input",
        "/v1/text-to-speech/abc",
        "/v1/text-to-speech/abc/",
        "/v1/text-to-speech/abc/stream",
        "/v1/text-to-speech/abc/stream/with-timestamps",
        "/v1/text-to-speech/abc/stream_input",
        "/v1/text-to-speech/abc/stream-input/",
        "/v1/text-to-speech/abc/stream-input/now",
        "/v1/text_to_speech/abc/stream-input",
        "/v1//text-to-speech//abc/stream-input",
        "//v1/text-to-speech/abc/stream-input",
    ],
)
def test_a_wrong_path_is_corrected(path: str) -> None:
    assert findings(HOST + path) == [("error", "path")]
    assert check_url(HOST + path).corrected == RIGHT


@pytest.mark.parametrize("path", ["", "/", "/v1", "/docs", "/v1/speech-to-text/realtime"])
def test_a_path_to_something_else_gets_the_default_voice(path: str) -> None:
    assert ("error", "path") in findings(HOST + path)
    assert ("error", "voice") in findings(HOST + path)
    assert check_url(HOST + path).corrected == DEFAULT


def test_a_voice_id_is_recognised_where_the_path_around_it_is_wrong() -> None:
    url = f"{HOST}/v1/tts/JBFqnCBsd6RMkjVDRZzc/stream-input"
    assert check_url(url).parameters["voice"] == "JBFqnCBsd6RMkjVDRZzc"


@pytest.mark.parametrize(
    "gap",
    [
        *("{voice_id}", "<voice-id>", "<voice", "${VOICE}", "$VOICE", "{}", ":voice_id"),
        *("%7Bvoice_id%7D", "YOUR_VOICE_ID", "your-voice-id"),
    ],
)
def test_a_placeholder_can_only_be_filled_by_its_author(gap: str) -> None:
    diagnosis = check_url(RIGHT.replace("abc", gap))
    assert [(f.severity, f.parameter) for f in diagnosis.findings] == [("error", "voice")]
    assert "placeholder" in diagnosis.findings[0].message
    assert default_voice("elevenlabs") in diagnosis.findings[0].message
    assert diagnosis.corrected == DEFAULT


@pytest.mark.parametrize("voice", ["", "%20", "..", "%ff", "%ED%A0%80", "a%0Ab"])
def test_what_cannot_be_a_voice_gets_the_servers_default(voice: str) -> None:
    diagnosis = check_url(RIGHT.replace("abc", voice))
    assert ("error", "voice") in [(f.severity, f.parameter) for f in diagnosis.findings]
    assert diagnosis.corrected == DEFAULT


def test_the_default_voice_is_the_servers_own() -> None:
    url = "ws://127.0.0.1/v1/text-to-speech/stream-input"
    assert check_url(url).parameters == {"server": "local", "voice": default_voice("local")}


@pytest.mark.parametrize(
    ("written", "voice"),
    [
        ("my voice", "my voice"),
        ("a/b", "a/b"),
        ("Zoë", "Zoë"),
        ("50%", "50%"),
        ('say"so', 'say"so'),
    ],
)
def test_a_voice_id_is_encoded(written: str, voice: str) -> None:
    diagnosis = check_url(RIGHT.replace("abc", written))
    assert [(f.severity, f.parameter) for f in diagnosis.findings] == [("error", "voice")]
    assert diagnosis.parameters["voice"] == voice
    assert check_url(diagnosis.corrected).parameters["voice"] == voice


@pytest.mark.parametrize(
    "voice",
    [
        *("a%20b", "a:b", "a@b", "a+b", "a%2Fb", "stream-input", "stream"),
        *("stream-input%26a", "stream-input%3Fseed"),  # no query begins there
    ],
)
def test_a_voice_id_that_a_url_can_hold_is_no_finding(voice: str) -> None:
    assert check_url(RIGHT.replace("abc", voice)).findings == ()


def test_the_prefix_of_a_foreign_server_is_kept_and_encoded() -> None:
    url = "wss://h.test/a b/%41/v1/text-to-speech/abc/stream-input"
    assert ("error", "path") in findings(url)
    assert check_url(url).corrected == url.replace(" ", "%20")


def test_elevenlabs_has_no_prefix() -> None:
    url = RIGHT.replace("/v1", "/api/v1")
    assert findings(url) == [("error", "path")]
    assert check_url(url).corrected == RIGHT


def test_multi_stream_input_is_recognised_and_stays() -> None:
    url = RIGHT.replace("stream-input", "multi-stream-input")
    assert findings(url) == [("note", "path")]
    assert check_url(url).corrected == url
    near = RIGHT.replace("stream-input", "multi-stream-inputs")
    assert check_url(near).corrected == url
