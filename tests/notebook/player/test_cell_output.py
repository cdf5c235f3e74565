"""How long a cell's player is kept, and what takes its place; the page is the test."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from ipywidgets import Output
from ipywidgets.widgets.widget import _instances

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.notebook.output.saved_sound import SavedSound
from jupyter_tts.notebook.player import cell_output, playback, saved_view_delivery
from jupyter_tts.notebook.player.cell_output import CellOutput
from jupyter_tts.notebook.player.widget import Player
from jupyter_tts.notebook.runtime.cells import Cells
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.speaking.job import SpeechJob
from jupyter_tts.wire.errors import ConnectError
from jupyter_tts.wire.request import SpeechRequest

RATE = 24_000
PATIENCE = 60.0  # s for what would otherwise hang
NEVER = 1e6


class Kernel:
    """A kernel that runs what a message asks for."""

    def __init__(self) -> None:
        self.parent: dict[str, Any] = {}

    def get_parent(self) -> dict[str, Any]:
        return self.parent


@pytest.fixture
def kernel(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> Kernel:
    kernel = Kernel()
    monkeypatch.setattr(shell, "kernel", kernel, raising=False)
    return kernel


@pytest.fixture(autouse=True)
def _no_time_passes(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is over because time has passed, unless a test says so."""
    for name in ("AFTER_END", "AFTER_STOP", "ABSENCE"):
        monkeypatch.setattr(cell_output, name, NEVER)
    monkeypatch.setattr(cell_output, "AFTER_GONE", 0)
    monkeypatch.setattr(playback, "SILENT_PAGE", NEVER)
    monkeypatch.setattr(cell_output, "ANSWER", 0)


class Shown:
    """A player in a cell, and what its page gets."""

    def __init__(self, seconds: float = 0.5, *, failure: Exception | None = None) -> None:
        self.messages: list[dict[str, Any]] = []
        self.answers: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda message: None
        self.speech = Speech("Hello.", SpeechRequest(server="local"), RATE, Timeline())
        if seconds:
            self.speech.add(Audio(b"\1\0" * round(seconds * RATE), RATE))
        self.speech.finish()
        with capture_output() as captured:
            self.output = CellOutput(current_session(), self.speech)
        (self.displayed,) = captured.outputs
        self.player: Player = self.output._playback.player
        self.player.send = self._get  # type: ignore[method-assign]
        self.running = current_session().event_loop.submit(self._run(failure))

    async def _run(self, failure: Exception | None) -> None:
        self.output.received(failure)
        await self.output.run()

    def _get(self, content: dict[str, Any], buffers: object = None) -> None:
        self.messages.append(content)
        if answer := self.answers(content):
            self.player._handle_custom_msg(answer, [])

    def say(self, **content: Any) -> None:
        """Let the page say something."""
        self.player._handle_custom_msg(content, [])

    @property
    def view(self) -> dict[str, str]:
        """What takes the player's place, once it is over."""
        self.running.result(PATIENCE)
        (view,) = [message["data"] for message in self.messages if message["kind"] == "place"]
        return dict(view)

    @property
    def closed(self) -> bool:
        return self.player.comm is None


def test_a_player_whose_output_was_taken_away_is_over_at_once_and_kept_for_undo(
    shell: InteractiveShell,
) -> None:
    shown = Shown()
    shown.say(kind="progress", played=100, state="paused")
    shown.say(kind="gone")
    assert "<audio" in shown.view["text/html"]
    assert not shown.closed
    shown.say(kind="placed")
    assert shown.closed


def test_what_is_kept_is_encoded_once_the_page_sounds(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playback, "BEGINNING", NEVER)
    monkeypatch.setattr(playback, "STEADY", 0)
    happened: list[str] = []
    encoded = threading.Event()

    class Sound(SavedSound):
        def finish(self) -> bytes | None:
            happened.append("encoded")
            encoded.set()
            return super().finish()

    monkeypatch.setattr(cell_output, "SavedSound", Sound)
    shown = Shown()
    shown.say(kind="hello", leader=True, next=0, places=False)
    current_session().event_loop.submit(asyncio.sleep(0)).result(PATIENCE)
    happened.append("started")
    shown.say(kind="started")
    assert encoded.wait(PATIENCE)
    assert happened == ["started", "encoded"]
    shown.say(kind="gone")
    assert "<audio" in shown.view["text/html"]


