"""How the code of the widgets gets into a page."""

from __future__ import annotations

import numpy as np

from .conftest import OpenNotebook
from .ear import Recording, wait_for_silence_after
from .stage import RATE
from .test_speaking import PRINT_PCM, samples_of

# As in a front end that does not open the widgets it does not show.
NOT_PROVIDED = """
from jupyter_tts.notebook import base_widget
base_widget.provide_code, provide = lambda *code: None, base_widget.provide_code
"""
PROVIDED = "base_widget.provide_code = provide"
SPEAK = "%%tts --voice en-us --name speech\nThe first words may come before the code does."
HAS_CODE = "() => globalThis[Symbol.for('jupyter_tts.code')]?.size > 0"
FORGET_CODE = "() => delete globalThis[Symbol.for('jupyter_tts.code')]"
STYLE = "() => getComputedStyle(document.querySelector('.jtts-player')).borderTopLeftRadius"


def test_a_page_without_the_code_asks_for_it_and_loses_no_sound(
    open_notebook: OpenNotebook,
) -> None:
    notebook = open_notebook(NOT_PROVIDED, SPEAK, PRINT_PCM, PROVIDED)
    notebook.page.wait_for_function(HAS_CODE)  # %load_ext brings it
    notebook.page.evaluate(FORGET_CODE)
    notebook.run(1)
    notebook.start(2)
    notebook.cell(2).locator(".jtts-player").wait_for()
    assert notebook.page.evaluate(STYLE) != "0px"
    notebook.wait_for_saved_view(2)
    wait_for_silence_after(notebook.page)
    received = np.trim_zeros(samples_of(notebook, 3))
    assert len(received) > RATE
    assert Recording.of(notebook.page).is_all_of(received)
    notebook.run(4)
