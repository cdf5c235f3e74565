"""The panel in real front ends: the sliders a user moves, the URL a server receives."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Locator, expect

from ..server.serving import RunningServer, start, stop
from .conftest import OpenNotebook
from .ear import Recording
from .lab import FRONT_ENDS, Lab, NotebookPage
from .test_speaking import samples_of, wait_for_state

SLIDERS = ("Latency", "Stability", "Similarity")
PANEL = "from jupyter_tts import Panel\npanel = Panel({arguments})\npanel"
PRINT_PCM = "import base64; print(base64.b64encode(panel.speech.pcm).decode())"


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """An embedded server of the test's own, whose log says which URLs it received."""
    running = start(tmp_path_factory.mktemp("voice") / "server.log", [], {})
    yield running
    stop(running)


def shown_url(cell: Locator) -> str:
    return cell.locator(".jtts-request .jtts-code").first.text_content() or ""


def open_panel(
    open_notebook: OpenNotebook, arguments: str = "", *cells: str, front_end: str = "lab"
) -> NotebookPage:
    notebook = open_notebook(PANEL.format(arguments=arguments), *cells, front_end=front_end)
    notebook.run(1)
    expect(notebook.cell(1).get_by_role("slider", name="Latency", exact=True)).to_be_visible()
    return notebook


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_speak_is_heard_and_the_request_follows_the_controls(
    reuse_notebook: OpenNotebook, front_end: str
) -> None:
    notebook = open_panel(
        reuse_notebook,
        "'Hello from the panel.'",
        PRINT_PCM,
        "print(panel.request.latency, panel.request.stability, panel.speech.complete)",
        front_end=front_end,
    )
    cell = notebook.cell(1)
    latency = cell.get_by_role("slider", name="Latency", exact=True)
    latency.press("End")
    assert "optimize_streaming_latency=4" in shown_url(cell)
    cell.get_by_role("slider", name="Stability", exact=True).press("Home")
    cell.get_by_role("button", name="Speak", exact=True).click()
    wait_for_state(notebook, 1, "Finished")
    received = np.trim_zeros(samples_of(notebook, 2))
    assert Recording.of(notebook.page).is_all_of(received)
    notebook.run(3)
    assert notebook.printed(3).split() == ["4", "0.0", "True"]


def test_a_text_sent_word_by_word_makes_the_level_heard(reuse_notebook: OpenNotebook) -> None:
    text = "Somewhere in the north there was a lighthouse that nobody had lit for years and years."
    notebook = open_panel(
        reuse_notebook,
        f"{text!r}, seed=1, warm=False",
        "print(panel.speech.timeline.ttfb, panel.speech.text == panel.children[0].text)",
    )
    cell = notebook.cell(1)
    cell.get_by_label("Text comes", exact=True).select_option("word by word")
    cell.get_by_label("words/s").fill("16")
    latency = cell.get_by_role("slider", name="Latency", exact=True)
    first_bytes: list[float] = []
    for key in ("Home", "End"):
        latency.press(key)
        cell.get_by_role("button", name="Speak", exact=True).click()
        expect(cell.locator(".jtts-history tbody tr")).to_have_count(len(first_bytes) + 1)
        wait_for_state(notebook, 1, "Finished")
        notebook.run(2)
        first_byte, is_whole = notebook.printed(2).split()
        assert is_whole == "True"
        first_bytes.append(float(first_byte))
    # Of the sixteen words level 4 waits for about nine, level 0 for all.
    assert first_bytes[0] > first_bytes[1]
    expect(cell.locator(".jtts-history tbody .jtts-history-latency")).to_have_text(["4", "0"])
    expect(cell.locator(".jtts-history tbody .jtts-history-words")).to_have_text(["16/s"] * 2)
    expect(cell.locator(".jtts-history-picture:has(svg)")).to_have_count(2)


# What may be typed or chosen in each control that is no slider; "" takes it back.
TYPED = {
    "Voice": ["en-us", "de", "cmn", ""],
    "Model": ["eleven_flash_v2_5", "eleven_v4_turbo", "eleven_v3", "eleven_odd", ""],
    "Transport": ["websocket", "http"],
    "Format": ["pcm_8000", "ulaw_8000", "pcm_24000"],
    "Language": ["en", "de", ""],
    "Schedule": ["50, 90", "120", ""],
    "Seed": ["0", "4294967295", ""],
    "Normalize": ["auto", "on", "off", ""],
    "Inactivity timeout": ["20", "180", ""],
    "Pronunciation": ["abc:1", ""],
    "Speaker boost": ["switch"],
    "Auto mode": ["switch"],
    "SSML": ["switch"],
    "Logging": ["switch"],
    "Sync alignment": ["switch"],
    "PVC as IVC": ["switch"],
    "Levers": ["switch"],
    "Multi": ["switch"],
}


