"""What the page's main thread has to do while a speech plays, in JupyterLab in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import CDPSession, Page

from tests.browser.chromium import find_chromium
from tests.browser.lab import Lab, NotebookPage

from ..contenders import VOICE
from ..server import serving
from ..table import OURS, Measurement, Row, at_most
from .hearing import NO_BROWSER, opened

__all__ = ["measure"]

SECONDS = 8.0  # of playback
RATE = 4  # × real time
MOST = 110.0  # ms per second
AUDIO = "`IPython.display.Audio`"
BARE = "the page, silent"
TITLE = "Page's main thread during playback"
CONDITIONS = (
    f"JupyterLab in headless Chromium, drawing in software, for {SECONDS:g} s of playback from the "
    f"first sound, with every word lit. Speech is made at {RATE} × real time, so that more of it "
    "comes meanwhile. Times are of all tasks of the main thread, drawing included "
    "(Chrome's `Performance.getMetrics`). Cells of one notebook, one after the other."
)

TEXT = "The quick brown fox jumps over the lazy dog, and then, since it is late, it takes a rest. "
SETUP = """
import numpy as np
from IPython.display import Audio
%load_ext jupyter_tts
"""
CELLS: Final = {
    OURS: "%%tts --server {address} --voice {voice} --name speech --no-cache\n{text}",
    AUDIO: "Audio(np.frombuffer(speech.pcm, '<i2'), rate=speech.sample_rate, autoplay=True)",
    BARE: "",
}
SOUNDS: Final = {
    OURS: "() => document.querySelector('.jtts-player[data-state=playing]') !== null",
    AUDIO: "() => document.querySelector('audio[autoplay]')?.currentTime > 0",
}
FIGURES: Final = {
    "TaskDuration": ("tasks", "ms/s", 1000.0),
    "LayoutCount": ("layouts", "/s", 1.0),
    "RecalcStyleCount": ("style recalculations", "/s", 1.0),
}


class _Watched:
    """A notebook with a cell for each, in a page whose main thread is watched."""

    def __init__(self, page: Page, lab: Lab, address: str) -> None:
        text = TEXT * 6
        cells = [cell.format(address=address, voice=VOICE, text=text) for cell in CELLS.values()]
        name = lab.write("page.ipynb", [SETUP, *cells])
        self._notebook = NotebookPage(page, lab, name, "lab")
        self._notebook.run(0)
        self._devtools: CDPSession = page.context.new_cdp_session(page)
        self._devtools.send("Performance.enable")

    def work(self, who: str) -> list[float]:
        """Have one sound, and return the figures for each second."""
        notebook, page = self._notebook, self._notebook.page
        place = 1 + [*CELLS].index(who)
        if who in SOUNDS:
            notebook.start(place)
            page.wait_for_function(SOUNDS[who])
        before = self._counts()
        page.wait_for_timeout(1000 * SECONDS)
        after = self._counts()
        page.evaluate("document.querySelectorAll('audio').forEach((sound) => sound.remove())")
        stop = page.locator(".jtts-player").get_by_role("button", name="Stop", exact=True)
        if who == OURS:
            stop.click()
            notebook.wait_for_saved_view(place)
        seconds = after["Timestamp"] - before["Timestamp"]
        return [
            scale * (after[name] - before[name]) / seconds
            for name, (_, _, scale) in FIGURES.items()
        ]

    def _counts(self) -> dict[str, float]:
        metrics = self._devtools.send("Performance.getMetrics")["metrics"]
        return {metric["name"]: metric["value"] for metric in metrics}


@contextmanager
def _watched() -> Iterator[_Watched]:
    """Start JupyterLab, a browser and a server; end them with the context."""
    with (
        serving("--generation-rate", str(RATE)) as server,
        opened() as (browser, lab),
    ):
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        yield _Watched(page, lab, server.address)


def measure(repeats: int) -> Row:
    """Play every sound as often, in turn."""
    if find_chromium() is None:
        return Row(TITLE, "", missing=NO_BROWSER)
    values: dict[tuple[str, str], list[float]] = {}
    with _watched() as watched:
        for _ in range(repeats):
            for who in CELLS:
                for name, value in zip(FIGURES, watched.work(who), strict=True):
                    values.setdefault((who, name), []).append(value)
    row = Row(
        TITLE,
        CONDITIONS,
        tuple(
            Measurement(who, what, unit, tuple(values[who, name]))
            for name, (what, unit, _) in FIGURES.items()
            for who in CELLS
        ),
    )
    tasks = row.median(OURS, "tasks")
    return row.judge(at_most(f"at most {MOST:g} ms of tasks in a second", tasks, MOST, "ms"))
