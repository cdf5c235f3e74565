"""What the player's page reports about playback, and what it receives with the sound."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.notebook.player import pacing
from jupyter_tts.notebook.player import playback as playback_module
from jupyter_tts.notebook.player.playback import Playback
from jupyter_tts.notebook.player.widget import LastingPlayer, Player
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.wire.errors import ConnectionLost
from jupyter_tts.wire.request import SpeechRequest

RATE = 24_000


class Heard:
    """A playback, with what its page gets."""

    def __init__(self, speech: Speech, monkeypatch: pytest.MonkeyPatch) -> None:
        self.messages: list[dict[str, Any]] = []
        self.playback = Playback(current_session(), speech)
        monkeypatch.setattr(self.playback.player, "send", self._get)
        self._running = current_session().event_loop.submit(self.playback.run())

    def _get(self, content: dict[str, Any], buffers: object = None) -> None:
        self.messages.append(content)

    def on_loop(self, *calls: Any) -> None:
        """Call on the engine's loop, and wait until what follows has been done."""

        async def call() -> None:
            for call in calls:
                call()
                for _ in range(3):
                    await asyncio.sleep(0)

        current_session().event_loop.submit(call()).result()

    def say(self, **content: Any) -> None:
        """Let the page say something."""
        self.playback.player._handle_custom_msg(content, [])
        self.on_loop(lambda: None)

    def close(self) -> None:
        self.on_loop(self.playback.close)
        self._running.result()


def add(speech: Speech, seconds: float) -> None:
    pcm = bytes(2 * round(seconds * RATE))
    speech.timeline.arrive(seconds)
    speech.add(Audio(pcm, RATE))


@pytest.fixture
def speech() -> Speech:
    stopped = Timeline(clock=lambda: 100.0)  # a busy machine takes no time by it
    return Speech("x" * 150, SpeechRequest(server="local"), RATE, stopped)


@pytest.fixture
def heard(
    shell: InteractiveShell, speech: Speech, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Heard]:
    heard = Heard(speech, monkeypatch)
    yield heard
    heard.close()


