"""A stream in virtual time: the embedded server's own schedule, generation and network, no waiting.

What it shows is a simulation.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from jupyter_tts.server.simulation.network_delay import GenerationClock, LinkSchedule
from jupyter_tts.server.synthesis.segmenter import Segmenter
from jupyter_tts.wire.conditions import Conditions
from jupyter_tts.wire.levels import LEVELS
from jupyter_tts.wire.parameters import parameter

SECONDS_PER_CHARACTER = 0.065
MESSAGE = 0.1  # seconds of sound in the first message
SIZE = 8_000  # bytes


@dataclass
class Simulation:
    """Utterances of a source of words, one after the other, over a network."""

    conditions: Conditions
    characters_per_second: float = 80.0
    seed: int = 1
    connections: int = 0

    def latency(self, level: int) -> float:
        """Return the seconds from the first word to the first sound of the next utterance."""
        self.connections += 1
        chance = random.Random(f"{self.seed} {self.connections}")
        schedule = LEVELS[level].levers.get("schedule", parameter("schedule").default)
        assert isinstance(schedule, tuple)
        waiting = Segmenter(schedule)
        now = 0.0
        while True:
            word = "x" * chance.randint(2, 9) + " "
            now += len(word) / self.characters_per_second
            if segments := list(waiting.add(word)):
                break
        sound = min(MESSAGE, len(segments[0]) * SECONDS_PER_CHARACTER)
        made = GenerationClock(self.conditions).made(now, sound)
        return LinkSchedule(self.conditions, self.connections).schedule(made, SIZE, sound).at
