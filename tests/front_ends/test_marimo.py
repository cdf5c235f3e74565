"""marimo, which has no IPython: a page of ``marimo run``, with the ear."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Browser, Page

from jupyter_tts.client.keys import KEY_VARIABLE

from ..browser.ear import Recording, wait_for_silence_after
from ..browser.lab import open_page

pytestmark = pytest.mark.front_ends

NOTEBOOK = Path(__file__).with_name("marimo_notebook.py")


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Serve the notebook as an application; its address."""
    shutil.copy(NOTEBOOK, folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    options = ["--headless", "--no-token", "--host", "127.0.0.1", "--port", port]
    command = [sys.executable, "-m", "marimo", "run", NOTEBOOK.name, *options]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            next(line for line in process.stdout if port in line)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.communicate()  # reads to the end: it says goodbye


@pytest.fixture
def page(chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with running(tmp_path) as address, open_page(chromium) as page:
        page.goto(address)
        page.get_by_text("Nothing has been spoken yet.").wait_for()
        yield page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def wait_for_state(page: Page, state: str) -> None:
    page.locator(f".jtts-player[data-state={state}]").wait_for()


def received(file: Path) -> npt.NDArray[np.int16]:
    return np.trim_zeros(np.frombuffer(file.read_bytes(), "<i2"))


def test_a_player_sounds_while_its_cell_runs_and_a_speech_shows_itself(
    page: Page, tmp_path: Path
) -> None:
    press(page, "Stream")
    wait_for_state(page, "playing")
    (tmp_path / "go").touch()
    wait_for_state(page, "finished")
    wait_for_silence_after(page)
    heard = Recording.of(page)
    assert heard.is_all_of(received(tmp_path / "first.pcm"))

    press(page, "Again")
    wait_for_state(page, "playing")
    press(page, "Stop")
    wait_for_state(page, "stopped")
    wait_for_silence_after(page)
    more = Recording.of(page).sound[len(heard.sound) :]
    assert 0 < np.count_nonzero(more) < len(received(tmp_path / "again.pcm"))

    press(page, "Show")
    view = page.locator(".jtts-view", has_text="Shown by itself.")
    view.locator("audio").wait_for()
    assert page.get_by_text("optimize_streaming_latency=3").is_visible()
