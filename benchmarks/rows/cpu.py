"""CPU per second of audio, and how many streams in real time that makes on one core."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from ..contenders import NAMES
from ..contest import Process, contest, interleaved, measured, missing
from ..server import serving
from ..table import Measurement, Row, Verdict, at_most
from . import SENTENCE

__all__ = ["measure"]

SENTENCES = 30  # some two minutes
STREAMS = 400  # some half of a core: among fewer, each message finds the caches cold
SHORT_STREAMS = 10
WHO = ("ours", "bare", "sdk")
COST = "CPU per audio second"
SHORT = "CPU per short stream"
CAPACITY = "real-time streams on one core"
MOST = 1.0  # × the bare loop


def _speak(process: Process, address: str, sentences: int, streams: int) -> dict[str, Any]:
    process.open(address, ahead=False)
    answer = process.speak([(0.0, (SENTENCE + " ") * sentences)], streams=streams)
    process.close()
    return answer


def _cost(repeats: int) -> tuple[Measurement, ...]:
    with serving(pinned=True) as server, contest(WHO, pinned=True) as processes:

        def speak(process: Process) -> float:
            answer = _speak(process, server.address, SENTENCES, 1)
            return 1000 * float(answer["cpu"]) / float(answer["seconds"])

        def speak_shortly(process: Process) -> float:
            answer = _speak(process, server.address, 1, SHORT_STREAMS)
            return 1000 * float(answer["cpu"]) / SHORT_STREAMS

        interleaved(processes, 1, speak)  # what is loaded and compiled with the first one
        why = missing(processes)
        return (
            *measured(why, COST, "ms", interleaved(processes, repeats, speak)),
            *measured(why, SHORT, "ms", interleaved(processes, repeats, speak_shortly)),
        )


def _capacity(repeats: int) -> tuple[Measurement, ...]:
    def speak(process: Process, address: str, streams: int) -> float:
        answer = _speak(process, address, 2, streams)
        return float(answer["seconds"]) / float(answer["cpu"])

    with tempfile.TemporaryDirectory() as folder, contest(WHO, pinned=True) as processes:
        recording = str(Path(folder, "streams.jsonl"))
        with (
            serving("--generation-rate", "1") as server,
            serving("--record", recording, "--upstream", server.address) as recorder,
        ):
            interleaved(processes, 1, lambda process: speak(process, recorder.address, 1))
        with serving("--replay", recording, pinned=True) as server:
            values = interleaved(
                processes, repeats, lambda process: speak(process, server.address, STREAMS)
            )
    return measured(missing(processes), CAPACITY, "streams", values)


def measure(repeats: int) -> Row:
    """Speak as fast as can be, then many streams in real time."""
    row = Row(
        "CPU",
        f"processor time of the client's process, on a core of its own where there are two. For "
        f"the cost, one stream of {SENTENCES} sentences, made as fast as the voice can; a short "
        f"stream is one of {SHORT_STREAMS} sentences that begin at once, each over a connection of "
        f"its own. For the number of streams, {STREAMS} at once, which the server replays in real "
        "time from a recording, and from the processor time they took how many would fill the "
        "core. No TLS, no compression; a connection per stream is part of it. Ours decodes the "
        "words' times as well and holds sound back to whole words; the bare loop only does "
        "`json.loads` and `base64.b64decode`.",
        (*_cost(repeats), *_capacity((repeats + 1) // 2)),
    )
    ours, bare, sdk = (row.median(NAMES[name], COST) for name in WHO)
    ratio = None if ours is None or bare is None else ours / bare
    row = row.judge(at_most(f"≤ {MOST:g} × the bare loop", ratio, MOST, "×"))
    for figure, sign in ((COST, 1), (CAPACITY, -1)):
        ours, sdk = row.median(NAMES["ours"], figure), row.median(NAMES["sdk"], figure)
        ahead = None if ours is None or sdk is None else (sdk / ours) ** sign
        if ahead is None:
            row = row.judge(Verdict(f"ahead of the SDK: {figure}", "not measured", None))
        else:
            measured_ratio = f"{ahead:.2f} × better"
            row = row.judge(Verdict(f"ahead of the SDK: {figure}", measured_ratio, ahead > 1))
    return row
