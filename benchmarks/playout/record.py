"""Record how the embedded server's sound arrives over a simulated network.

``python -m benchmarks.playout.record --rtt 100 --jitter 200 [--bandwidth 500]
[--generation-rate 2] [--seed 1] FILE`` speaks some texts and writes one session as `compare` takes
it. The network is a simulation: arrivals are real, their delays are made.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.streaming.stream import audio_format, stream_speech
from jupyter_tts.notebook.player.feed import remaining
from jupyter_tts.server.inprocess import serve
from jupyter_tts.wire.conditions import Conditions
from jupyter_tts.wire.request import SpeechRequest

TEXTS = (
    "The buffer holds what has arrived and was not heard yet.",
    "A stream is heard while it is still being made. Whoever waits for all of it waits too long.",
    (
        "On the second of March it rained for seventeen hours, and nobody minded. The roofs were "
        "new, the cellars dry, and there was bread in the house."
    ),
    "Is there anything left to say?",
    (
        "Playing too early leaves a gap, playing too late leaves a silence before the first word. "
        "Between the two lies what the network has done of late, and nothing tells more about "
        "what it will do next."
    ),
    "Whoever speaks first is heard first; the others wait for their turn.",
)


async def _arrivals(text: str, request: SpeechRequest) -> list[dict[str, float]]:
    timeline = Timeline()
    speech = Speech(text, request, audio_format(request).sample_rate, timeline)
    arrivals: list[dict[str, float]] = []
    events = stream_speech(request, text, timeline=timeline)
    async with contextlib.aclosing(events):
        async for event in events:
            if not isinstance(event, Audio) or not len(event.pcm):
                continue
            before = speech.frames
            speech.add(event)
            left = remaining(speech, speech.frames, received=False)
            assert left is not None
            arrivals.append(
                {
                    "at": round(timeline.clock() - timeline.submitted, 4),
                    "sound": round((speech.frames - before) / speech.sample_rate, 4),
                    "left": round(left, 2),
                }
            )
    return arrivals


async def record(conditions: Conditions) -> dict[str, Any]:
    """Return a session: the arrivals of every text."""
    async with serve(conditions=conditions) as server:
        request = SpeechRequest(server=server.url, voice="en-us", format="pcm_24000")
        utterances = [await _arrivals(text, request) for text in TEXTS]
    return {"utterances": utterances}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.playout.record")
    for name in ("rtt", "jitter", "bandwidth", "generation-rate"):
        parser.add_argument(f"--{name}", type=float, default=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=argparse.SUPPRESS)
    parser.add_argument("file", type=Path)
    options = vars(parser.parse_args())
    path: Path = options.pop("file")
    conditions = Conditions(**options)
    session = {"conditions": options, **asyncio.run(record(conditions))}
    path.write_text(json.dumps(session, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
