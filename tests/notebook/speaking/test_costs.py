"""What a text costs at a server that counts: a question before, the figures after.

The server is the embedded one at its URL, whose quota is simulated.
"""

from __future__ import annotations

import asyncio
import builtins
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts import Panel, say
from jupyter_tts.client.keys import KEY_VARIABLE, Key
from jupyter_tts.client.speech.cost import Cost, Quota, ask_quota, is_costly
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.notebook.output.saved_view import view_bundle
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.speaking import costs
from jupyter_tts.server import TTSServer
from jupyter_tts.wire.errors import NotConfirmed, QuotaExceeded, TTSError

from ...client.diary import DiaryServer, serving
from ...threads import no_thread_left
from ..panel.test_panel import PATIENCE, Page, wait_for_player
from ..runtime.test_kernel_interrupt import interrupted_when

LONG = "Some fifty characters are in every such sentence. " * 11
SHORT = "Hello you."


class Person:
    """Answers questions."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def __call__(self, question: str) -> str:
        self.asked.append(question)
        return self.answer


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Person:
    person = Person("")
    monkeypatch.setattr(builtins, "input", person)
    return person


@pytest.fixture
def server(
    shell: InteractiveShell,
    person: Person,
    tts_server: TTSServer,
    monkeypatch: pytest.MonkeyPatch,
) -> TTSServer:
    """A server with an account of 1,000 characters, and its key where it is looked for."""
    assert tts_server.key is not None
    monkeypatch.setenv(KEY_VARIABLE, tts_server.key)
    tts_server.conditions(quota=1_000)
    return tts_server


def asked_of(server: TTSServer) -> dict[str, Any]:
    """How to have the server speak so that a stream takes no time."""
    return {"server": server.url, "voice": "en-us", "format": "pcm_8000", "warm": False}


def left(server: TTSServer) -> int:
    assert server.key is not None
    quota = asyncio.run(ask_quota(server.url, Key(server.key)))
    assert quota is not None
    return quota.left


def test_a_text_that_takes_much_is_sent_only_after_a_yes(server: TTSServer, person: Person) -> None:
    for answer in ("", "n", "what?"):
        person.answer = answer
        with pytest.raises(NotConfirmed, match=r"^Nothing was sent\.$"):
            say(LONG, **asked_of(server))
    assert person.asked[0] == (
        "This text has 550 characters, and the account has 1,000 of 1,000 left. Send it? [y/N] "
    )
    assert left(server) == 1_000
    person.answer = "Y"
    speech = say(LONG, **asked_of(server))
    assert speech.complete
    assert left(server) < 1_000
    assert speech.timeline.ttfb is not None


def test_consent_may_be_given_beforehand(
    shell: InteractiveShell, server: TTSServer, person: Person
) -> None:
    options = f"--server {server.url} --voice en-us --format pcm_8000 --no-warm"
    assert shell.run_cell(f"%%tts --yes {options}\n{LONG[:450]}").success
    assert say(LONG[:450], yes=True, **asked_of(server)).complete
    assert person.asked == []


def test_where_nobody_can_be_asked_nothing_is_sent(
    shell: InteractiveShell,
    server: TTSServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for absent in (StdinNotImplementedError, EOFError):

        def nobody(_: str, absent: type[Exception] = absent) -> str:
            raise absent

        monkeypatch.setattr(builtins, "input", nobody)
        options = f"--server {server.url} --voice en-us"
        assert not shell.run_cell(f"%%tts {options}\n{LONG}").success
        printed = capsys.readouterr().out
        assert "NotConfirmed: This text has 549 characters" in printed
        assert "add --yes" in printed
        assert printed.count("\n") == 1
    assert left(server) == 1_000


def test_the_quota_is_shown_afterwards_and_known_from_then_on(
    server: TTSServer, person: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    speech = say(SHORT, **asked_of(server))
    assert speech.cost == Cost(10, quota=Quota(10, 1_000))
    assert "10 characters sent, 990 of 1,000 left)" in capsys.readouterr().out
    assert "10 characters sent, 990 of 1,000 left" in view_bundle(speech)["text/html"]
    assert person.asked == []  # too little to ask, and to wait for the account's answer
    with pytest.raises(NotConfirmed):
        say(LONG[:100], **asked_of(server))
    assert "990 of 1,000" in person.asked[0]


EARLY = "characters sent before it ended early (not all need be charged)"


def check_question(server: TTSServer, person: Person) -> None:
    """Assert that the next question tells what an early end has left of 1,000 characters."""
    with pytest.raises(NotConfirmed):
        say(LONG, **asked_of(server))
    assert person.asked[-1].startswith("This text has 550 characters, and the account has ")
    assert " of 1,000 left. " in person.asked[-1]
    assert "1,000 of 1,000" not in person.asked[-1]


def test_a_stream_that_fails_says_what_was_sent_and_what_is_left(
    server: TTSServer, person: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    text = 3 * LONG
    with pytest.raises(QuotaExceeded) as caught:
        say(text, yes=True, **asked_of(server))
    cost = caught.value.speech.cost
    assert 0 < 1_000 - left(server) < cost.sent <= len(text)
    assert cost == Cost(cost.sent, quota=Quota(1_000 - left(server), 1_000), complete=False)
    assert f"{cost.sent:,} {EARLY}, {left(server):,} of 1,000 left)" in capsys.readouterr().out
    assert EARLY in view_bundle(caught.value.speech)["text/html"]
    check_question(server, person)


def test_an_interrupted_stream_says_what_was_sent(
    server: TTSServer,
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    begun, add = threading.Event(), Speech.add

    def noted(speech: Speech, audio: Any) -> None:
        add(speech, audio)
        if speech.timeline.sent == len(LONG):
            begun.set()

    monkeypatch.setattr(Speech, "add", noted)
    server.conditions(quota=1_000, generation_rate=1)
    with interrupted_when(begun), pytest.raises(KeyboardInterrupt):
        say(LONG, yes=True, **asked_of(server))
    assert f"550 {EARLY}, " in capsys.readouterr().out
    check_question(server, person)


def test_a_panel_that_is_stopped_says_what_was_sent(server: TTSServer, person: Person) -> None:
    current_session().settings.confirm_above = None
    server.conditions(quota=1_000, generation_rate=1)
    panel = Panel(LONG, **asked_of(server))
    page = Page(panel)
    panel.speak()
    wait_for_player(page)
    page.wait(page.player, "status", "streaming")
    page.say(kind="stop")
    wait_for_card(page.player, f"550 {EARLY}, ")
    panel.close()
    current_session().settings.confirm_above = 5_000
    check_question(server, person)


def test_what_is_left_is_counted_down_where_the_account_does_not_answer(
    server: TTSServer, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silence(*_: Any) -> None: ...

    assert say(SHORT, **asked_of(server)).complete
    monkeypatch.setattr(costs, "ask_quota", silence)
    assert say(SHORT, **asked_of(server)).cost == Cost(10)
    with pytest.raises(NotConfirmed):
        say(LONG, **asked_of(server))
    assert "the account has about 980 of 1,000 left" in person.asked[0]


def test_a_stream_that_never_began_costs_nothing(server: TTSServer) -> None:
    server.conditions(quota=1_000, status={403: 1.0})
    with pytest.raises(TTSError) as caught:
        say(SHORT, **asked_of(server))
    assert caught.value.speech.cost is None


@pytest.mark.usefixtures("shared_server")
def test_the_embedded_voice_costs_nothing(
    shell: InteractiveShell, person: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    current_session().settings.confirm_above = 1
    speech = say(SHORT)
    assert (speech.cost, person.asked) == (None, [])
    assert "characters" not in capsys.readouterr().out


@pytest.fixture
async def silent(
    shell: InteractiveShell, person: Person, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[DiaryServer]:
    """A server that speaks, and tells nothing of an account."""
    monkeypatch.setenv(KEY_VARIABLE, "canary")
    async with serving() as running:
        yield running


async def test_an_account_that_does_not_answer_holds_nothing_up(
    silent: DiaryServer, person: Person
) -> None:
    parameters: dict[str, Any] = {"server": silent.address, "format": "pcm_8000", "warm": False}
    speech = await asyncio.to_thread(say, LONG, **parameters)
    assert speech.cost == Cost(len(LONG))
    assert str(speech.cost) == "550 characters sent"
    assert person.asked == []
    current_session().settings.confirm_above = 500
    with pytest.raises(NotConfirmed):
        await asyncio.to_thread(say, LONG, **parameters)
    assert person.asked == ["This text has 550 characters. Send it? [y/N] "]


async def test_accounts_that_hang_hold_up_no_speech(
    shell: InteractiveShell, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = asyncio.Event()
    knocks = []

    async def knock(self: DiaryServer, _: Any, request: Any) -> None:
        knocks.append(request.path)
        if "subscription" in request.path:
            await release.wait()

    monkeypatch.setenv(KEY_VARIABLE, "canary")
    monkeypatch.setattr(DiaryServer, "knock", knock)
    monkeypatch.setattr(costs, "PATIENCE", 0.1)
    async with serving() as running:
        parameters: dict[str, Any] = {"server": running.address, "format": "pcm_8000"}
        assert current_session().event_loop.loop.is_running()  # its thread goes on
        with no_thread_left(but_the_pool=True):
            speaking = [
                asyncio.to_thread(say, SHORT, yes=True, warm=False, **parameters) for _ in range(4)
            ]
            speeches = await asyncio.gather(*speaking)
            for _ in range(8):
                speeches.append(await asyncio.to_thread(say, SHORT, warm=False, **parameters))
        release.set()
    assert [speech.cost for speech in speeches] == [Cost(len(SHORT))] * 12
    assert sum("subscription" in path for path in knocks) <= 12


@pytest.mark.parametrize("in_words", [False, True])
def test_a_panel_wants_speak_to_be_pressed_twice(
    server: TTSServer, person: Person, in_words: bool
) -> None:
    panel = Panel(LONG, **asked_of(server))
    page = Page(panel)
    page.controls.word_by_word = in_words
    panel.speak()
    page.wait(
        page.controls,
        "error",
        "This text has 550 characters, and the account has 1,000 of 1,000 left. Nothing was sent "
        "yet; Speak again sends it.",
    )
    page.wait(page.controls, "status", "idle")
    panel.speak()
    wait_for_player(page)
    wait_for_card(page.player, "of 1,000 left")
    page.hear()
    assert panel.speech is not None
    assert panel.speech.complete
    assert person.asked == []
    panel.close()


def wait_for_card(player: Any, part: str) -> None:
    noted = threading.Event()

    def look(_: object = None) -> None:
        if part in player.card:
            noted.set()

    player.observe(look, "card")
    look()
    assert noted.wait(PATIENCE)


@pytest.mark.parametrize(
    ("characters", "quota", "most", "costly"),
    [
        (5_000, None, 5_000, False),
        (5_001, None, 5_000, True),
        (100, Quota(0, 1_000), 5_000, False),
        (101, Quota(0, 1_000), 5_000, True),
        (1, Quota(1_000, 1_000), 5_000, True),
        (40_000, Quota(0, 1_000), None, False),
    ],
)
def test_what_is_large(
    characters: int, quota: Quota | None, most: int | None, *, costly: bool
) -> None:
    assert is_costly(characters, quota, most) is costly


async def test_a_server_without_a_limit_tells_none(tts_server: TTSServer) -> None:
    assert tts_server.key is not None
    assert await ask_quota(tts_server.url, Key(tts_server.key)) is None
    assert await ask_quota(tts_server.url, Key("wrong")) is None
    assert await ask_quota("http://127.0.0.1:9", Key("any")) is None
