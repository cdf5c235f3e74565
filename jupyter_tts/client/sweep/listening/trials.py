"""Which sounds are heard in which order: drawn by a seed, and balanced.

Everything is asked once before anything is asked again, so that what a listener learns, or tires
of, meets all conditions alike. Each condition is on each side equally often.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

from .design import ABX, RATING, Design

__all__ = ["Trial", "trials_of"]


@dataclass(frozen=True, slots=True)
class Trial:
    """One question.

    Attributes
    ----------
    text : int
        The number of the text, from 0.
    sounds : tuple of int
        The numbers of the conditions, from 0, in the order A, B and so on.
    x : int or None
        Of ABX: which of both X is, 0 or 1.
    """

    text: int
    sounds: tuple[int, ...]
    x: int | None = None


def trials_of(design: Design, listener: str) -> tuple[Trial, ...]:
    """Return a listener's trials, in an order of their own.

    Parameters
    ----------
    design : Design
    listener : str
        The name.
    """
    chance = random.Random(f"{design.order}/{listener}")
    trials = _ratings(design, chance) if design.method == RATING else _pairs(design, chance)
    return tuple(trials)


def _pairs(design: Design, chance: random.Random) -> list[Trial]:
    pairs = [*itertools.combinations(range(len(design.conditions)), 2)]
    texts = range(len(design.texts))
    kinds = 4 if design.method == ABX else 2
    sides = {pair: _balanced(len(texts) * design.repeat, kinds, chance) for pair in pairs}
    trials: list[Trial] = []
    for _ in range(design.repeat):
        block = [*itertools.product(pairs, texts)]
        chance.shuffle(block)
        for pair, text in block:
            x, swapped = divmod(sides[pair].pop(), 2)
            sounds = pair[::-1] if swapped else pair
            trials.append(Trial(text, sounds, x if design.method == ABX else None))
    return trials


def _ratings(design: Design, chance: random.Random) -> list[Trial]:
    conditions = [*range(len(design.conditions))]
    trials: list[Trial] = []
    for _ in range(design.repeat):
        texts = [*range(len(design.texts))]
        chance.shuffle(texts)
        for text in texts:
            turn = len(trials) % len(conditions)
            if turn == 0:
                chance.shuffle(conditions)
            # Turned on by one each time, so that each condition has each place equally often.
            trials.append(Trial(text, tuple(conditions[turn:] + conditions[:turn])))
    return trials


def _balanced(count: int, kinds: int, chance: random.Random) -> list[int]:
    """Return numbers below ``kinds``, each equally often or once more, in random order."""
    drawn = [*range(kinds)] * (count // kinds) + chance.sample(range(kinds), count % kinds)
    chance.shuffle(drawn)
    return drawn
