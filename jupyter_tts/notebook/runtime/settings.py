"""The settings of ``%config TTS`` and ipython_config.py, for magics, panels and Python alike.

Loaded with the magics, so it imports nothing heavy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...client.connections.limits import ConnectionLimits

__all__ = ["SAVED_MEGABYTES", "Settings"]

SAVED_MEGABYTES = 32.0
"""Some 50 minutes of speech. A notebook of hundreds of megabytes opens nowhere."""


@dataclass
class Settings:
    """Settings that apply where no option is given.

    Attributes
    ----------
    parameters : dict
        How a text is spoken, by keyword name.
    automatic : bool
        Whether the latency level is chosen, rather than given.
    target : float or None
        Seconds of audible latency for which it is chosen; None for the default.
    cache_megabytes : int
        Room for cached speeches.
    confirm_above : int or None
        Characters above which a text is sent only after a question; None never to ask.
    saved_megabytes : float
        The most that the sound of one output may take in the notebook's file; 0 keeps none.
    repeats : float
        How much of a text may be spoken again after a lost socket, as a part of it, where the
        server has not told which words came.
    start_ahead : bool
        Whether ``%load_ext`` starts the embedded voice, where that speaks and a page is there.
    connections : ConnectionLimits
        How many sockets may be opened ahead, and for how long.
    """

    parameters: dict[str, Any] = field(default_factory=dict)
    automatic: bool = False
    target: float | None = None
    cache_megabytes: int = 500
    confirm_above: int | None = 5_000
    saved_megabytes: float = SAVED_MEGABYTES
    repeats: float = 0.5
    start_ahead: bool = True
    connections: ConnectionLimits = field(default_factory=ConnectionLimits)
