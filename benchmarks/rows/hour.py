"""What an hour of speech costs as a saved view, in Chromium."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import numpy as np
from playwright.sync_api import CDPSession, Page, sync_playwright

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.speech.word_positions import place_words
from jupyter_tts.notebook.output.saved_view import view_bundle
from jupyter_tts.wire.alignment import Word
from jupyter_tts.wire.request import SpeechRequest
from tests.browser.chromium import find_chromium

from ..table import OURS, Measurement, Row, at_most
from . import SENTENCE
from .hearing import NO_BROWSER

__all__ = ["LENGTH", "SLOWER", "WATCHED", "hour_of_speech", "measure", "metrics"]

LENGTH = 3_600.0  # seconds
SAMPLE_RATE = 24_000
EACH = 0.36  # seconds a word
WATCHED = 8.0  # seconds of playback, at the beginning and at the end
SLOWER = 1.5  # × the work of the beginning, at most
TITLE = "An hour of speech, saved"
CONDITIONS = (
    f"the saved view of {LENGTH:,.0f} s of noise with {LENGTH / EACH:,.0f} words, alone in a page "
    f"of headless Chromium that draws in software. {WATCHED:g} s are played at the beginning, and "
    f"{WATCHED:g} s in the last half minute. Times are of all tasks of the main thread (Chrome's "
    "`Performance.getMetrics`); the heap is looked at after a collection, against an empty page. "
    "The live player and the client's memory are rows of their own."
)

FIRST: Final = f"main thread, first {WATCHED:g} s"
LAST: Final = f"main thread, {WATCHED:g} s of the last half minute"
HEAP: Final = "heap"
NODES: Final = "nodes of the page"
FILE: Final = "in the notebook's file, sound left out (the default for an hour)"
SOUND: Final = "in the notebook's file, with its sound"
UNITS: Final = {FIRST: "ms/s", LAST: "ms/s", HEAP: "MB", NODES: "", FILE: "MB", SOUND: "MB"}

PLAY = """async (at) => {
    const audio = document.querySelector(".jtts-view[data-state] audio");
    audio.currentTime = at;
    await audio.play();
}"""


def hour_of_speech() -> Speech:
    """Return an hour of sound with its words."""
    count = round(LENGTH / EACH)
    texts = [*islice(cycle(SENTENCE.split()), count)]
    words = [Word(text, n * EACH, (n + 1) * EACH) for n, text in enumerate(texts)]
    text = " ".join(texts)
    speech = Speech(text, SpeechRequest(), SAMPLE_RATE, Timeline(), label="Noise")
    noise = np.random.default_rng(1).normal(0, 3000, 60 * SAMPLE_RATE).astype("<i2").tobytes()
    minutes = round(LENGTH / 60)
    for minute in range(minutes):
        placed = place_words(text, words) if minute == minutes - 1 else []
        speech.add(Audio(noise, SAMPLE_RATE, placed))
    speech.finish()
    return speech


def _work(page: Page, devtools: CDPSession, at: float) -> float:
    """Return the milliseconds of tasks in each second of playback from a place on."""
    page.evaluate(PLAY, at)
    before = metrics(devtools)
    page.wait_for_timeout(1000 * WATCHED)
    after = metrics(devtools)
    page.evaluate("document.querySelector('audio').pause()")
    seconds = after["Timestamp"] - before["Timestamp"]
    return 1000 * (after["TaskDuration"] - before["TaskDuration"]) / seconds


def metrics(devtools: CDPSession) -> dict[str, float]:
    """Return Chrome's figures of a page, by their names."""
    figures = devtools.send("Performance.getMetrics")["metrics"]
    return {figure["name"]: figure["value"] for figure in figures}


def _looked_at(page: Page, devtools: CDPSession, view: Path) -> dict[str, float]:
    """Return the figures of a page with a view."""
    devtools.send("HeapProfiler.collectGarbage")
    empty = metrics(devtools)
    page.goto(view.as_uri())
    page.wait_for_selector(".jtts-view[data-state]")
    first = _work(page, devtools, 0.0)
    last = _work(page, devtools, LENGTH - 30)
    # Not before: a collection is a task of the main thread, too.
    devtools.send("HeapProfiler.collectGarbage")
    full = metrics(devtools)
    heap = (full["JSHeapUsedSize"] - empty["JSHeapUsedSize"]) / 1e6
    return {FIRST: first, LAST: last, HEAP: heap, NODES: full["Nodes"] - empty["Nodes"]}


def measure(repeats: int) -> Row:
    """Look at the view as often, each time in a new page."""
    if find_chromium() is None:
        return Row(TITLE, "", missing=NO_BROWSER)
    values: dict[str, list[float]] = {what: [] for what in UNITS}
    speech = hour_of_speech()
    left_out, html = (view_bundle(speech, megabytes=most)["text/html"] for most in (0, 1_000))
    values[FILE].append(len(left_out) / 1e6)
    values[SOUND].append(len(html) / 1e6)
    with ExitStack() as stack:
        view = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "view.html"
        view.write_text(f"<!doctype html><meta charset=utf-8>{html}", "utf-8")
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"],
        )
        stack.callback(browser.close)
        for _ in range(repeats):
            page = browser.new_page(viewport={"width": 1100, "height": 900})
            devtools = page.context.new_cdp_session(page)
            devtools.send("Performance.enable")
            for what, value in _looked_at(page, devtools, view).items():
                values[what].append(value)
            page.close()
    row = Row(
        TITLE,
        CONDITIONS,
        tuple(Measurement(OURS, what, unit, tuple(values[what])) for what, unit in UNITS.items()),
    )
    first, last = row.median(OURS, FIRST), row.median(OURS, LAST)
    times = last / first if first and last else None
    return row.judge(at_most(f"no more work at the end (≤ {SLOWER:g} ×)", times, SLOWER, "×"))
