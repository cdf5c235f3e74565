"""How long a notebook of 50 sounds takes to open, in JupyterLab in Chromium."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Final

import nbformat
import numpy as np
from IPython.display import Audio
from nbformat.sign import NotebookNotary
from playwright.sync_api import Browser

from jupyter_tts.client.speech.events import Audio as Sound
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.speech.word_positions import place_words
from jupyter_tts.notebook.output.saved_view import view_bundle
from jupyter_tts.wire.alignment import Word
from jupyter_tts.wire.request import SpeechRequest
from tests.browser.chromium import find_chromium
from tests.browser.lab import Lab, NotebookPage

from ..table import OURS, Measurement, Row, at_most
from . import SENTENCE
from .hearing import NO_BROWSER, opened

__all__ = ["measure"]

COUNT = 50
SECONDS = 3.0
SAMPLE_RATE = 24_000
TIMES = 1.5  # × IPython's, at most
TITLE = f"Opening a notebook of {COUNT} sounds"
AUDIO = "`IPython.display.Audio`"
TEXT = "lines of text"
WIDGET = "an anywidget of one word"
PLAYERS = "widgets of a running kernel"
SAVED = "saved outputs"
FILE = "the notebook's file"
CONDITIONS = (
    f"a trusted notebook of {COUNT} cells, each with the same {SECONDS:g} s of sound, is opened in "
    "JupyterLab in headless Chromium, whose kernel runs already. From the navigation, so with the "
    "seconds that JupyterLab itself takes, until the last output has its controls and the length "
    f"of its sound: {AUDIO} reads that from the file, ours has it beside the sound, which it reads "
    "when it is to be played. Our widgets are paused players; that they get their sound again is "
    "not waited for. Each kind once before, then in turn."
)

SETUP = """
import pickle
%load_ext jupyter_tts
speech = pickle.loads(open("speech.pickle", "rb").read())
"""

WIDGET_SETUP = """
import anywidget
class Word(anywidget.AnyWidget):
    _esm = "export default { render: ({ el }) => { el.innerHTML = '<p class=one-word>word</p>'; } }"