def turn(cell: Locator, name: str, walk: random.Random) -> None:
    """Do something to one control, as a user does."""
    control = cell.get_by_label(name, exact=True).first
    if control.is_disabled():
        return
    if name not in TYPED:
        for _ in range(walk.randrange(4)):
            control.press(walk.choice(["ArrowRight", "ArrowLeft", "Home", "End"]))
    elif TYPED[name] == ["switch"]:
        control.click()
    elif control.evaluate("(control) => control.tagName") == "SELECT":
        control.select_option(walk.choice(TYPED[name]))
    else:
        control.fill(walk.choice(TYPED[name]))
        control.press("Tab")


def test_the_url_shown_is_the_url_received_over_a_walk_through_all_controls(
    reuse_notebook: OpenNotebook, voice: RunningServer
) -> None:
    notebook = open_panel(
        reuse_notebook, f"'Hi.', server={voice.address!r}, voice='en-us', warm=False"
    )
    cell = notebook.cell(1)
    cell.locator("summary").filter(has_text="More").first.click()
    names = cell.locator("[data-name] label").all_inner_texts()
    names.remove("Server")
    names.remove("Warm")  # sockets that are opened ahead are asked for without a Speak
    assert set(TYPED) < set(names)
    walk = random.Random(7)
    shown = []
    for _ in range(8):
        for name in walk.sample(names, 8):
            turn(cell, name, walk)
        shown.append(shown_url(cell))
        cell.get_by_role("button", name="Speak", exact=True).click()
        wait_for_state(notebook, 1, "Finished")
        expect(cell.get_by_role("button", name=f"Play {len(shown)}", exact=True)).to_be_visible()
    received = re.findall(r"(?:GET|POST) (/v1/text-to-(?:speech|dialogue)/\S+)", voice.log)
    endpoints = {re.sub(r"/[^/]+/(?=[^/]+$)", "/", url.partition("?")[0]) for url in received}
    assert len(endpoints) > 1
    assert received == [url[url.index("/v1/") :] for url in shown]


def test_reset_copy_and_check(reuse_notebook: OpenNotebook) -> None:
    notebook = open_panel(reuse_notebook, "latency=3, server='elevenlabs'")
    cell = notebook.cell(1)
    before = shown_url(cell)
    cell.get_by_role("slider", name="Latency", exact=True).press("Home")
    assert shown_url(cell) != before
    cell.get_by_role("button", name="Reset", exact=True).click()
    assert shown_url(cell) == before
    wrong = (
        "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input"
        "?model_id=eleven_multilingual_v2?optimize_streaming_latency=1"
    )
    cell.get_by_text("Check a URL", exact=True).click()
    cell.get_by_label("URL to check").fill(wrong)
    cell.get_by_role("button", name="Check", exact=True).click()
    cell.get_by_role("button", name="Use these settings", exact=True).click()
    expect(cell.get_by_role("slider", name="Latency", exact=True)).to_have_value("1")
    url = shown_url(cell)
    assert "/abc/stream-input?model_id=eleven_multilingual_v2&optimize_streaming_latency=1" in url


def test_errors_appear_in_the_panel_in_words(reuse_notebook: OpenNotebook) -> None:
    notebook = open_panel(reuse_notebook, "server='http://127.0.0.1:9'")
    cell = notebook.cell(1)
    cell.get_by_role("button", name="Speak", exact=True).click()
    expect(cell.get_by_text("No connection to 127.0.0.1:9").first).to_be_visible()
    cell.get_by_label("Text", exact=True).fill(" ")
    cell.get_by_role("button", name="Speak", exact=True).click()
    expect(cell.get_by_text("the text is empty").first).to_be_visible()


def test_two_panels_are_independent_and_a_closed_one_is_gone(reuse_notebook: OpenNotebook) -> None:
    notebook = open_panel(
        reuse_notebook, "latency=1", "%tts_panel -l 4 Another text.", "panel.close()"
    )
    notebook.run(2)
    other = notebook.cell(2).get_by_role("slider", name="Latency", exact=True)
    expect(other).to_have_value("4")
    other.press("Home")
    expect(notebook.cell(1).get_by_role("slider", name="Latency", exact=True)).to_have_value("1")
    notebook.run(3)
    expect(notebook.cell(1).get_by_role("slider", name="Latency", exact=True)).to_have_count(0)
    expect(other).to_be_visible()


