"""How much sound goes to the player in the next message.

The notebook server drops messages above 1000 a second (measured over 3 s), after which a cell
hangs for good, and a page has no use for an hour of sound at once. So the first messages go at
once, later ones hold at least 100 ms and grow with the lead, and the lead over what has been
played stays within some 30 s. A message that had to wait for that is long, since nothing is urgent
then.
"""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["Pacer"]

AT_ONCE = 2  # messages sent with whatever there is
SHORTEST = 0.1  # seconds of sound per message after that
LONGEST = 1.0
MAX_LEAD = 30.0  # seconds of sound sent but not yet played
COMFORT = 2.0  # seconds of lead above which messages are as long as possible


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
        self._messages = 0
        self._played = 0
        self._playing = True
        self._at = clock()

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
        if unsent > self._room() and self.full:
            return 0
        ready = min(unsent, self._room())
        if self._messages < AT_ONCE:
            return max(0, min(ready, self._seconds(LONGEST)))
        shortest = 1 if complete and ready == unsent else self._seconds(SHORTEST)
        longest = self._seconds(LONGEST if self._lead() > COMFORT * self._rate else 0.25)
        return 0 if ready < shortest else min(ready, longest)

    def note(self, frames: int) -> None:
        """Note that a message with this many frames has been sent."""
        if not self._messages:
            self._at = self._clock()  # playing starts now, as far as is known
        self._messages += 1
        self._sent += frames

    def wait(self) -> float | None:
        """Return the seconds until there is room again, None if only a report can make room."""
        short = self._seconds(LONGEST) - self._room()
        if short <= 0:
            return SHORTEST
        return short / self._rate if self._playing else None

    def _lead(self) -> float:
        """Return the frames that were sent but, as far as is known, not played yet."""
        since = (self._clock() - self._at) * self._rate if self._playing else 0.0
        return self._sent - min(self._sent, self._played + since)

    def _room(self) -> int:
        return max(0, int(MAX_LEAD * self._rate - self._lead()))

    def _seconds(self, seconds: float) -> int:
        return round(seconds * self._rate)
