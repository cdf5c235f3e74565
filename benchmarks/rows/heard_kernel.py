"""Put into a kernel after ``%load_ext``: when the speech of the latest cell has passed each step.

The steps are `STEPS`, in milliseconds since the epoch, the first time that each is passed.
"""

import functools
import json
import time

from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.notebook.commands import run
from jupyter_tts.notebook.player.widget import Player

STEPS = {}


def _noting(owner, name, step, of_interest=lambda *arguments: True):
    """Note when a function or method is called."""
    function = getattr(owner, name)

    @functools.wraps(function)
    def noting(*arguments, **options):
        if of_interest(*arguments):
            STEPS.setdefault(step, 1000 * time.time())
        return function(*arguments, **options)

    setattr(owner, name, noting)


_noting(run, "run", "magic entered")
_noting(Timeline, "send", "text sent")
_noting(Timeline, "arrive", "first byte")
_noting(Speech, "add", "released by the receiver", lambda _, event: event.pcm)
_noting(Player, "send", "sent to the page", lambda _, content, *__: content["kind"] == "audio")


def take_steps():
    """Print the steps as JSON, and forget them."""
    print(json.dumps(STEPS))
    STEPS.clear()
