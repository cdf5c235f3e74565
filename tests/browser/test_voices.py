"""The list of voices in JupyterLab: filtered, heard, and drawn in both themes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from .conftest import OpenNotebook
from .ear import Recording
from .lab import FRONT_ENDS, NotebookPage
from .test_speaking import wait_for_state

SILENCE = 0.01 * 32768


def open_list(open_notebook: OpenNotebook, *cells: str, front_end: str = "lab") -> NotebookPage:
    notebook = open_notebook("%tts_voices --server local", *cells, front_end=front_end)
    notebook.run(1)
    expect(row(notebook, "de")).to_be_visible()
    return notebook


def row(notebook: NotebookPage, voice: str) -> Locator:
    return notebook.cell(1).locator(f'[data-voice="{voice}"]')


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_a_list_is_filtered_and_a_preview_is_heard(
    reuse_notebook: OpenNotebook, front_end: str
) -> None:
    notebook = open_list(reuse_notebook, front_end=front_end)
    output = notebook.cell(1)
    height = output.locator(".jtts-voices").bounding_box()
    count = output.locator(".jtts-voices-count")
    total = output.locator("[data-voice]").count()
    assert total > 200
    expect(count).to_have_text(f"{total} voices")
    output.get_by_label("Filter", exact=True).press_sequentially("german")
    expect(row(notebook, "de")).to_be_visible()
    expect(row(notebook, "fr")).to_be_hidden()
    expect(count).to_have_text(f"1 of {total} voices")
    assert output.locator(".jtts-voices").bounding_box() == height  # nothing below it moves
    output.get_by_role("button", name="Hear German", exact=True).click()
    stop = output.get_by_role("button", name="Stop German", exact=True)
    expect(stop.locator("svg")).to_have_attribute("data-shape", "stop")
    expect(stop).to_have_count(0)  # it has ended
    heard = Recording.of(notebook.page)
    assert len(heard.sound) > 2 * heard.rate
    assert np.abs(heard.sound).max() > SILENCE
    expect(output.get_by_role("button", name="Hear German", exact=True)).to_be_visible()


def test_one_preview_ends_another_and_a_player(reuse_notebook: OpenNotebook) -> None:
    notebook = open_list(reuse_notebook, "%%tts\nHello " + "you " * 60)
    output = notebook.cell(1)
    output.get_by_label("Filter", exact=True).fill("german")
    notebook.run(2)
    wait_for_state(notebook, 2, "Playing")
    output.get_by_role("button", name="Hear German", exact=True).click()
    wait_for_state(notebook, 2, "Paused")
    output.get_by_label("Filter", exact=True).fill("")
    output.get_by_role("button", name="Hear Afrikaans", exact=True).click()
    expect(output.locator('[aria-current="true"]')).to_have_count(1)
    output.get_by_role("button", name="Stop Afrikaans", exact=True).click()
    expect(output.locator('[aria-current="true"]')).to_have_count(0)


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_the_list_is_drawn_in_both_themes(
    reuse_notebook: OpenNotebook, shots: Path, theme: str
) -> None:
    notebook = open_list(reuse_notebook)
    with notebook.theme(theme):
        notebook.cell(1).get_by_role("button", name="Hear Heart", exact=True).click()
        expect(row(notebook, "heart")).to_have_attribute("aria-current", "true")
        notebook.page.screenshot(path=shots / "voices.png")
        notebook.cell(1).get_by_label("Filter", exact=True).fill("natural")
        expect(row(notebook, "de")).to_be_hidden()
        notebook.cell(1).get_by_role("button", name="Fetch Emma", exact=True).click()
        expect(notebook.cell(1).get_by_text("run: %tts_voices add emma")).to_be_visible()
        notebook.page.screenshot(path=shots / "filtered.png")
        notebook.page.set_viewport_size({"width": 560, "height": 900})
        notebook.page.screenshot(path=shots / "narrow.png")
        notebook.page.set_viewport_size({"width": 1100, "height": 900})
