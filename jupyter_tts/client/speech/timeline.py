"""What happened when, from the submission of a text to its last sample."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

__all__ = ["Arrival", "Decision", "Dry", "Reconnect", "Timeline"]

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message with audio.

    Attributes
    ----------
    at : float
        When it came, on the clock.
    duration : float
        Seconds of sound in it.
    """

    at: float
    duration: float


@dataclass(frozen=True, slots=True)
class Reconnect:
    """A socket that was lost in mid-stream, and where its successor took the text up.

    Attributes
    ----------
    at : float
        When the loss was noticed, on the clock.
    reason : str
        One sentence.
    resumed_at : int
        Characters of the text that did not have to be spoken again.
    repeated : int
        Characters that had been sent before and were sent again; a paid service charges them
        twice.
    """

    at: float
    reason: str
    resumed_at: int
    repeated: int


@dataclass(frozen=True, slots=True)
class Decision:
    """A level, and why it was chosen.

    Attributes
    ----------
    level : int
    reason : str
        One sentence.
    character : int
        From which character of the text on.
    at : float or None
        When, on the clock; None for the level that a stream begins with.
    """

    level: int
    reason: str
    character: int = 0
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Dry:
    """A time without sound because the player had none.

    Attributes
    ----------
    at : float
        When it began, on the clock, as if its user had not paused.
    duration : float
        Seconds.
    """

    at: float
    duration: float


@dataclass
class Timeline:
    """The clock of one stream. Times are in seconds, None where the moment did not come.

    Attributes
    ----------
    submitted : float
        When the text was handed over; the zero of every figure below, unless there is a
        ``first_text``.
    first_text : float or None
        When a text source that gives its text bit by bit gave the first of it: the zero of what
        follows the text (TTFB, TTFA, audible latency), since nothing can be spoken before. None
        for a text that was there when it was handed over.
    connected : float or None
        When the socket was open.
    warm : bool
        Whether the first socket was open before it was asked for.
    context : str or None
        What the stream was called on its latest socket, if that may have several contexts.
    finished : float or None
        When the last message had arrived.
    arrivals : list of Arrival
        Every message with audio.
    sent : int
        Characters that have been sent, those sent again included.
    reconnects : list of Reconnect
        Every socket that had to be replaced.
    levels : list of Decision
        The latency levels that were chosen, where they are chosen automatically.
    silence : float
        Leading silence of the audio.
    playout_delay, output_latency : float or None
        What the player waited before it started, and what the audio device adds.
    underruns : int
        How often the player ran dry.
    gap : float
        Seconds of silence the player had to insert.
    dry : list of Dry
        When the player ran dry, and for how long.
    waited : float
        Seconds that the sound could have begun and had to wait: for another player, or for a click
        that the browser wants.
    waited_for : str
        What for: "another player", "a click" or "Play".
    heard : float
        Seconds of sound heard so far, until its user first paused, moved or stopped it.
    """

    clock: Clock = field(default=time.perf_counter, repr=False)
    submitted: float = 0.0
    first_text: float | None = None
    connected: float | None = None
    warm: bool = False
    context: str | None = None
    finished: float | None = None
    arrivals: list[Arrival] = field(default_factory=list, repr=False)
    sent: int = 0
    reconnects: list[Reconnect] = field(default_factory=list)
    levels: list[Decision] = field(default_factory=list)
    silence: float = 0.0
    playout_delay: float | None = None
    output_latency: float | None = None
    underruns: int = 0
    gap: float = 0.0
    dry: list[Dry] = field(default_factory=list, repr=False)
    waited: float = 0.0
    waited_for: str = ""
    heard: float = 0.0

    def __post_init__(self) -> None:
        self.submitted = self.submitted or self.clock()

    def begin(self) -> None:
        """Note that the first text has come that can be spoken."""
        self.first_text = self.clock()

    def connect(self, *, warm: bool = False) -> None:
        """Note that the first socket is open, and whether it was before."""
        if self.connected is None:
            self.connected = self.clock()
            self.warm = warm

    def disconnect(self, unread: int = 0) -> None:
        """Note that the socket was none: it had ended while it waited for its first use.

        Parameters
        ----------
        unread : int, optional
            Characters that were sent on it.
        """
        self.connected = None
        self.warm = False
        self.sent -= unread

    def send(self, characters: int) -> None:
        """Note that so many characters have been sent."""
        self.sent += characters

    def reconnect(self, reason: str, resumed_at: int, repeated: int) -> None:
        """Note that a socket is lost and is going to be replaced."""
        self.reconnects.append(Reconnect(self.clock(), reason, resumed_at, repeated))

    def arrive(self, duration: float) -> None:
        """Note a message that held ``duration`` seconds of audio."""
        self.arrivals.append(Arrival(self.clock(), duration))

    def finish(self) -> None:
        """Note that everything has arrived."""
        self.finished = self.clock()

    def play(self, heard: float, dry: Iterable[tuple[float, float]]) -> None:
        """Note how far the sound was heard, and where it ran dry.

        Parameters
        ----------
        heard : float
            Seconds of sound.
        dry : iterable of (float, float)
            After how many seconds of sound, and for how many seconds.
        """
        self.heard = heard
        self.dry = []
        start = self.playout_start
        if start is None:
            return
        for position, duration in dry:
            self.dry.append(Dry(start + position, duration))
            start += duration

    @property
    def playout_start(self) -> float | None:
        """When the player began to sound, on the clock; None until it has."""
        if self.playout_delay is None or not self.arrivals:
            return None
        return self.arrivals[0].at + self.waited + self.playout_delay

    @property
    def zero(self) -> float:
        """The moment that latencies are counted from, on the clock."""
        return self.submitted if self.first_text is None else self.first_text

    @property
    def connect_time(self) -> float | None:
        """Submission to open socket."""
        return None if self.connected is None else self.connected - self.submitted

    @property
    def ttfb(self) -> float | None:
        """Time to first byte: first text to the first message with audio."""
        return self.arrivals[0].at - self.zero if self.arrivals else None

    @property
    def ttfa(self) -> float | None:
        """Time to first audio: TTFB and the leading silence up to the first audible frame."""
        return None if self.ttfb is None else self.ttfb + self.silence

    @property
    def audible_latency(self) -> float | None:
        """TTFA, playout delay and output latency: what a listener waited. None until played."""
        if self.ttfa is None or self.playout_delay is None:
            return None
        return self.ttfa + self.playout_delay + (self.output_latency or 0.0)

    @property
    def duration(self) -> float:
        """Seconds of audio received."""
        return sum(arrival.duration for arrival in self.arrivals)

    @property
    def repeated(self) -> int:
        """Characters sent more than once, because of reconnects."""
        return sum(reconnect.repeated for reconnect in self.reconnects)

    @property
    def real_time_factor(self) -> float | None:
        """Time from first to last message, over the duration: below 1 is faster than speech."""
        if len(self.arrivals) < 2 or not self.duration:
            return None
        return (self.arrivals[-1].at - self.arrivals[0].at) / self.duration

    @property
    def gap_ratio(self) -> float:
        """Silence the player had to insert, over the duration."""
        return self.gap / self.duration if self.duration else 0.0

    def inter_chunk(self, quantile: float) -> float | None:
        """Return a quantile (0 to 1) of the time between messages with audio."""
        times = np.array([arrival.at for arrival in self.arrivals])
        return float(np.quantile(np.diff(times), quantile)) if len(times) > 1 else None
