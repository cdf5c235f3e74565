"""The public Player in a notebook: displayed once, it plays one speech after another."""

from __future__ import annotations

import numpy as np

from .conftest import OpenNotebook
from .ear import Recording, wait_for_silence_after
from .test_speaking import PRINT_PCM, samples_of

MAKE = "from jupyter_tts import Player\nplayer = Player()\nplayer"
LONG = 'player.say("It would go on and on. " * 9, voice="en-us")'
SAY = 'player.stop(); speech = player.say("Then something else is said.", voice="en-us"); speech'


def test_a_player_displayed_once_plays_what_is_said_and_stops(reuse_notebook: OpenNotebook) -> None:
    notebook = reuse_notebook(MAKE, LONG, SAY, PRINT_PCM, front_end="notebook")
    notebook.run(1)
    player = notebook.cell(1).locator(".jtts-player")
    assert player.inner_text() == "Nothing has been spoken yet."
    notebook.run(2)
    notebook.cell(1).locator("[data-state=playing]").wait_for()
    notebook.run(3)
    notebook.cell(1).locator("[data-state=finished]").wait_for()
    assert "Then something else is said." in player.inner_text()
    assert notebook.outputs(2) == notebook.outputs(3) == []
    wait_for_silence_after(notebook.page)
    received = np.trim_zeros(samples_of(notebook, 4))
    heard = Recording.of(notebook.page)
    assert heard.ends_with_all_of(received)
    assert len(heard.sound) > len(received)
