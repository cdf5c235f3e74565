"""What a cell shows of a speech: a player while it sounds, then the saved view in its place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from IPython.display import display

from ...client.speech.speech import Speech
from ...wire.errors import TTSError
from ..output.saved_sound import PIECE, SavedSound
from ..output.saved_view import UNHEARD, error_bundle, view_bundle
from ..runtime.cells import Cells
from ..runtime.frontend import in_voila, updates_outputs
from ..runtime.session import Session
from .outputs import callback_widget
from .playback import Playback
from .saved_view_delivery import SavedViewDelivery

__all__ = ["CellOutput"]

# Seconds from the end of the sound to the saved view. After Stop there are more, since its user may
# want to look around first. Where the output was taken away, most often by running the cell again,
# the view lets the sound that is on its way then go first.
AFTER_END = 0.8
AFTER_STOP = 10.0
AFTER_GONE = 0.5

# Seconds: without a message before a page is asked whether it is there, to wait for its answer, and
# at most between the players that are opened for a page that may return.
SILENCE = 2.5
ANSWER = 1.5
LONGEST = 60.0

# Seconds of silence after which a page whose player waits is asked whether it is there, and how
# many questions without an answer mean that it is gone.
ABSENCE = 60.0
QUESTIONS = 3

# States in which the page has said that nothing more will be heard.
_OVER = ("finished", "stopped", "failed")


class CellOutput:
    """The output of one cell. It is displayed when made; the rest happens on the event loop.

    It drives a :class:`Playback`, which knows nothing of cells, and leaves the saved view behind.

    Parameters
    ----------
    session : Session
    speech : Speech
    alone : bool, optional
        Whether the output must show an error itself, because no cell waits that would.
    overlap : bool, optional
        See :class:`Playback`.
    """

    def __init__(
        self, session: Session, speech: Speech, *, alone: bool = False, overlap: bool = False
    ) -> None:
        self._speech = speech
        self._alone = alone
        self._megabytes = session.settings.saved_megabytes
        self._playback = Playback(session, speech, overlap=overlap)
        self._sound = SavedSound(speech, self._megabytes)
        self._encoding: asyncio.Task[None] | None = None
        self._piece = self._encode_from = round(PIECE * speech.sample_rate)  # frames
        self._view: dict[str, str] | None = None  # what has taken the player's place
        self._raised = False  # whether the cell shows in one sentence what failed
        self._cells = session.part(Cells)
        self._delivery = session.part(SavedViewDelivery)
        self._before_page = in_voila()
        self._updates = updates_outputs()
        self._output = display(self._playback.player, display_id=True)
        widget, message = callback_widget()
        if widget:
            self._playback.player.show_beside(widget, message)

    @property
    def on_stop(self) -> Callable[[], object]:
        """Called when its user stops it."""
        return self._playback.on_stop

    @on_stop.setter
    def on_stop(self, stop: Callable[[], object]) -> None:
        self._playback.on_stop = stop

    def arrived(self) -> None:
        """Note that the speech has grown, or that its socket was lost."""
        self._playback.arrived()
        if self._speech.frames >= self._encode_from:
            self._encode_from = self._speech.frames + self._piece
            self._encode()

    def received(self, failure: Exception | None = None) -> None:
        """Note that no more will come, and why if the stream or its text source failed."""
        self._raised = isinstance(failure, TTSError) and not self._alone
        self._playback.received(failure)
        self._encode()

    def refresh(self) -> None:
        """Show the present figures and cost."""
        self._playback.refresh()

    def stop(self) -> None:
        """Fall silent at once."""
        self._playback.stop()

    async def run(self) -> None:
        """Play the speech, and put the saved view in the player's place when it is over."""
        watching = asyncio.create_task(self._watch_page())
        try:
            await self._playback.send_sound()
            await self._until_over()
            await asyncio.to_thread(self._leave_view)
        finally:
            watching.cancel()
            self._playback.end()
            if self._view is None:
                self._leave_view()

    async def _watch_page(self) -> None:
        """Bring the player back to a page that is loaded again while the cell runs.

        Its front end asks for widgets, but a kernel answers that only between cells. A widget that
        the kernel opens needs no such request. Where messages of the page wait for the end of the
        cell too, there is no way to know whether there is a page.
        """
        playback = self._playback
        pause = SILENCE
        while not (playback.complete or self._alone):
            await asyncio.sleep(pause)
            reachable = playback.reaches_busy_kernel and playback.places_views
            if not reachable or playback.silent_for < SILENCE:
                pause = SILENCE
                continue
            if not await playback.is_shown(ANSWER) and not playback.complete:
                playback.reopen()
                pause = min(2 * pause, LONGEST)

    def _encode(self) -> None:
        """Encode on another thread, so that the view is ready when the sound is over."""
        if self._encoding is None or self._encoding.done():
            self._encoding = asyncio.create_task(self._encode_beside_sound())

    async def _encode_beside_sound(self) -> None:
        await self._playback.until_steady()
        encoded = None
        while encoded != self._playback.complete:
            encoded = self._playback.complete
            await asyncio.to_thread(self._sound.finish if encoded else self._sound.catch_up)

    async def _until_over(self) -> None:
        """Wait until the saved view may take the player's place."""
        playback = self._playback
        unanswered = 0
        while self._speech.frames and ((delay := self._delay()) is None or delay > 0):
            await playback.news(ABSENCE if delay is None else delay)
            if playback.busy and playback.silent_for >= ABSENCE:
                unanswered = 0 if await self._may_be_shown() else unanswered + 1
                if unanswered == QUESTIONS:
                    return

    async def _may_be_shown(self) -> bool:
        """Ask the page; one that cannot be heard while a cell runs may be there."""
        runs = self._cells.runs
        answered = await self._playback.is_shown(ANSWER)
        idle = not self._cells.running and self._cells.runs == runs
        return answered or not (idle or self._playback.reaches_busy_kernel)

    def _delay(self) -> float | None:
        """Return the seconds until the view may be replaced, None to wait for news."""
        playback = self._playback
        if playback.gone:
            return AFTER_GONE - playback.silent_for
        if playback.busy or (self._before_page and not playback.seen):
            return None
        if playback.state == "finished":
            return AFTER_END - playback.silent_for
        if playback.state in _OVER:
            return AFTER_STOP - playback.silent_for
        return playback.page_due - playback.silent_for

    def _leave_view(self) -> None:
        """Replace the player by the saved view, or by nothing where there was no sound."""
        if self._speech.frames:
            unheard = not self._playback.seen and self._playback.state not in _OVER
            note = UNHEARD if unheard else ""
            self._view = view_bundle(
                self._speech, self._sound, megabytes=self._megabytes, note=note
            )
        elif self._playback.failure and not self._raised:
            self._view = error_bundle(self._playback.failure)
        else:
            self._view = {"text/html": "", "text/plain": ""}
        if self._output is not None and self._updates:
            self._output.update(self._view, raw=True)
        self._delivery.offer(self._playback.player, self._view)
