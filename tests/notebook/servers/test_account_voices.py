"""The voice that a session speaks with where none is named, and who is asked for it."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts import Panel, SpeechRequest, say
from jupyter_tts.client.keys import KEY_VARIABLE, Key, Keys
from jupyter_tts.notebook.output.saved_view import view_bundle
from jupyter_tts.notebook.runtime.session import Session, current_session
from jupyter_tts.notebook.servers import account_voices as module
from jupyter_tts.notebook.servers.account_voices import ChosenVoice, account_voices
from jupyter_tts.server import TTSServer
from jupyter_tts.wire.account_voices import AccountVoice
from jupyter_tts.wire.error_mapping import handshake_error
from jupyter_tts.wire.errors import ConnectError, HandshakeRefused, TTSError

from ...account import MISSING_PERMISSION
from ..panel.test_panel import Page

ELDRIN = "6WwXjDDEMyNmFG95zycZ"
REQUEST = SpeechRequest(server="elevenlabs")


class Accounts:
    """Stands for ElevenLabs: answers with a voice, or an error, by key."""

    def __init__(self) -> None:
        self.answers: dict[str, AccountVoice | TTSError | None] = {}
        self.asked: list[tuple[str, str]] = []
        self.delay = 0.0

    async def find(self, server: str, key: Key, today: date) -> AccountVoice | None:
        self.asked.append((server, str(key)))
        await asyncio.sleep(self.delay)
        answer = self.answers[str(key)]
        if isinstance(answer, TTSError):
            raise answer
        return answer


@pytest.fixture
def accounts(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    accounts = Accounts()
    monkeypatch.setattr(module, "find_account_voice", accounts.find)
    monkeypatch.setenv(KEY_VARIABLE, "sk_one")
    accounts.answers["sk_one"] = AccountVoice("mine", "Mine")
    accounts.answers["sk_two"] = AccountVoice("other", "Other")
    return accounts


def choose(request: SpeechRequest = REQUEST, session: Session | None = None) -> ChosenVoice | None:
    session = session or current_session()
    return session.event_loop.submit(account_voices(session).choose(request)).result()


def chosen() -> ChosenVoice:
    choice = choose()
    assert choice is not None
    return choice


def test_the_account_is_asked_once(accounts: Accounts) -> None:
    assert [chosen().label for _ in range(3)] == ["Mine, from your account"] * 3
    assert len(accounts.asked) == 1
    assert account_voices(current_session()).applied(REQUEST).url.count("/mine/") == 1


def test_each_key_and_host_has_an_answer_of_its_own(accounts: Accounts) -> None:
    assert chosen().id == "mine"
    current_session().keys.use(Key("sk_two"))
    assert chosen().id == "other"
    choose(SpeechRequest(server="eu"))
    assert accounts.asked == [("elevenlabs", "sk_one"), ("elevenlabs", "sk_two"), ("eu", "sk_two")]


@pytest.mark.parametrize(
    "server",
    [
        "local",
        "http://api.elevenlabs.io",
        "https://elsewhere.example",
        "http://trusted.example",
        "http://127.0.0.1:8123",
        "https://127.0.0.1:8123",
    ],
)
def test_no_other_server_is_asked(accounts: Accounts, server: str) -> None:
    current_session().keys.trust(["trusted.example"])
    assert choose(SpeechRequest(server=server)) is None
    assert not accounts.asked


def test_a_trusted_host_is_asked_over_tls(accounts: Accounts) -> None:
    current_session().keys.trust(["trusted.example"])
    assert choose(SpeechRequest(server="https://trusted.example")) is not None


def test_who_names_a_voice_or_has_no_key_asks_nobody(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert choose(SpeechRequest(server="elevenlabs", voice="v")) is None
    monkeypatch.delenv(KEY_VARIABLE)
    monkeypatch.setattr("jupyter_tts.client.keys._from_keyring", lambda: None)
    assert choose() is None
    assert not accounts.asked


def refusal(body: dict[str, Any]) -> HandshakeRefused:
    return handshake_error(401, json.dumps(body))


def test_a_key_that_may_not_list_voices_speaks_with_the_successor(accounts: Accounts) -> None:
    accounts.answers["sk_one"] = refusal(MISSING_PERMISSION)
    choice = chosen()
    assert choice.id == ELDRIN
    assert "lacks the permission voices_read" in choice.note
    assert choice.note.endswith('%config TTS.voice = "ID" names one.')
    chosen()
    assert len(accounts.asked) == 1


def test_an_account_without_a_voice_is_told_where_to_get_one(accounts: Accounts) -> None:
    accounts.answers["sk_one"] = None
    choice = chosen()
    assert (choice.id, choice.label) == (ELDRIN, "Eldrin")
    assert "lists no voice that fits" in choice.note
    assert "Voice Design" in choice.advice


@pytest.mark.parametrize(
    "failure",
    [
        ConnectError("No answer from api.elevenlabs.io: refused."),
        handshake_error(401, '{"detail": {"status": "invalid_api_key", "message": "Wrong."}}'),
    ],
)
def test_an_account_that_failed_is_asked_again(accounts: Accounts, failure: TTSError) -> None:
    accounts.answers["sk_one"] = failure
    assert chosen().id == ELDRIN
    assert failure.message.rstrip(".") in chosen().note
    accounts.answers["sk_one"] = AccountVoice("mine", "Mine")
    assert chosen().id == "mine"
    assert len(accounts.asked) == 3


def test_a_slow_account_is_not_waited_for_and_used_later(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    accounts.delay = 0.3
    assert chosen().id == ELDRIN
    monkeypatch.setattr(module, "PATIENCE", 5.0)
    assert chosen().id == "mine"
    assert len(accounts.asked) == 1


def test_the_key_is_in_no_log(accounts: Accounts, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    accounts.answers["sk_one"] = ConnectError("No answer.")
    session = current_session()
    assert "sk_one" not in repr((chosen(), account_voices(session)._asked, caplog.text))


def test_without_the_voice_of_an_account_the_default_ends_on_no_day() -> None:
    assert f"/{ELDRIN}/" in SpeechRequest(server="elevenlabs").url


@pytest.fixture
def server(
    accounts: Accounts, tts_server: TTSServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> TTSServer:
    """A server that takes the key, and counts as ElevenLabs' own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert tts_server.key is not None
    monkeypatch.setenv(KEY_VARIABLE, tts_server.key)
    monkeypatch.setattr(Keys, "trusts", lambda keys, server: server == tts_server.url)
    accounts.answers[tts_server.key] = AccountVoice("en-us", "Mine")
    return tts_server


