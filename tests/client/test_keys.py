from __future__ import annotations

import pytest

from jupyter_tts.client.keys import KEY_VARIABLE, Key, default_server, find_key
from jupyter_tts.wire.errors import MissingKey


@pytest.mark.parametrize("server", ["elevenlabs", "eu", "http://127.0.0.1:1", "https://localhost"])
def test_the_key_goes_to_elevenlabs_and_to_this_machine(
    monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, " canary \n")
    assert find_key(server) == "canary"


@pytest.mark.parametrize("value", ["“sk_1”", "sk 1", "sk\n1", "sk_é"])
def test_what_cannot_be_a_key_is_refused_without_being_quoted(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, value)
    with pytest.raises(MissingKey, match="cannot be a key") as caught:
        find_key("elevenlabs")
    assert value not in str(caught.value)


def test_a_key_shows_as_dots() -> None:
    key = Key("canary")
    assert "canary" not in repr(key) + repr({"xi-api-key": key})
    assert key == "canary"


@pytest.mark.parametrize("server", ["https://example.test", "http://api.elevenlabs.io"])
def test_the_key_goes_nowhere_else(monkeypatch: pytest.MonkeyPatch, server: str) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "canary")
    assert find_key(server) is None


@pytest.mark.parametrize("value", [None, "", "  "])
def test_without_a_key_the_embedded_voice_speaks(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(KEY_VARIABLE, value)
    assert default_server() == "local"
    with pytest.raises(MissingKey, match="--server local"):
        find_key("elevenlabs")


def test_with_a_key_elevenlabs_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "canary")
    assert default_server() == "elevenlabs"
