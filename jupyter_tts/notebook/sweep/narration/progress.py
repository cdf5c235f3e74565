"""How far a batch is, while it runs: a line with tqdm's bar where that is installed.

In a notebook it is an output that is updated, and no widget: a widget would be missing when the
notebook is opened again.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from IPython.display import display

from ....client.sweep.batch.results import NarratedRow
from ...runtime.frontend import Frontend, detect

__all__ = ["NarrationProgress"]

_EVERY: Final = 0.3  # seconds between two lines
_COLUMNS: Final = 79


class NarrationProgress:
    """Shows how many rows are done.

    Parameters
    ----------
    total : int
        Rows in all.
    done : int
        That were done before.
    clock : callable, optional
        Seconds.
    """

    def __init__(
        self, total: int, done: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._total = total
        self._before = self._done = done
        self._failed = 0
        self._clock = clock
        self._began = clock()
        self._shown = -_EVERY
        self._line = _LINES[detect()]()
        self._show()

    def finished(self, row: NarratedRow) -> None:
        """Note that a row is done, or has failed."""
        self._done += 1
        self._failed += bool(row.error)
        if self._clock() - self._shown >= _EVERY or self._done == self._total:
            self._show()

    def paused(self, seconds: float) -> None:
        """Note that all rows wait, since the service asks for it."""
        self._show(f"waits {seconds:.0f} s, as the service asks")

    def close(self) -> None:
        """Show no more of it."""
        self._line.close()

    def _show(self, remark: str = "") -> None:
        self._shown = self._clock()
        failed = f"{self._failed:,} failed" if self._failed else ""
        remarks = ", ".join(filter(None, (failed, remark)))
        self._line.show(self._meter(remarks))

    def _meter(self, remarks: str) -> str:
        if importlib.util.find_spec("tqdm") is None:
            counted = f"{self._done:,} of {self._total:,} rows"
            return f"{counted}, {remarks}" if remarks else counted
        from tqdm import tqdm

        meter: str = tqdm.format_meter(
            self._done,
            self._total,
            self._clock() - self._began,
            ncols=_COLUMNS,
            unit="row",
            initial=self._before,
            postfix=remarks or None,
        )
        return meter


class _Nowhere:
    """Nobody looks."""

    def show(self, line: str) -> None:
        pass

    def close(self) -> None:
        pass


class _TerminalLine(_Nowhere):
    """A line that is written over, and away in the end."""

    def __init__(self) -> None:
        self._width = 0

    def show(self, line: str) -> None:
        sys.stderr.write(f"\r{line.ljust(self._width)}")
        sys.stderr.flush()
        self._width = len(line)

    def close(self) -> None:
        self.show("")
        sys.stderr.write("\r")


class _PageLine(_Nowhere):
    """An output that stays as it was last."""

    def __init__(self) -> None:
        self._handle: Any = None

    def show(self, line: str) -> None:
        bundle = {"text/plain": line}
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)


_LINES: Final = {
    Frontend.LIVE: _PageLine,
    Frontend.TERMINAL: _TerminalLine,
    Frontend.HEADLESS: _Nowhere,
}