def test_a_saved_panel_is_its_last_state_and_live_while_the_kernel_is(
    open_notebook: OpenNotebook, lab: Lab
) -> None:
    notebook = open_panel(open_notebook, "'Hello there.', latency=1", "panel.close()")
    cell = notebook.cell(1)
    cell.get_by_role("slider", name="Latency", exact=True).press("End")
    cell.get_by_role("button", name="Speak", exact=True).click()
    wait_for_state(notebook, 1, "Finished")
    cell.get_by_label("Text", exact=True).fill("Still <b>here</b>.")
    notebook.wait_until_saves(1, "data:audio/mpeg")  # the sound is encoded once it is over
    notebook.wait_until_saves(1, "Still &lt;b&gt;")
    notebook.save()
    expect(cell.get_by_role("slider", name="Latency", exact=True)).to_be_visible()
    assert_static(lab, notebook.name, level=4, text="Still &lt;b&gt;here&lt;/b&gt;.")
    notebook.page.reload()
    again = notebook.cell(1).get_by_role("slider", name="Latency", exact=True)
    expect(again).to_have_value("4")
    expect(notebook.cell(1).get_by_label("Text", exact=True)).to_have_value("Still <b>here</b>.")
    again.press("Home")
    notebook.wait_until_saves(1, "optimize_streaming_latency=0")
    notebook.run(2)
    notebook.save()
    assert_static(lab, notebook.name, level=0, text="Still &lt;b&gt;here&lt;/b&gt;.")
    lab.end_kernels()
    notebook.page.reload()
    notebook.wait_until_idle()
    fresh = notebook.cell(1)
    expect(fresh.locator(".jtts-view audio")).to_be_attached()
    expect(fresh.get_by_text("Still <b>here</b>.")).to_be_visible()
    expect(fresh.get_by_text("model not found")).to_have_count(0)


def assert_static(lab: Lab, name: str, *, level: int, text: str) -> None:
    """The file has the panel's state and its sound, and no widget; nbconvert shows it."""
    saved = lab.read(name)
    [output] = saved.cells[1].outputs
    assert set(output.data) == {"text/html", "text/plain"}
    assert f"optimize_streaming_latency={level}" in output.data["text/plain"]
    assert "Panel(" not in output.data["text/plain"]
    page, _ = HTMLExporter().from_notebook_node(saved)
    assert text in page
    assert "data:audio/mpeg" in page


@pytest.mark.parametrize(
    ("theme", "sidebar"), [("JupyterLab Light", "expandLeft"), ("JupyterLab Dark", "collapseLeft")]
)
def test_on_a_laptop_all_that_counts_is_seen_without_scrolling(
    reuse_notebook: OpenNotebook, shots: Path, theme: str, sidebar: str
) -> None:
    notebook = open_panel(reuse_notebook, "latency=3, stability=0.4")
    page, cell = notebook.page, notebook.cell(1)
    before = page.viewport_size
    page.set_viewport_size({"width": 1366, "height": 700})
    page.evaluate(f"() => window.jupyterapp.shell.{sidebar}()")
    with notebook.theme(theme):
        notebook.cell(0).scroll_into_view_if_needed()
        for shown in (
            *(cell.get_by_label(name, exact=True) for name in ("Text", "Voice", "Server")),
            *(cell.get_by_role("slider", name=name, exact=True) for name in SLIDERS),
            cell.get_by_role("button", name="Speak", exact=True),
            *cell.locator(".jtts-wire .jtts-code").all(),
        ):
            expect(shown).to_be_in_viewport(ratio=1)
        page.screenshot(path=shots / "opened.png")
        cell.get_by_role("button", name="Speak", exact=True).click()
        wait_for_state(notebook, 1, "Playing")
        expect(cell.get_by_role("slider", name="Position")).to_be_in_viewport(ratio=1)
        expect(cell.locator(".jtts-player .jtts-text")).to_be_in_viewport(ratio=1)
        page.screenshot(path=shots / "speaking.png")
        expect(cell.locator(".jtts-code")).to_have_count(2)  # one URL, and one message
    assert before
    page.set_viewport_size(before)


def test_it_takes_the_width_there_is_in_any_box(reuse_notebook: OpenNotebook) -> None:
    boxes = [
        "w.HBox([w.Button(), panel])",
        "w.Tab([panel])",
        "w.Accordion([panel], selected_index=0)",
        "out = w.Output()\nwith out: display(panel)\nout",
    ]
    notebook = open_panel(reuse_notebook, "", "import ipywidgets as w", *boxes)
    notebook.run(2)
    for index in range(3, 3 + len(boxes)):
        notebook.run(index)
        panel = notebook.cell(index).locator(".jtts-panel")
        compose, wire = (panel.locator(f".jtts-{part}") for part in ("compose", "wire"))
        expect(wire).to_be_visible()
        left, right = compose.bounding_box(), wire.bounding_box()
        assert left
        assert right
        assert left["y"] == right["y"]  # two columns
        assert left["width"] == pytest.approx(right["width"], abs=1)
