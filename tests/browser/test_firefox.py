"""Firefox, which plays nothing before a user gesture: what is heard, what keys and clicks do."""

from __future__ import annotations

import base64
import json
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat.sign import NotebookNotary

from .bidi import Session
from .bidi_locator import Locator
from .bidi_page import Page
from .ear import EAR_SCRIPT, Recording, wait_for_silence_after
from .lab import Lab, NotebookPage
from .stage import FADE, HEARD_WHOLE, Player, file_at, listen, noise
from .test_panel import PANEL, shown_url
from .test_saved import (
    AWAIT_FINISHED,
    BLOCKS,
    BOX,
    BOXES,
    FINISHED,
    LISTEN,
    PRINT_SPEECH,
    WATCH,
    Times,
    assert_lit_as_heard,
    assert_same_sound,
    heard_to_the_end,
    in_the_sound,
    notebook_of,
    spoken_tones,
)
from .test_speaking import HELD_UP, SENTENCE

HELD, PAUSED, SPEECH, CONTROLS, REQUEST = range(1, 6)
CELLS = {
    HELD: HELD_UP,
    PAUSED: f"%%tts --name speech\n{SENTENCE * 4}",
    SPEECH: PRINT_SPEECH,
    CONTROLS: PANEL.format(arguments=""),
    REQUEST: "print(panel.request.latency, panel.request.stability)",
}


@contextmanager
def opened(firefox: Session) -> Iterator[Page]:
    """A page with an ear."""
    page = Page(firefox)
    page.add_init_script(path=EAR_SCRIPT)
    try:
        yield page
    finally:
        page.close()


@pytest.fixture(scope="module")
def notebook(firefox: Session, lab: Lab) -> Iterator[NotebookPage]:
    """A notebook in JupyterLab, for all tests, which may open others beside it.

    None needs what another has done to it.
    """
    name = lab.write("firefox.ipynb", ["%load_ext jupyter_tts", *CELLS.values()])
    with opened(firefox) as page:
        notebook = NotebookPage(page, lab, name, "lab")
        notebook.run(0)
        yield notebook
    lab.end_kernels()


def listen_anew(page: Page) -> None:
    page.evaluate("window.ear.forget().then(() => null)")


def run_by_key(notebook: NotebookPage, index: int) -> Locator:
    """Start a cell as a user does, and return it."""
    notebook.wait_until_idle()
    # JupyterLab makes the editor of a cell out of sight only once it is wanted.
    notebook.cell(index).evaluate("(cell) => cell.scrollIntoView({ block: 'nearest' })")
    notebook.cell(index).locator(".cm-content").click()
    notebook.page.press("Shift+Enter")
    return notebook.cell(index)


def wait_state(cell: Locator, state: str) -> None:
    """Wait within the page, until a player of a cell is in a state, which may be short."""
    cell.wait_for_function(
        "(cell, state) => cell.querySelector(`.jtts-player[data-state=${state}]`) !== null", state
    )


def sounding(page: Page) -> int:
    """How many frames have been heard, without silence."""
    return np.count_nonzero(Recording.of(page).sound)


def spoken(notebook: NotebookPage) -> tuple[bytes, Times]:
    """The sound of the latest speech, and when its words sound."""
    notebook.run(SPEECH)
    coded, words = json.loads(notebook.printed(SPEECH))
    return base64.b64decode(coded), words


def test_a_cell_is_heard_while_it_is_made_and_its_words_light_up(
    notebook: NotebookPage, lab: Lab, shots: Path
) -> None:
    page = notebook.page
    listen_anew(page)
    notebook.cell(HELD).evaluate(WATCH)
    cell = run_by_key(notebook, HELD)
    try:
        wait_state(cell, "playing")
        page.wait_for_function("() => window.ear.sounded(0)")
        assert notebook.running(HELD)
        page.screenshot(path=shots / "live.png")
        cell.evaluate(AWAIT_FINISHED)
        (lab.root / "go").touch()
        live, place = page.evaluate(FINISHED)
        notebook.wait_for_saved_view(HELD)
    finally:
        (lab.root / "go").touch()  # else the cell would run on under the tests that follow
        notebook.wait_until_ended(HELD)
        (lab.root / "go").unlink()
    assert cell.locator(".jtts-view").evaluate(BOXES) == live
    assert cell.evaluate(BOX) == place
    page.screenshot(path=shots / "saved.png")
    heard, notes, blocks = (
        Recording.of(page),
        page.evaluate("window.notes"),
        page.evaluate(BLOCKS),
    )
    pcm, words = spoken(notebook)
    assert heard.is_all_of(np.trim_zeros(np.frombuffer(pcm, "<i2")))
    assert_lit_as_heard(in_the_sound(notes, blocks, pcm, heard), words)


