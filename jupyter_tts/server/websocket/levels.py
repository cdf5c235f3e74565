"""What a latency level does to the text: how much is buffered, and up to which boundary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ...wire.levels import LEVELS
from ...wire.parameters import parameter
from ..synthesis.segmenter import Rank, Segmenter
from .handshake import Handshake

__all__ = ["segmenter"]

# The boundary that the lower levels wait for once enough characters have gathered. A voice gives
# every clause its melody, and speaks a clause that is cut off as if it ended there.
_WAITS_FOR: Final[dict[int, Rank]] = {0: "sentence", 1: "clause"}


def segmenter(handshake: Handshake, schedule: Sequence[int] | None) -> Segmenter:
    """Return the segmenter for the text of a context.

    Parameters
    ----------
    handshake
    schedule
        The client's ``chunk_length_schedule``, which counts for more than its level; None where it
        sent none.
    """
    markup, level = handshake.ssml, handshake.latency
    if handshake.auto_mode:
        return Segmenter(None, markup=markup)
    if schedule is not None or level is None:
        return Segmenter(schedule or _schedule({}), markup=markup)
    waits_for = _WAITS_FOR.get(level, "word")
    return Segmenter(_schedule(LEVELS[level].levers), waits_for=waits_for, markup=markup)


def _schedule(levers: Mapping[str, object]) -> Sequence[int]:
    """Return the schedule of a level's levers, for a client that does not send it."""
    declared = parameter("schedule")
    schedule: Sequence[int] = declared.check(levers.get(declared.name, declared.default))
    return schedule
