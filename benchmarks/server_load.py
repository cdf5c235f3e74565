"""The embedded server under load: many streams at once, its worker killed again and again.

``python -m benchmarks.server_load --streams 200 --seconds 60 [--kill-every 1]`` starts a server on
loopback, drives it from processes of its own, and prints a Markdown table. Each stream opens a
socket, speaks one to three sentences, compares the characters it got times for with those it sent,
and opens the next one, until the time is over. First audio counts from before the socket is opened,
so it holds the handshake. Memory and the worker's process id are read from ``/proc`` (Linux).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import reduce

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from .server import Server, serving

__all__ = ["Tally", "drive", "main"]

SENTENCES = (
    "The quick brown fox jumps over the lazy dog.",
    "A stream is heard while it is still being made.",
    "On the second of March 2024 it rained for 17 hours, and nobody minded.",
    "Whoever speaks first is heard first; the others wait for their turn.",
    "Is there anything left to say?",
)
FIRST = json.dumps({"text": " ", "generation_config": {"chunk_length_schedule": [50]}})
END = json.dumps({"text": ""})
PATH = "/v1/text-to-speech/en-us/stream-input?output_format=pcm_24000"

PATIENCE = 60.0
"""Seconds a stream may take once the time is over; then it counts as failed."""


@dataclass
class Tally:
    """What came of the streams of one process."""

    completed: int = 0
    lost: int = 0
    repeated: int = 0
    characters: int = 0
    samples: int = 0
    first_audio: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.completed + other.completed,
            self.lost + other.lost,
            self.repeated + other.repeated,
            self.characters + other.characters,
            self.samples + other.samples,
            self.first_audio + other.first_audio,
            self.failures + other.failures,
        )

    def compare(self, sent: str, heard: str) -> None:
        """Count the characters that were sent and not heard, and those heard once too often."""
        matched = len(sent)
        if sent != heard:
            blocks = SequenceMatcher(None, sent, heard, autojunk=False).get_matching_blocks()
            matched = sum(block.size for block in blocks)
        self.characters += len(sent)
        self.lost += len(sent) - matched
        self.repeated += len(heard) - matched


async def speak(url: str, sentences: Sequence[str], tally: Tally) -> None:
    """Speak one stream and add it to the tally."""
    heard: list[str] = []
    final = False
    began = time.perf_counter()
    first_audio: float | None = None
    async with connect(url, compression=None, proxy=None, open_timeout=PATIENCE) as socket:
        await socket.send(FIRST)
        for sentence in sentences:
            await socket.send(json.dumps({"text": sentence + " "}))
        await socket.send(END)
        async for frame in socket:
            message = json.loads(frame)
            if audio := message.get("audio"):
                if first_audio is None:
                    first_audio = time.perf_counter() - began
                tally.samples += len(audio) * 3 // 8  # two bytes each, in base64
            if alignment := message.get("alignment"):
                heard += alignment["chars"]
            final = final or bool(message.get("isFinal"))
    tally.compare("".join(sentence + " " for sentence in sentences), "".join(heard))
    if not final or first_audio is None:
        tally.failures[f"closed with {socket.close_code} before the end"] += 1
        return
    tally.completed += 1
    tally.first_audio.append(first_audio)


async def speak_again_and_again(url: str, until: float, seed: int, tally: Tally) -> None:
    """Speak one stream after the other until ``until`` on the monotonic clock."""
    chance = random.Random(seed)
    while time.monotonic() < until:
        sentences = chance.sample(SENTENCES, chance.randint(1, 3))
        try:
            async with asyncio.timeout_at(until + PATIENCE):
                await speak(url, sentences, tally)
        except (WebSocketException, OSError, TimeoutError) as fault:
            tally.failures[f"{type(fault).__name__}: {fault}"] += 1


def drive(url: str, streams: int, seconds: float, seed: int) -> Tally:
    """Keep so many streams open for so long; the work of one process."""

    async def run() -> Tally:
        tally = Tally()
        until = time.monotonic() + seconds
        async with asyncio.TaskGroup() as group:
            for number in range(streams):
                group.create_task(speak_again_and_again(url, until, seed + number, tally))
        return tally

    return asyncio.run(run())


def watch(
    server: Server, seconds: float, kill_every: float
) -> tuple[list[tuple[float, float]], int]:
    """Read memory at the start, half and end of the time, killing workers meanwhile."""
    began = time.monotonic()
    memory, killed = [], 0
    # Between two kills, when a worker is there to be looked at.
    looks = [share * seconds + 0.5 * kill_every for share in (0.1, 0.5, 0.95)]
    kills = (
        [kill_every * n for n in range(1, math.ceil(seconds / kill_every))] if kill_every else []
    )
    for due, action in sorted([(due, "look") for due in looks] + [(due, "kill") for due in kills]):
        time.sleep(max(0.0, began + due - time.monotonic()))
        if action == "look":
            memory.append(server.memory())
        else:
            killed += server.kill_workers()
    return memory, killed


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; NaN of nothing."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)] if ranked else math.nan


def table(
    options: argparse.Namespace, tally: Tally, memory: list[tuple[float, float]], killed: int
) -> str:
    """The result as Markdown."""
    half, most = percentile(tally.first_audio, 0.5), percentile(tally.first_audio, 0.99)
    rows = [
        ("streams at once, for", f"{options.streams}, {options.seconds:g} s"),
        ("worker killed", f"{killed} times"),
        ("streams completed", f"{tally.completed}"),
        ("streams failed", f"{tally.failures.total()}"),
        (
            "characters sent / lost / repeated",
            f"{tally.characters} / {tally.lost} / {tally.repeated}",
        ),
        ("audio made per second", f"{tally.samples / 24_000 / options.seconds:.0f} s"),
        ("first audio p50 / p99", f"{1000 * half:.0f} ms / {1000 * most:.0f} ms"),
        ("p99 ÷ p50", f"{most / half:.2f}"),
        ("server RSS at 10 / 50 / 95 %", " / ".join(f"{rss:.0f}" for rss, _ in memory) + " MB"),
        ("worker RSS at 10 / 50 / 95 %", " / ".join(f"{rss:.0f}" for _, rss in memory) + " MB"),
    ]
    lines = [f"| {name} | {value} |" for name, value in rows]
    faults = [f"- {count} × {fault}" for fault, count in tally.failures.most_common(5)]
    return "\n".join(["| what | measured |", "|---|---|", *lines, *faults])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 if a stream failed or a character was lost or repeated."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.server_load", description="Load on the embedded server."
    )
    parser.add_argument("--streams", type=int, default=200, help="at once (%(default)s)")
    parser.add_argument("--seconds", type=float, default=60, help="for so long (%(default)s)")
    parser.add_argument("--kill-every", type=float, default=0, metavar="SECONDS", help="0: never")
    parser.add_argument("--drivers", type=int, default=1, help="client processes (%(default)s)")
    options = parser.parse_args(arguments)
    shares = [
        len(range(driver, options.streams, options.drivers)) for driver in range(options.drivers)
    ]
    context = multiprocessing.get_context("spawn")
    with serving() as server, ProcessPoolExecutor(options.drivers, mp_context=context) as pool:
        running = [
            pool.submit(drive, server.websocket + PATH, share, options.seconds, 1000 * number)
            for number, share in enumerate(shares)
        ]
        memory, killed = watch(server, options.seconds, options.kill_every)
        tally = reduce(Tally.__add__, [future.result() for future in running])
    print(table(options, tally, memory, killed))
    return 1 if tally.failures or tally.lost or tally.repeated else 0


if __name__ == "__main__":
    sys.exit(main())
