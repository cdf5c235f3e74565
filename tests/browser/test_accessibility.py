"""What axe-core finds in all that is shown, in both themes of JupyterLab."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import OpenNotebook
from .lab import NotebookPage
from .test_speaking import wait_for_state

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
URL = "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input?model_id=x?stability=2"
CELLS = (
    "%%tts --no-cache\nThis is the saved view, which stays in the notebook.",
    f"%tts_check {URL}",
    "%tts_voices english",
    "%tts_panel Two words.",
    "%%tts --no-cache\n" + "This is the live player, and it sounds for a good while. " * 8,
)
SAVED, CHECK, VOICES, PANEL, LIVE = range(1, len(CELLS) + 1)

# What a reader may open is open.
UNFOLD = """() => {
    for (const part of document.querySelectorAll(".jp-OutputArea details")) part.open = true;
}"""

# JupyterLab's body has no height, so that axe-core takes all text in it for hidden.
SHOW_ALL = """() => {
    document.body.style.height = "100vh";
    document.querySelector(".jp-WindowedPanel-outer").scrollTo(0, 0);
}"""

# Everything of ours on the page, and nothing of JupyterLab's.
FIND = """async () => {
    const ours = ["speech", "player", "panel", "controls", "history", "voices", "url-check"];
    const include = ours.map((name) => [`.jp-OutputArea .jtts-${name}`]);
    const absent = include.filter(([selector]) => !document.querySelector(selector));
    if (absent.length > 0) return absent;
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { passes, violations } = await axe.run({ include }, { runOnly: tags });
    const readable = passes.find(({ id }) => id === "color-contrast");
    if (!readable?.nodes.some(({ html }) => html.startsWith("<span"))) return ["no text was seen"];
    return violations
        .filter(({ impact }) => ["serious", "critical"].includes(impact))
        .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
            `${id}: ${target}: ${failureSummary}`));
}"""


@pytest.mark.skipif(not AXE.exists(), reason="no axe-core found; npm ci installs it")
def test_nothing_serious_is_found_in_card_panel_and_saved_view(
    reuse_notebook: OpenNotebook,
) -> None:
    notebook = reuse_notebook(*CELLS)
    for cell in (SAVED, CHECK, VOICES, PANEL):
        notebook.run(cell)
    speak(notebook)
    notebook.wait_for_saved_view(SAVED)
    notebook.start(LIVE)
    wait_for_state(notebook, LIVE, "playing")
    notebook.page.evaluate(UNFOLD)
    notebook.page.add_script_tag(content=AXE.read_text("utf-8"))
    assert {theme: found(notebook, theme) for theme in ("Light", "Dark")} == {
        "Light": [],
        "Dark": [],
    }


def speak(notebook: NotebookPage) -> None:
    """Have the panel speak, so that it has a player and a history."""
    panel = notebook.cell(PANEL)
    panel.get_by_role("button", name="Speak", exact=True).click()
    expect(panel.locator(".jtts-history tbody tr")).to_have_count(1)


@contextmanager
def in_view(page: Page) -> Iterator[None]:
    """Have all that is shown within the window, since axe-core passes over what is not."""
    before = page.viewport_size
    assert before is not None
    page.set_viewport_size({**before, "height": 6000})
    page.evaluate(SHOW_ALL)
    yield
    page.evaluate("document.body.style.height = ''")
    page.set_viewport_size(before)


def found(notebook: NotebookPage, theme: str) -> list[Any]:
    """What is found while the page has a theme."""
    with notebook.theme(f"JupyterLab {theme}"), in_view(notebook.page):
        # A colour that is on its way to another one has neither's contrast.
        notebook.page.evaluate("document.getAnimations().forEach((change) => change.finish())")
        findings: list[Any] = notebook.page.evaluate(FIND)
    return findings
