"""Kernels that nobody watches: nbclient, papermill and nbconvert."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import wave
from copy import deepcopy
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter
from nbformat import NotebookNode

from jupyter_tts.client.keys import KEY_VARIABLE

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
QUICKSTART = NOTEBOOKS / "quickstart.ipynb"  # runs twice, in a test of its own
PATIENCE = 60


#: Cells that need nothing of each other, so that one kernel can run them.
CELLS = {
    "loaded": "from jupyter_tts.notebook.runtime.session import current_session\n"
    "print(current_session().event_loop.running)",
    "magic": "%%tts --latency 3 --name speech --save talk.wav --save talk.mp3\nHello you.",
    "magic's variable": "print(speech.complete, len(speech.pcm))",
    "mp3": "%%tts --format mp3_44100_128\nHello you.",
    "no play": "%%tts --no-play\nHello you.",
    "say": "from jupyter_tts import say\nspeech = say('Hello.')\nspeech",
    "say's variable": "speech",
    "panel magic": "%tts_panel --voice de --latency 3 Hello.",
    "panel": "from jupyter_tts import Panel\nPanel('Hello.', voice='de', latency=3)",
}


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))


def notebook_of(*cells: str) -> NotebookNode:
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in ("%load_ext jupyter_tts", *cells)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )


def client_of(notebook: NotebookNode, folder: Path) -> NotebookClient:
    resources = {"metadata": {"path": str(folder)}}
    return NotebookClient(notebook, timeout=PATIENCE, resources=resources)


def execute(notebook: NotebookNode, folder: Path) -> NotebookNode:
    return client_of(notebook, folder).execute()


def sound_in(html: str) -> bytes:
    """The mp3 file in a saved view."""
    (data,) = re.findall(r'<audio [^>]*src="data:audio/mpeg;base64,([^"]+)"', html)
    return base64.b64decode(data)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the cells were run."""
    return tmp_path_factory.mktemp("headless")


