"""A cell that runs again: its speech comes from the cache, through the same player."""

from __future__ import annotations

import base64

import numpy as np
from playwright.sync_api import expect

from .conftest import OpenNotebook
from .ear import Recording

HELLO = "%%tts --cache --name speech\nHello again, from the cache."
PRINT_PCM = "import base64; print(base64.b64encode(speech.pcm).decode())"


def test_what_was_kept_is_heard_sample_for_sample(reuse_notebook: OpenNotebook) -> None:
    notebook = reuse_notebook(
        "import os; os.environ['XDG_CACHE_HOME'] = os.path.abspath('cache')",
        HELLO.replace("%%tts", "%%tts --no-play"),
        HELLO,
        PRINT_PCM,
        "del os.environ['XDG_CACHE_HOME']",
    )
    for index in (1, 2, 3):
        notebook.run(index)
    notebook.wait_for_saved_view(3)
    expect(notebook.cell(3).locator(".jtts-label")).to_contain_text("from the cache")
    expect(notebook.cell(3).locator(".jtts-events")).to_have_text("28 characters not sent.")
    notebook.run(4)
    cached = np.frombuffer(base64.b64decode(notebook.printed(4)), "<i2")
    assert Recording.of(notebook.page).is_all_of(np.trim_zeros(cached))
    notebook.run(5)
