"""What the engines cost: start, memory, first sound and speed behind a server, and exact times."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from jupyter_tts.server.engines.espeak import installation as espeak
from jupyter_tts.server.engines.natural import installation as natural

from ..machine import load
from ..server import Server, resident, serving
from ..server_load import Tally, drive, percentile
from .recogniser import Recogniser
from .sentences import SENTENCES
from .speakers import SPEAKERS, Sound, Speaker, speaking
from .table import machine, markdown

__all__ = ["Agreement", "Cost", "Load", "add_options", "agreement", "matched", "run", "table"]

STREAMS = (1, 10, 50)
RATE = 24_000

COMMANDS: Final[dict[str, Callable[[], list[str]]]] = {
    "heart": natural.worker_command,
    "en-us": espeak.worker_command,
}


EXPLANATION = """\
Streams open a socket each, speak one to three sentences, and open the next one. First sound counts
from before the socket is opened. Server, worker and clients share the cores. Each engine has one
worker. The recogniser's own times are coarse; both voices are held against the same ones."""


@dataclass(frozen=True)
class Agreement:
    """How a voice's word times agree with the recogniser's.

    Attributes
    ----------
    words : int
        How many both have.
    bias : float
        Median of the recogniser's start less the voice's, in seconds.
    median, most : float
        Of the distances without the bias, and of nine in ten of them; seconds.
    """

    words: int
    bias: float
    median: float
    most: float


@dataclass(frozen=True)
class Load:
    """What came of so many streams at once.

    Attributes
    ----------
    tally : Tally
    seconds : float
        How long it took.
    machine : float, optional
        The machine's load afterwards.
    """

    tally: Tally
    seconds: float
    machine: float | None

    @property
    def speed(self) -> float:
        """Seconds of sound made per second, for all streams together."""
        return self.tally.samples / RATE / self.seconds


@dataclass
class Cost:
    """What one voice costs.

    Attributes
    ----------
    starts : list of float
        Seconds from the start of a worker's process until it is ready.
    ready, peak : float
        A worker's resident memory after the first sentence, and at most; MB.
    loads : dict
        Streams at once -> what came of them.
    agreement : Agreement, optional
    """

    starts: list[float] = field(default_factory=list)
    ready: float = 0.0
    peak: float = 0.0
    loads: dict[int, Load] = field(default_factory=dict)
    agreement: Agreement | None = None


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.add_argument("--repeats", type=int, default=7, help="of a start (%(default)s)")
    parser.add_argument("--seconds", type=float, default=15, help="per load (%(default)s)")


def run(options: argparse.Namespace) -> int:
    """Measure the engines in turn, and print a table."""
    before = machine()
    costs = {speaker.voice.id: Cost() for speaker in SPEAKERS}
    interpreter = []
    for _ in range(options.repeats):
        interpreter.append(_interpreter_seconds())
        for voice, cost in costs.items():
            cost.starts.append(_start_seconds(COMMANDS[voice]()))
    for voice, cost in costs.items():
        _put_under_load(voice, cost, options.seconds)
    recogniser = Recogniser()
    for speaker in SPEAKERS:
        costs[speaker.voice.id].agreement = _agreement(speaker, recogniser)
    print(f"{before}\n")
    print(table(costs, interpreter))
    print(f"\n{EXPLANATION}")
    loads = [one for cost in costs.values() for one in cost.loads.values()]
    return 1 if any(one.tally.failures for one in loads) else 0


