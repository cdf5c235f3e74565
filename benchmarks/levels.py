"""``python -m benchmarks.levels`` measures what each latency level does to the embedded voices.

A text is given whole, and word by word. Figures are medians; the length of the sound depends on
nothing but the texts, so it is the same each time.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.streaming.stream import stream_speech
from jupyter_tts.client.streaming.text_sources import Text
from jupyter_tts.wire.levels import LEVELS
from jupyter_tts.wire.request import SpeechRequest

from .machine import load
from .server import serving

__all__ = ["TEXT", "Utterance", "as_markdown", "main"]

TEXT = (
    "Somewhere in the north there was a lighthouse that nobody had lit for years and years, "
    "until one evening a child climbed up and wiped the dust off its big round glass. "
    "From then on the ships came closer, slowly at first, and some of them stayed."
)
VOICES = {"natural, heart": "heart", "eSpeak NG, en-us": "en-us"}


@dataclass(frozen=True)
class Utterance:
    """One speech.

    Attributes
    ----------
    first_sound : float
        Milliseconds from the first text to the first sound.
    length : float
        Seconds of sound.
    """

    first_sound: float
    length: float


async def _words(pace: float) -> AsyncIterator[str]:
    for word in TEXT.split():
        yield word + " "
        await asyncio.sleep(pace / 1000)


async def _speak(server: str, voice: str, level: int, text: Text) -> Utterance:
    request = SpeechRequest(
        server=server, voice=voice, latency=level, format="pcm_24000", seed=1, warm=False
    )
    timeline = Timeline()
    speech = Speech("", request, 24_000, timeline)
    async for event in stream_speech(request, text, timeline=timeline):
        if isinstance(event, Audio):
            speech.add(event)
    assert timeline.ttfb is not None
    return Utterance(timeline.ttfb * 1000, speech.duration)


async def _measure(server: str, pace: float, repeats: int) -> dict[str, list[list[Utterance]]]:
    measured: dict[str, list[list[Utterance]]] = {}
    for name, voice in VOICES.items():
        await _speak(server, voice, 0, "Ready.")  # its engine's start is no part of the figures
        for way in ("text whole", f"a word every {pace:g} ms"):
            measured[f"{name}: {way}"] = [
                [
                    await _speak(
                        server, voice, level.value, TEXT if way == "text whole" else _words(pace)
                    )
                    for _ in range(repeats)
                ]
                for level in LEVELS
            ]
    return measured


def as_markdown(measured: dict[str, list[list[Utterance]]]) -> str:
    """Return one table: a row for each voice and way, a column for each level."""
    levels = [f"level {level.value}" for level in LEVELS]
    lines = [f"| | {' | '.join(levels)} |", f"|---|{'---:|' * len(levels)}"]
    for name, by_level in measured.items():
        first = [
            f"{statistics.median(utterance.first_sound for utterance in utterances):,.0f} ms"
            for utterances in by_level
        ]
        lengths = [
            f"{statistics.median(utterance.length for utterance in utterances):.2f} s"
            for utterances in by_level
        ]
        lines.append(f"| {name}: first sound | {' | '.join(first)} |")
        lines.append(f"| {name}: length of the sound | {' | '.join(lengths)} |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.levels", description=__doc__)
    parser.add_argument("--pace", type=float, default=60.0, help="milliseconds per word")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--generation-rate",
        type=float,
        help="simulate a slower model: seconds of sound that it makes per second",
    )
    parser.add_argument("--first-audio-delay", type=float, help="and its delay, in milliseconds")
    options = parser.parse_args(arguments)
    simulated = [
        f"--{name.replace('_', '-')}={value:g}"
        for name in ("generation_rate", "first_audio_delay")
        if (value := getattr(options, name)) is not None
    ]
    before = load()
    with serving(*simulated) as server:
        measured = asyncio.run(_measure(server.address, options.pace, options.repeats))
    print(as_markdown(measured))
    print(f"Medians of {options.repeats}; {' '.join(simulated) or 'nothing simulated'}; ", end="")
    print(f"system load {before} before, {load()} after.")


if __name__ == "__main__":
    main()
