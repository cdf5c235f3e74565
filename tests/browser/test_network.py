"""The panel's Network section: what it sets, and what the next stream meets."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from jupyter_tts.wire.conditions import CONDITIONS, Conditions

from .conftest import OpenNotebook
from .panel_stage import Panel, open_panel_stage, taken_keys
from .test_panel import open_panel
from .test_speaking import wait_for_state

LOCAL = {"server": "local"}

# Asks the embedded voice itself, and the last utterance's clock.
PRINT_PLAYED = """
import json
from jupyter_tts.client.http import get_json
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.servers.embedded import embedded_server
session = current_session()
url, key = session.event_loop.submit(embedded_server(session).start()).result()
conditions = get_json(url, "/jupyter_tts/conditions", key)
played = session.event_loop.submit(conditions).result()
print(json.dumps([played, panel.speech.timeline.ttfb, panel.speech.label]))
"""


def section(panel: Panel) -> Locator:
    return panel.root().locator("details.jtts-network")


def heading(panel: Panel) -> Locator:
    return section(panel).locator("summary")


def control(panel: Panel, name: str) -> Locator:
    return section(panel).locator(f'[data-condition="{name}"] input')


def unfold(panel: Panel) -> None:
    heading(panel).focus()
    heading(panel).press("Enter")
    expect(section(panel)).to_have_attribute("open", "")


def test_it_is_folded_and_opens_by_key_with_a_control_for_every_condition(panel_page: Page) -> None:
    panel = Panel(panel_page, values=LOCAL)
    expect(heading(panel)).to_have_text("Network")
    expect(control(panel, "rtt")).to_be_hidden()
    unfold(panel)
    for name, declared in CONDITIONS.items():
        expect(control(panel, name)).to_be_visible()
        expect(control(panel, name)).to_have_accessible_name(re.compile(declared.label))
    expect(control(panel, "status")).to_have_accessible_name("HTTP status")
    expect(section(panel)).to_contain_text("A simulation")
    expect(section(panel)).to_contain_text("Every cell and panel of the kernel shares it")
    control(panel, "rtt").press("Tab")
    assert taken_keys(panel_page) == []


def test_what_is_typed_counts_once_it_is_finished_and_before_speak(panel_page: Page) -> None:
    panel = Panel(panel_page, values=LOCAL)
    unfold(panel)
    control(panel, "rtt").fill("200")
    assert panel.get("conditions") == {}
    control(panel, "rtt").press("Tab")
    control(panel, "status").fill("503:0.5, 429")
    control(panel, "status").press("Control+Enter")
    set_ = {"rtt": 200, "status": ["503:0.5", "429"]}
    assert panel.get("conditions") == set_
    (save,) = [save for save in panel.saves() if save.get("conditions") == set_]
    kinds = panel_page.evaluate("(i) => panels[i].model.sent.map(({ kind }) => kind)", panel.index)
    assert kinds.index("speak") == save["messages"]
    (speak,) = panel.sent("speak")
    assert speak["set"]["conditions"] == set_  # a change may be held back, and is overtaken
    control(panel, "status").press("Control+Enter")
    assert panel.sent("speak")[1:] == [{"kind": "speak"}]  # the kernel may have changed it since


def test_what_is_out_of_range_is_said_and_not_set(panel_page: Page) -> None:
    panel = Panel(panel_page, values=LOCAL, conditions={"bandwidth": 64})
    unfold(panel)
    note = section(panel).locator('[data-condition="bandwidth"] .jtts-field-note')
    control(panel, "bandwidth").fill("32")
    control(panel, "bandwidth").press("Tab")
    expect(note).to_have_text("Still 64: must be a number from 40 to 1000000000.")
    expect(control(panel, "bandwidth")).to_have_attribute("aria-invalid", "true")
    control(panel, "status").fill("200")
    control(panel, "status").press("Tab")
    expect(section(panel)).to_contain_text("must be statuses of 400 to 599")
    assert panel.get("conditions") == {"bandwidth": 64}


def test_the_heading_says_what_is_simulated_also_when_folded(panel_page: Page) -> None:
    panel = Panel(panel_page, values=LOCAL, conditions={"rtt": 200}, simulated="RTT 200 ms")
    expect(heading(panel)).to_contain_text("Simulating: RTT 200 ms")
    panel.receive("conditions", {"rtt": 100})
    panel.receive("simulated", "RTT 100 ms")
    expect(heading(panel)).to_contain_text("Simulating: RTT 100 ms")
    unfold(panel)
    expect(control(panel, "rtt")).to_have_value("100")
    panel.button("No conditions").click()
    assert panel.get("conditions") == {}
    expect(control(panel, "rtt")).to_have_value("")
    panel.receive("simulated", "")
    expect(heading(panel)).to_have_text("Network")


def test_a_real_network_is_not_said_to_be_simulated(panel_page: Page) -> None:
    panel = Panel(panel_page, values=LOCAL, simulated="RTT 200 ms")
    unfold(panel)
    panel.receive("values", {"server": "elevenlabs"})
    expect(section(panel)).to_contain_text("is real and cannot be changed from here")
    expect(heading(panel)).to_have_text("Network")
    expect(control(panel, "rtt")).to_be_hidden()
    panel.receive("values", LOCAL)
    expect(control(panel, "rtt")).to_be_visible()


def test_two_views_of_a_panel_stand_alike(panel_page: Page) -> None:
    panel = Panel(panel_page, values=LOCAL, views=2)
    unfold(panel)
    control(panel, "jitter").fill("80")
    control(panel, "jitter").press("Tab")
    other = panel.root(1).locator('[data-condition="jitter"] input')
    expect(other).to_have_value("80")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [480, 1100])
def test_it_fits_the_width(chromium: Browser, shots: Path, width: int, scheme: str) -> None:
    view = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    with open_panel_stage(chromium, **view) as page:
        panel = Panel(page, values=LOCAL, conditions={"rtt": 200}, simulated="RTT 200 ms, " * 9)
        unfold(panel)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=shots / f"network-{scheme}-{width}.png", full_page=True)


def test_the_next_stream_meets_what_the_panel_sets(
    reuse_notebook: OpenNotebook, shots: Path
) -> None:
    notebook = open_panel(
        reuse_notebook, "'Hello there.', server='local'", PRINT_PLAYED, "%tts_network"
    )
    cell = notebook.cell(1)
    cell.locator("summary").filter(has_text="Network").click()
    cell.locator('[data-condition="rtt"] input').fill("300")
    cell.locator('[data-condition="first_audio_delay"] input').fill("200")
    cell.get_by_role("button", name="Speak", exact=True).click()
    wait_for_state(notebook, 1, "Finished")
    simulated = "RTT 300 ms, first audio made 200 ms later"
    expect(cell.locator(".jtts-network summary")).to_contain_text(f"Simulating: {simulated}")
    expect(cell.locator(".jtts-history")).to_contain_text(f"simulated: {simulated}")
    notebook.page.screenshot(path=shots / "network-lab.png")
    notebook.run(2)
    played, ttfb, label = json.loads(notebook.printed(2))
    assert Conditions.of(played) == Conditions(rtt=300, first_audio_delay=200)
    # A socket may have been opened ahead: then only the way of the sound itself is left.
    assert ttfb >= (300 + 200) / 1_000
    assert label.endswith(f"simulated: {simulated}")
    notebook.run(3)
    assert simulated in notebook.printed(3)
    cell.get_by_role("button", name="No conditions", exact=True).click()
    expect(cell.locator(".jtts-network summary")).to_have_text("Network")
    cell.get_by_role("button", name="Speak", exact=True).click()
    expect(cell.get_by_role("button", name="Play 2", exact=True)).to_be_visible()
    wait_for_state(notebook, 1, "Finished")
    notebook.run(2)
    played, ttfb, label = json.loads(notebook.printed(2))
    assert Conditions.of(played) == Conditions()
    assert "simulated" not in label
