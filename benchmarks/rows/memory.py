"""Memory while an hour of speech is streamed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ..contenders import BYTES_PER_SECOND, NAMES
from ..contest import contest, measured
from ..server import resident, serving
from ..table import Row, at_most

__all__ = ["measure"]

SENTENCES = 1_000  # an hour, and somewhat more
WHO = ("ours", "sdk")
EVERY = 0.02  # s between two looks
FLAT = 8.0  # MB: what counts as no growth; an allocator gives back what it likes
BEYOND = "peak growth beyond the recording, sound kept"
DROPPED = "peak growth, sound dropped"
LATER = "growth in the second half, sound dropped"

STEPS = [
    (0.0, f"This is sentence number {n}, and it is not the last one. ") for n in range(SENTENCES)
]


class _Growth(NamedTuple):
    """MB, and the seconds of speech that they were for."""

    peak: float
    later: float
    seconds: float


@contextmanager
def _watched(pid: int) -> Iterator[list[float]]:
    """Look at a process's resident memory again and again; MB."""
    looks, over = list[float](), threading.Event()

    def look() -> None:
        while not over.wait(EVERY):
            looks.append(resident(pid) * 1.024**2)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield looks
    finally:
        over.set()
        thread.join()


def _speak(name: str, address: str, *, keep: bool) -> tuple[str, _Growth | None]:
    """Stream for an hour in a fresh process; return why it cannot, or how it grew."""
    with contest([name]) as (process,):
        if process.missing:
            return process.missing, None
        process.open(address, ahead=False)
        process.speak(STEPS[:5], keep=keep)
        before = resident(process.pid) * 1.024**2
        with _watched(process.pid) as looks:
            seconds = process.speak(STEPS, keep=keep)["seconds"]
        process.close()
    recording = seconds * BYTES_PER_SECOND / 1e6 if keep else 0.0
    middle = looks[len(looks) // 2]
    return "", _Growth(max(looks) - before - recording, looks[-1] - middle, seconds)


def measure(repeats: int) -> Row:
    """Stream an hour in every way."""
    figures: dict[str, dict[str, list[float]]] = {figure: {} for figure in (BEYOND, DROPPED, LATER)}
    missing = dict.fromkeys(WHO, "")
    with serving() as server:
        for number in range(repeats):
            for name in WHO if number % 2 == 0 else WHO[::-1]:
                for keep in (True, False):
                    missing[name], growth = _speak(name, server.address, keep=keep)
                    if growth is None:
                        continue
                    seconds = growth.seconds
                    figures[BEYOND if keep else DROPPED].setdefault(name, []).append(growth.peak)
                    if not keep:
                        figures[LATER].setdefault(name, []).append(growth.later)
    rows = [
        measurement
        for figure, values in figures.items()
        for measurement in measured(missing, figure, "MB", values)
    ]
    row = Row(
        "Memory for one hour of speech",
        f"resident memory of a fresh client process, looked at every {1000 * EVERY:g} ms, while "
        f"{seconds:,.0f} s of pcm_24000 ({BYTES_PER_SECOND * seconds / 1e6:.1f} MB) are streamed "
        "as fast as the voice can. Kept means kept as each client keeps it: ours in its `Speech`, "
        "the SDK as its `play()` does, which joins the chunks. A growth below zero is memory "
        "given back.",
        tuple(rows),
    )
    beyond = row.median(NAMES["ours"], BEYOND)
    return row.judge(at_most(f"flat (≤ {FLAT:g} MB) beyond the recording", beyond, FLAT, "MB"))
