from __future__ import annotations

import pytest

from jupyter_tts.url_check.check import check_url
from jupyter_tts.wire.hosts import HOSTS

PATH = "/v1/text-to-speech/abc/stream-input"


def findings(url: str) -> list[tuple[str, str]]:
    return [(finding.severity, finding.parameter) for finding in check_url(url).findings]


@pytest.mark.parametrize("name", HOSTS)
def test_each_region_is_known_by_name(name: str) -> None:
    diagnosis = check_url(HOSTS[name] + PATH)
    assert diagnosis.findings == ()
    assert diagnosis.parameters["server"] == name


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("elevenlabs.io", "api.elevenlabs.io"),
        ("www.elevenlabs.io", "api.elevenlabs.io"),
        ("api.elevenlabs.com", "api.elevenlabs.io"),
        ("elevenlabs.com", "api.elevenlabs.io"),
        ("api.elevenlab.io", "api.elevenlabs.io"),
        ("api.elvenlabs.io", "api.elevenlabs.io"),
        ("api,elevenlabs.io", "api.elevenlabs.io"),
        ("app.elevenlabs.io", "api.elevenlabs.io"),
        ("api.еlevenlabs.io", "api.elevenlabs.io"),  # a Cyrillic letter
        ("api.eu.residency.elevenlab.io", "api.eu.residency.elevenlabs.io"),
        ("api.sg.residencey.elevenlabs.io", "api.sg.residency.elevenlabs.io"),
    ],
)
def test_a_misspelt_host_is_corrected(written: str, meant: str) -> None:
    assert findings(f"wss://{written}{PATH}") == [("error", "host")]
    assert check_url(f"wss://{written}{PATH}").corrected == f"wss://{meant}{PATH}"


def test_the_obsolete_preview_host_is_a_note() -> None:
    url = f"wss://api-global-preview.elevenlabs.io{PATH}"
    assert findings(url) == [("note", "host")]
    assert check_url(url).corrected == f"wss://api.elevenlabs.io{PATH}"


def test_a_region_unknown_here_is_kept_since_data_may_have_to_stay_there() -> None:
    url = f"wss://api.jp.residency.elevenlabs.io{PATH}"
    assert findings(url) == [("warning", "host")]
    assert check_url(url).corrected == url


@pytest.mark.parametrize(
    "host", ["tts.example.test", "tts.example.test:8443", "auth:8080", "elevenlabs.example.test"]
)
def test_a_foreign_host_stays_with_a_note_that_no_key_goes_there(host: str) -> None:
    diagnosis = check_url(f"wss://{host}/some/where{PATH}")
    assert [finding.severity for finding in diagnosis.findings] == ["note"]
    assert "no key will be sent" in diagnosis.findings[0].message
    assert diagnosis.corrected == f"wss://{host}/some/where{PATH}"
    assert diagnosis.parameters["server"] == f"wss://{host}/some/where"


@pytest.mark.parametrize("host", ["127.0.0.1:45123", "localhost:1", "[::1]:8000"])
def test_this_machine_needs_neither_tls_nor_a_note(host: str) -> None:
    assert check_url(f"ws://{host}{PATH}").findings == ()
    assert check_url(f"wss://{host}{PATH}").findings == ()


@pytest.mark.parametrize(
    ("written", "corrected"),
    [
        ("https://api.elevenlabs.io", "wss://api.elevenlabs.io"),
        ("http://api.elevenlabs.io", "wss://api.elevenlabs.io"),
        ("api.elevenlabs.io", "wss://api.elevenlabs.io"),
        ("ws://api.elevenlabs.io", "wss://api.elevenlabs.io"),
        ("wss:/api.elevenlabs.io", "wss://api.elevenlabs.io"),
        ("wss:///api.elevenlabs.io", "wss://api.elevenlabs.io"),
        ("wsss://api.elevenlabs.io", "wss://api.elevenlabs.io"),
        ("http://127.0.0.1:8000", "ws://127.0.0.1:8000"),
        ("https://127.0.0.1:8000", "wss://127.0.0.1:8000"),
        ("localhost:8000", "ws://localhost:8000"),
    ],
)
def test_a_wrong_scheme_is_corrected(written: str, corrected: str) -> None:
    assert findings(written + PATH) == [("error", "scheme")]
    assert check_url(written + PATH).corrected == corrected + PATH


def test_an_unencrypted_foreign_host_is_a_warning() -> None:
    url = f"ws://tts.example.test{PATH}"
    assert findings(url) == [("note", "host"), ("warning", "scheme")]
    assert check_url(url).corrected == url


@pytest.mark.parametrize("port", ["0", "99999", "port", "{port}", "-1"])
def test_a_port_that_is_none_is_left_out(port: str) -> None:
    assert check_url(f"ws://localhost:{port}{PATH}").corrected == f"ws://localhost{PATH}"


@pytest.mark.parametrize("end", ["::", "::80", ":x:"])
def test_a_host_is_known_whatever_follows_it(end: str) -> None:
    assert check_url(f"wss://127.0.0.1api.elevenlabs.io{end}{PATH}").corrected == (
        f"wss://api.elevenlabs.io{PATH}"
    )


@pytest.mark.parametrize("host", ["", "{host}", "a b", "[", "a" * 64, "a..b", "ß..test", "%41"])
def test_without_a_usable_host_elevenlabs_takes_its_place(host: str) -> None:
    assert ("error", "host") in findings(f"wss://{host}{PATH}")
    assert check_url(f"wss://{host}{PATH}").corrected == f"wss://api.elevenlabs.io{PATH}"


@pytest.mark.parametrize("start", ["", "/", "wss://"])
def test_a_url_that_begins_with_its_path_has_no_host(start: str) -> None:
    url = f"{start}v1/text-to-speech/abc/stream-input"
    assert ("error", "host") in findings(url)
    assert check_url(url).corrected == f"wss://api.elevenlabs.io{PATH}"


def test_a_user_name_or_password_is_dropped() -> None:
    url = f"wss://xi-api-key:pw@api.elevenlabs.io{PATH}"
    assert findings(url) == [("error", "host")]
    assert check_url(url).url == f"wss://•••@api.elevenlabs.io{PATH}"
    assert check_url(url).corrected == f"wss://api.elevenlabs.io{PATH}"
