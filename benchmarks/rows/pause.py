"""First audio where the source pauses behind a whole sentence."""

from __future__ import annotations

from functools import partial

from ..contenders import NAMES
from ..contest import contest, interleaved, measured, missing
from ..server import serving
from ..table import Row, at_most
from . import SENTENCE
from .second import second_utterance

__all__ = ["measure"]

FIRST_AUDIO_DELAY = 150  # ms
PAUSE = 2.0  # s
FIGURE = "first audio after the first token"
MOST = 30.0  # ms above the bare socket

STEPS = [
    *((0.0, word + " ") for word in SENTENCE.split()),
    (PAUSE, "Nobody "),
    *((0.0, word + " ") for word in ["minded", "it", "at", "all."]),
]


def measure(repeats: int) -> Row:
    """Speak a sentence word by word, pause, and speak another one."""
    delay = ("--first-audio-delay", str(FIRST_AUDIO_DELAY))
    with serving(*delay) as server, contest([*NAMES]) as processes:
        speak = partial(second_utterance, address=server.address, steps=STEPS)
        delays = interleaved(processes, repeats, speak)
    row = Row(
        "Source pauses behind a sentence",
        f"a whole sentence comes word by word at once, then nothing for {PAUSE:g} s, then another. "
        f"The server makes the first audio {FIRST_AUDIO_DELAY} ms after it is to speak; no TLS, no "
        "round trip. Each client as it is by default, in its second utterance. The bare loop is "
        "told where the sentence ends (one message with `flush`) and has its socket opened ahead.",
        measured(missing(processes), FIGURE, "ms", delays),
    )
    ours, bare = (row.median(NAMES[name], FIGURE) for name in ("ours", "bare"))
    above = None if ours is None or bare is None else ours - bare
    return row.judge(at_most(f"≤ {MOST:g} ms above the bare loop", above, MOST, "ms"))
