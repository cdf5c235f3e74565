"""The engines as the benchmarks use them: a list of texts in, sounds out, without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jupyter_tts.server.engines.espeak.engine import EspeakEngine
from jupyter_tts.server.engines.espeak.voices import DEFAULT_VOICE, find_voice
from jupyter_tts.server.engines.natural.engine import NaturalEngine
from jupyter_tts.server.engines.natural.voices import HEART
from jupyter_tts.server.engines.prosody import Prosody
from jupyter_tts.server.engines.timed_speech import SAMPLE_RATE, TimedSpeech
from jupyter_tts.server.engines.voices import Voice

__all__ = ["SEED", "SPEAKERS", "STAND_IN", "Sound", "Sounds", "Speaker", "speaking", "word_spans"]

SEED: Final = 1

Samples = NDArray[np.float64]


@dataclass(frozen=True)
class Speaker:
    """An engine and one of its voices."""

    name: str
    engine: Callable[[], Any]
    voice: Voice


SPEAKERS: Final = (
    Speaker("heart (natural)", NaturalEngine, HEART),
    Speaker("en-us (eSpeak NG)", EspeakEngine, DEFAULT_VOICE),
)
"""The engines, each with its default voice, the natural one first."""

STAND_IN: Final = Speaker(
    "en-us+f2 (eSpeak NG)", EspeakEngine, find_voice("en-us+f2") or DEFAULT_VOICE
)
"""Speaks for the natural voice what that does not."""


@dataclass(frozen=True)
class Sound:
    """A spoken text.

    Attributes
    ----------
    text : str
    samples : array
        Full scale is 1, at `SAMPLE_RATE`.
    words : tuple of (start, end)
        Seconds, per word of the text.
    """

    text: str
    samples: Samples
    words: tuple[tuple[float, float], ...]

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / SAMPLE_RATE


Sounds = Callable[..., list[Sound]]


@contextmanager
def speaking(speaker: Speaker) -> Iterator[Sounds]:
    """Run an engine.

    Yields
    ------
    callable
        ``(texts, *, language=None, **settings)``, the settings those of `Prosody`, by default with
        `SEED`; it returns a `Sound` per text.
    """
    with asyncio.Runner() as runner:
        engine = speaker.engine()
        runner.run(engine.start())
        try:

            def speak(
                texts: Sequence[str], *, language: str | None = None, **settings: Any
            ) -> list[Sound]:
                prosody = Prosody(**{"seed": SEED, **settings})

                async def speak_all() -> list[Sound]:
                    return [
                        _sound(
                            text,
                            await engine.speak(
                                text, speaker.voice, prosody=prosody, language=language
                            ),
                        )
                        for text in texts
                    ]

                return runner.run(speak_all())

            yield speak
        finally:
            runner.run(engine.close())


def _sound(text: str, speech: TimedSpeech) -> Sound:
    samples = np.frombuffer(speech.pcm, "<i2") / 32_768
    words = tuple(
        (speech.starts[first] / SAMPLE_RATE, speech.ends[after - 1] / SAMPLE_RATE)
        for first, after in word_spans(text)
    )
    return Sound(text, samples, words)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Where each word of a text begins, and where the character after it is."""
    spans, position = [], 0
    for word in text.split():
        position = text.index(word, position)
        spans.append((position, position + len(word)))
        position += len(word)
    return spans
