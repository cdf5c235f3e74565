"""Tokens that open one WebSocket each, for clients that must not see the key."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Final

__all__ = ["DIALOGUE_TOKEN", "LIFETIME", "SPEECH_TOKEN", "TOKEN_TYPES", "SingleUseTokens"]

SPEECH_TOKEN: Final = "tts_websocket"
"""The type of a token for a socket of text-to-speech."""

DIALOGUE_TOKEN: Final = "ttd_websocket"
"""The type of a token for a socket of text-to-dialogue; no SDK names it (measured by others)."""

TOKEN_TYPES: Final = (SPEECH_TOKEN, DIALOGUE_TOKEN)

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
        self._ends: dict[str, tuple[float, str]] = {}  # in the order of their ends

    def issue(self, token_type: str = SPEECH_TOKEN) -> str:
        """Return a new token of a type."""
        now = self._clock()
        while self._ends:
            oldest = next(iter(self._ends))
            if len(self._ends) < _MOST and self._ends[oldest][0] > now:
                break
            del self._ends[oldest]
        token = f"sutkn_{secrets.token_urlsafe(24)}"
        self._ends[token] = now + LIFETIME, token_type
        return token

    def redeem(self, token: str) -> str | None:
        """Use a token up; return its type, None if it was not valid."""
        end, token_type = self._ends.pop(token, (0.0, ""))
        return token_type if end > self._clock() else None
