"""When a stream that was cut off is resumed, and after what wait."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from ...wire.errors import ConnectError, HandshakeRefused, TTSError
from ..speech.text_so_far import TextSoFar

__all__ = ["Recovery", "RepeatBudget", "Retry"]


_LONGEST_WORD = 1_000  # characters


@dataclass(frozen=True, slots=True)
class Retry:
    """How hard to try.

    Attributes
    ----------
    attempts : int
        Reconnects in a row that bring no word further before the stream is given up.
    base, cap : float
        Seconds before the first reconnect, doubled for each one after it up to ``cap``; each wait
        is drawn from its upper half, so that many clients do not come back at once.
    budget : float
        Seconds without progress, waits included, after which the stream is given up.
    patience : float
        Seconds without sound, while some is owed, after which a socket counts as dead.
    patience_per_character : float
        Further seconds for every character that is owed.
    silence : float
        Seconds that a stream may wait in all for sound that is owed.
    silence_per_second : float
        Further seconds for every second of sound that comes.
    repeats : float
        How much of the text may be sent again though its sound has come, as a part of the text:
        where the server has not told which words that sound was of.
    """

    attempts: int = 5
    base: float = 0.2
    cap: float = 5.0
    budget: float = 60.0
    patience: float = 8.0
    patience_per_character: float = 0.02
    silence: float = 60.0
    silence_per_second: float = 10.0
    repeats: float = 0.5

    def wait(self, attempt: int, draw: float) -> float:
        """Return the seconds before an attempt (from 0), for a ``draw`` from 0 to 1."""
        longest = min(self.cap, self.base * 2.0 ** min(attempt, 32))
        return longest * (1 + draw) / 2


class RepeatBudget:
    """How much of a text may be sent again though its sound has come.

    Parameters
    ----------
    retry : Retry
    text : TextSoFar
    """

    def __init__(self, retry: Retry, text: TextSoFar) -> None:
        self._part = retry.repeats
        self._text = text
        self._repeated = 0  # characters
        self._until = 0  # up to where the text was sent again

    def allow(self, position: int, spoken: int) -> bool:
        """Whether the text may be sent again from a position on, as far as it is spoken.

        No stretch may be more than once, save for the word in which a socket was lost.
        """
        again = spoken - position
        seam = self._word(position)
        if again <= seam:
            return True
        if self._until - position > seam:
            return False
        if self._repeated + again - seam > self._part * self._text.length:
            return False
        self._repeated += again - seam
        self._until = spoken
        return True

    def _word(self, position: int) -> int:
        """Return up to how far behind a position the next word of the text reaches."""
        text = self._text.slice(position, position + _LONGEST_WORD)
        word = text.split(maxsplit=1)[:1]
        return len(text) - len(text.lstrip()) + len("".join(word))


class Recovery:
    """Decides after each failure of one stream whether it goes on.

    Parameters
    ----------
    retry : Retry
    clock : callable, optional
        Seconds.
    draw : callable, optional
        Random numbers from 0 to 1.
    """

    def __init__(
        self,
        retry: Retry,
        clock: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._retry = retry
        self._clock = clock
        self._draw = draw
        self._attempt = 0
        self._since: float | None = None
        self.connected = False

    def progress(self) -> None:
        """Take note that the stream has got further."""
        self._attempt = 0
        self._since = None

    def delay(self, error: TTSError) -> float | None:
        """Return the seconds to wait before the next attempt, None if there is to be none."""
        now = self._clock()
        self._since = now if self._since is None else self._since
        if not self._may_pass(error) or self._attempt >= self._retry.attempts:
            return None
        wait = self._retry.wait(self._attempt, self._draw())
        if isinstance(error, HandshakeRefused) and error.retry_after is not None:
            wait = max(wait, error.retry_after)
        if now - self._since + wait > self._retry.budget:
            return None
        self._attempt += 1
        return wait

    def _may_pass(self, error: TTSError) -> bool:
        # A server that was never reached is a wrong address more often than an outage, and the user
        # wants to know at once; one that has answered before will be back.
        unreached = isinstance(error, ConnectError) and not isinstance(error, HandshakeRefused)
        return self.connected if unreached else error.retryable
