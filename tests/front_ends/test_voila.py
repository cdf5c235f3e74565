"""Voila: all cells are run before the page opens, and only their outputs are shown."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from ..browser.chromium import launch_chromium, stop_playwright
from ..browser.ear import Recording
from ..browser.lab import PATIENCE, open_page

pytestmark = pytest.mark.front_ends

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

SPOKEN = [
    "%load_ext jupyter_tts",
    "%%tts --voice en-us --name first\nThe first sentence.",
    "%%tts --voice en-us --name second\nAnd this is the second one.",
    "first.save('first.wav'); second.save('second.wav');",
]

CALLBACKS = """
%load_ext jupyter_tts
import ipywidgets as w
from jupyter_tts import say
out, button, bare = w.Output(), w.Button(description="With"), w.Button(description="Bare")
@out.capture()
def click(_):
    say("One, in an Output.", voice="en-us")
button.on_click(click)
bare.on_click(lambda _: say("Two, from a button.", voice="en-us"))
w.VBox([w.Tab([w.VBox([button, out])]), bare])
"""


@contextmanager
def voila(notebook: Path) -> Iterator[str]:
    """Serve a notebook, and return the address."""
    folder = notebook.parent
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "voila", "--no-browser", "--Voila.ip=127.0.0.1"]
    url, log = f"http://127.0.0.1:{port}/", folder / "voila.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, f"--port={port}", notebook.name],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, **{name: str(folder / name.lower()) for name in names}},
        )
    try:
        while url not in log.read_text():
            with suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"Voila ended ({process.wait(0.05)}):\n{log.read_text()}")
        yield url
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.fixture(scope="module")
def strict_chromium(pytestconfig: pytest.Config) -> Iterator[Browser]:
    """A browser in which a page does not sound before somebody has clicked in it."""
    browser = launch_chromium(pytestconfig, autoplay=False)
    yield browser
    browser.close()
    stop_playwright()


def state_of(page: Page, number: int, state: str) -> Locator:
    """A player of the page, while it is in a state."""
    return page.locator(".jtts-player").nth(number).and_(page.locator(f"[data-state={state}]"))


def wait_until_blocked(page: Page) -> None:
    """Wait for a player that wants a click; what Playwright evaluates would count as one."""
    expression = """(async () => {
        while (!document.querySelector(".jtts-player[data-state=blocked]"))
            await new Promise(requestAnimationFrame);
    })()"""
    protocol = page.context.new_cdp_session(page)
    request = {"expression": expression, "userGesture": False, "awaitPromise": True}
    assert "exceptionDetails" not in protocol.send("Runtime.evaluate", request)


def samples(path: Path) -> npt.NDArray[np.int16]:
    """What a speech saved as a WAV file holds, without silence around it."""
    with wave.open(str(path)) as file:
        return np.trim_zeros(np.frombuffer(file.readframes(file.getnframes()), "<i2"))


def test_what_the_cells_spoke_is_heard_in_turn_after_one_click(
    strict_chromium: Browser, tmp_path: Path
) -> None:
    cells = [nbformat.v4.new_code_cell(source) for source in SPOKEN]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "spoken.ipynb")
    with voila(tmp_path / "spoken.ipynb") as url, open_page(strict_chromium) as page:
        page.goto(url)
        wait_until_blocked(page)
        page.get_by_role("button", name="Click to hear").click()
        for number in range(2):
            expect(state_of(page, number, "finished")).to_be_visible()
        sound = Recording.of(page).exact
    first, second = (samples(tmp_path / f"{name}.wav") for name in ("first", "second"))
    # The page gets the players in any order.
    orders = [np.concatenate(order) for order in ((first, second), (second, first))]
    assert any(np.array_equal(sound[sound != 0], spoken[spoken != 0]) for spoken in orders)


def test_the_panels_notebook_is_a_page_that_speaks(
    strict_chromium: Browser, tmp_path: Path
) -> None:
    notebook = Path(shutil.copy(NOTEBOOKS / "panel.ipynb", tmp_path))
    with voila(notebook) as url, open_page(strict_chromium) as page:
        page.goto(url)
        expect(page.locator("body")).not_to_contain_text("import")  # no source
        page.get_by_role("button", name="Speak", exact=True).click()
        expect(state_of(page, 0, "finished")).to_be_visible()
        assert len(Recording.of(page).sound)


def test_what_a_buttons_callback_speaks_is_heard_and_stays(
    strict_chromium: Browser, tmp_path: Path
) -> None:
    cells = [nbformat.v4.new_code_cell(CALLBACKS)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "callbacks.ipynb")
    with voila(tmp_path / "callbacks.ipynb") as url, open_page(strict_chromium) as page:
        page.goto(url)
        page.get_by_role("button", name="With", exact=True).click()
        expect(page.locator(".widget-output .jtts-view audio")).to_have_count(1)
        heard = len(Recording.of(page).sound)
        assert heard
        page.get_by_role("button", name="Bare", exact=True).click()
        expect(state_of(page, 0, "finished")).to_be_visible()
        assert len(Recording.of(page).sound) > heard
