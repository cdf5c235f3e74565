"""A stream that fails in mid-utterance: what came is kept, and the error tells how far it got."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import expect
from websockets.sync.server import ServerConnection, serve

from .conftest import OpenNotebook
from .ear import Recording
from .stage import noise
from .test_speaking import wait_for_state

RATE = 24_000
TEXT = "one two three four"
HEARD = noise(0.8)
"""Every character takes a tenth of a second, so this is "one two " to the sample."""


def speak_and_fail(socket: ServerConnection) -> None:
    while json.loads(socket.recv())["text"]:
        pass
    times = {
        "chars": list(TEXT),
        "charStartTimesMs": [100 * n for n in range(len(TEXT))],
        "charDurationsMs": [100] * len(TEXT),
    }
    sound = np.concatenate([HEARD, noise(0.2, seed=2)])  # the beginning of "three" as well
    audio = base64.b64encode(sound.astype("<i2").tobytes()).decode()
    socket.send(json.dumps({"audio": audio, "isFinal": None, "alignment": times}))
    fault = {"message": "<b>No</b> credits are left.", "error": "quota_exceeded", "code": 1008}
    socket.send(json.dumps(fault))
    socket.close(1008)


@pytest.fixture
def failing() -> Iterator[str]:
    """A server that speaks two words and a bit of the third."""
    with serve(speak_and_fail, "127.0.0.1", 0, compression=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
        thread.join()


def test_the_player_keeps_what_came_and_both_say_how_far_it_got(
    reuse_notebook: OpenNotebook, failing: str
) -> None:
    notebook = reuse_notebook(
        f"%%tts --server {failing} --name speech\n{TEXT}",
        "print([speech.spoken, speech.unspoken, speech.complete, len(speech.pcm)])",
    )
    notebook.run(1)
    progress = "Spoken up to “two”, 7 of 18 characters."
    wait_for_state(notebook, 1, "Failed")
    cell = notebook.cell(1)
    expect(cell.locator(".jtts-error")).to_contain_text(progress)
    (error,) = [output for output in notebook.outputs(1) if output["output_type"] == "error"]
    assert error["ename"] == "QuotaExceeded"
    (sentence,) = error["traceback"]
    assert progress in sentence
    assert "<b>No</b> credits are left." in sentence
    expect(cell.get_by_role("button", name="Play", exact=True)).to_be_enabled()
    fade = 120
    heard = Recording.of(notebook.page).exact
    assert np.array_equal(heard[: len(HEARD)], HEARD)
    assert len(heard) <= len(HEARD) + fade
    notebook.run(2)
    expected = ["one two", " three four", False, 2 * (len(HEARD) + fade)]
    assert notebook.printed(2).strip() == str(expected)


def test_an_error_carries_the_speech(reuse_notebook: OpenNotebook, failing: str) -> None:
    notebook = reuse_notebook(
        "from jupyter_tts import say\ntry:\n"
        f"    say({TEXT!r}, server={failing!r})\n"
        "except Exception as error:\n"
        "    print(type(error).__name__, [word.text for word in error.speech.words])",
    )
    notebook.run(1)
    assert notebook.printed(1).strip().endswith("QuotaExceeded ['one', 'two']")