def test_a_speech_shows_the_voice_that_spoke(server: TTSServer, accounts: Accounts) -> None:
    speech = say("Hello.", server=server.url, warm=False, cache=True)
    assert "Mine, from your account" in speech.label
    assert "/en-us/" in speech.request.url
    assert "Mine, from your account, since no voice is named" in view_bundle(speech)["text/html"]
    again = say("Hello.", server=server.url, warm=False, cache=True)
    assert again.label.endswith("Mine, from your account · from the cache")
    assert again.voice_note == speech.voice_note
    accounts.asked.clear()
    assert "from your account" not in say("Hi.", server=server.url, voice="de", warm=False).label
    assert not accounts.asked


def test_another_voice_of_the_account_is_another_speech_in_the_cache(
    server: TTSServer, accounts: Accounts
) -> None:
    assert server.key is not None
    say("Hello.", server=server.url, warm=False, cache=True)
    account_voices(current_session())._asked.clear()
    accounts.answers[server.key] = AccountVoice("de", "Neu")
    speech = say("Hello.", server=server.url, warm=False, cache=True)
    assert speech.label.endswith("Neu, from your account")


def test_where_the_voice_that_was_tried_is_refused_the_error_says_what_to_do(
    server: TTSServer, accounts: Accounts
) -> None:
    assert server.key is not None
    accounts.answers[server.key] = None
    server.conditions(status={402: 1.0})
    with pytest.raises(TTSError, match="Your account lists no voice that fits: make one with"):
        say("Hello.", server=server.url, warm=False)


def test_a_dry_run_asks_nobody_and_names_the_voice_that_is_known(
    accounts: Accounts, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_line_magic("tts", "--dry-run --server elevenlabs Hello.")
    assert f"/{ELDRIN}/stream-input" in capsys.readouterr().out
    assert not accounts.asked
    chosen()
    shell.run_line_magic("tts", "--dry-run --server elevenlabs Hello.")
    assert "/mine/stream-input" in capsys.readouterr().out


def test_a_panel_shows_the_voice_on_the_wire(accounts: Accounts) -> None:
    panel = Panel(server="elevenlabs", warm=False)
    page = Page(panel)
    assert not accounts.asked
    page.say(kind="near")
    page.wait(page.controls, "own_voices", {"elevenlabs": "mine"})
    page.wait(
        page.controls,
        "remarks",
        {"voice": f"Mine, from your account, since no voice is named. {module._NAMING}"},
    )
    assert panel._applied_request.voice == "mine"
    assert panel.request.voice is None
    panel.close()