def test_a_player_that_waits_for_its_user_is_kept_while_its_page_answers(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_output, "ABSENCE", 0)
    answered = asyncio.Event()
    shown = Shown()

    def answer(message: dict[str, Any]) -> dict[str, Any] | None:
        questions = sum(message["kind"] == "ask" for message in shown.messages)
        if questions == 5:
            answered.set()
        return {"kind": "here"} if message["kind"] == "ask" and questions < 5 else None

    shown.answers = answer
    shown.say(kind="progress", played=100, state="waiting")
    assert "<audio" in shown.view["text/html"]
    asks = [message for message in shown.messages if message["kind"] == "ask"]
    assert answered.is_set()
    assert len(asks) == 4 + cell_output.QUESTIONS


def test_while_a_cell_runs_an_answer_may_be_waiting_behind_it(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_output, "ABSENCE", 0)
    current_session().part(Cells).running = True
    asked = 0
    enough = concurrent.futures.Future[None]()
    shown = Shown()

    def count(message: dict[str, Any]) -> None:
        nonlocal asked
        asked += message["kind"] == "ask"
        if asked == 3 * cell_output.QUESTIONS and not enough.done():
            enough.set_result(None)

    shown.answers = count
    shown.say(kind="progress", played=100, state="waiting")
    enough.result(PATIENCE)
    assert not shown.running.done()
    current_session().part(Cells).running = False
    assert "<audio" in shown.view["text/html"]


def test_without_a_page_a_hundred_speeches_leave_few_players_and_no_sound(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playback, "SILENT_PAGE", -NEVER)
    before = set(_instances)
    for _ in range(100):
        shown = Shown(0.1)
        shown.running.result(PATIENCE)
    players = [model for key, model in _instances.items() if key not in before]
    most = saved_view_delivery.MOST_PLAYERS
    assert sum(isinstance(model, Player) for model in players) == most
    assert not current_session().jobs


@pytest.mark.parametrize(
    ("failure", "text"),
    [
        (ValueError("boom"), "The text could not be read. ValueError: boom"),
        (KeyError(), "The text could not be read. KeyError"),
        (ConnectError("No connection."), ""),  # the cell says it in one line
        (None, ""),
    ],
)
def test_without_sound_the_card_says_what_failed_unless_the_cell_does(
    shell: InteractiveShell, failure: Exception | None, text: str
) -> None:
    assert Shown(0, failure=failure).view["text/plain"] == text


def test_a_callbacks_player_is_shown_beside_its_widget_unless_an_output_takes_it(
    kernel: Kernel,
) -> None:
    def shown_beside() -> list[tuple[str, str]]:
        sent: list[dict[str, Any]] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Player, "send", lambda _, content, buffers=None: sent.append(content))
            shown = Shown()
        shown.say(kind="gone")
        shown.running.result(PATIENCE)
        return [(message["widget"], message["message"]) for message in sent]

    kernel.parent = {"header": {"msg_type": "execute_request", "msg_id": "m1"}}
    assert shown_beside() == []
    kernel.parent = {
        "header": {"msg_type": "comm_msg", "msg_id": "m2"},
        "content": {"comm_id": "button"},
    }
    assert shown_beside() == [("button", "m2")]
    output = Output(msg_id="m2")
    assert shown_beside() == []
    output.close()


def test_a_cell_that_runs_again_stops_what_it_began_and_nothing_else(
    shell: InteractiveShell, kernel: Kernel
) -> None:
    session = current_session()
    session.part(Cells)
    session.event_loop.submit(asyncio.sleep(0)).result(PATIENCE)
    jobs = {}
    for cell in ("a", "b"):
        kernel.parent = {"metadata": {"cellId": cell}}
        jobs[cell] = SpeechJob(session, SpeechRequest(), "Hello.")
        session.jobs.add(jobs[cell])
    kernel.parent = {"metadata": {"cellId": "a"}}
    shell.events.trigger("pre_run_cell", None)
    session.event_loop.submit(asyncio.sleep(0)).result(PATIENCE)
    assert {cell: job.stopped for cell, job in jobs.items()} == {"a": True, "b": False}
    session.jobs.clear()
