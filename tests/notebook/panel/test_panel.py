"""The panel as a value: what it speaks, keeps and frees. The test stands in for the page."""

from __future__ import annotations

import gc
import threading
from typing import Any

import comm
import pytest
import traitlets
from ipywidgets.widgets.widget import _instances

from jupyter_tts import Panel
from jupyter_tts.notebook.runtime.frontend import FRONTEND_VARIABLE
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.wire.errors import ParameterError

PATIENCE = 60.0


pytestmark = pytest.mark.usefixtures("shared_server", "shell")


class Page:
    """The page of a panel: presses its buttons, and waits for what it says."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.controls, self.stage, self.history = panel.children

    def say(self, **content: Any) -> None:
        self.controls._handle_custom_msg(content, [])

    def ask(self, **content: Any) -> None:
        self.history._handle_custom_msg(content, [])

    def wait(self, widget: traitlets.HasTraits, name: str, value: object) -> None:
        reached = threading.Event()

        def look(_: object = None) -> None:
            if getattr(widget, name) == value:
                reached.set()

        widget.observe(look, name)
        look()
        assert reached.wait(PATIENCE), f"{name} is {getattr(widget, name)!r}"
        widget.unobserve(look, name)

    @property
    def player(self) -> Any:
        return self.stage.children[0]

    def hear(self) -> None:
        """Play to the end what is on the stage."""
        self.wait(self.player, "status", "received")
        self.player._handle_custom_msg({"kind": "ended", "underruns": 0}, [])
        self.wait(self.controls, "status", "idle")


def test_a_speech_stays_in_the_history_and_can_be_replayed() -> None:
    panel = Panel("Hello there.", latency=3)
    page = Page(panel)
    panel.speak()
    page.wait(page.controls, "status", "speaking")
    page.wait(panel, "children", panel.children)
    wait_for_player(page)
    page.hear()
    assert panel.speech is not None
    assert panel.speech.complete
    (entry,) = page.history.entries
    assert (entry["number"], entry["title"], page.history.playing) == (1, "Hello there.", -1)
    first = page.player
    page.ask(kind="play", number=1)
    page.wait(page.history, "playing", 1)
    wait_for_player(page, first)
    page.hear()
    assert page.history.playing == -1
    panel.close()


def test_a_text_sent_word_by_word_is_the_same_text_and_takes_longer() -> None:
    text = "  Words come one by one,\nand 字 by 字. "
    panel = Panel(text)
    page = Page(panel)
    page.controls.words_per_second = 20
    page.controls.word_by_word = True
    page.say(kind="speak")
    wait_for_player(page)
    page.hear()
    assert panel.speech is not None
    assert panel.speech.complete
    assert panel.speech.text == text
    timeline = panel.speech.timeline
    assert timeline.finished is not None
    assert timeline.first_text is not None
    assert timeline.finished - timeline.first_text >= 9 / 20  # between ten words
    (entry,) = page.history.entries
    assert (entry["title"], entry["words"]) == (text, 20)
    page.say(kind="reset")
    page.wait(page.controls, "words_per_second", 15)
    assert not page.controls.word_by_word
    panel.close()


def wait_for_player(page: Page, before: object = None) -> None:
    """Wait until there is a player on the stage, another than the one before."""
    changed = threading.Event()

    def look(_: object = None) -> None:
        if page.stage.children and page.player is not before:
            changed.set()

    page.stage.observe(look, "children")
    look()
    assert changed.wait(PATIENCE)
    page.stage.unobserve(look, "children")


def test_stop_ends_what_has_not_come_to_speaking_yet() -> None:
    panel = Panel("Hello there.")
    page = Page(panel)
    page.say(kind="speak")
    page.say(kind="stop")
    page.wait(page.controls, "status", "idle")
    assert (page.stage.children, page.history.entries, panel.speech) == ((), [], None)
    panel.close()


def test_a_second_speak_takes_the_place_of_the_first() -> None:
    panel = Panel("Hello there.")
    page = Page(panel)
    page.say(kind="speak")
    page.say(kind="speak")
    wait_for_player(page)
    page.hear()
    assert len(page.history.entries) == 1
    panel.close()


def test_a_stopped_speech_is_played_again_as_far_as_it_came() -> None:
    panel = Panel("A sentence to begin with. " * 400)
    page = Page(panel)
    page.say(kind="speak")
    wait_for_player(page)
    page.wait(page.player, "status", "streaming")
    first = page.player
    page.say(kind="stop")
    page.wait(page.controls, "status", "idle")
    assert panel.speech is not None
    assert not panel.speech.complete
    page.ask(kind="play", number=1)
    wait_for_player(page, first)
    page.wait(page.player, "status", "received")
    page.hear()
    panel.close()


def test_a_control_moved_while_it_speaks_applies_from_the_next_speak() -> None:
    panel = Panel("Hello there.", stability=0.5)
    page = Page(panel)
    page.say(kind="speak")
    wait_for_player(page)
    page.wait(page.player, "status", "received")
    page.controls.values = {**page.controls.values, "stability": 0.25}
    assert page.controls.playing_values["stability"] == 0.5
    page.hear()
    assert (page.controls.playing_values, panel.request.stability) == (None, 0.25)
    assert panel.speech is not None
    assert panel.speech.request.stability == 0.5
    before = page.player
    page.say(kind="speak")
    wait_for_player(page, before)
    page.hear()
    before, after = page.history.entries
    assert [entry["settings"]["stability"]["value"] for entry in (before, after)] == [0.5, 0.25]
    assert after["notes"] == []
    panel.close()


def test_what_a_message_brings_is_set_before_it_and_nothing_else() -> None:
    panel = Panel("Hello there.", stability=0.5)
    page = Page(panel)
    values = {**page.controls.values, "stability": 0.25}
    made = {"values": values, "text": "Good evening.", "conditions": {"rtt": 20}, "status": "idle?"}
    page.say(kind="speak", set=made)
    wait_for_player(page)
    page.hear()
    assert panel.speech is not None
    assert (panel.speech.text, panel.speech.request.stability) == ("Good evening.", 0.25)
    assert page.controls.simulated == "RTT 20 ms"
    assert "RTT 20 ms" in str(page.history.entries[-1])
    page.say(kind="speak", set={"conditions": {}})
    panel.close()


def test_closing_frees_every_widget_and_ends_the_sound() -> None:
    before = dict(_instances)
    panel = Panel("Hello there.")
    page = Page(panel)
    page.say(kind="speak")
    wait_for_player(page)
    page.wait(page.player, "status", "received")
    player = page.player
    panel.close()
    panel.speak()
    page.wait(player, "comm", None)
    assert player.status == "stopped"
    assert dict(_instances) == before


@pytest.mark.parametrize("wrong", [{"latency": 9}, {"text": 5}, {"nonsense": 1}])
def test_a_refused_panel_is_one_sentence_and_leaves_nothing(wrong: dict[str, Any]) -> None:
    before = dict(_instances)
    with pytest.raises(ParameterError):
        Panel(**wrong)
    gc.collect()  # an error while it is collected would fail this test
    assert dict(_instances) == before
    assert not current_session().event_loop.running


def test_a_panel_that_nobody_sees_opens_no_widget_and_speaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(**_: object) -> None:
        raise AssertionError("a widget was opened")

    monkeypatch.setenv(FRONTEND_VARIABLE, "headless")
    monkeypatch.setattr(comm, "create_comm", refuse)
    before = set(_instances)
    panel = Panel("Hello there.")
    page = Page(panel)
    spoken = threading.Event()
    panel.observe(lambda _: spoken.set(), "speech")
    panel.speak()
    assert spoken.wait(PATIENCE)
    page.wait(page.controls, "status", "idle")
    assert panel.speech is not None
    assert panel.speech.complete
    assert (page.stage.children, len(page.history.entries)) == ((), 1)
    page.ask(kind="play", number=1)
    page.wait(page.history, "playing", -1)
    panel.close()
    assert set(_instances) == before


def test_the_request_follows_the_controls_and_cannot_be_set() -> None:
    panel = Panel(latency=3)
    seen: list[int | None] = []
    panel.observe(lambda change: seen.append(change["new"].latency), "request")
    controls = panel.children[0]
    controls.values = {**controls.values, "latency": 1}
    assert (panel.request.latency, seen) == (1, [1])
    with pytest.raises(traitlets.TraitError):
        panel.request = panel.request
    panel.close()


def test_errors_of_the_users_own_observers_appear_in_the_panel() -> None:
    panel = Panel(latency=3)

    def fail(_: object) -> None:
        raise LookupError("no such thing")

    panel.observe(fail, "request")
    controls = panel.children[0]
    controls.values = {**controls.values, "server": "elevenlabs"}
    assert controls.error == "LookupError: no such thing"
    assert "seed" not in controls.effects
    panel.close()


def test_a_voice_and_a_model_that_end_are_noted() -> None:
    panel = Panel(server="local")
    controls = panel.children[0]
    assert set(controls.remarks) == {"text"}
    controls.values = {**controls.values, "server": "eu", "model": "eleven_turbo_v2"}
    controls.values = {**controls.values, "voice": "JBFqnCBsd6RMkjVDRZzb"}
    assert "Eldrin" in controls.remarks["voice"]
    assert "eleven_flash_v2" in controls.remarks["model"]
    panel.close()


def test_values_that_do_not_go_together_are_not_spoken_as_others() -> None:
    panel = Panel(server="eu", model="eleven_flash_v2_5")
    page = Page(panel)
    before = panel.request
    page.controls.values = {**page.controls.values, "language": "fa"}
    assert "does not speak Persian" in page.controls.error
    assert panel.request == before
    page.controls.error = ""
    heard = threading.Event()
    page.controls.observe(lambda change: change["new"] and heard.set(), "error")
    page.say(kind="speak")
    assert heard.wait(PATIENCE)
    assert "does not speak Persian" in page.controls.error
    page.controls.values = {**page.controls.values, "language": "de"}
    assert page.controls.error == ""
    assert panel.request.language == "de"
    panel.close()


def test_voices_are_those_of_the_server() -> None:
    panel = Panel()
    page = Page(panel)
    heard = threading.Event()
    page.controls.observe(lambda change: change["new"] and heard.set(), "voices")
    page.say(kind="focus")
    assert heard.wait(PATIENCE)
    assert {"en-us", "de"} <= {voice["id"] for voice in page.controls.voices}
    page.controls.values = {**page.controls.values, "server": "http://127.0.0.1:9"}
    assert page.controls.voices == []
    heard.clear()
    page.controls.values = {**page.controls.values, "server": "local"}
    page.say(kind="focus")
    assert heard.wait(PATIENCE)
    assert page.controls.error == ""
    panel.close()


def test_a_pasted_url_without_a_format_is_used_with_one_that_can_be_heard() -> None:
    panel = Panel()
    page = Page(panel)
    messages: list[dict[str, Any]] = []
    answered = threading.Event()

    def send(content: dict[str, Any], buffers: object = None) -> None:
        messages.append(content)
        if content["kind"] == "checked":
            answered.set()

    page.controls.send = send
    url = "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input?optimize_streaming_latency=3"
    page.say(kind="check", number=1, url=url)
    assert answered.wait(PATIENCE)
    assert messages[0] == {"kind": "heard"}
    assert messages[1]["settings"]["format"] == "pcm_24000"
    panel.close()


def test_the_request_can_be_copied_as_what_its_transport_has() -> None:
    panel = Panel()
    controls = panel.children[0]
    assert "websocat" in {form["name"] for form in controls.snippets}
    controls.values = {**controls.values, "transport": "http"}
    assert [form["name"] for form in controls.snippets][:2] == ["curl", "python"]
    panel.close()


@pytest.mark.parametrize(
    ("model", "name", "has_tag"),
    [
        ("eleven_flash_v2_5", "python", False),
        ("eleven_flash_v2_5", "websocat", False),
        ("eleven_flash_v2_5", "magic", True),  # which leaves it out when it runs
        ("eleven_v4_turbo", "python", True),
    ],
)
def test_a_program_sends_the_tags_that_the_panel_would_send(
    monkeypatch: pytest.MonkeyPatch, model: str, name: str, has_tag: bool
) -> None:
    page = Page(Panel("[laughs] Hello.", model=model, server="elevenlabs"))
    copied = threading.Event()
    texts = []

    def take(content: Any, buffers: Any = None) -> None:
        if content["kind"] == "copied":
            texts.append(content["text"])
            copied.set()

    monkeypatch.setattr(page.controls, "send", take)
    page.say(kind="copy", number=1, name=name)
    assert copied.wait(PATIENCE)
    page.panel.close()
    assert ("[laughs]" in texts[0]) is has_tag
    assert "Hello." in texts[0]


def test_a_model_that_refuses_the_language_shows_its_own_controls() -> None:
    page = Page(Panel(model="eleven_v4_turbo", language="de", server="elevenlabs"))
    assert "schedule" in page.controls.effects
    page.controls.values = {**page.controls.values, "model": "eleven_turbo_v2"}
    assert "does not speak German" in page.controls.error
    assert page.panel.request.model == "eleven_v4_turbo"
    assert "schedule" not in page.controls.effects
    assert "deprecated" in page.controls.remarks["model"]
    page.controls.values = {**page.controls.values, "model": "eleven_v4"}
    assert page.controls.error == ""
    assert "schedule" in page.controls.effects
    page.panel.close()


def test_a_change_is_not_spoken_by_itself_where_it_may_cost() -> None:
    page = Page(Panel("Hello there.", server="local"))
    assert page.controls.change_bar == ""
    page.controls.values = {**page.controls.values, "server": "http://127.0.0.1:9"}
    assert page.controls.change_bar == ""
    for server in ("elevenlabs", "eu", "https://tts.example.test"):
        page.controls.values = {**page.controls.values, "server": server}
        assert page.controls.change_bar == "off: each change would cost"
    # A page that does not know yet asks all the same; nothing is prepared, so nothing fails either.
    work = page.panel._handle({"kind": "speak", "on_change": True})
    current_session().event_loop.submit(work).result()
    assert (page.controls.error, page.controls.status, page.panel.speech) == ("", "idle", None)
    page.panel.close()


def test_how_the_text_comes_is_said_to_matter_or_not() -> None:
    page = Page(Panel(server="local"))
    assert page.controls.remarks["text"] == "any level will do"
    page.controls.word_by_word = True
    assert "text" not in page.controls.remarks
    page.controls.values = {**page.controls.values, "transport": "http"}
    assert page.controls.remarks["text"] == "HTTP waits for all of it"
    page.controls.word_by_word = False
    page.controls.values = {**page.controls.values, "server": "eu"}
    assert "text" not in page.controls.remarks
    page.panel.close()


def test_what_a_panel_saves_is_its_last_state_without_a_repr() -> None:
    panel = Panel("Hello <there>.", latency=3, server="local")
    page = Page(panel)
    page.controls.values = {**page.controls.values, "latency": 4}
    assert page.controls.panel_id == panel.model_id
    assert "optimize_streaming_latency=</span>" in page.controls.saved["request"]
    page.say(kind="speak")
    wait_for_player(page)
    page.hear()
    kept = threading.Event()
    page.controls.observe(lambda _: kept.set(), "saved_speech")
    assert page.controls.saved_speech or kept.wait(PATIENCE)
    assert page.controls.saved_speech["text"] == "Hello <there>."
    assert page.controls.saved_speech["values"] == page.controls.values
    assert "data:audio/mpeg" in page.controls.saved_speech["html"]
    assert not page.player.autoplay  # a page that is loaded again does not play it
    bundle = panel._repr_mimebundle_()
    assert "optimize_streaming_latency=4" in bundle["text/plain"]
    assert "Panel(" not in bundle["text/plain"]
    panel.close()


def test_the_history_notes_what_has_no_column_and_the_gaps_once_they_are_known() -> None:
    panel = Panel("Hello there.", server="local")
    page = Page(panel)
    for number, changed in enumerate(({}, {"seed": 7, "latency": 4, "read": "plain"})):
        page.controls.values = {**page.controls.values, **changed}
        if number:
            page.controls.text = "Another text, " * 9
        before = page.stage.children[0] if page.stage.children else None
        page.say(kind="speak")
        wait_for_player(page, before)
        page.wait(page.history, "playing", number + 1)
        assert page.history.entries[-1]["gaps"] is None
        page.player._handle_custom_msg({"kind": "ended", "underruns": number, "gap": 2400}, [])
        page.wait(page.history, "playing", -1)
    first, second = page.history.entries
    assert first["notes"] == []
    text, read, seed = second["notes"]
    assert text.startswith("text: Another text,")
    assert len(text) < 50
    assert read == "Read: plain"
    assert seed == "Seed: 7"  # and no lever of the level
    assert (second["gaps"], second["underruns"]) == (0.1, 1)
    assert first["picture"].startswith("<svg")
    assert page.history.seconds > 0
    newest, oldest = page.controls.saved["history"].split("<tbody>")[1].split("</tr>")[:2]
    assert all(f"<td>{cell}</td>" in newest for cell in (2, 4, "at once", "100 ms"))
    assert "<td>none</td>" in oldest
    panel.close()