"""

# Milliseconds since the navigation at which so many elements fulfil a condition.
OPENED = """async ([selector, count]) => {
    const opened = () => {
        const parts = [...document.querySelectorAll(selector)];
        return parts.length >= count && parts.every((part) => part.readyState !== 0);
    };
    while (!opened()) await new Promise((resolve) => setTimeout(resolve, 5));
    return performance.now();
}"""

SELECTORS: Final = {
    (OURS, SAVED): ".jtts-view[data-state] .jtts-slider",
    (AUDIO, SAVED): ".jp-OutputArea-output audio",
    (TEXT, SAVED): ".jp-OutputArea-output pre",
    (OURS, PLAYERS): ".jtts-player[data-state] .jtts-slider",
    (WIDGET, PLAYERS): ".jp-OutputArea-output .one-word",
}


def _speech() -> Speech:
    """Return a sound and its words."""
    texts = SENTENCE.split()
    each = SECONDS / len(texts)
    words = [Word(text, n * each, (n + 1) * each) for n, text in enumerate(texts)]
    samples = np.random.default_rng(1).normal(0, 3000, round(SECONDS * SAMPLE_RATE))
    speech = Speech(SENTENCE, SpeechRequest(), SAMPLE_RATE, Timeline(), label="Noise")
    speech.add(Sound(samples.astype("<i2").tobytes(), SAMPLE_RATE, place_words(SENTENCE, words)))
    speech.finish()
    return speech


class _Notebooks:
    """A notebook for each kind of output, which are opened again and again."""

    def __init__(self, browser: Browser, lab: Lab) -> None:
        self._lab = lab
        speech = _speech()
        sound = Audio(np.frombuffer(speech.pcm, "<i2"), rate=SAMPLE_RATE)
        plain = {"text/plain": SENTENCE}
        bundles = {
            (OURS, SAVED): view_bundle(speech),
            (AUDIO, SAVED): {"text/html": sound._repr_html_(), **plain},
            (TEXT, SAVED): plain,
        }
        self.sizes: dict[str, float] = {}
        self._names = {kind: f"{number}.ipynb" for number, kind in enumerate(SELECTORS)}
        for kind, bundle in bundles.items():
            self._write(self._names[kind], bundle)
            self.sizes[kind[0]] = (lab.root / self._names[kind]).stat().st_size / 1e6
        (lab.root / "speech.pickle").write_bytes(pickle.dumps(speech))
        self._page = browser.new_page(viewport={"width": 1100, "height": 900})
        self._leave_players(self._names[OURS, PLAYERS])
        self._leave(self._names[WIDGET, PLAYERS], WIDGET_SETUP, "Word()")

    def open(self, kind: tuple[str, str]) -> float:
        """Open a notebook; return the milliseconds."""
        NotebookPage(self._page, self._lab, self._names[kind], "lab")
        milliseconds: float = self._page.evaluate(OPENED, [SELECTORS[kind], COUNT])
        return milliseconds

    def _write(self, name: str, bundle: dict[str, str]) -> None:
        output = nbformat.v4.new_output("display_data", data=bundle)
        cells = [nbformat.v4.new_code_cell("speech", outputs=[output]) for _ in range(COUNT)]
        self._write_cells(name, cells)

    def _write_cells(self, name: str, cells: list[nbformat.NotebookNode]) -> None:
        kernel = {"name": "python3", "display_name": "Python 3"}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(notebook, self._lab.root / name)
        NotebookNotary(data_dir=str(self._lab.root / ".data")).sign(notebook)

    def _leave_players(self, name: str) -> None:
        """Run a notebook whose players stay, since each is paused."""

        def pause(notebook: NotebookPage, number: int) -> None:
            notebook.cell(number).get_by_role("button", name="Pause", exact=True).click()

        self._leave(name, SETUP, "speech", pause)

    def _leave(
        self,
        name: str,
        setup: str,
        source: str,
        then: Callable[[NotebookPage, int], object] = lambda notebook, number: None,
    ) -> None:
        """Run a notebook, with something to do after each cell, and save it."""
        cells = [nbformat.v4.new_code_cell(each) for each in [setup, *[source] * COUNT]]
        self._write_cells(name, cells)
        notebook = NotebookPage(self._page, self._lab, name, "lab")
        notebook.run(0)
        for number in range(1, COUNT + 1):
            notebook.start(number)
            then(notebook, number)
        notebook.wait_until_ended(COUNT)
        notebook.save()


def measure(repeats: int) -> Row:
    """Open every notebook as often, in turn."""
    if find_chromium() is None:
        return Row(TITLE, "", missing=NO_BROWSER)
    values: dict[tuple[str, str], list[float]] = {kind: [] for kind in SELECTORS}
    with opened() as (browser, lab):
        notebooks = _Notebooks(browser, lab)
        for kind in SELECTORS:
            notebooks.open(kind)
        for number in range(repeats):
            for kind in [*SELECTORS][:: 1 if number % 2 else -1]:
                values[kind].append(notebooks.open(kind))
    times = [Measurement(who, what, "ms", tuple(each)) for (who, what), each in values.items()]
    sizes = [Measurement(who, FILE, "MB", (size,)) for who, size in notebooks.sizes.items()]
    row = Row(TITLE, CONDITIONS, (*times, *sizes))
    audio = row.median(AUDIO, SAVED)
    bars = [
        at_most(f"{what} ≤ {TIMES:g} × {AUDIO}", _over(row.median(OURS, what), audio), TIMES, "×")
        for what in (SAVED, PLAYERS)
    ]
    return row.judge(*bars)


def _over(ours: float | None, audio: float | None) -> float | None:
    return None if ours is None or audio is None else ours / audio
