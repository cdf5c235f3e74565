"""Which latency level holds a target of audible latency at the best quality: arithmetic, no I/O."""

from __future__ import annotations

from dataclasses import dataclass

from ...wire.levels import LEVELS
from ...wire.parameters import parameter
from ..speech.timeline import Decision

__all__ = ["LevelController"]

HIGHEST = LEVELS[-1].value

# Weight of a new measurement, as of TCP's smoothed round-trip time (RFC 6298, doubled: utterances
# are rarer than segments), and the most that one of them may stand out from what is expected.
GAIN = 0.25
MOST_SURPRISE = 1.0  # of the expected latency

# Hysteresis: better quality is tried below this share of the target, and a level that is known to
# hold it is gone back to below that one.
TRY_BELOW = 0.7
BACK_BELOW = 0.85

# Utterances until a level that missed the target is tried again; doubled with every miss.
FIRST_PAUSE = 4
LONGEST_PAUSE = 64

# A level that is faster by less than this share is not worth its quality.
WORTHWHILE = 0.05

# Seconds of sound ahead of the listener: up to the first the level of the start is kept, and with
# so many more the best quality is safe (Huang et al. 2014, buffer-based rate adaptation).
RESERVOIR = 2.0
CUSHION = 6.0


@dataclass
class _Estimate:
    """What a level's latency is expected to be (s)."""

    mean: float
    deviation: float

    @property
    def likely(self) -> float:
        return self.mean + self.deviation

    def surprise(self, latency: float) -> float:
        """Return by how much a measurement differs, bounded: one bad moment is not a trend."""
        most = MOST_SURPRISE * self.mean
        return max(-most, min(most, latency - self.mean))

    def learn(self, surprise: float) -> None:
        self.deviation += GAIN * (abs(surprise) - self.deviation)
        self.mean += GAIN * surprise


class LevelController:
    """Chooses the level of every utterance to one server, and within an utterance.

    At the start, what counts is the latency that each level was seen to have: the exponentially
    weighted mean and deviation. What changes with the network changes for every level, so a level
    that is not used follows the one that is. In the steady state what counts is how much sound
    the listener has left: latency hidden behind it costs nothing.

    Parameters
    ----------
    target : float
        Seconds of audible latency to hold.

    Attributes
    ----------
    start : int
        The level that the last utterance began with.
    """

    def __init__(self, target: float) -> None:
        self.target = target
        self.start = int(str(parameter("latency").preset))
        self._estimates: dict[int, _Estimate] = {}
        self._pauses: dict[int, int] = {}
        self._waited: dict[int, int] = {}

    def begin(self) -> Decision:
        """Return the level that an utterance starts with."""
        for level in self._waited:
            self._waited[level] += 1
        expected = self._estimates.get(self.start)
        if expected is None:
            return Decision(self.start, "Nothing was measured yet.")
        if expected.likely > self.target:
            decision = self._faster(expected)
        else:
            decision = self._better(expected)
        self.start = decision.level
        return decision

    def started(self, level: int, latency: float) -> None:
        """Take a measurement.

        Parameters
        ----------
        level : int
            That the utterance started with.
        latency : float
            Seconds to the first audible sound.
        """
        known = self._estimates.get(level)
        if known is None:
            self._estimates[level] = _Estimate(latency, 0.0)
        else:
            surprise = known.surprise(latency)
            known.learn(surprise)
            for other, estimate in self._estimates.items():
                if other != level:
                    estimate.mean = max(0.0, estimate.mean + GAIN * surprise)
        if self._estimates[level].likely > self.target:
            self._waited[level] = 0
            self._pauses[level] = min(LONGEST_PAUSE, 2 * self._pauses.get(level, FIRST_PAUSE // 2))

    def steady(self, level: int, lead: float, *, ran_dry: bool = False) -> Decision:
        """Return the level to go on with at the end of a sentence.

        Parameters
        ----------
        level : int
            The present one.
        lead : float
            Seconds of sound that have been received and not been heard.
        ran_dry : bool, optional
            Whether the listener has had to wait since the decision before.
        """
        if ran_dry:
            return Decision(min(HIGHEST, level + 1), "The listener had to wait.")
        share = min(1.0, max(0.0, (lead - RESERVOIR) / CUSHION))
        fitting = max(self.start, level) * (1.0 - share)
        if fitting <= level - 1:
            return Decision(int(fitting), f"{lead:.1f} s of sound are ahead of the listener.")
        if lead < RESERVOIR / 2 and level < self.start:
            return Decision(self.start, f"Only {lead:.1f} s of sound are left to be heard.")
        return Decision(level, f"{lead:.1f} s of sound ahead are right for this level.")

    def _faster(self, expected: _Estimate) -> Decision:
        """Leave a level that misses the target."""
        start = self.start
        missed = (
            f"Level {start} takes {_shown(expected.likely)}, above the target of "
            f"{_shown(self.target)}."
        )
        holding = [level for level in range(start + 1, HIGHEST + 1) if self._holds(level)]
        if holding:
            return Decision(holding[0], missed)
        untried = [level for level in range(start + 1, HIGHEST + 1) if level not in self._estimates]
        if untried:
            return Decision(untried[0], missed)
        fastest = min(estimate.likely for estimate in self._estimates.values())
        close = fastest * (1.0 + WORTHWHILE)
        level = min(
            level for level, estimate in self._estimates.items() if estimate.likely <= close
        )
        return Decision(
            level,
            f"No level holds the target of {_shown(self.target)}; this is the fastest, with "
            f"{_shown(self._estimates[level].likely)}.",
        )

    def _better(self, expected: _Estimate) -> Decision:
        """Stay, or go to a better quality where there is room for it."""
        start = self.start
        held = f"Level {start} takes {_shown(expected.likely)} of {_shown(self.target)}"
        below = start - 1
        if start == 0:
            return Decision(start, f"{held}, at the best quality.")
        known = self._estimates.get(below)
        if known is not None and known.likely <= BACK_BELOW * self.target:
            return Decision(below, f"{held}, and level {below} takes {_shown(known.likely)}.")
        rested = self._waited.get(below, LONGEST_PAUSE) >= self._pauses.get(below, 0)
        if expected.likely <= TRY_BELOW * self.target and rested:
            return Decision(below, f"{held}: room to try a better quality.")
        return Decision(start, f"{held}.")

    def _holds(self, level: int) -> bool:
        known = self._estimates.get(level)
        return known is not None and known.likely <= self.target


def _shown(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
