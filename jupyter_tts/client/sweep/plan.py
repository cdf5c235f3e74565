"""What a sweep measures, and in which order."""

from __future__ import annotations

import functools
import hashlib
import json
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ...wire.errors import ParameterError
from ...wire.request import SpeechRequest
from ..reading.reading import reading_of
from .axes import Axis, conditions_of, parameters_of
from .numbers import whole_number
from .prompts import Prompt
from .rows import Row

__all__ = ["MOST_CELLS", "Cell", "Plan", "check_order"]

MOST_CELLS: Final = 100_000

# Before anything is measured: seconds for a stream, and for each second of speech in it.
_STREAM_SECONDS: Final = 0.5
_MAKING: Final = 0.2
_CHARACTERS_A_SECOND: Final = 15.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One measurement that is to be made.

    Attributes
    ----------
    name : str
        Tells it from every other of its plan.
    condition : mapping
        The value of each axis.
    prompt : Prompt
    repetition : int
    """

    name: str
    condition: Mapping[str, Any]
    prompt: Prompt
    repetition: int


@dataclass(frozen=True)
class Plan:
    """Every condition with every text, several times, in blocks.

    A block has each condition with each text once, in an order of its own: so what drifts while a
    sweep runs meets all conditions alike.

    Parameters
    ----------
    axes : sequence of Axis
    prompts : sequence of Prompt
    repeat : int, optional
        How often each is measured.
    seed : int, optional
        Of the order.

    Raises
    ------
    ParameterError
        If a combination cannot be asked for, or there are more than 100,000 measurements.
    """

    axes: Sequence[Axis]
    prompts: Sequence[Prompt]
    repeat: int = 20
    seed: int = 1

    def __post_init__(self) -> None:
        check_order(self.repeat, self.seed)
        object.__setattr__(self, "repeat", whole_number(self.repeat))
        object.__setattr__(self, "seed", whole_number(self.seed))
        # Before all combinations are made, which may be more than fit into memory.
        combinations = math.prod(len(axis.values) for axis in self.axes)
        if (count := combinations * len(self.prompts) * self.repeat) > MOST_CELLS:
            raise ParameterError(
                [f"the sweep has {count:,} measurements, and {MOST_CELLS:,} are the most"]
            )
        _ = self.conditions  # refuses what cannot be asked for

    @functools.cached_property
    def conditions(self) -> list[dict[str, Any]]:
        """Every combination of the axes' values."""
        return conditions_of(self.axes)

    @functools.cached_property
    def cells(self) -> list[Cell]:
        """The measurements, in their order."""
        chance = random.Random(self.seed)
        cells: list[Cell] = []
        for repetition in range(self.repeat):
            block = [
                Cell(f"{number}/{prompt.name}/{repetition}", condition, prompt, repetition)
                for number, condition in enumerate(self.conditions)
                for prompt in self.prompts
            ]
            chance.shuffle(block)
            cells += block
        return cells

    @functools.cached_property
    def key(self) -> str:
        """What tells the plan from any other."""
        plain = [
            [[axis.name, axis.values] for axis in self.axes],
            [[prompt.name, prompt.text] for prompt in self.prompts],
            self.repeat,
            self.seed,
        ]
        return hashlib.sha256(json.dumps(plain, default=str).encode()).hexdigest()[:16]

    def label(self, condition: Mapping[str, Any]) -> str:
        """Return what a condition is called, by the axes that vary."""
        varied = [axis for axis in self.axes if len(axis.values) > 1]
        return ", ".join(axis.label(condition[axis.name]) for axis in varied) or "all alike"

    def left(self, rows: Iterable[Row]) -> list[Cell]:
        """Return the cells without a row, in their order."""
        done = {row.cell for row in rows}
        return [cell for cell in self.cells if cell.name not in done]

    @property
    def characters(self) -> int:
        """Characters that are sent in all."""
        return self.characters_left([])

    def characters_left(self, rows: Iterable[Row]) -> int:
        """Return how many characters are sent for the cells without a row."""
        return sum(self._lengths[cell.name.rpartition("/")[0]] for cell in self.left(rows))

    @functools.cached_property
    def _lengths(self) -> dict[str, int]:
        """Characters that are sent for each condition and text."""
        return {
            f"{number}/{prompt.name}": _sent(condition, prompt)
            for number, condition in enumerate(self.conditions)
            for prompt in self.prompts
        }

    def seconds(self, rows: Sequence[Row] = ()) -> float:
        """Return how long what is left takes, one after the other, judged by what was measured."""
        left = self.left(rows)
        took = [row.arrivals[-1][0] / 1000 for row in rows if row.arrivals]
        if took:
            return len(left) * sum(took) / len(took)
        return sum(
            _STREAM_SECONDS + _MAKING * len(cell.prompt.text) / _CHARACTERS_A_SECOND
            for cell in left
        )


def check_order(repeat: object, seed: object) -> None:
    """Refuse what no order can be drawn from.

    Raises
    ------
    ParameterError
    """
    count, faults = whole_number(repeat), []
    if count is None or count < 1:
        faults.append("repeat must be a whole number, 1 or more")
    if whole_number(seed) is None:
        faults.append("seed must be a whole number")
    if faults:
        raise ParameterError(faults)


def _sent(condition: Mapping[str, Any], prompt: Prompt) -> int:
    reading = reading_of(SpeechRequest(**parameters_of(condition)))
    reading.feed(prompt.text, ended=True)
    return len(reading.spoken)
