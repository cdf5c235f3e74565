"""The panel's own small sweep: told before, measured, stopped. The test stands in for the page."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jupyter_tts import Panel
from jupyter_tts.client.speech.cost import Quota
from jupyter_tts.notebook.panel import measuring
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.servers.embedded import embedded_server
from jupyter_tts.wire.conditions import Conditions

PATIENCE = 60.0
TEXT = "Hello there."

pytestmark = pytest.mark.usefixtures("shared_server", "shell")


@pytest.fixture
def panel() -> Iterator[Panel]:
    made = Panel(TEXT, voice="en-us")
    yield made
    made.close()


def press(panel: Panel, **content: Any) -> None:
    panel.children[0]._handle_custom_msg(content, [])


def wait(panel: Panel, name: str, is_reached: Callable[[Any], bool]) -> Any:
    controls, reached = panel.children[0], threading.Event()

    def look(_: object = None) -> None:
        if is_reached(getattr(controls, name)):
            reached.set()

    controls.observe(look, name)
    look()
    assert reached.wait(PATIENCE), f"{name} is {getattr(controls, name)!r}"
    controls.unobserve(look, name)
    return getattr(controls, name)


def wait_for_state(panel: Panel, *states: str) -> Any:
    return wait(panel, "measuring", lambda shown: shown.get("state", "") in states)


def test_it_tells_what_it_takes_measures_the_levels_and_shows_what_it_found(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "REPEAT", 1)
    server = embedded_server(current_session())
    server.conditions = simulated = Conditions(rtt=20.0)
    press(panel, kind="measure", step="propose")
    planned = wait_for_state(panel, "planned")
    assert planned["words"] == f"5 streams, {5 * len(TEXT)} characters, about 4 s"
    assert planned["results"] == ""
    press(panel, kind="measure", step="start")
    wait_for_state(panel, "running", "done")
    panel.children[0].text = "Another text."
    done = wait_for_state(panel, "done")
    assert done["words"] == f"Levels 0 to 4 of en-us: “{TEXT}”"  # not of what is set by now
    found = done["results"]
    for level in range(5):
        assert f"level {level}</th><td>1</td>" in found
    assert "Simulated networks: RTT 20 ms." in found
    assert found.count("<svg xmlns") == 3
    assert "script" not in found
    assert server.conditions == simulated
    press(panel, kind="measure", step="cancel")
    wait_for_state(panel, "")


def test_what_was_proposed_holds_for_its_settings_alone(panel: Panel) -> None:
    press(panel, kind="measure", step="propose")
    wait_for_state(panel, "planned")
    panel.children[0].text = "Another text."
    wait_for_state(panel, "")
    press(panel, kind="measure", step="start")  # as of a page that does not know yet
    press(panel, kind="measure", step="propose")
    assert f"{75 * len('Another text.')} characters" in wait_for_state(panel, "planned")["words"]


def test_what_is_changed_while_the_account_is_asked_is_not_proposed(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    controls = panel.children[0]
    asked: list[str] = []

    async def quota(*_: object) -> Quota:
        asked.append(controls.text)
        if len(asked) == 1:
            controls.text = "A longer text than before."
        return Quota(5000, 10_000)

    monkeypatch.setattr(measuring.Measuring, "_quota", quota)
    press(panel, kind="measure", step="propose")
    wait(panel, "text", lambda text: text != TEXT)
    press(panel, kind="measure", step="propose")
    assert f"{75 * len(controls.text):,} characters" in wait_for_state(panel, "planned")["words"]
    assert asked == [TEXT, controls.text]


def test_stop_ends_it_and_leaves_what_was_measured(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "_EVERY", 0.0)
    press(panel, kind="measure", step="propose")
    wait_for_state(panel, "planned")
    press(panel, kind="measure", step="start")
    wait(panel, "measuring", lambda shown: " of 75" in shown["words"] and shown["words"][0] != "0")
    press(panel, kind="stop")
    found = wait_for_state(panel, "done")
    assert " of 75 measured." in found["results"]


@pytest.mark.parametrize(
    ("settings", "text", "fault"),
    [
        ({}, " ", "the text is empty"),
        ({"model": "eleven_v3", "transport": "http"}, TEXT, "level"),
        ({}, TEXT * 10, "measuring needs 9,000 characters, and the account has 5 of 10 left"),
    ],
)
def test_what_cannot_be_measured_is_a_sentence(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], text: str, fault: str
) -> None:
    async def quota(*_: object) -> Quota:
        return Quota(5, 10)

    if len(text) > len(TEXT):
        monkeypatch.setattr(measuring.Measuring, "_quota", quota)
    controls = panel.children[0]
    controls.values = {**controls.values, **settings}
    controls.text = text
    press(panel, kind="measure", step="propose")
    wait(panel, "error", bool)
    assert fault in controls.error
    assert controls.measuring == {}