def test_the_timeline_holds_the_gaps_that_the_page_tells_of(heard: Heard, speech: Speech) -> None:
    add(speech, 2.0)
    heard.say(kind="progress", played=RATE, state="playing", underruns=1, gap=RATE // 10)
    assert (speech.timeline.underruns, speech.timeline.gap) == (1, 0.1)
    heard.say(kind="ended", heard=2 * RATE, underruns=2, gap=RATE // 5)
    assert (speech.timeline.underruns, speech.timeline.gap_ratio) == (2, 0.1)
    assert "The sound ran dry twice, for 200 ms." in heard.playback.player.card


def test_the_timeline_holds_what_was_heard_and_what_it_waited_for(
    heard: Heard, speech: Speech
) -> None:
    add(speech, 3.0)
    heard.say(
        kind="started",
        playout_delay_ms=100,
        output_latency_ms=20,
        waited_ms=4000,
        waited_for="waiting",
    )
    began = {"underruns": 1, "gap": RATE // 2, "state": "playing"}
    heard.say(kind="progress", played=2 * RATE, steady=2 * RATE, dry=[[RATE, RATE // 2]], **began)
    timeline = speech.timeline
    assert timeline.heard == 2.0
    start = timeline.arrivals[0].at + 4.1
    assert [(dry.at, dry.duration) for dry in timeline.dry] == [(pytest.approx(start + 1), 0.5)]
    card = heard.playback.player.card
    assert "4 s of it waiting for another player" in card
    assert "The sound ran dry once, for 500 ms." in card
    # A page that was loaded again begins at nothing.
    heard.say(kind="progress", played=RATE, steady=0, dry=[], **began)
    assert timeline.heard == 2.0


@pytest.mark.parametrize(
    ("state", "played", "after", "resumed"),
    [
        ("playing", RATE, "buffering", [{"frame": RATE, "paused": False}]),
        ("blocked", 0, "buffering", []),
        ("paused", RATE, "paused", [{"frame": RATE, "paused": True}]),
        ("paused", 0, "paused", [{"frame": 0, "paused": True}]),
        ("finished", RATE, "finished", [{"frame": 0, "paused": True}]),
        ("stopped", RATE, "stopped", []),
    ],
)
def test_another_page_goes_on_as_the_one_before_left_it(
    heard: Heard,
    speech: Speech,
    state: str,
    played: int,
    after: str,
    resumed: list[dict[str, Any]],
) -> None:
    add(speech, 2.0)
    heard.on_loop(heard.playback.arrived)
    hello = {"kind": "hello", "leader": True, "places": True}
    heard.say(**hello, next=0)
    heard.say(kind="progress", played=played, state=state, underruns=0, gap=0)
    if state == "finished":
        heard.say(kind="ended", underruns=0, gap=0)
    if state == "stopped":
        heard.say(kind="stop")
    heard.messages.clear()
    heard.say(**hello, next=0, session="another")
    assert heard.playback.player.session == "another"
    assert heard.playback.state == after
    assert [m for m in heard.messages if m["kind"] == "resume"] == [
        {"kind": "resume", **each} for each in resumed
    ]
    assert [m["seq"] for m in heard.messages if m["kind"] == "audio"] == [0]


def test_what_a_greeting_causes_goes_to_the_session_that_it_says(
    heard: Heard, speech: Speech, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard.on_loop(heard.playback.reopen)
    placed: list[dict[str, Any]] = []
    monkeypatch.setattr(
        heard.playback.player, "send", lambda content, _=None: placed.append(content)
    )
    heard.say(kind="hello", leader=True, next=0, places=True, session="another")
    assert [m["session"] for m in placed if m["kind"] == "place"] == ["another"]


def test_a_lasting_player_takes_a_session_from_a_greeting_to_the_speech_before(
    shell: InteractiveShell,
) -> None:
    player = LastingPlayer()
    got: list[Any] = []
    player.on_msg(lambda _, content, __: got.append(content))
    player.begin(session="one")
    player.begin(session="one")
    hello = {"kind": "hello", "leader": True, "next": 0, "places": True}
    player._handle_custom_msg({**hello, "session": "two", "speech": 1}, [])
    assert (player.session, got) == ("two", [])


def test_only_a_page_that_sounds_says_which_session_does(heard: Heard) -> None:
    before = heard.playback.player.session
    heard.say(kind="hello", leader=False, next=0, places=True, session="another")
    assert heard.playback.player.session == before


def test_without_the_request_there_is_the_picture(shell: InteractiveShell, speech: Speech) -> None:
    add(speech, 1.0)
    playback = Playback(current_session(), speech, with_request=False)
    assert playback.player.card.startswith("<svg")
    assert playback.player.brief == "Level 2 · 1 s to first sound"
    playback.end()


def test_the_page_gets_how_much_is_to_come(
    heard: Heard, speech: Speech, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "GATHERING", 0.0)
    add(speech, 4.0)
    heard.on_loop(heard.playback.arrived)
    first = heard.messages[0]
    assert (first["kind"], first["held"]) == ("audio", False)
    assert first["left"] == pytest.approx(150 / 15 - 1.0)
    add(speech, 0.05)
    speech.finish()
    heard.on_loop(heard.playback.received)
    *_, last, _ = heard.messages
    assert (last["kind"], last["left"]) == ("audio", 0)


def test_a_player_opens_with_all_that_it_knows(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed: list[Any] = []
    monkeypatch.setattr(Player, "send_state", lambda _, key=None: changed.append(key))
    former = Player()
    player = former.again()
    assert player.models == [former.model_id, player.model_id]
    assert not {"models", "outputs"}.intersection(changed)


class Shown:
    """The traits of a player that change from now on."""

    def __init__(self, player: Player) -> None:
        self.names: set[str] = set()
        self._status = threading.Event()
        player.observe(self._note, ["status", "card", "brief"])

    def wait(self) -> set[str]:
        """Wait until the status has changed, which goes with all else; return the traits."""
        assert self._status.wait(60)
        return self.names

    def _note(self, change: dict[str, Any]) -> None:
        self.names.add(change["name"])
        if change["name"] == "status":
            self._status.set()


@pytest.fixture
def until_it_sounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the page's word that the sound has begun ends the wait for it."""
    monkeypatch.setattr(playback_module, "SOUND_FIRST", 1000.0)


@pytest.mark.usefixtures("until_it_sounds")
def test_what_is_shown_of_a_speech_waits_for_its_first_sound(heard: Heard, speech: Speech) -> None:
    player = heard.playback.player
    shown = Shown(player)
    add(speech, 1.0)
    heard.on_loop(heard.playback.arrived)
    heard.say(kind="hello", leader=True, next=0, places=True)
    speech.finish()
    heard.on_loop(heard.playback.received)
    assert heard.messages[0]["kind"] == "audio"
    assert not shown.names
    heard.say(kind="started", playout_delay_ms=20, output_latency_ms=10)
    assert {"status", "brief"} <= shown.wait()
    assert player.status == "received"
    assert "Playout delay" in player.card


def test_what_is_shown_waits_no_longer_than_a_page_may_take(
    heard: Heard, speech: Speech, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playback_module, "SOUND_FIRST", 0.0)
    shown = Shown(heard.playback.player)
    add(speech, 1.0)
    heard.on_loop(heard.playback.arrived)
    shown.wait()
    assert heard.playback.player.status == "streaming"


@pytest.mark.usefixtures("until_it_sounds")
def test_a_failure_is_shown_at_once(heard: Heard, speech: Speech) -> None:
    add(speech, 1.0)
    heard.on_loop(heard.playback.arrived)
    heard.on_loop(lambda: heard.playback.received(ConnectionLost("The connection was lost.")))
    assert heard.playback.player.status == "failed"
    assert heard.playback.player.error == "The connection was lost."


def test_a_player_has_no_model_but_its_own(heard: Heard) -> None:
    assert heard.playback.player.get_state()["layout"] is None


def test_sound_sent_again_says_nothing_about_the_network(heard: Heard, speech: Speech) -> None:
    add(speech, 1.0)
    heard.on_loop(heard.playback.arrived)
    heard.say(kind="resend", seq=0)
    assert [message["held"] for message in heard.messages] == [False, True]
