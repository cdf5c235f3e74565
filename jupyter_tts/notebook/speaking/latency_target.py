"""Reading ``--latency auto`` and its target."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from ...wire.errors import ParameterError
from ..runtime.settings import Settings

__all__ = ["AUTO", "HIGHEST", "LOWEST", "TARGET", "parse_target", "split_target"]

AUTO = "auto"
TARGET = 0.4  # seconds
LOWEST, HIGHEST = 0.05, 10.0  # seconds

_WRITTEN = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>ms|s|)")


def parse_target(text: str) -> float:
    """Return the seconds written as ``400ms``, ``0.4s`` or, in milliseconds, ``400``.

    Raises
    ------
    ValueError
    """
    match = _WRITTEN.fullmatch(text.strip())
    seconds = math.nan
    if match:
        seconds = float(match["number"]) / (1 if match["unit"] == "s" else 1000)
    return _check_seconds(seconds, text)


def split_target(
    parameters: Mapping[str, Any], settings: Settings
) -> tuple[dict[str, Any], float | None]:
    """Split parameters into those of automatic latency and the others.

    Parameters
    ----------
    parameters : mapping
        By keyword name, with ``latency`` as "auto" or ``target`` in seconds, or neither.
    settings : Settings
        Used where the parameters say nothing.

    Returns
    -------
    tuple of dict and float or None
        The other parameters, and the target in seconds; None where the level is given, here or
        by ``%config TTS.latency``.

    Raises
    ------
    ParameterError
        For an impossible target, or for a target together with a level.
    """
    others = dict(parameters)
    target = others.pop("target", None)
    if others.get("latency") == AUTO:
        del others["latency"]
        target = (settings.target or TARGET) if target is None else target
    if target is None:
        if others.get("latency") is None and settings.automatic:
            return others, settings.target or TARGET
        return others, None
    if others.get("latency") is not None:
        raise ParameterError(["target goes with latency auto, not with a level that is given"])
    try:
        return others, parse_target(target) if isinstance(target, str) else _check_seconds(
            target, target
        )
    except ValueError as fault:
        raise ParameterError([f"target {fault}"]) from None


def _check_seconds(seconds: object, written: object) -> float:
    number = seconds if isinstance(seconds, int | float) else math.nan
    if LOWEST <= number <= HIGHEST and seconds is not True:
        return float(number)
    raise ValueError(f"must be {LOWEST * 1000:.0f}ms to {HIGHEST:.0f}s, not {written!r}")
