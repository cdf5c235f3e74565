"""The sound and the words of a speech on their way to its player, in numbered messages."""

from __future__ import annotations

from typing import Any

from ...client.speech.speech import Speech
from ...client.speech.word_positions import default_gap, new_part
from ...wire.alignment import Word
from .pacing import Pacer
from .widget import Player

__all__ = ["SoundFeed", "WordFeed", "remaining"]

# Characters per second, assumed until some are spoken: English at some 170 words a minute.
USUAL_PACE = 15.0


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
        Whether the speech will grow no more.
    """

    def __init__(self, speech: Speech, player: Player) -> None:
        self._speech = speech
        self.player = player
        self._pacer = Pacer(speech.sample_rate)
        self._words = WordFeed(speech)
        self._ends: list[int] = []  # where each message's sound ends, in frames
        # Whether the server decides when a message goes out: not if the speech was received
        # before, nor if its text is still being written.
        self._live = bool(speech.text) and not speech.complete
        self._full = False  # whether the next message had to wait for the page to play
        self.complete = False

    @property
    def count(self) -> int:
        """Messages so far."""
        return len(self._ends)

    @property
    def sent_all(self) -> bool:
        """Whether everything has been sent and no more will come."""
        return self.complete and self._pacer.sent == self._speech.frames

    def report(self, played: int, *, playing: bool) -> None:
        """Note how many frames the player has played, and whether it is playing."""
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
            Whether the time of its arrival says nothing about the server.
        """
        start, stop = self._ends[seq - 1] if seq else 0, self._ends[seq]
        seconds_left = remaining(self._speech, stop, received=self.complete)
        self.player.send(
            {
                "kind": "audio",
                "seq": seq,
                "frames": stop - start,
                "left": seconds_left,
                "held": held,
                **self._words.of(seq),
            },
            [self._speech.slice(start, stop)],
        )

    def send_end(self) -> None:
        """Send the number of frames, with the words that came after the sound."""
        frames = self._speech.frames
        self.player.send({"kind": "end", "seq": self.count, "frames": frames, **self._words.rest()})

    def send_new_gaps(self) -> None:
        """Send all words again if the text has become known, and with it the gaps between them."""
        if placed := self._words.with_new_gaps():
            self.player.send({"kind": "words", **placed})


class WordFeed:
    """Numbers the words and remembers with which message each travelled.

    A message's ``words`` are ``{"first": n, "list": [[gap, text, start, end], ...]}``: the number
    of the first one, the text between each and the one before, the part of the text that it stands
    for, and when it sounds, in seconds. A word that stands for none of the text has None between,
    and one that shares its part with the word before has no text either. Before the text is known
    the words are as the server wrote them.

    Parameters
    ----------
    speech : Speech
    """

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._entries: list[list[Any]] = []
        self._ends: list[int] = []  # the number of entries after each message of sound
        self._text = speech.text
        self._reached = 0  # where the part of the text ends that the words so far stand for

    def next(self) -> None:
        """Add the new words to the next message of sound."""
        self._take()
        self._ends.append(len(self._entries))

    def of(self, seq: int) -> dict[str, Any]:
        """Return the field of a message of sound: nothing if it brings no words."""
        return self._field(self._ends[seq - 1] if seq else 0, self._ends[seq])

    def rest(self) -> dict[str, Any]:
        """Return the field of what follows the sound."""
        self._take()
        return self._field(self._ends[-1] if self._ends else 0, len(self._entries))

    def with_new_gaps(self) -> dict[str, Any]:
        """Return the field with every word so far, if the text has become known since."""
        if self._text == self._speech.text:
            return {}
        self._text, self._reached = self._speech.text, 0
        for word, entry in zip(self._speech.words, self._entries, strict=False):
            entry[:2] = self._shown(word)
        return self._field(0, len(self._entries))

    def _field(self, first: int, stop: int) -> dict[str, Any]:
        entries = self._entries[first:stop]
        return {"words": {"first": first, "list": entries}} if entries else {}

    def _take(self) -> None:
        for word in self._speech.words_after(len(self._entries)):
            times = round(word.start, 3), round(word.end, 3)
            self._entries.append([*self._shown(word), *times])

    def _shown(self, word: Word) -> tuple[str | None, str]:
        """Return what stands before a word, and the word, as they are shown."""
        if not self._text:
            return default_gap(self._entries[-1][1] if self._entries else "", word.text), word.text
        visible = self._speech.visible
        (word,) = visible.words([word], self._reached)
        part = new_part(visible.text, word, self._reached)
        if part is None:
            return None, word.text if word.span is None else ""
        start, stop = part
        gap, self._reached = visible.text[self._reached : start], stop
        return gap, visible.text[start:stop]


def remaining(speech: Speech, sent: int, *, received: bool) -> float | None:
    """Return the seconds of sound that are still to be sent, None if there is no way to know.

    Exact once everything has been received. Until then the characters that are still to be spoken
    are assumed to go as fast as those before them.

    Parameters
    ----------
    speech : Speech
        One whose text is still being written has no ``text``.
    sent : int
        Frames sent so far.
    received : bool
        Whether no more will be received.
    """
    waiting = (speech.frames - sent) / speech.sample_rate
    if received:
        return waiting
    if not speech.text:
        return None
    whole, duration = speech.reading.length or len(speech.text), speech.duration
    spoken = speech.reading.spoken_position(len(speech.spoken))
    if not spoken:  # a server that sends no times
        return waiting + max(0.0, whole / USUAL_PACE - duration)
    pace = (spoken + USUAL_PACE) / (duration + 1.0)
    return waiting + (whole - spoken) / pace
