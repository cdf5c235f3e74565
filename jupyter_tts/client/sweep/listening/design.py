"""What is compared by ear, and how."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any, Final

from ....wire.errors import ParameterError
from ..statistics.differences import fewest_pairs

__all__ = ["METHODS", "MOST_CONDITIONS", "MOST_TRIALS", "Design", "plan_comparison", "refused"]

PREFERENCE: Final = "preference"
ABX: Final = "abx"
RATING: Final = "rating"

METHODS: Final = (PREFERENCE, ABX, RATING)
"""Which of two is preferred; which of two X is; each of them from 0 to 100."""

MOST_CONDITIONS: Final = 12
"""As many as ITU-R BS.1534-3 has a listener rate side by side."""

MOST_TRIALS: Final = 500

# Trials unless the repetitions are told: so many answers tell a preference of four in five from
# chance. There are more where fewer could not tell any two conditions apart, but not beyond what
# a listener stands.
_ENOUGH: Final = {PREFERENCE: 20, ABX: 20, RATING: 6}
_MOST_UNASKED: Final = 100


def refused(*faults: str, hint: str = "") -> ParameterError:
    """Return an error that has nothing to do with what is sent."""
    return ParameterError(faults, hint=hint)


@dataclass(frozen=True)
class Design:
    """A comparison by ear; :func:`plan_comparison` makes one.

    Attributes
    ----------
    conditions : tuple of str
        What is compared, by name.
    texts : tuple of str
        What each of them speaks.
    method : str
        One of :data:`METHODS`.
    repeat : int
        How often each is asked.
    ties : bool
        Whether "no preference" is an answer.
    reference : str or None
        Of ratings: the condition that is also heard openly.
    seed : int
        Of the order.
    sounds : str
        What tells the sounds from any others.
    """

    conditions: tuple[str, ...]
    texts: tuple[str, ...]
    method: str
    repeat: int
    ties: bool
    reference: str | None
    seed: int
    sounds: str

    @functools.cached_property
    def key(self) -> str:
        """What tells the comparison from any other."""
        return _digest([*self._plain, self.sounds])

    @functools.cached_property
    def order(self) -> str:
        """What the order is drawn from. The page has the key, from which this does not follow."""
        return _digest(["order", *self._plain, self.sounds])

    @functools.cached_property
    def outline(self) -> str:
        """What tells it from any other, but for one with other sounds."""
        return _digest(self._plain)

    @property
    def _plain(self) -> list[Any]:
        return [
            self.conditions,
            self.texts,
            self.method,
            self.repeat,
            self.ties,
            self.reference,
            self.seed,
        ]

    @property
    def pairs(self) -> int:
        """Pairs of conditions."""
        return math.comb(len(self.conditions), 2)

    @property
    def fewest(self) -> int:
        """Answers about a pair below which no two conditions can be told apart."""
        sides = 1 if self.method == ABX else 2
        return fewest_pairs(self.pairs, 1 - 0.05 * 2 / sides)

    @property
    def shortfall(self) -> str:
        """A sentence on too few answers to tell two conditions apart; "" if there are enough."""
        each = len(self.texts) * self.repeat
        if each >= self.fewest:
            return ""
        what = "rating" if self.method == RATING else "answer"
        whose = "of each" if self.method == RATING else "about a pair"
        are = " is" if each == 1 else "s are"
        return (
            f"{each} {what}{are} too few {whose} to tell two conditions apart: {self.fewest} are "
            "the fewest."
        )

    @property
    def count(self) -> int:
        """Trials of each listener."""
        each = 1 if self.method == RATING else self.pairs
        return each * len(self.texts) * self.repeat


def plan_comparison(
    conditions: Sequence[str],
    texts: Sequence[str],
    *,
    method: str = PREFERENCE,
    repeat: int | None = None,
    ties: bool = False,
    reference: str | None = None,
    seed: int = 1,
    sounds: str = "",
) -> Design:
    """Return a comparison.

    Parameters
    ----------
    conditions, texts, method, ties, reference, seed, sounds
        See :class:`Design`.
    repeat : int, optional
        By default as few as give 20 trials or more, of ratings 6, and can tell conditions apart;
        that, however, only up to 100 trials.

    Raises
    ------
    ParameterError
        With every fault at once.
    """
    faults = [
        *_condition_faults(conditions),
        *_option_faults(conditions, method, repeat, ties, reference, seed),
    ]
    if faults:
        raise refused(*faults)
    once = Design(tuple(conditions), tuple(texts), method, 1, ties, reference, int(seed), sounds)
    chosen = _repetitions(once) if repeat is None else int(repeat)
    if (count := once.count * chosen) > MOST_TRIALS:
        raise refused(
            f"the comparison has {count:,} trials, and {MOST_TRIALS} are the most",
            hint="Compare fewer conditions or texts, or repeat less often.",
        )
    return dataclasses.replace(once, repeat=chosen)


def _repetitions(once: Design) -> int:
    """Return how often to ask, unless that is told."""
    enough = math.ceil(_ENOUGH[once.method] / once.count)
    telling = max(enough, math.ceil(once.fewest / len(once.texts)))
    return telling if once.count * telling <= _MOST_UNASKED else enough


def _condition_faults(conditions: Sequence[str]) -> list[str]:
    faults = []
    if len(conditions) < 2:
        faults.append(f"a comparison needs two conditions or more, not {len(conditions)}")
    if len(conditions) > MOST_CONDITIONS:
        faults.append(f"{len(conditions)} conditions are too many: {MOST_CONDITIONS} are the most")
    if not all(isinstance(name, str) and name.strip() for name in conditions):
        faults.append("a condition has no name")
    elif odd := [name for name in conditions if not name.isprintable()]:
        faults.append(f"the name {odd[0]!r} cannot be shown")
    twice = {name for name in conditions if [*conditions].count(name) > 1}
    faults += [f"the name {name!r} is there twice" for name in sorted(twice)]
    return faults


def _option_faults(
    conditions: Sequence[str], method: str, repeat: Any, ties: Any, reference: Any, seed: Any
) -> list[str]:
    faults = []
    if method not in METHODS:
        faults.append(f"method must be {', '.join(METHODS[:-1])} or {METHODS[-1]}, not {method!r}")
    if repeat is not None and not (_is_whole(repeat) and repeat >= 1):
        faults.append(f"repeat must be 1 or more, not {repeat!r}")
    if not isinstance(ties, bool):
        faults.append(f"ties must be True or False, not {ties!r}")
    elif ties and method in (ABX, RATING):
        faults.append(f"ties has no meaning for the method {method}")
    if not _is_whole(seed):
        faults.append(f"seed must be a whole number, not {seed!r}")
    if reference is not None and method in (PREFERENCE, ABX):
        faults.append(f"reference has no meaning for the method {method}")
    elif reference is not None and reference not in conditions:
        faults.append(f"reference must be one of {', '.join(conditions)}, not {reference!r}")
    return faults


def _digest(plain: list[Any]) -> str:
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:16]


def _is_whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)  # numpy's numbers, too
