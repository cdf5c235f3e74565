"""A player in a cell's output, and the saved view that takes its place."""

from __future__ import annotations

from IPython.display import display

from ..client.speech import Speech
from .playback import Playback
from .view import error_bundle, view_bundle

__all__ = ["CellPlayback"]

# Seconds from the end of the sound to the saved view, in which Replay is still at hand; after
# Stop a person may want to look around first.
AFTER_END = 0.8
AFTER_STOP = 10.0


class CellPlayback(Playback):
    """A playback that is displayed where it is made, and leaves the saved view behind.

    Parameters
    ----------
    speech : Speech
    alone : bool, optional
        Whether no cell waits that would show an error, so that the output has to.
    overlap : bool, optional
        See :class:`Playback`.
    """

    def __init__(self, speech: Speech, *, alone: bool = False, overlap: bool = False) -> None:
        super().__init__(speech, overlap=overlap)
        self._alone = alone
        self._output = display(self.player, display_id=True)

    async def _until_done(self) -> None:
        """Wait until the saved view may take the player's place."""
        while self._speech.frames and ((delay := self._delay()) is None or delay > 0):
            await self._wait(delay)

    def _delay(self) -> float | None:
        """Return the seconds until the view may be replaced, None to wait for news."""
        if self._busy:
            return None
        if self._state == "finished":
            return AFTER_END - self._silent_for
        if self._state in ("stopped", "failed"):
            return AFTER_STOP - self._silent_for
        return self._page_due - self._silent_for

    def _conclude(self) -> None:
        if self._output is not None:
            self._output.update(self._remains(), raw=True)
        super()._conclude()

    def _remains(self) -> dict[str, str]:
        """Return what takes the player's place: nothing, where no sound came of it."""
        if self._speech.frames:
            return view_bundle(self._speech)
        if self._alone and self._failure:
            return error_bundle(self._failure)
        return {"text/html": "", "text/plain": ""}
