"""JupyterLab whose server runs the cells, and shares the document among its pages."""

from __future__ import annotations

import base64
import importlib.util
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import nbformat
import numpy as np
import numpy.typing as npt
import pytest
from nbclient import NotebookClient
from playwright.sync_api import Browser, Locator, Page, expect

from jupyter_tts.notebook.output.saved_view import UNHEARD

from ..browser.ear import Recording, wait_for_silence_after
from ..browser.lab import Lab, NotebookPage, open_page

pytestmark = pytest.mark.front_ends

HAS_NBMODEL = importlib.util.find_spec("jupyter_server_nbmodel") is not None

SENTENCE = "The quick brown fox jumps over the dog."
PRINT_PCM = "import base64; print(base64.b64encode(speech.pcm).decode())"
TRUST = """() => {
    for (const cell of window.jupyterapp.shell.currentWidget.content.model.cells)
        cell.trusted = true;
}"""

SAVED = """async (name) => {
    const answer = await fetch(`/api/contents/${name}`);
    const [output] = (await answer.json()).content.cells[1].outputs;
    return Object.keys(output.data).sort().join() === "text/html,text/plain";
}"""

OpenTabs = Callable[..., list[NotebookPage]]


@pytest.fixture
def open_tabs(chromium: Browser, lab: Lab, request: pytest.FixtureRequest) -> Iterator[OpenTabs]:
    """Open a new notebook of the cells given, in browsers that share nothing but the server."""
    with ExitStack() as stack:
        stack.callback(lab.end_kernels)

        def open_all(*cells: str, number: int = 1) -> list[NotebookPage]:
            name = lab.write(f"{request.node.name}.ipynb", ["%load_ext jupyter_tts", *cells])
            tabs: list[NotebookPage] = []
            for _ in range(number):
                page = stack.enter_context(open_page(chromium))
                tabs.append(NotebookPage(page, lab, name, "lab"))
                tabs[-1].wait_until_idle()
                page.evaluate(TRUST)
            run(tabs[0], 0)
            return tabs

        yield open_all


def run(notebook: NotebookPage, index: int) -> None:
    """Run a cell and wait until it has ended: the page's command may not."""
    notebook.start(index)
    notebook.wait_until_ended(index)


def received(notebook: NotebookPage, index: int) -> npt.NDArray[np.int16]:
    """The samples that a cell prints as base64."""
    run(notebook, index)
    expect(notebook.cell(index).locator(".jp-OutputArea-output")).not_to_be_empty()
    samples = np.frombuffer(base64.b64decode(notebook.printed(index)), "<i2")
    return np.trim_zeros(samples)


def state_of(notebook: NotebookPage, state: str) -> Locator:
    """The player of the second cell, while it is in a state."""
    return notebook.cell(1).locator(f".jtts-player[data-state={state}]")


def heard(page: Page) -> int:
    """How many frames a page has sounded like so far."""
    return len(Recording.of(page).sound) if page.evaluate("window.ear.ears.length") else 0


def test_a_cell_is_heard_live_and_its_saved_view_reaches_the_file(
    open_tabs: OpenTabs,
) -> None:
    cell = f"%%tts --voice en-us --name speech\n{SENTENCE}"
    (notebook,) = open_tabs(cell, PRINT_PCM, "print(speech.timeline.audible_latency is not None)")
    notebook.start(1)
    expect(state_of(notebook, "playing")).to_be_visible()
    notebook.wait_until_ended(1)
    sent = received(notebook, 2)
    notebook.wait_for_saved_view(1)
    assert Recording.of(notebook.page).is_all_of(sent)
    run(notebook, 3)
    assert notebook.printed(3).strip() == "True"
    (output,) = notebook.outputs(1)
    assert set(output["data"]) == {"text/html", "text/plain"}
    assert UNHEARD not in output["data"]["text/plain"]
    notebook.page.wait_for_function(SAVED, arg=notebook.name)  # by the server, by itself


def test_the_panel_speaks(open_tabs: OpenTabs) -> None:
    panel = "from jupyter_tts import Panel\npanel = Panel(voice='en-us')\npanel"
    (notebook,) = open_tabs(panel, "speech = panel.speech", PRINT_PCM)
    run(notebook, 1)
    notebook.cell(1).get_by_role("button", name="Speak", exact=True).click()
    expect(state_of(notebook, "finished")).to_be_visible()
    run(notebook, 2)
    assert Recording.of(notebook.page).is_all_of(received(notebook, 3))


def test_of_two_pages_one_sounds_and_one_saved_view_is_left(open_tabs: OpenTabs) -> None:
    tabs = open_tabs(f"%%tts --voice en-us\n{SENTENCE}", number=2)
    run(tabs[0], 1)
    for notebook in tabs:
        notebook.wait_for_saved_view(1)
        assert len(notebook.outputs(1)) == 1
    assert [heard(notebook.page) > 0 for notebook in tabs].count(True) == 1


@pytest.mark.skipif(not HAS_NBMODEL, reason="its kernel hears only the page that was opened last")
def test_another_page_can_take_over(open_tabs: OpenTabs) -> None:
    tabs = open_tabs(f"%%tts --voice en-us\n{SENTENCE * 3}", number=2)
    run(tabs[0], 1)
    for notebook in tabs:
        expect(state_of(notebook, "playing").or_(state_of(notebook, "elsewhere"))).to_be_visible()
    loud, quiet = sorted(tabs, key=lambda notebook: state_of(notebook, "elsewhere").count())
    assert not heard(quiet.page)
    quiet.cell(1).get_by_role("button", name="Listen here").click()
    expect(state_of(quiet, "playing")).to_be_visible()
    expect(state_of(loud, "elsewhere")).to_be_visible()
    wait_for_silence_after(loud.page)
    before = heard(loud.page)
    quiet.wait_for_saved_view(1)
    assert heard(loud.page) == before
    assert heard(quiet.page)


def test_without_a_page_the_saved_view_comes_and_says_why_nothing_was_heard(
    tmp_path: Path,
) -> None:
    output = spoken_by_nbclient(tmp_path, {**os.environ, "JPY_SESSION_NAME": "unseen.ipynb"})
    assert "<audio" in output["text/html"]
    assert UNHEARD in output["text/html"]
    assert UNHEARD in output["text/plain"]


def spoken_by_nbclient(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """Return what a cell of speech leaves in a kernel started with an environment."""
    cells = [
        nbformat.v4.new_code_cell(source)
        for source in ("%load_ext jupyter_tts", f"%%tts --voice en-us\n{SENTENCE}")
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": folder}}
    )
    client.execute(env=environment)
    (output,) = notebook.cells[1].outputs
    return dict(output.data)
