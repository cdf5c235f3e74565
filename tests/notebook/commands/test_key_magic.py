from __future__ import annotations

import getpass
from collections.abc import Iterator

import pytest
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts.notebook.runtime.session import session_of
from jupyter_tts.wire.errors import MissingKey, ParameterError

from ...keyrings import Entries, remembering


@pytest.fixture(autouse=True)
def keyring_entries(monkeypatch: pytest.MonkeyPatch) -> Iterator[Entries]:
    """What is in the keyring; the user answers with a key."""
    monkeypatch.setattr(getpass, "getpass", lambda prompt: "sk_canary\n")
    with remembering() as entries:
        yield entries


def test_a_key_is_asked_for_stored_and_not_shown(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], keyring_entries: Entries
) -> None:
    shell.run_line_magic("tts_key", "")
    assert session_of(shell).keys.find("elevenlabs") == "sk_canary"
    assert keyring_entries == {}
    shell.run_line_magic("tts_key", "--save")
    assert list(keyring_entries.values()) == ["sk_canary"]
    shell.run_line_magic("tts_key", "--forget")
    assert keyring_entries == {}
    with pytest.raises(MissingKey):
        session_of(shell).keys.find("elevenlabs")
    assert "canary" not in "".join(capsys.readouterr())


def test_a_key_on_the_line_is_refused_and_not_quoted(shell: InteractiveShell) -> None:
    with pytest.raises(ParameterError, match="stays out of the notebook") as caught:
        shell.run_line_magic("tts_key", "sk_canary")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("failure", [StdinNotImplementedError, EOFError])
def test_where_nobody_answers_the_variable_is_named(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, failure: type[Exception]
) -> None:
    def ask(prompt: str) -> str:
        raise failure(prompt)

    monkeypatch.setattr(getpass, "getpass", ask)
    with pytest.raises(MissingKey, match="Set ELEVENLABS_API_KEY"):
        shell.run_line_magic("tts_key", "")


def test_hosts_are_trusted_through_config(shell: InteractiveShell) -> None:
    shell.run_line_magic("tts_key", "")
    assert session_of(shell).keys.withheld("https://voices.test")
    shell.run_line_magic("config", "TTS.trusted_hosts = ['voices.test']")
    assert session_of(shell).keys.find("https://voices.test") == "sk_canary"
