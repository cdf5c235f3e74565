"""The WebSocket close codes that are used here, and the reason sent with one (RFC 6455)."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ABNORMAL_CLOSURE",
    "GOING_AWAY",
    "INTERNAL_ERROR",
    "MESSAGE_TOO_BIG",
    "NORMAL_CLOSURE",
    "NO_STATUS",
    "POLICY_VIOLATION",
    "UNSUPPORTED_DATA",
    "close_reason",
]

# Section 7.4.1.
NORMAL_CLOSURE: Final = 1000
GOING_AWAY: Final = 1001
UNSUPPORTED_DATA: Final = 1003
NO_STATUS: Final = 1005
"""Stands for a close frame without a code, and is never sent."""
ABNORMAL_CLOSURE: Final = 1006
"""Stands for a lost connection, and is never sent."""
POLICY_VIOLATION: Final = 1008
"""The code of every in-band error seen at ElevenLabs."""
MESSAGE_TOO_BIG: Final = 1009
INTERNAL_ERROR: Final = 1011

_LONGEST_REASON: Final = 123  # bytes (section 5.5)


def close_reason(text: str) -> bytes:
    """Return as much of a text as fits into a close frame."""
    return text.encode("utf-8", "replace")[:_LONGEST_REASON].decode("utf-8", "ignore").encode()
