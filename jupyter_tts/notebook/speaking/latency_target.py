"""How ``--latency auto`` and its target are written."""

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
    found = _WRITTEN.fullmatch(text.strip())
    seconds = math.nan
    if found:
        seconds = float(found["number"]) / (1 if found["unit"] == "s" else 1000)
    return _checked(seconds, text)


def split_target(
    parameters: Mapping[str, Any], settings: Settings
) -> tuple[dict[str, Any], float | None]:
    """Take out of parameters what asks for a level to be chosen.

    Parameters
    ----------
    parameters : mapping
        By keyword name, with ``latency`` as "auto" or ``target`` in seconds, or neither.
    settings : Settings
        What holds where the parameters say nothing.

    Returns
    -------
    tuple of dict and float or None
        The other parameters, and the target in seconds; None where the level is given, here or
        by ``%config TTS.latency``.

    Raises
    ------
    ParameterError
        For a target that cannot be one, or beside a level that is given.
    """
    given = dict(parameters)
    target = given.pop("target", None)
    if given.get("latency") == AUTO:
        del given["latency"]
        target = (settings.target or TARGET) if target is None else target
    if target is None:
        if given.get("latency") is None and settings.automatic:
            return given, settings.target or TARGET
        return given, None
    if given.get("latency") is not None:
        raise ParameterError(["target goes with latency auto, not with a level that is given"])
    try:
        return given, parse_target(target) if isinstance(target, str) else _checked(target, target)
    except ValueError as fault:
        raise ParameterError([f"target {fault}"]) from None


def _checked(seconds: object, given: object) -> float:
    number = seconds if isinstance(seconds, int | float) else math.nan
    if LOWEST <= number <= HIGHEST and seconds is not True:
        return float(number)
    raise ValueError(f"must be {LOWEST * 1000:.0f}ms to {HIGHEST:.0f}s, not {given!r}")
