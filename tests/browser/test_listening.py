"""Blind listening in the page: by keyboard, and with nothing there that tells the sounds apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from jupyter_tts.audio.files import wav_bytes

from .conftest import OpenNotebook
from .ear import Recording
from .lab import Lab
from .panel_stage import Panel, taken_keys
from .test_accessibility import AXE

RATE = 8000
# As a notebook's source does not have them.
NAMES = ("zebra", "quokka")
SOUNDS = """
import numpy as np
from jupyter_tts.client.sweep.listening.sounds import Sound
from jupyter_tts.notebook.sweep.listening.compare import compare_sounds

times = np.arange(4000) / 24000
tones = [np.round(9000 * np.sin(2 * np.pi * hertz * times)).astype("<i2") for hertz in (440, 550)]
sounds = {
    name[::-1]: [Sound("Hello.", tone.tobytes(), 24000)]
    for name, tone in zip(("arbez", "akkouq"), tones)
}
"""
LISTENING = 'listening = compare_sounds(sounds, repeat=4, file="anna.json", listener="anna")'
OTHER = """
ben = compare_sounds(sounds, repeat=4, file="ben.json", listener="ben")
ben.add(NOTEBOOK)
print(ben.verdict, ben.result.sheets[0].answers, listening.result.sheets[0].answers)
"""


def is_heard(root: Locator, key: str, name: str) -> None:
    """Play a sound by its key, to the end."""
    root.page.keyboard.press(key)
    expect(root.get_by_role("button", name=f"Play {name}, heard", exact=True)).to_be_visible()


def is_answered(root: Locator, trial: int, arrow: str) -> None:
    expect(root.locator(".jtts-l-count")).to_have_text(f"Trial {trial} of 4")
    expect(root.get_by_role("button", name="Play A", exact=True)).to_be_visible()
    for key, name in (("1", "A"), ("2", "B")):
        is_heard(root, key, name)
    root.page.keyboard.press(arrow)
    root.page.keyboard.press("Enter")


def test_a_listener_answers_by_keyboard_goes_on_after_a_reload_and_learns_the_names_last(
    open_notebook: OpenNotebook, lab: Lab, shots: Path
) -> None:
    notebook = open_notebook(SOUNDS, f"{LISTENING}\nlistening", "listening.answered", "")
    notebook.run(1)
    notebook.run(2)
    page, root = notebook.page, notebook.cell(2).locator(".jtts-l-live")
    root.get_by_role("button", name="Begin").click()
    is_answered(root, 1, "ArrowLeft")
    is_answered(root, 2, "ArrowRight")
    expect(root.locator(".jtts-l-count")).to_have_text("Trial 3 of 4")
    assert np.abs(Recording.of(page).sound).max() > 0.1 * 32768
    notebook.run(3)  # the kernel has had the answers by then, and the page what follows
    notebook.save()
    page.wait_for_function("() => !document.querySelector('.jp-mod-dirty')")
    saved = lab.read(notebook.name).cells[2].outputs[0]
    assert "2 of 4 trials are answered" in saved.data["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" not in saved.data
    assert not any(name in str(saved) for name in NAMES)

    frames: list[bytes] = []
    page.on("websocket", lambda socket: keep_frames(socket, frames))
    page.reload()
    expect(root.locator(".jtts-l-count")).to_have_text("2 of 4 answered")
    root.get_by_role("button", name="Go on").click()
    is_answered(root, 3, "ArrowLeft")
    is_answered(root, 4, "ArrowRight")
    page.keyboard.press("Backspace")
    expect(root.locator(".jtts-l-count")).to_have_text("Trial 4 of 4")
    expect(root.get_by_role("button", name="I prefer B")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    expect(root.get_by_role("button", name="Show the result")).to_be_visible()
    # The sounds came, the state came again, and neither they nor the page tell a name.
    assert any(b"RIFF" in frame for frame in frames)
    assert any(b"widget_id" in frame for frame in frames)
    assert not any(name.encode() in frame for name in NAMES for frame in frames)
    assert not any(name in page.content() for name in NAMES)

    page.keyboard.press("Enter")
    for name in NAMES:
        expect(root.get_by_role("rowheader", name=name, exact=True)).to_be_visible()
    page.screenshot(path=shots / "result.png")
    assert any(NAMES[0].encode() in frame for frame in frames)
    with page.expect_download() as download:
        root.get_by_role("button", name="Save the answers").click()
    assert download.value.suggested_filename == "listening-anna.json"
    notebook.save()
    page.wait_for_function("() => !document.querySelector('.jp-mod-dirty')")
    assert NAMES[0] in lab.read(notebook.name).cells[2].outputs[0].data["text/plain"]
    notebook.wait_until_idle()
    run_code(page, OTHER.replace("NOTEBOOK", repr(notebook.name)))
    notebook.run(4)
    printed = notebook.printed(4)
    assert "of 4 answers prefer" in printed
    assert printed.count(": 0") + printed.count(": 1") == 8  # anna's answers, twice
    _, first, second = printed.replace("[", "{", 1).rsplit("{", 2)
    assert first.split("}")[0] == second.split("}")[0]


AUDIT = """async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const include = [[".jtts-l-live"]];
    const { violations } = await axe.run({ include }, { runOnly: tags });
    return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ failureSummary }) => `${id}: ${failureSummary}`));
}"""


def audit(page: Page) -> list[str]:
    """Return what axe-core finds on the page, nothing where it is not installed."""
    if not AXE.exists():
        return []
    page.add_script_tag(path=AXE)
    faults: list[str] = page.evaluate(AUDIT)
    return faults


def run_code(page: Page, source: str) -> None:
    """Put code into the last cell."""
    page.evaluate(
        """(source) => {
            const { content } = window.jupyterapp.shell.currentWidget;
            content.widgets.at(-1).model.sharedModel.setSource(source);
        }""",
        source,
    )


def keep_frames(socket: WebSocket, frames: list[bytes]) -> None:
    def keep(payload: str | bytes) -> None:
        frames.append(payload.encode() if isinstance(payload, str) else payload)

    socket.on("framereceived", keep)


class Listener:
    """One comparison on the stage, whose kernel is the test."""

    def __init__(self, page: Page, **traits: Any) -> None:
        self.panel = Panel(page, "Listening", **traits)
        self.root = self.panel.root()
        self.page = page

    def give(self, number: int, sounds: int, answer: Any = None) -> None:
        """Send a trial."""
        time = np.arange(3200) / RATE
        wave = np.round(9000 * np.sin(2 * np.pi * 440 * time)).astype("<i2").tobytes()
        self.page.evaluate(
            """([index, content, file, count]) => {
                const files = Array.from({ length: count }, () => new Uint8Array(file));
                window.panels[index].model.emit("msg:custom", content, files);
            }""",
            [
                self.panel.index,
                {"kind": "trial", "number": number, "answer": answer},
                [*wav_bytes(wave, RATE)],
                sounds,
            ],
        )

    def answers(self) -> list[Any]:
        return [message["answer"] for message in self.panel.sent("answer")]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)


def test_nothing_is_answered_before_every_sound_was_heard(panel_page: Page) -> None:
    one = Listener(panel_page, method="abx", trials=2)
    one.panel.button("Begin").click()
    one.give(0, 3)
    one.press("ArrowLeft", "Enter")
    expect(one.root.get_by_text("Hear A, B and X to the end first.")).to_be_visible()
    one.press("1", " ", "1", " ", "1", " ")  # its beginning, again and again
    expect(one.panel.button("Play A")).to_be_visible()
    is_heard(one.root, "a", "A")
    is_heard(one.root, "2", "B")
    one.press("ArrowLeft")
    expect(one.root.get_by_text("Hear X to the end first.")).to_be_visible()
    is_heard(one.root, "x", "X")
    one.press("Enter")
    expect(one.root.get_by_text("Choose first.")).to_be_visible()
    one.press("ArrowDown")  # no preference is no answer here
    expect(one.root.locator('[aria-pressed="true"]')).to_have_count(0)
    one.press("ArrowLeft", "ArrowRight")
    assert audit(one.page) == []
    one.press("Enter")
    assert one.answers() == [1]
    # The next one was asked for ahead; back, and the answer stands and can be changed.
    assert [message["number"] for message in one.panel.sent("trial")] == [0, 1]
    one.give(1, 3)
    expect(one.root.get_by_text("Trial 2 of 2")).to_be_visible()
    one.press("Backspace")
    expect(one.panel.button("X is B")).to_have_attribute("aria-pressed", "true")
    one.press("ArrowLeft", "Enter")
    assert one.answers() == [1, 0]
    expect(one.root.get_by_text("Trial 2 of 2")).to_be_visible()
    one.press("p")
    expect(one.panel.button("Begin")).to_be_visible()
    assert taken_keys(one.page) == []


def test_ratings_go_by_keyboard_beside_an_open_reference(panel_page: Page, shots: Path) -> None:
    one = Listener(panel_page, method="rating", sounds=3, trials=1, reference=True)
    one.panel.button("Begin").click()
    one.give(0, 4)
    for key, name in (("1", "A"), ("B", "B"), ("3", "C")):
        is_heard(one.root, key, name)
        one.press("ArrowRight", "PageUp")
    one.press("Enter")
    expect(one.root.get_by_text("Hear Reference to the end first.")).to_be_visible()
    is_heard(one.root, "r", "Reference")
    one.press("2", "ArrowLeft")
    assert audit(one.page) == []
    one.page.screenshot(path=shots / "ratings.png")
    one.page.set_viewport_size({"width": 420, "height": 700})
    one.page.screenshot(path=shots / "narrow.png")
    one.page.set_viewport_size({"width": 1100, "height": 900})
    one.page.keyboard.down("Enter")
    one.page.keyboard.down("Enter")  # held down
    assert one.answers() == [[61, 60, 61]]
    assert not one.panel.sent("finish")
    one.page.keyboard.up("Enter")
    one.panel.receive("answered", 1)
    expect(one.root.get_by_text("1 of 1 answered")).to_be_visible()
    one.press("Enter")
    assert one.panel.sent("finish")
    one.panel.receive("finished", True)
    one.panel.receive("result", "<p>All is told.</p>")
    expect(one.root.get_by_text("All is told.")).to_be_visible()


def test_no_preference_is_chosen_with_the_mouse_too(panel_page: Page) -> None:
    one = Listener(panel_page, ties=True, answered=3)
    one.panel.button("Go on").click()
    one.give(3, 2)
    for name in ("A", "B"):
        one.panel.button(f"Play {name}").click()
        expect(one.panel.button(f"Play {name}, heard")).to_be_visible()
    one.panel.button("No preference").click()
    one.press("Enter")
    assert one.answers() == [None]


@pytest.mark.parametrize("views", [2])
def test_all_views_stand_alike(panel_page: Page, views: int) -> None:
    one = Listener(panel_page, views=views)
    one.panel.button("Begin").click()
    one.give(0, 2)
    for view in range(views):
        expect(one.panel.root(view).get_by_text("Trial 1 of 4")).to_be_visible()
