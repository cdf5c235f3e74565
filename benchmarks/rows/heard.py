"""From running a cell to its first heard sample, step by step, in a warm kernel and page."""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

from tests.browser.chromium import find_chromium
from tests.faults.relay import Relay

from ..server import serving
from ..table import OURS, Measurement, Row, Verdict, at_most
from .hearing import FRONT_ENDS, NO_BROWSER, hearing_notebook, opened

__all__ = ["measure"]

RATE = 4  # × real time
VOICES = {"eSpeak NG": "en-us", "natural voice": "heart"}
GOALS = {"eSpeak NG": 90.0, "natural voice": 115.0}  # ms from the run on
AFTER = 35.0  # ms after the first byte
WORST = 150.0  # ms
LONG = 24_000  # bytes: half a second of pcm_24000
STEPS = (
    "magic entered",
    "text sent",
    "comm_open in the page",
    "player's JavaScript is there",
    "first byte",
    "released by the receiver",
    "sent to the page",
    "received by the page",
    "first sample played",
    "heard",
)
READY = "`IPython.display.Audio` of noise that is ready"
TITLE = "Cell run → heard, step by step"
CONDITIONS = (
    "milliseconds after the cell's run; steps in the page and in the kernel overlap. The embedded "
    f"server makes speech as fast as it can, at {RATE} × real time, and in messages of half a "
    "second. The cells are run again and again, their sockets are warm, page and kernel have "
    "spoken before. Beside that the cell that shows 5 s of noise, which nothing has to be made or "
    "waited for. Headless Chromium hears its own AudioContexts, above -60 dB, without the time "
    "that the device takes."
)
TEXT = "The quick brown fox jumps over the lazy dog, and then, since it is late, it takes a rest. "
NOISE = """
import numpy as np
from IPython.display import Audio
noise = np.random.default_rng(0).normal(0, 3000, 5 * 24_000).astype("<i2")
"""
SHOW_NOISE = "Audio(noise, rate=24_000, autoplay=True)"
CELL = "%%tts --server {address} --voice {voice} --no-cache\n{text}"

Steps = dict[str, float]


@dataclass(frozen=True)
class _Kind:
    """What speaks."""

    voice: str
    server: str

    @property
    def name(self) -> str:
        return f"{self.voice} {self.server}"


FAST, SLOW, IN_LONG_MESSAGES = "as fast as it can", f"at {RATE} ×", "in long messages"
KINDS = (
    *(_Kind(voice, server) for server in (FAST, SLOW) for voice in VOICES),
    _Kind("eSpeak NG", IN_LONG_MESSAGES),
)


class _LongMessages:
    """Joins the messages of a server to long ones; one stream at a time."""

    def __init__(self) -> None:
        self._first: dict[str, Any] = {}
        self._audio = b""

    def __call__(self, message: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if not message.get("audio"):
            yield from self._joined()
            yield message
            return
        if message.get("alignment"):  # of a segment, whose sound begins here
            yield from self._joined()
        self._first = self._first or message
        self._audio += base64.b64decode(message["audio"])
        if len(self._audio) >= LONG:
            yield from self._joined()

    def _joined(self) -> Iterator[dict[str, Any]]:
        if self._audio:
            yield {**self._first, "audio": base64.b64encode(self._audio).decode()}
        self._first, self._audio = {}, b""


@contextmanager
def _long_messages(address: str) -> Iterator[str]:
    """Relay to a server in long messages while the context is open; yield the address."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    relay = Relay(address, rewrite=_LongMessages())
    try:
        asyncio.run_coroutine_threadsafe(relay.__aenter__(), loop).result()
        yield relay.address
        asyncio.run_coroutine_threadsafe(relay.__aexit__(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _cells(addresses: dict[str, str]) -> list[str]:
    program = Path(__file__).with_name("heard_kernel.py").read_text("utf-8")
    speaking = (
        CELL.format(address=addresses[kind.server], voice=VOICES[kind.voice], text=TEXT)
        for kind in KINDS
    )
    return ["%load_ext jupyter_tts", program + NOISE, "take_steps()", SHOW_NOISE, *speaking]


def measure(repeats: int) -> Row:
    """Run the cells in turn, in one front end after the other."""
    if find_chromium() is None:
        return Row(TITLE, "", missing=NO_BROWSER)
    runs: dict[tuple[str, _Kind], list[Steps]] = {kind: [] for kind in product(FRONT_ENDS, KINDS)}
    ready: dict[str, list[float]] = {name: [] for name in FRONT_ENDS}
    with ExitStack() as stack:
        addresses = {FAST: stack.enter_context(serving()).address}
        addresses[SLOW] = stack.enter_context(serving("--generation-rate", str(RATE))).address
        addresses[IN_LONG_MESSAGES] = stack.enter_context(_long_messages(addresses[FAST]))
        place = stack.enter_context(opened())
        cells = _cells(addresses)
        for name, front_end in FRONT_ENDS.items():
            with hearing_notebook(place, f"heard-{front_end}", front_end, cells) as notebook:
                notebook.run(0)
                notebook.run(1)
                for number in range(-1, repeats):
                    notebook.fall_silent()
                    heard = notebook.hear_element(3)
                    if number >= 0:
                        ready[name].append(heard)
                    for index, kind in enumerate(KINDS, start=4):
                        notebook.fall_silent()
                        steps = notebook.hear(index) | notebook.printed_json(2)
                        if number >= 0:
                            runs[name, kind].append(steps)
    beside = (
        Measurement(READY, f"{name}: heard", "ms", tuple(values)) for name, values in ready.items()
    )
    return _judged(Row(TITLE, CONDITIONS, (*_measurements(runs), *beside)), runs)


def _measurements(runs: dict[tuple[str, _Kind], list[Steps]]) -> list[Measurement]:
    measurements = []
    for (front_end, kind), steps in runs.items():
        figures = {step: _since("run", step, steps) for step in STEPS}
        figures["first byte → heard"] = _since("first byte", "heard", steps)
        measurements += [
            Measurement(OURS, f"{front_end}, {kind.name}: {figure}", "ms", values)
            for figure, values in figures.items()
        ]
    return measurements


def _since(first: str, last: str, runs: list[Steps]) -> tuple[float, ...]:
    return tuple(steps[last] - steps[first] for steps in runs)


def _judged(row: Row, runs: dict[tuple[str, _Kind], list[Steps]]) -> Row:
    verdicts: list[Verdict] = []
    for (front_end, kind), steps in runs.items():
        heard, after = _since("run", "heard", steps), _since("first byte", "heard", steps)
        where = f"{front_end}, {kind.name}"
        goal = GOALS[kind.voice]
        if kind.server != IN_LONG_MESSAGES:
            verdicts += [
                at_most(f"{where}: heard within {goal:g} ms", median(heard), goal, "ms"),
                at_most(
                    f"{where}: worst of {len(heard)} below {WORST:g} ms", max(heard), WORST, "ms"
                ),
            ]
        verdicts.append(
            at_most(f"{where}: {AFTER:g} ms after the first byte", median(after), AFTER, "ms")
        )
    return row.judge(*verdicts)
