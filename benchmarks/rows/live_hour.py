"""What an hour of speech costs in a live player, in the kernel and in its page, in JupyterLab."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Final

import psutil
from playwright.sync_api import CDPSession, Page

from tests.browser.chromium import find_chromium
from tests.browser.lab import NotebookPage

from ..table import OURS, Measurement, Row, at_most
from .hearing import NO_BROWSER, Opened, opened
from .hour import LENGTH, SLOWER, WATCHED, hour_of_speech, metrics

__all__ = ["measure"]

EARLY = 60.0  # s: where the page's first figures are taken
TITLE = "An hour of speech, live"
CONDITIONS = (
    f"a player in JupyterLab in headless Chromium, which draws in software, is sent {LENGTH:,.0f} "
    "s of noise with its words, a second in each message, as fast as kernel and page can take it. "
    f"Then {WATCHED:g} s are played after the first minute, and {WATCHED:g} s in the last half "
    "minute. The kernel's time is its process's, encoding the sound for the notebook included. Its "
    "memory is what it has more than with the recording alone. The browser's is of all its "
    "processes: they have the recording twice, to be heard again and to be downloaded."
)
KERNEL: Final = "kernel's time"
PAGE: Final = "page's main thread"
FIGURES: Final = {
    "early": (f"{KERNEL}, 10th to 20th minute", "ms/s"),
    "late": (f"{KERNEL}, last ten minutes", "ms/s"),
    "memory": ("kernel's memory beyond the recording", "MB"),
    "first": (f"{PAGE}, {WATCHED:g} s after a minute", "ms/s"),
    "last": (f"{PAGE}, {WATCHED:g} s of the last half minute", "ms/s"),
    "heap": ("page's heap", "MB"),
    "nodes": ("nodes of the page", ""),
    "browser": ("browser's memory", "MB"),
}
SETUP = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
%load_ext jupyter_tts
from benchmarks.rows.live_hour_kernel import print_figures, speech
"""
RECEIVED = """(frames) => {
    const slider = document.querySelector(".jtts-player .jtts-slider");
    return slider && Number(slider.max) >= frames &&
        !document.querySelector(".jtts-player .jtts-total").textContent.endsWith("…");
}"""
SEEK = """(at) => {
    const slider = document.querySelector(".jtts-player .jtts-slider");
    slider.value = at;
    for (const kind of ["input", "change"]) slider.dispatchEvent(new Event(kind));
}"""
PLAYS = "() => document.querySelector('.jtts-player[data-state=playing]') !== null"


def _work(page: Page, devtools: CDPSession, at: float) -> float:
    """Return the milliseconds of tasks in each second of playback from a place on."""
    page.evaluate(SEEK, at)
    page.wait_for_function(PLAYS)
    page.wait_for_timeout(1000)  # what the seek itself draws
    before = metrics(devtools)
    page.wait_for_timeout(1000 * WATCHED)
    after = metrics(devtools)
    seconds = after["Timestamp"] - before["Timestamp"]
    return 1000 * (after["TaskDuration"] - before["TaskDuration"]) / seconds


def _browser_memory() -> float:
    """Return the megabytes that the browser's processes have for themselves."""
    processes = psutil.Process().children(recursive=True)
    names = ("chrom", "headless_shell")
    own = [one for one in processes if any(name in one.name() for name in names)]
    return sum(one.memory_full_info().uss for one in own) / 1e6


def _looked_at(place: Opened) -> dict[str, float]:
    """Return the figures of one hour."""
    browser, lab = place
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    name = lab.write("hour.ipynb", [SETUP, "speech", "print_figures()"])
    notebook = NotebookPage(page, lab, name, "lab")
    notebook.run(0)
    devtools.send("HeapProfiler.collectGarbage")
    empty, browser_before = metrics(devtools), _browser_memory()
    notebook.start(1)
    page.wait_for_function(RECEIVED, arg=LENGTH - 1, timeout=150_000)
    figures = {"first": _work(page, devtools, EARLY), "last": _work(page, devtools, LENGTH - 30)}
    # Not before: a collection is a task of the main thread, too.
    devtools.send("HeapProfiler.collectGarbage")
    full = metrics(devtools)
    figures["heap"] = (full["JSHeapUsedSize"] - empty["JSHeapUsedSize"]) / 1e6
    figures["nodes"] = full["Nodes"] - empty["Nodes"]
    figures["browser"] = _browser_memory() - browser_before
    figures |= _printed(notebook)
    page.close()
    lab.end_kernels()
    return figures


def _printed(notebook: NotebookPage) -> dict[str, float]:
    notebook.run(2)
    figures: dict[str, float] = json.loads(notebook.printed(2))
    return figures


def measure(repeats: int) -> Row:
    """Have as many hours, each in a kernel and a page of its own."""
    if find_chromium() is None:
        return Row(TITLE, "", missing=NO_BROWSER)
    values: dict[str, list[float]] = {name: [] for name in FIGURES}
    with opened() as place:
        (place[1].root / "hour.pickle").write_bytes(pickle.dumps(hour_of_speech()))
        for _ in range(repeats):
            for name, value in _looked_at(place).items():
                values[name].append(value)
    row = Row(
        TITLE,
        CONDITIONS,
        tuple(
            Measurement(OURS, what, unit, tuple(values[name]))
            for name, (what, unit) in FIGURES.items()
        ),
    )
    return row.judge(
        *(
            at_most(f"{what}: no more work at the end (≤ {SLOWER:g} ×)", times, SLOWER, "×")
            for what, times in (
                (KERNEL, _ratio(row, "late", "early")),
                (PAGE, _ratio(row, "last", "first")),
            )
        )
    )


def _ratio(row: Row, name: str, other: str) -> float | None:
    above, below = (row.median(OURS, FIGURES[one][0]) for one in (name, other))
    return above / below if above is not None and below else None
