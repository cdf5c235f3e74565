from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest

from jupyter_tts.client.keys import KEY_VARIABLE, Key, Keys, find_key, keep_key
from jupyter_tts.wire.alignment import Word
from jupyter_tts.wire.errors import MissingKey

from ..keyrings import Entries, Missing, remembering


@pytest.fixture(autouse=True)
def stored() -> Iterator[Entries]:
    """What is in the keyring."""
    with remembering() as stored:
        yield stored


def test_a_word_that_is_the_key_has_dots_instead() -> None:
    key = Key("sk_canary_7Qm2vT9x")
    word = Word("(sk_canary_7Qm2vT9x)", 1.0, 2.0, (3, 4))
    hidden = key.hide_word(word)
    assert (hidden.text, hidden.start, hidden.end, hidden.span) == ("(••••••••)", 1.0, 2.0, (3, 4))
    other = Word("canary", 1.0, 2.0)
    assert key.hide_word(other) is other


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
    assert Keys().default_server == "local"
    with pytest.raises(MissingKey, match="the server local"):
        find_key("elevenlabs")


def test_with_a_key_elevenlabs_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "canary")
    assert Keys().default_server == "elevenlabs"


def test_a_trusted_host_gets_the_key_over_tls_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "canary")
    keys = Keys()
    assert keys.withheld("https://voices.test/x")
    keys.trust([" Voices.Test "])
    assert keys.find("https://voices.test/x") == keys.find("wss://VOICES.test") == "canary"
    assert not keys.withheld("https://voices.test/x")
    assert keys.find("http://voices.test") is None
    assert keys.find("https://evil.voices.test") is None
    assert find_key("https://voices.test/x") is None  # for others it is as before


def test_a_key_that_was_typed_goes_before_the_environments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    keys = Keys()
    keys.use(Key("typed"))
    assert (keys.default_server, keys.find("elevenlabs")) == ("elevenlabs", "typed")
    monkeypatch.setenv(KEY_VARIABLE, "set")
    assert keys.find("elevenlabs") == "typed"
    assert find_key("elevenlabs") == "set"  # for others it is as before
    keys.use(None)
    assert keys.find("elevenlabs") == "set"


def test_the_keyring_is_asked_last_and_for_elevenlabs_only(
    monkeypatch: pytest.MonkeyPatch, stored: Entries
) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    keep_key(Key("kept"))
    assert list(stored.values()) == ["kept"]
    assert find_key("elevenlabs") == "kept"
    assert find_key("http://127.0.0.1:1") is None
    keep_key(None)
    keep_key(None)
    assert stored == {}


def test_a_system_without_a_keyring_has_no_key_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    keyring.set_keyring(Missing({}))
    with pytest.raises(MissingKey, match="needs an API key"):
        find_key("elevenlabs")
    with pytest.raises(MissingKey, match="no keyring"):
        keep_key(Key("canary"))
