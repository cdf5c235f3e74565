"""The player's playout buffer against fixed ones and the offline optimum, simulated in node.

Nothing is heard: `simulate.js` runs the player's own playout buffer and delay, a frame a
millisecond, over the arrivals of a trace.

A *trace* is a session: utterances of one server over one network, between which the player
remembers what it learned. `compare` makes synthetic ones (`traces.js`), the same for the same seed,
or takes recorded ones (`record.py`).
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["Comparison", "Figures", "compare"]

_PROGRAM = Path(__file__).with_name("compare.js")


class Figures(NamedTuple):
    """How utterances were heard.

    Attributes
    ----------
    delay : float
        Seconds from the first message to the first sound, on average.
    gap : float
        Seconds of silence inserted later, on average.
    gap_ratio : float
        All inserted silence over all sound.
    underruns : int
        In all utterances.
    """

    delay: float
    gap: float
    gap_ratio: float
    underruns: int


class Comparison(NamedTuple):
    """The same utterances, heard in different ways.

    Attributes
    ----------
    utterances : int
    first_message : float
        Seconds from the request to the first message, on average: what no buffer changes.
    ours : Figures
        From the player's playout buffer.
    fixed : mapping
        By milliseconds: from a buffer that plays once it holds so much, and after an underrun once
        it does again.
    known : float or None
        Seconds of delay of one who knows how every network and server behaves, though not what
        they will do, for as much gap; None for recorded sessions, which are too short for that.
    optimum : float
        Seconds of delay of one who knows all arrivals and may leave as much gap as `ours` did.
    gapless : float
        The same without any gap.
    """

    utterances: int
    first_message: float
    ours: Figures
    fixed: Mapping[int, Figures]
    known: float | None
    optimum: float
    gapless: float


def compare(
    sessions: Sequence[Mapping[str, Any]] | None = None, *, count: int = 50, seed: int = 1
) -> Comparison:
    """Play sessions in every way.

    Parameters
    ----------
    sessions : sequence, optional
        Recorded ones; without them, synthetic ones are made.
    count, seed : int, optional
        How many to make, and from where.

    Raises
    ------
    FileNotFoundError
        Without node.
    subprocess.CalledProcessError
        If the program fails.
    """
    node = shutil.which("node")
    if node is None:
        raise FileNotFoundError("The playout buffer runs in node, which is not installed.")
    made = [] if sessions is not None else [str(count), str(seed)]
    payload = "" if sessions is None else json.dumps(sessions)
    done = subprocess.run(
        [node, str(_PROGRAM), *made], input=payload, stdout=subprocess.PIPE, text=True, check=True
    )
    figures = json.loads(done.stdout)
    return Comparison(
        utterances=figures["utterances"],
        first_message=figures["first_message"],
        ours=Figures(**figures["ours"]),
        fixed={int(buffer): Figures(**heard) for buffer, heard in figures["fixed"].items()},
        known=figures["known"],
        optimum=figures["optimum"]["delay"],
        gapless=figures["optimum"]["gapless_delay"],
    )
