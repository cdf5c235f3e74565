"""What opening sockets ahead may cost."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CONCURRENCY", "IDLE", "ConnectionLimits"]

# Streams at once of the smallest plan (Free) with the model that has the fewest (Multilingual v2):
# ElevenLabs documentation, models, "Concurrency and priority", 2025-08.
CONCURRENCY = 2

IDLE = 120.0  # seconds


@dataclass
class ConnectionLimits:
    """The limits of a pool, which may be changed while it is in use.

    Attributes
    ----------
    wanted : bool
        Whether sockets are opened ahead at all, by default.
    concurrency : int
        Sockets at once, those that speak included. One that is to speak is never refused: the
        plan's limit is the server's to hold.
    idle : float
        Seconds since the last use after which none is held warm.
    """

    wanted: bool = True
    concurrency: int = CONCURRENCY
    idle: float = IDLE
