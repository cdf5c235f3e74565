"""The sound of a speech on its way to its player, in numbered messages."""

from __future__ import annotations

from ...client.speech.speech import Speech
from .pacing import Pacer
from .remaining_time import remaining
from .widget import Player
from .word_feed import WordFeed

__all__ = ["SoundFeed"]


class SoundFeed:
    """Sends what a player may have now, and again what a page has lost.

    Parameters
    ----------
    speech : Speech
        Grows meanwhile.
    player : Player

    Attributes
    ----------
    player : Player
        Another may take its place.
    complete : bool
        Whether the speech has all it will ever have.
    """

    def __init__(self, speech: Speech, player: Player) -> None:
        self._speech = speech
        self.player = player
        self._pacer = Pacer(speech.sample_rate)
        self._words = WordFeed(speech)
        self._ends: list[int] = []  # where each message's sound ends, in frames
        # Whether the time a message goes out is the server's: not if the speech was received
        # before, nor if its text is still being written.
        self._live = bool(speech.text) and not speech.complete
        self._full = False  # what comes next had to wait for the page to play
        self.complete = False

    @property
    def count(self) -> int:
        """Messages so far."""
        return len(self._ends)

    @property
    def sent_all(self) -> bool:
        """Whether nothing is left to be sent, nor will be."""
        return self.complete and self._pacer.sent == self._speech.frames

    def report(self, played: int, *, playing: bool) -> None:
        """Take the player's word on how many frames it has played, and whether it goes on."""
        self._pacer.report(played, playing=playing)

    def send_next(self) -> bool:
        """Send the next message if it is due; return whether it was."""
        frames = self._pacer.frames(self._speech.frames, complete=self.complete)
        if not frames:
            self._full = self._pacer.full
            return False
        self._pacer.note(frames)
        self._ends.append(self._pacer.sent)
        self._words.next()
        self.send(self.count - 1, held=self._full or not self._live)
        self._full = False
        return True

    def wait(self) -> float | None:
        """Return the seconds until the next message may be due, None if only news can make it."""
        return self._pacer.wait() if self._pacer.sent < self._speech.frames else None

    def send(self, seq: int, *, held: bool = True) -> None:
        """Send a message, the first time or again.

        Parameters
        ----------
        seq : int
            Its number, below `count`.
        held : bool, optional
            Whether the time of its arrival says nothing of the server.
        """
        start, stop = self._ends[seq - 1] if seq else 0, self._ends[seq]
        left = remaining(self._speech, stop, received=self.complete)
        self.player.send(
            {
                "kind": "audio",
                "seq": seq,
                "frames": stop - start,
                "left": left,
                "held": held,
                **self._words.of(seq),
            },
            [self._speech.slice(start, stop)],
        )

    def send_end(self) -> None:
        """Tell how much there is, with the words that came after the sound."""
        frames = self._speech.frames
        self.player.send({"kind": "end", "seq": self.count, "frames": frames, **self._words.rest()})

    def send_places(self) -> None:
        """Tell the words again if their places in the text have become known since."""
        if retold := self._words.retold():
            self.player.send({"kind": "words", **retold})
