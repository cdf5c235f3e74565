"""How much sound goes to the player in the next message.

The notebook server drops messages above 1000 a second (measured over 3 s), after which a cell
hangs for good, and a page has no use for an hour of sound at once. Page and notebook server take
one message after the other, and a first sound waits for those before it. So the first message goes
at once; each later one holds at least 100 ms, is about as long as the lead, and gathers what comes
in a quarter of it. The lead over what has been played stays within some 30 s. A message that had
to wait for that is long, since nothing is urgent then.
"""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["Pacer"]

SHORTEST = 0.1  # seconds of sound per message after the first
USUAL = 0.25  # most seconds where the lead is shorter
LONGEST = 1.0
MAX_LEAD = 30.0  # seconds of sound sent but not yet played
GATHERING = 0.06  # most seconds between messages, if there is that much


class Pacer:
    """Decides what may be sent now.

    Parameters
    ----------
    sample_rate : int
        Hz.
    clock : callable, optional
        Seconds; monotonic.
    """

    def __init__(self, sample_rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = sample_rate
        self._clock = clock
        self._sent = 0
        self._gathers = 0.0  # seconds after the last message
        self._played = 0
        self._playing = True
        self._at = self._last = clock()

    @property
    def sent(self) -> int:
        """Frames sent so far."""
        return self._sent

    @property
    def full(self) -> bool:
        """Whether the page has as much as it may have."""
        return self._room() < self._seconds(LONGEST)

    def report(self, played: int, *, playing: bool) -> None:
        """Note how many frames the player has played, and whether it is playing."""
        self._played = played
        self._playing = playing
        self._at = self._clock()

    def frames(self, available: int, *, complete: bool) -> int:
        """Return how many frames to send now, 0 to wait.

        Parameters
        ----------
        available : int
            Frames received from the server so far.
        complete : bool
            Whether no more will come.
        """
        unsent = available - self._sent
        if self._gathering() > 0 or (unsent > self._room() and self.full):
            return 0
        ready = min(unsent, self._room())
        if not self._sent:
            return max(0, min(ready, self._seconds(LONGEST)))
        shortest = 1 if complete and ready == unsent else self._seconds(SHORTEST)
        longest = max(self._seconds(USUAL), min(round(self._lead()), self._seconds(LONGEST)))
        return 0 if ready < shortest else min(ready, longest)

    def note(self, frames: int) -> None:
        """Note that a message with this many frames has been sent."""
        self._last = self._clock()
        if not self._sent:
            self._at = self._last  # playing starts now, as far as is known
        self._sent += frames
        self._gathers = min(self._lead() / self._rate / 4, GATHERING)

    def wait(self) -> float | None:
        """Return the seconds until there is room again, None if only a report can make room."""
        if (left := self._gathering()) > 0:
            return left
        short = self._seconds(LONGEST) - self._room()
        if short <= 0:
            return SHORTEST
        return short / self._rate if self._playing else None

    def _gathering(self) -> float:
        """Return the seconds in which what comes is gathered for the next message."""
        return self._last + self._gathers - self._clock()

    def _lead(self) -> float:
        """Return the frames that were sent but, as far as is known, not played yet."""
        since = (self._clock() - self._at) * self._rate if self._playing else 0.0
        return self._sent - min(self._sent, self._played + since)

    def _room(self) -> int:
        return max(0, int(MAX_LEAD * self._rate - self._lead()))

    def _seconds(self, seconds: float) -> int:
        return round(seconds * self._rate)
