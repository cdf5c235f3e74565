"""A player in a cell's output, and the saved view that takes its place."""

from __future__ import annotations

import asyncio
from typing import Any

from IPython.display import display

from ...client.speech.speech import Speech
from ...wire.errors import TTSError
from ..output.mime_bundles import error_bundle, view_bundle
from ..output.saved_sound import PIECE, SavedSound
from .playback import Playback
from .saved_view_delivery import SavedViewDelivery

__all__ = ["CellPlayback"]

# Seconds from the end of the sound to the saved view, in which Replay is still at hand; after
# Stop a person may want to look around first.
AFTER_END = 0.8
AFTER_STOP = 10.0

# Seconds of silence after which a page is asked whether it is there, for its answer, and at most
# between players that are opened for one which may come back.
SILENCE = 2.5
ANSWER = 1.5
LONGEST = 60.0

# States in which the page has said that nothing more will be heard.
_OVER = ("finished", "stopped", "failed")


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
        self._sound = SavedSound(speech)
        self._encoding: asyncio.Future[None] | None = None
        self._left: dict[str, str] | None = None
        self._pages = 0
        self._places = False  # the page can put a view where another is
        self._earlier: list[str] = []
        self._output = display(self.player, display_id=True)

    async def run(self) -> None:
        watching = asyncio.create_task(self._watch())
        try:
            await super().run()
        finally:
            watching.cancel()

    async def _watch(self) -> None:
        """Bring the player back to a page that is loaded again while the cell runs.

        Its front end asks for widgets, but a kernel answers that only between cells. What the
        kernel opens, a page takes unasked. Where messages wait for the cell's end too, nobody can
        tell whether there is a page.
        """
        pause = SILENCE
        while not (self._feed.complete or self._alone):
            await asyncio.sleep(pause)
            if not (self._prompt and self._places) or self._silent_for < SILENCE:
                pause = SILENCE
                continue
            asked = self._heard_from
            self.player.send({"kind": "ask"})
            await asyncio.sleep(ANSWER)
            if self._heard_from == asked and not self._feed.complete:
                self._open_another()
                pause = min(2 * pause, LONGEST)

    def _open_another(self) -> None:
        former = self.player
        self._earlier.append(former.model_id)
        former.on_msg(self._on_message, remove=True)
        self.player = self._feed.player = former.again()
        self.player.on_msg(self._on_message)
        former.layout.close()
        former.close()

    def arrived(self) -> None:
        super().arrived()
        if self._sound.behind >= PIECE:
            self._encode()

    def received(self, failure: TTSError | None = None) -> None:
        super().received(failure)
        self._encode()

    def _encode(self) -> None:
        """Encode on another thread, so that the view is ready when the sound is over."""
        if self._encoding is None or self._encoding.done():
            self._encoding = self._loop.run_in_executor(None, self._sound.catch_up)

    async def _until_done(self) -> None:
        """Wait until the saved view may take the player's place."""
        while self._speech.frames and ((delay := self._delay()) is None or delay > 0):
            await self._wait(delay)
        await asyncio.to_thread(self._leave)

    def _delay(self) -> float | None:
        """Return the seconds until the view may be replaced, None to wait for news."""
        if self._busy:
            return None
        if self._state == "finished":
            return AFTER_END - self._silent_for
        if self._state in _OVER:
            return AFTER_STOP - self._silent_for
        return self._page_due - self._silent_for

    def _take(self, content: dict[str, Any]) -> None:
        if content.get("kind") == "hello":
            self._pages += 1
            self._places = content.get("places") is True
            if self._earlier:
                self.player.place(self._earlier, self.player.view)
        super()._take(content)

    def _conclude(self) -> None:
        if self._left is None:
            self._leave()
        super()._conclude()

    def _leave(self) -> None:
        """Put into the player's place what takes it."""
        self._left = self._remains()
        if self._output is not None:
            self._output.update(self._left, raw=True)

    def _dismiss(self) -> None:
        reached = self._pages == 1 and self._state in _OVER
        if reached or self._left is None or not self._speech.frames:
            super()._dismiss()
        else:
            SavedViewDelivery(self.player, self._left, self._earlier)

    def _remains(self) -> dict[str, str]:
        """Return what takes the player's place: nothing, where no sound came of it."""
        if self._speech.frames:
            return view_bundle(self._speech, self._sound)
        if self._alone and self._failure:
            return error_bundle(self._failure)
        return {"text/html": "", "text/plain": ""}
