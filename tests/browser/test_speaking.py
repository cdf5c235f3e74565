"""``%%tts`` in real front ends: what is heard, and what the controls do to it."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from .conftest import OpenNotebook
from .ear import Recording, wait_for_silence_after
from .lab import FRONT_ENDS, NotebookPage

SENTENCE = "The quick brown fox jumps over the lazy dog, and then it rests."
LONG = " ".join(f"This is sentence number {n} of a text that takes its time." for n in range(1, 60))


def pcm_of(notebook: NotebookPage, index: int) -> np.ndarray:
    """The samples that a cell printed as base64."""
    notebook.run(index)
    text = notebook.printed(index).strip().strip("'\"")
    return np.frombuffer(base64.b64decode(text), "<i2")


PRINT_PCM = "import base64; print(base64.b64encode(speech.pcm).decode())"


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_what_is_heard_is_what_was_received_sample_for_sample(
    open_notebook: OpenNotebook, front_end: str
) -> None:
    notebook = open_notebook(
        f"%%tts --latency 3 --name speech\n{SENTENCE}",
        PRINT_PCM,
        "print(speech.timeline.underruns, speech.timeline.audible_latency is not None)",
        front_end=front_end,
    )
    notebook.run(1)
    sent = np.trim_zeros(pcm_of(notebook, 2))
    notebook.wait_for_saved_view(1)
    assert np.array_equal(Recording.of(notebook.page).exact, sent)
    notebook.run(3)
    assert notebook.printed(3).split() == ["0", "True"]
