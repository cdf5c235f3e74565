"""Kernels that nobody watches: nbclient, papermill and nbconvert."""

from __future__ import annotations

import base64
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
PATIENCE = 60


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))


def notebook_of(*cells: str) -> NotebookNode:
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in ("%load_ext jupyter_tts", *cells)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )


def execute(notebook: NotebookNode, folder: Path, **options: object) -> NotebookNode:
    client = NotebookClient(
        notebook, timeout=PATIENCE, resources={"metadata": {"path": str(folder)}}, **options
    )
    return client.execute()


def sound_in(html: str) -> bytes:
    """The mp3 file in a saved view."""
    (data,) = re.findall(r'<audio [^>]*src="data:audio/mpeg;base64,([^"]+)"', html)
    return base64.b64decode(data)


def test_the_cell_ends_with_the_saved_view_and_the_file(tmp_path: Path) -> None:
    source = "%%tts --latency 3 --name speech --save talk.wav --save talk.mp3\nHello you."
    done = execute(notebook_of(source, "print(speech.complete, len(speech.pcm))"), tmp_path)
    (output,) = done.cells[1].outputs
    assert set(output.data) == {"text/html", "text/plain"}
    with wave.open(str(tmp_path / "talk.wav")) as file:
        pcm = file.readframes(file.getnframes())
    assert sound_in(output.data["text/html"]) == (tmp_path / "talk.mp3").read_bytes()
    assert done.cells[2].outputs[0].text == f"True {len(pcm)}\n"
    assert "widgets" not in done.metadata


def test_the_converted_page_has_the_sound_that_came_as_mp3(tmp_path: Path) -> None:
    done = execute(notebook_of("%%tts --format mp3_44100_128\nHello you."), tmp_path)
    page, _ = HTMLExporter().from_notebook_node(done)
    assert sound_in(page) == sound_in(done.cells[1].outputs[0].data["text/html"])
    assert "model not found" not in page


def test_papermill_leaves_the_same_view(tmp_path: Path) -> None:
    nbformat.write(notebook_of("%%tts\nHello you."), tmp_path / "in.ipynb")
    done = papermill.execute_notebook(
        str(tmp_path / "in.ipynb"), str(tmp_path / "out.ipynb"), progress_bar=False
    )
    (output,) = done.cells[1].outputs
    assert sound_in(output.data["text/html"])


def test_no_play_says_in_one_line_what_was_made(tmp_path: Path) -> None:
    done = execute(notebook_of("%%tts --no-play\nHello you."), tmp_path)
    (output,) = done.cells[1].outputs
    assert output.name == "stdout"
    assert output.text.count("\n") == 1
    assert "s of speech" in output.text


def test_say_at_the_end_of_a_cell_is_shown_once_and_again_where_it_is_displayed(
    tmp_path: Path,
) -> None:
    done = execute(
        notebook_of("from jupyter_tts import say\nspeech = say('Hello.')\nspeech", "speech"),
        tmp_path,
    )
    for cell in done.cells[1:]:
        (output,) = cell.outputs
        assert "<audio" in output.data["text/html"]


@pytest.mark.parametrize(
    "source",
    [
        "%tts_panel --voice de --latency 3 Hello.",
        "from jupyter_tts import Panel\nPanel('Hello.', voice='de', latency=3)",
    ],
)
def test_a_panel_leaves_the_request_that_it_stands_at(source: str, tmp_path: Path) -> None:
    done = execute(notebook_of(source), tmp_path)
    (output,) = done.cells[1].outputs
    assert set(output.data) == {"text/html", "text/plain"}
    assert "/de/stream-input?optimize_streaming_latency=3" in output.data["text/plain"]
    assert "widgets" not in done.metadata


def test_a_fault_stops_the_run_with_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CellExecutionError, match="0 to 4, not 5"):
        execute(notebook_of("%%tts --latency 5\nHello."), tmp_path)


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_example_runs_and_is_saved_without_outputs(path: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells)
    done = execute(notebook, tmp_path)
    spoken = [cell for cell in done.cells if re.match(r"%%?tts (?!.*--dry-run)", cell.source)]
    for cell in spoken:
        assert "<audio" in cell.outputs[0].data["text/html"]


def test_the_quickstart_runs_again_with_what_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JUPYTER_TTS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    notebook = nbformat.read(NOTEBOOKS / "quickstart.ipynb", as_version=4)
    shown = [str(execute(deepcopy(notebook), tmp_path)).count("from the cache") for _ in range(2)]
    assert shown[1] > shown[0]
