"""A speech on its way to one player."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from ...client.speech.saving import file_name
from ...client.speech.speech import Speech
from ...client.speech.turns import Turn
from ...wire.errors import TTSError
from ...wire.hosts import is_loopback, websocket_url
from ..base_widget import disconnected, provide_code
from ..output.latency_picture import shows_all_heard
from ..output.speech_card import brief, speech_card
from ..runtime.frontend import client_session
from ..runtime.interrupts import listen_for_interrupts
from ..runtime.session import Session
from ..runtime.subshell import can_listen_beside_cells
from .downloads import send_file
from .feed import SoundFeed
from .widget import LastingPlayer, Player

__all__ = ["Playback"]

# Messages sent again at once, and the seconds between: half the rate that the server allows.
RESEND_BATCH = 25
RESEND_PAUSE = 0.05

# Seconds after the expected end before a page that sends nothing counts as closed.
SILENT_PAGE = 10.0

# Seconds after the player was made before there counts as no page that shows it.
FIRST_MESSAGE = 5.0

# Seconds that work which can wait leaves to the first sound: until it begins, and from then on.
BEGINNING = 0.5
STEADY = 0.5

# Seconds that what is shown leaves to the first sound, unless the page says that it has begun.
SOUND_FIRST = 0.25

# States in which the page waits for its user, or for another player.
_WAITING = ("paused", "blocked", "waiting")

# What a sound waited for before it began, by the page's state meanwhile.
_WAITED_FOR = {"waiting": "another player", "blocked": "a click", "paused": "Play"}


class Playback:
    """One speech in one player, from the first sample until it is closed.

    Made in the thread of the cell or message that asked for it; all else happens on the event
    loop.

    Parameters
    ----------
    session : Session
    speech : Speech
    overlap : bool, optional
        Whether it may be heard beside other players, rather than in turn with them.
    player : LastingPlayer, optional
        Plays it, and stays open when it is over.
    with_request : bool, optional
        Whether the request can be unfolded; without it the picture of the latency stands there.

    Attributes
    ----------
    player : Player
        The widget; another takes its place when a page is loaded again, see :meth:`reopen`.
    on_stop : callable
        Called when its user stops it.
    pages : int
        How many pages have shown the player.
    gone : bool
        Whether its output was taken away.
    seen : bool
        Whether any page has had the player.
    places_views : bool
        Whether the page can put a view where another is.
    state : str
        The player's state by its page: "playing", "paused", "finished" and so on.
    """

    def __init__(
        self,
        session: Session,
        speech: Speech,
        *,
        overlap: bool = False,
        player: LastingPlayer | None = None,
        with_request: bool = True,
    ) -> None:
        self._speech = speech
        self._with_request = with_request
        self._loop = session.event_loop.loop
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = False
        self._closed = False
        self._greeted = False
        self._engaged = False
        self._played = 0
        self._last_message_at = self._loop.time()
        self._beside_cells = False
        self._failure = ""
        self._status = "connecting"
        self._sound_first: asyncio.Task[None] | None = None
        self._losses = 0
        self._begun = asyncio.Event()
        self._over = asyncio.Event()
        self.state = ""
        self.pages = 0
        self.gone = False
        self.places_views = False
        self.seen = False
        self.on_stop: Callable[[], object] = lambda: None
        listen_for_interrupts(session)
        self._owns_player = player is None
        self.player = (Player if player is None else player.begin)(
            sample_rate=speech.sample_rate,
            label=speech.label,
            text=speech.visible.text,
            turns=[[turn.speaker, text] for turn, text in _turn_texts(speech)],
            file_name=file_name(speech),
            **self._card(),
            server=_remote(speech.request.server),
            session=client_session(),
            overlap=overlap,
        )
        self._feed = SoundFeed(speech, self.player)
        self.player.on_msg(self._on_message)

    @property
    def failure(self) -> str:
        """Why the stream failed, in a sentence; "" if it did not."""
        return self._failure

    @property
    def complete(self) -> bool:
        """Whether no more will come."""
        return self._feed.complete

    @property
    def reaches_busy_kernel(self) -> bool:
        """Whether the page's messages come while a cell runs, too: on a subshell."""
        return self._beside_cells

    @property
    def busy(self) -> bool:
        """Whether a user is using the player, or it waits for one or for its turn."""
        return self._engaged or self.state in _WAITING

    @property
    def silent_for(self) -> float:
        """Seconds since the page has sent anything."""
        return self._loop.time() - self._last_message_at

    @property
    def page_due(self) -> float:
        """Seconds of silence after which the page must have sent something."""
        if not self.seen and can_listen_beside_cells(self.player.comm):
            return FIRST_MESSAGE
        return (self._speech.frames - self._played) / self._speech.sample_rate + SILENT_PAGE

    def arrived(self) -> None:
        """Note that the speech has grown, or that its socket was lost."""
        losses = len(self._speech.timeline.reconnects)
        if losses > self._losses:
            self._losses = losses
            self._status = self.player.status = "connecting"
        elif self._status == "connecting":
            self._status = "streaming"
            if not (self._stopped or self._closed):
                self._feed.send_next()
            self.refresh()
        self._news.set()

    def refresh(self) -> None:
        """Show the present state, figures and cost, as soon as no first sound is on its way.

        A page takes one message after the other, and the sound is what its user waits for.
        """
        if self._sound_first is None and self._feed.count and not self._begun.is_set():
            self._sound_first = self._loop.create_task(self._show_behind_sound())
        if self._sound_first is None or self._sound_first.done():
            self._show()

    async def _show_behind_sound(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._begun.wait(), SOUND_FIRST)
        self._show()

    def _show(self) -> None:
        speech, player = self._speech, self.player
        with player.hold_sync():
            player.text = speech.visible.text
            player.file_name = file_name(speech)
            for name, value in self._card().items():
                setattr(player, name, value)
            player.error = self._failure
            player.status = self._status

    def received(self, failure: Exception | None = None) -> None:
        """Note that no more will come, and why if the stream or its text source failed."""
        self._feed.complete = True
        self._failure = _sentence(failure)
        if failure:
            self._status = "failed"
        elif not self._stopped:
            self._status = "received"
        # A text that has grown goes before the words that stand for parts of it.
        if failure or self.player.text != self._speech.visible.text:
            self._show()
        else:
            self.refresh()
        if failure and not self._speech.frames:
            self._over.set()
        self._feed.send_new_gaps()
        self._news.set()

    def stop(self) -> None:
        """Silence the player at once, from the kernel's side."""
        if not self._stopped:
            self.player.send({"kind": "stop"})
            self._note_stopped()

    def close(self) -> None:
        """End :meth:`run`."""
        self._closed = True
        self._news.set()

    async def wait_until_heard(self) -> None:
        """Wait until the sound is over, or its page must be gone."""
        while not (self._over.is_set() or (self.complete and self._is_abandoned)):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), 1.0)

    async def run(self) -> None:
        """Play until it is closed, then close the player."""
        try:
            await self.send_sound()
            while not self._closed:
                await self.news()
        finally:
            self.end()
            if self._owns_player:
                self.player.close()

    async def send_sound(self) -> None:
        """Send the sound as it comes, until all is sent or the player was stopped."""
        feed = self._feed
        while not (self._stopped or self._closed):
            if feed.send_next():
                continue
            if feed.sent_all:
                feed.send_end()
                return
            await self.news(feed.wait())

    async def news(self, seconds: float | None = None) -> None:
        """Wait until something has changed here, at most for these seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)
        self._news.clear()

    async def until_steady(self) -> None:
        """Wait until the page has sounded for a moment, or is not going to.

        Until then page, kernel and server need the processor for the first sound and the next.
        """
        for event, seconds in ((self._begun, BEGINNING), (self._over, STEADY)):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), seconds)

    async def is_shown(self, patience: float) -> bool:
        """Ask whether a page still shows the player; a page that does answers."""
        before = self._last_message_at
        self.player.send({"kind": "ask"})
        await asyncio.sleep(patience)
        return self._last_message_at != before

    def reopen(self) -> None:
        """Replace the player by a new one, which a page shows without having to ask for it."""
        former = self.player
        former.on_msg(self._on_message, remove=True)
        provide_code(*Player.code, again=True)
        self.player = self._feed.player = former.again()
        self.player.on_msg(self._on_message)
        former.close()

    def end(self) -> None:
        """Stop listening to the page. The player stays open; its owner closes it."""
        self._begun.set()
        self._over.set()
        self.player.on_msg(self._on_message, remove=True)
        for task in self._tasks:
            task.cancel()

    async def release(self) -> None:
        """Let go of a player that is to play something else."""
        if not self.complete:
            self.on_stop()
        self.close()
        self.end()
        # What is still to come, the cost say, must not be shown beside another speech.
        self.player = self._feed.player = Player(**disconnected())

    @property
    def _is_abandoned(self) -> bool:
        return not self.busy and self.silent_for > self.page_due

    async def _resend(self, first: int) -> None:
        """Send again from a chunk on, for a page that was reloaded or has taken over."""
        for seq in range(first, self._feed.count):
            self._feed.send(seq)
            if seq % RESEND_BATCH == 0:
                await asyncio.sleep(RESEND_PAUSE)
        if self._feed.sent_all:
            self._feed.send_end()

    def _on_message(self, _: Player, content: Any, __: Any) -> None:
        """Pass a message of the page, which comes on a thread of the kernel, to the loop."""
        self._beside_cells = threading.current_thread() is not threading.main_thread()
        if isinstance(content, dict):
            self._loop.call_soon_threadsafe(self._take, content)

    def _take(self, content: dict[str, Any]) -> None:
        self._last_message_at = self._loop.time()
        if content.get("kind") == "hello":
            self._note_page(places_views=content.get("places") is True)
        match content:
            case {"kind": "hello", "leader": True, "next": int(first)}:
                self._greet(first)
            case {"kind": "resend", "seq": int(seq)} if 0 <= seq < self._feed.count:
                self._feed.send(seq)
            case {"kind": "progress", "played": int(played), "state": str(state)}:
                self._begun.set()
                self._played, self.state = played, state
                self._note_playout(content)
                self._feed.report(played, playing=state == "playing")
            case {"kind": "started", **figures}:
                self._begun.set()
                self._note_started(figures)
            case {"kind": "interaction", "active": bool(active)}:
                self._engaged = active
            case {"kind": "ended"}:
                self._begun.set()
                self._note_playout(content)
                self.refresh()
                self.state = "finished"
                self._over.set()
            case {"kind": "files"}:
                self.player.send({"kind": "heard"})
            case {"kind": "file", "number": int(number), "suffix": str(suffix)}:
                self._begin(send_file(self.player, self._speech, number, suffix))
            case {"kind": "stop" | "gone" as kind}:
                self.gone = kind == "gone"
                self._note_stopped()
                self.on_stop()
        self._news.set()

    def _note_page(self, *, places_views: bool) -> None:
        self.seen = True
        self.places_views = places_views
        if former := self.player.models[:-1]:
            self.player.place(former, self.player.view)

    def _greet(self, first: int) -> None:
        if not self._greeted:
            # The first page was sent everything from the start. If it came too late for that, the
            # end message tells it how much there is, and it asks for it.
            if self._feed.sent_all:
                self._feed.send_end()
        else:
            self._hand_over()
            if first < self._feed.count:
                self._begin(self._resend(max(0, first)))
        self._greeted = True

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine in the background, until the player is closed."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _hand_over(self) -> None:
        """Have a page continue where the one before it was, which may be gone."""
        self._engaged = False
        if self._over.is_set():
            if not self._stopped:  # what has been heard does not begin by itself
                self.player.send({"kind": "resume", "frame": 0, "paused": True})
            return
        paused = self.state == "paused"
        if not paused:
            self.state = "buffering"
            self._feed.report(self._played, playing=False)
        if self._played or paused:
            self.player.send({"kind": "resume", "frame": self._played, "paused": paused})

    def _note_started(self, figures: dict[str, Any]) -> None:
        timeline = self._speech.timeline
        if timeline.playout_delay is None:  # a replay is no news
            timeline.playout_delay = _seconds(figures.get("playout_delay_ms"))
            timeline.output_latency = _seconds(figures.get("output_latency_ms"))
            timeline.waited = _seconds(figures.get("waited_ms")) or 0.0
            timeline.waited_for = _WAITED_FOR.get(str(figures.get("waited_for")), "")
            self.refresh()

    def _note_playout(self, content: dict[str, Any]) -> None:
        timeline = self._speech.timeline
        underruns, rate = timeline.underruns, self._speech.sample_rate
        drawn = shows_all_heard(timeline)
        match content:
            case {"underruns": int(count), "gap": int(frames)}:
                timeline.underruns, timeline.gap = count, frames / rate
        match content:
            # A page that took over from another has heard less.
            case {"steady": int(frames), "dry": list(dry)} if frames / rate >= timeline.heard:
                timeline.play(frames / rate, [(at / rate, took / rate) for at, took in dry])
        if timeline.underruns != underruns or not drawn:
            self.refresh()

    def _note_stopped(self) -> None:
        self._stopped = True
        self.state = "stopped"
        self._status = self.player.status = "stopped"
        self._begun.set()
        self._over.set()
        self._news.set()

    def _card(self) -> dict[str, str]:
        """Return the player's traits that show what the timeline knows."""
        speech = self._speech
        return {
            "brief": brief(speech.request, speech.timeline),
            "card": speech_card(speech, with_request=self._with_request),
        }


def _turn_texts(speech: Speech) -> Iterator[tuple[Turn, str]]:
    """Yield who speaks which part of the text, the line end behind it included."""
    text, turns = speech.visible.text, speech.visible.turns(speech.turns)
    stops = [*(turn.start for turn in turns[1:]), len(text)]
    for turn, stop in zip(turns, stops, strict=False):
        yield turn, text[turn.start : stop]


def _sentence(failure: Exception | None) -> str:
    if failure is None or isinstance(failure, TTSError):
        return str(failure or "")
    cause = ": ".join(filter(None, (type(failure).__name__, str(failure))))
    return f"The text could not be read. {cause}"


def _remote(server: str) -> str:
    """Return a server's address, "" for one on this machine."""
    address = websocket_url(server)
    return "" if is_loopback(address) else address


def _seconds(milliseconds: object) -> float | None:
    return milliseconds / 1000 if isinstance(milliseconds, int | float) else None
