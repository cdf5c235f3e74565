"""Latency levels: what each means by its sources, and the levers it sets.

``optimize_streaming_latency`` was deprecated and a server may ignore or refuse it, so each level
also sets parameters that still act. They are sent only where the user has not set them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["FLUSHING_LEVEL", "LEVELS", "NORMALIZER_OFF_LEVEL", "Level"]

NORMALIZER_OFF_LEVEL = 4
"""The level at which ElevenLabs documents the text normalizer as off."""

FLUSHING_LEVEL = 3
"""The lowest level that flushes each sentence on text-to-dialogue, which has no other lever."""


@dataclass(frozen=True)
class Level:
    """One latency level.

    Attributes
    ----------
    value : int
        0 to 4, as sent.
    title : str
        Its name in a few words.
    official : str
        What ElevenLabs' HTTP reference says of it.
    common : str
        What articles and answers say of it.
    levers : mapping of str to object
        Parameters by keyword name, with the values the level gives them.
    """

    value: int
    title: str
    official: str
    common: str
    levers: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


def _levers(*schedule: int, **others: object) -> Mapping[str, object]:
    return MappingProxyType({"schedule": schedule, **others})


# Levers of level 1: the documented default schedule, spelled out; then shorter first chunks,
# down to the documented minimum of 50. Level 4 is documented to switch normalization off.
LEVELS = (
    Level(
        0,
        "no optimization",
        "default mode (no latency optimizations)",
        "not mentioned",
    ),
    Level(
        1,
        "best quality",
        "normal latency optimizations (about 50% of the possible improvement of level 3)",
        "best quality, highest latency",
        _levers(120, 160, 250, 290),
    ),
    Level(
        2,
        "balanced",
        "strong latency optimizations (about 75% of the possible improvement of level 3)",
        "balance of quality and latency",
        _levers(80, 120, 200, 260),
    ),
    Level(
        3,
        "live dialogue",
        "max latency optimizations",
        "lower latency, suited to live dialogue",
        _levers(50, 90, 140, 200),
    ),
    Level(
        4,
        "earliest sound",
        "max latency optimizations, with the text normalizer off: numbers and dates may be "
        "mispronounced",
        "lowest latency, may affect quality",
        _levers(50, normalize="off"),
    ),
)
