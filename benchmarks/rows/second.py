"""First audio of the second utterance, over a slow network and TLS."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ..contenders import NAMES
from ..contest import Process, contest, interleaved, measured, missing
from ..server import authority, serving
from ..table import Row, at_most
from . import SENTENCE

__all__ = ["measure", "second_utterance"]

RTT = 100  # ms
BETWEEN = 1.0  # s
FIGURE = "first audio of the second utterance"
MOST = 15.0  # ms above the bare socket, which takes one round trip and the server's time


def second_utterance(
    process: Process, *, address: str, steps: Sequence[tuple[float, str]]
) -> float:
    """Speak twice, some time apart; return the milliseconds to the second one's first audio."""
    process.open(address, ahead=True)
    process.speak([(0.0, "Good morning to all of you.")])
    time.sleep(BETWEEN)
    answer = process.speak(steps)
    process.close()
    (first,) = answer["first_audio"]
    return 1000 * float(first)


def measure(repeats: int) -> Row:
    """Speak a sentence that is there at once."""
    with tempfile.TemporaryDirectory() as folder:
        options, trust = authority(Path(folder))
        rtt = ("--rtt", str(RTT))
        with (
            serving(*rtt, *options) as server,
            contest([*NAMES], environment=trust) as processes,
        ):
            address = server.address.replace("127.0.0.1", "localhost")
            speak = partial(second_utterance, address=address, steps=[(0.0, SENTENCE + " ")])
            delays = interleaved(processes, repeats, speak)
    row = Row(
        f"Second utterance at RTT {RTT} ms over TLS",
        f"a simulated round trip of {RTT} ms; the utterance begins {BETWEEN:g} s after the one "
        "before has ended, and its whole text is there at once. The bare loop has its socket "
        "opened ahead, so it takes one round trip and the server's own time.",
        measured(missing(processes), FIGURE, "ms", delays),
    )
    ours, bare = (row.median(NAMES[name], FIGURE) for name in ("ours", "bare"))
    above = None if ours is None or bare is None else ours - bare
    return row.judge(
        at_most(f"≤ one RTT + server time (bare loop) + {MOST:g} ms", above, MOST, "ms above")
    )
