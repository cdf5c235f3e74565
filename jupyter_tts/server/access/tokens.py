"""Tokens that open one WebSocket each, for clients that must not see the key."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Final

__all__ = ["LIFETIME", "SingleUseTokens"]

LIFETIME: Final = 15 * 60.0
"""Seconds for which a token is valid (ElevenLabs API reference, single-use-token)."""

# The most that are stored, the newest: unused ones must not fill the memory.
_MOST: Final = 10_000


class SingleUseTokens:
    """The tokens that were issued and not yet used.

    Parameters
    ----------
    clock
        Any monotonic clock, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ends: dict[str, float] = {}  # in the order of their ends

    def issue(self) -> str:
        """Return a new token."""
        now = self._clock()
        while self._ends:
            oldest = next(iter(self._ends))
            if len(self._ends) < _MOST and self._ends[oldest] > now:
                break
            del self._ends[oldest]
        token = f"sutkn_{secrets.token_urlsafe(24)}"
        self._ends[token] = now + LIFETIME
        return token

    def redeem(self, token: str) -> bool:
        """Use a token up; return whether it was valid."""
        return self._ends.pop(token, 0.0) > self._clock()
