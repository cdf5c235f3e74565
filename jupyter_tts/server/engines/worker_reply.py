"""A worker's answer, which may come in parts, and the times of the characters in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from .alignment import character_times
from .spoken_text import SpokenText
from .timed_speech import SAMPLE_BYTES, TimedSpeech

__all__ = ["TimedReply", "WorkerReply"]


@dataclass(frozen=True)
class WorkerReply:
    """A worker's answer, or a part of it.

    Attributes
    ----------
    words : list of (position, sample)
        Where in the text and where in the sound a word begins.
    phonemes : list of (sample, name)
        Where in the sound a phoneme begins, and its name in ASCII.
    pcm : bytes
        The sound, s16le mono.
    note : str
        What the voice's file does not allow, for people; "" where there is nothing.
    stop : int, optional
        Up to where the text is spoken; all of it by default.
    """

    words: list[tuple[int, int]]
    phonemes: list[tuple[int, str]]
    pcm: bytes
    note: str = ""
    stop: int | None = None


@dataclass
class TimedReply:
    """What a worker has answered so far, as a timed speech.

    The times of a part depend on that part alone, so they are the same in any beginning.

    Attributes
    ----------
    text : str
    spoken : SpokenText
        The text as the worker has it.
    sample_rate : int
    """

    text: str
    spoken: SpokenText
    sample_rate: int
    _starts: list[int] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)
    _pcm: bytearray = field(default_factory=bytearray)
    _note: str = ""
    # Of parts whose end is within an element:
    _words: list[tuple[int, int]] = field(default_factory=list)
    _phonemes: list[tuple[int, str]] = field(default_factory=list)
    _timed: int = 0  # samples before those

    def add(self, reply: WorkerReply) -> bool:
        """Take the next part; return whether what there is ends where the text may be parted."""
        self._words += reply.words
        self._phonemes += reply.phonemes
        self._pcm += reply.pcm
        self._note = reply.note
        if not self.spoken.may_stop(reply.stop):
            return False
        at, begin, end = len(self._starts), self._timed, len(self._pcm) // SAMPLE_BYTES
        starts, ends = character_times(
            self.spoken.text[at : reply.stop],
            [(position - at, sample - begin) for position, sample in self._words],
            [(sample - begin, name) for sample, name in self._phonemes],
            end - begin,
        )
        self._starts += [begin + start for start in starts]
        self._ends += [begin + end for end in ends]
        self._words, self._phonemes, self._timed = [], [], end
        return True

    def speech(self) -> TimedSpeech:
        """Return it; characters that are still to be spoken begin and end where the sound does."""
        total = len(self._pcm) // SAMPLE_BYTES
        unspoken = [total] * (len(self.spoken.text) - len(self._starts))
        times = self.spoken.restore(self._starts + unspoken, self._ends + unspoken)
        note = self._note or self.spoken.note
        return TimedSpeech(bytes(self._pcm), tuple(self.text), *times, self.sample_rate, note)