@pytest.fixture(scope="module")
def executed(folder: Path) -> NotebookNode:
    """A notebook of the cells, run from the first to the last."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.delenv(KEY_VARIABLE, raising=False)
        monkeypatch.setenv("IPYTHONDIR", str(folder / "ipython"))
        return execute(notebook_of(*CELLS.values()), folder)


def outputs_of(executed: NotebookNode, name: str) -> list[NotebookNode]:
    """Return the outputs of a cell."""
    outputs: list[NotebookNode] = executed.cells[1 + list(CELLS).index(name)].outputs
    return outputs


def output_of(executed: NotebookNode, name: str) -> NotebookNode:
    """Return the one output of a cell."""
    (output,) = outputs_of(executed, name)
    return output


def test_nothing_is_started_with_the_extension(executed: NotebookNode) -> None:
    assert output_of(executed, "loaded").text == "False\n"


def test_the_cell_ends_with_the_saved_view_and_the_file(
    executed: NotebookNode, folder: Path
) -> None:
    output, saved = outputs_of(executed, "magic")
    assert set(output.data) == {"text/html", "text/plain"}
    with wave.open(str(folder / "talk.wav")) as file:
        pcm = file.readframes(file.getnframes())
    assert sound_in(output.data["text/html"]) == (folder / "talk.mp3").read_bytes()
    assert saved.text == f"Saved: {folder / 'talk.wav'}, {folder / 'talk.mp3'}\n"
    assert output_of(executed, "magic's variable").text == f"True {len(pcm)}\n"
    assert "widgets" not in executed.metadata


def test_the_converted_page_has_the_sound_that_came_as_mp3(executed: NotebookNode) -> None:
    saved = sound_in(output_of(executed, "mp3").data["text/html"])
    alone = deepcopy(executed)
    alone.cells = [cell for cell in alone.cells if cell.source == CELLS["mp3"]]
    page, _ = HTMLExporter().from_notebook_node(alone)
    assert sound_in(page) == saved
    assert "model not found" not in page


def test_papermill_leaves_the_same_view(tmp_path: Path) -> None:
    nbformat.write(notebook_of("%%tts\nHello you."), tmp_path / "in.ipynb")
    done = papermill.execute_notebook(
        str(tmp_path / "in.ipynb"), str(tmp_path / "out.ipynb"), progress_bar=False
    )
    (output,) = done.cells[1].outputs
    assert sound_in(output.data["text/html"])


def test_no_play_says_in_one_line_what_was_made(executed: NotebookNode) -> None:
    output = output_of(executed, "no play")
    assert output.name == "stdout"
    assert output.text.count("\n") == 1
    assert "s of speech" in output.text


def test_say_at_the_end_of_a_cell_is_shown_once_and_again_where_it_is_displayed(
    executed: NotebookNode,
) -> None:
    for name in ("say", "say's variable"):
        assert "<audio" in output_of(executed, name).data["text/html"]


@pytest.mark.parametrize("name", ["panel magic", "panel"])
def test_a_panel_leaves_the_request_that_it_stands_at(executed: NotebookNode, name: str) -> None:
    output = output_of(executed, name)
    assert set(output.data) == {"text/html", "text/plain"}
    assert "/de/stream-input?optimize_streaming_latency=3" in output.data["text/plain"]
    assert "widgets" not in executed.metadata


def test_a_fault_stops_the_run_with_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CellExecutionError, match="0 to 4, not 5"):
        execute(notebook_of("%%tts --latency 5\nHello."), tmp_path)


async def test_every_example_runs_and_is_saved_without_outputs(tmp_path: Path) -> None:
    paths = sorted({*NOTEBOOKS.glob("*.ipynb")} - {QUICKSTART})
    # Side by side, since most of their time is the pace of a network.
    outcomes = await asyncio.gather(
        *(run_example(path, tmp_path / path.stem) for path in paths), return_exceptions=True
    )
    failures = {path.stem: error for path, error in zip(paths, outcomes, strict=True) if error}
    assert not failures


async def run_example(path: Path, folder: Path) -> None:
    notebook = example(path)
    folder.mkdir()
    client = client_of(notebook, folder)
    done = await client.async_execute(env={**os.environ, "IPYTHONDIR": str(folder / "ipython")})
    check_sound(done)
    if path.stem == "does_the_knob_do_anything":
        check_verdicts(done)


def example(path: Path) -> NotebookNode:
    """Read an example, which has no outputs."""
    notebook = nbformat.read(path, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "saved with outputs"
    return notebook


def check_sound(notebook: NotebookNode) -> None:
    """Check that each cell that speaks left its sound."""
    for cell in notebook.cells:
        if re.match(r"%%?tts (?!.*--dry-run)", cell.source):
            assert "<audio" in cell.outputs[0].data["text/html"], cell.source


def check_verdicts(notebook: NotebookNode) -> None:
    """Check that each difference that is told is that of the table below it."""
    row = re.compile(r"^(.+?)  +\d+ +\d+ +([\d.]+) (ms|s)\b", re.MULTILINE)
    told = re.compile(r"^(.+) is ([\d,]+) ms earlier than (.+?) \(95 %: ", re.MULTILINE)
    losers = []
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        shown = output.get("data", {}).get("text/plain", "")
        medians = {
            name.strip(): float(value) * (1_000 if unit == "s" else 1)
            for name, value, unit in row.findall(shown)
        }
        for winner, by, loser in told.findall(shown):
            losers.append(loser)
            difference = medians[loser] - medians[winner[:1].lower() + winner[1:]]
            assert difference == pytest.approx(float(by.replace(",", "")), rel=0.5), shown
    assert losers[-2:] == ["level 0", "first audio made 60 ms later"]


def test_the_quickstart_runs_again_with_what_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JUPYTER_TTS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    notebook = example(QUICKSTART)
    first, again = (execute(deepcopy(notebook), tmp_path) for _ in range(2))
    check_sound(first)
    check_sound(again)
    assert str(again).count("from the cache") > str(first).count("from the cache")