def test_pause_and_stop_obey_the_keyboard(notebook: NotebookPage, shots: Path) -> None:
    page = notebook.page
    listen_anew(page)
    cell = run_by_key(notebook, PAUSED)
    wait_state(cell, "playing")
    cell.get_by_role("button", name="Pause").press("Enter")
    wait_state(cell, "paused")
    wait_for_silence_after(page)
    page.screenshot(path=shots / "paused.png")
    paused, heard = Recording.of(page), sounding(page)
    page.press("Enter")
    wait_state(cell, "playing")
    page.press("Tab")
    page.press("Enter")
    wait_state(cell, "stopped")
    wait_for_silence_after(page)
    before = sounding(page)
    wait_for_silence_after(page)
    assert sounding(page) == before
    pcm, _ = spoken(notebook)
    received = np.trim_zeros(np.frombuffer(pcm, "<i2"))
    assert FADE < heard < before < np.count_nonzero(received)
    begun = paused.until_dry()[:-FADE]
    assert np.array_equal(begun, received[: len(begun)])


def test_the_request_follows_the_panels_sliders_by_key(notebook: NotebookPage, shots: Path) -> None:
    notebook.run(CONTROLS)
    cell = notebook.cell(CONTROLS)
    for slider, key in (("Latency", "End"), ("Stability", "Home"), ("Stability", "ArrowRight")):
        cell.get_by_role("slider", name=slider).press(key)
    notebook.page.screenshot(path=shots / "panel.png")
    assert "optimize_streaming_latency=4" in shown_url(cell)
    assert '"stability": 0.01' in cell.locator(".jtts-request").inner_text()
    notebook.run(REQUEST)
    assert notebook.printed(REQUEST).split() == ["4", "0.01"]


@pytest.mark.parametrize("origin", ["http://localhost", "http://notebook.lan"])
def test_what_the_browser_held_back_is_heard_whole_after_a_click(
    firefox: Session, shots: Path, origin: str
) -> None:
    sent = noise(0.5)
    with firefox.serving(origin, site), opened(firefox) as page:
        page.goto(f"{origin}/player_page.html")
        assert page.evaluate("'AudioWorklet' in window") is ("localhost" in origin)
        player = Player(page, blocked=True)
        player.feed(sent)
        player.end()
        player.wait_state("blocked")
        page.screenshot(path=shots / "blocked.png")
        assert page.evaluate("navigator.userActivation.hasBeenActive") is False
        player.button("Click to hear").click()
        assert player.wait_sent("ended") == HEARD_WHOLE | {"heard": len(sent)}
        assert np.array_equal(listen(player).exact, sent)
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Play"
        assert page.errors == []


def site(url: str) -> tuple[str, bytes] | None:
    path = file_at(url)
    kind, _ = mimetypes.guess_type(path)
    return (kind or "", path.read_bytes()) if path.is_file() else None


@contextmanager
def opened_beside(notebook: NotebookPage, name: str) -> Iterator[Locator]:
    """The first cell of another notebook in the same JupyterLab."""
    page = notebook.page
    open_script = """(path) => window.jupyterapp.commands
        .execute("docmanager:open", { path }).then((panel) => panel.revealed)"""
    page.evaluate(open_script, name)
    try:
        yield page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell").first
    finally:
        page.evaluate(open_script, notebook.name)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_saved_notebook_is_heard(
    notebook: NotebookPage, lab: Lab, shots: Path, trusted: bool
) -> None:
    speech, words = spoken_tones()
    saved = notebook_of(speech)
    if trusted:
        NotebookNotary(data_dir=str(lab.root / ".data")).sign(saved)
    name = f"firefox-{'signed' if trusted else 'unsigned'}.ipynb"
    nbformat.write(saved, lab.root / name)
    page = notebook.page
    listen_anew(page)
    with opened_beside(notebook, name) as cell:
        cell.locator(".cm-content").click()
        audio = cell.locator("audio")
        audio.evaluate(LISTEN)
        if trusted:
            text = cell.locator(".jtts-text")
            cell.evaluate(WATCH)
            cell.get_by_role("button", name="Play").click()
        else:
            assert cell.locator("script, .jtts-wave").count() == 0
            audio.press(" ")
        page.screenshot(path=shots / "saved.png")
        assert_same_sound(heard_to_the_end(audio), speech.pcm)
        if trusted:
            assert_lit_as_heard(page.evaluate("window.notes"), words)
            text.get_by_text("tone8").click()
            text.locator(".jtts-lit").wait_for_text("tone8")
            page.press("ArrowRight")
            text.locator(".jtts-lit").wait_for_text("tone9")
            page.screenshot(path=shots / "sought.png")
