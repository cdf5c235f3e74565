"""How far a sweep is, while it runs: in a page with its results so far, in a terminal as a line."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from IPython.display import display

from ..runtime.frontend import Frontend, detect

__all__ = ["Progress"]

# Seconds between two pictures.
_EVERY = 0.5


class Progress:
    """Shows how far a sweep is, and in the end its results.

    Parameters
    ----------
    total : int
        Measurements in all.
    draw : callable
        Returns what there is so far by MIME type, for a line that says how far it is; "" in the
        end.
    """

    def __init__(self, total: int, draw: Callable[[str], dict[str, str]]) -> None:
        self._total = total
        self._draw = draw
        self._frontend = detect()
        self._handle: Any = None
        self._shown = 0.0

    @property
    def is_due(self) -> bool:
        """Whether the next update is shown."""
        due = time.monotonic() - self._shown >= _EVERY
        return due and self._frontend is not Frontend.HEADLESS

    def update(self, measured: int, seconds_left: Callable[[], float]) -> None:
        """Show that so many are measured, at most twice a second."""
        if self.is_due:
            left = f"{_duration(seconds_left())} left"
            line = f"{measured:,} of {self._total:,} measured, {left}"
            self._tell(line, f"{left[0].upper()}{left[1:]}.")

    def update_scores(self, scored: int, total: int) -> None:
        """Show that so many sounds are scored, at most twice a second."""
        if self.is_due:
            line = f"{scored:,} of {total:,} sounds are scored"
            self._tell(line, f"{line}.")

    def _tell(self, line: str, note: str) -> None:
        """Show a line in a terminal, or a note with what there is so far."""
        self._shown = time.monotonic()
        if self._frontend is Frontend.TERMINAL:
            print(f"\r{line}\x1b[K", end="", flush=True)
        else:
            self._show(self._draw(note))

    def end(self, *, measured: bool = True) -> None:
        """Show the results alone; where nothing was measured, no more that it goes on."""
        if not measured and (self._frontend is Frontend.TERMINAL or self._handle is None):
            if self._shown:
                print("\r\x1b[K", end="", flush=True)
            return
        results = self._draw("")
        if self._frontend is Frontend.TERMINAL:
            print("\r\x1b[K" + results["text/plain"])
        else:
            self._show(results)

    def _show(self, bundle: dict[str, str]) -> None:
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"about {seconds / 60:.0f} min"