def table(costs: Mapping[str, Cost], interpreter: Sequence[float]) -> str:
    """The costs as Markdown, a column per voice."""
    rows = [
        ["process to ready", *(_milliseconds(cost.starts) for cost in costs.values())],
        [
            "of it imports and loading",
            *(
                f"{1000 * (statistics.median(cost.starts) - statistics.median(interpreter)):.0f} ms"
                for cost in costs.values()
            ),
        ],
        ["worker's memory, ready", *(f"{cost.ready:.0f} MB" for cost in costs.values())],
        ["worker's memory, at most", *(f"{cost.peak:.0f} MB" for cost in costs.values())],
    ]
    for streams in sorted({streams for cost in costs.values() for streams in cost.loads}):
        loads = [cost.loads[streams] for cost in costs.values()]
        at_once = f"{streams} stream{'s' if streams > 1 else ''}"
        rows += [
            [f"{at_once}: first sound, median / p99", *map(_first_sound, loads)],
            [
                f"{at_once}: × real time, all / each",
                *(f"{one.speed:.0f} / {one.speed / streams:.1f}" for one in loads),
            ],
            [
                f"{at_once}: completed / failed",
                *(f"{one.tally.completed} / {one.tally.failures.total()}" for one in loads),
            ],
            [f"{at_once}: machine's load after it", *(f"{one.machine}" for one in loads)],
        ]
    agreements = [cost.agreement for cost in costs.values() if cost.agreement]
    rows += [
        [
            "word starts against the recogniser's, median / p90",
            *(f"{1000 * one.median:.0f} / {1000 * one.most:.0f} ms" for one in agreements),
        ],
        [
            "words compared; bias that was removed",
            *(f"{one.words}; {1000 * one.bias:+.0f} ms" for one in agreements),
        ],
    ]
    return markdown(["", *costs], rows)


def _milliseconds(values: Sequence[float]) -> str:
    least, most = min(values), max(values)
    return f"{1000 * statistics.median(values):.0f} ms ({1000 * least:.0f} … {1000 * most:.0f})"


def _first_sound(one: Load) -> str:
    shares = [percentile(one.tally.first_audio, share) for share in (0.5, 0.99)]
    return " / ".join(f"{1000 * value:.0f} ms" for value in shares)


def _interpreter_seconds() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-I", "-c", ""], check=True)
    return time.perf_counter() - began


def _start_seconds(command: Sequence[str]) -> float:
    """Start a worker, wait for its hello, and end it."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        header, _ = struct.unpack("!II", process.stdout.read(8))
        hello = json.loads(process.stdout.read(header))
        ready = time.perf_counter() - began
        process.kill()
    if "error" in hello:
        raise RuntimeError(hello["error"])
    return ready


def _put_under_load(voice: str, cost: Cost, seconds: float) -> None:
    """Speak through a server of this voice's own, with more and more streams at once."""
    path = f"/v1/text-to-speech/{voice}/stream-input?output_format=pcm_24000"
    context = multiprocessing.get_context("spawn")
    with serving() as server, ProcessPoolExecutor(1, mp_context=context) as pool:
        url = server.websocket + path
        pool.submit(drive, url, 1, 0.1, 0).result()  # starts the engine and warms up
        worker = _worker(server, voice)
        cost.ready = resident(worker)
        for streams in STREAMS:
            began = time.monotonic()
            tally = pool.submit(drive, url, streams, seconds, streams).result()
            cost.loads[streams] = Load(tally, time.monotonic() - began, load())
        cost.peak = _most_resident(worker)


def _worker(server: Server, voice: str) -> int:
    """The process of the voice's engine; the server has another for the other one."""
    folder = "natural" if voice == "heart" else "espeak"
    for pid in server.workers():
        if folder in Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "):
            return pid
    raise RuntimeError(f"no worker speaks {voice}")


def _most_resident(pid: int) -> float:
    """The most memory that a process ever had, in MB (Linux)."""
    with suppress(FileNotFoundError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _agreement(speaker: Speaker, recogniser: Recogniser) -> Agreement:
    with speaking(speaker) as speak:
        differences = [
            difference
            for sound in speak(SENTENCES)
            for difference in matched(sound, recogniser.words(sound.samples))
        ]
    return agreement(differences)


def matched(sound: Sound, heard: Sequence[tuple[str, float]]) -> list[float]:
    """The recogniser's start of each word less the voice's own, where both have the word."""
    ours, theirs = [*map(_plain, sound.text.split())], [_plain(word) for word, _ in heard]
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    return [
        heard[block.b + index][1] - sound.words[block.a + index][0]
        for block in blocks
        for index in range(block.size)
    ]


def agreement(differences: Sequence[float]) -> Agreement:
    """Judge the differences of all words."""
    bias = statistics.median(differences)
    distances = [abs(difference - bias) for difference in differences]
    return Agreement(
        len(differences), bias, statistics.median(distances), percentile(distances, 0.9)
    )


def _plain(word: str) -> str:
    return "".join(filter(str.isalnum, word)).lower()
