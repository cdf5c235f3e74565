"""What ``%config TTS`` and ipython_config.py have set, for the magics, panels and Python alike.

Loaded with the magics, so it imports nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["SETTINGS", "Settings"]


@dataclass
class Settings:
    """Settings that hold where an option says nothing else.

    Attributes
    ----------
    parameters : dict
        How a text is spoken, by keyword name.
    automatic : bool
        Whether the latency level is chosen, rather than given.
    target : float or None
        Seconds of audible latency for which it is chosen; None for what holds by itself.
    cache_megabytes : int
        Room for kept speeches.
    confirm_above : int or None
        Characters above which a text is sent only after a question; None never to ask.
    """

    parameters: dict[str, Any] = field(default_factory=dict)
    automatic: bool = False
    target: float | None = None
    cache_megabytes: int = 500
    confirm_above: int | None = 5_000

    def reset(self) -> None:
        """Go back to what holds by itself."""
        self.__init__()  # type: ignore[misc]  # a dataclass without arguments


SETTINGS = Settings()
