"""Listeners made up by chance, to try an analysis with. They hear nothing."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from typing import Final

from .answers import Answer, Sheet
from .design import ABX, RATING, Design, refused
from .trials import Trial

__all__ = ["simulate_listener"]

_MIDDLE: Final = 60.0
_STEP: Final = 15.0  # points of a rating for a quality of 1
_SPREAD: Final = 8.0


def simulate_listener(
    design: Design, quality: Mapping[str, float], *, name: str = "simulated", seed: int = 1
) -> Sheet:
    """Return the finished answers of a listener who is a simulation.

    Parameters
    ----------
    design : Design
    quality : mapping of str to float
        How good each condition is said to be, on a scale of log odds: one that is better by 1.1 is
        preferred three times out of four. What is not named has 0.
    name : str, optional
    seed : int, optional
        Of the draws.

    Returns
    -------
    Sheet
        Such a listener knows the hidden reference, and always has a preference.

    Raises
    ------
    ParameterError
        If there is no such condition.
    """
    if strange := [name for name in quality if name not in design.conditions]:
        raise refused(*(f"there is no condition {name!r}" for name in strange))
    sheet = Sheet(design, name, simulated=True)
    chance = random.Random(seed)
    values = [quality.get(condition, 0.0) for condition in design.conditions]
    for number, trial in enumerate(sheet.trials):
        own = [values[condition] for condition in trial.sounds]
        answer = _answer(design.method, trial, own, chance)
        if isinstance(answer, tuple) and design.reference is not None:
            known = trial.sounds.index(design.conditions.index(design.reference))
            answer = tuple(100 if place == known else one for place, one in enumerate(answer))
        sheet.answer(number, answer)
    sheet.finish()
    return sheet


def _answer(method: str, trial: Trial, own: list[float], chance: random.Random) -> Answer:
    if method == RATING:
        drawn = [chance.gauss(_MIDDLE + _STEP * value, _SPREAD) for value in own]
        return tuple(round(min(100.0, max(0.0, value))) for value in drawn)
    if method == ABX:
        hears = chance.random() > math.exp(-abs(own[0] - own[1]))
        return trial.x if hears else chance.randrange(2)
    return int(chance.random() > 1 / (1 + math.exp(own[1] - own[0])))
