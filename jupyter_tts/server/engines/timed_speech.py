"""A spoken text: its sound, and the times of its characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

__all__ = ["SAMPLE_BYTES", "SAMPLE_RATE", "TimedSpeech", "join", "silence", "spaced"]

SAMPLE_RATE = 22_050
"""The rate of most sound here, in Hz: eSpeak NG's."""

SAMPLE_BYTES = 2


@dataclass(frozen=True)
class TimedSpeech:
    """A spoken text.

    Attributes
    ----------
    pcm : bytes
        The whole sound: s16le mono.
    characters : tuple of str
        The code points of the text.
    starts, ends : tuple of int
        Per character, in samples: ``0 <= start <= end <= next start <= len(pcm) // 2``.
    sample_rate : int
        Hz.
    note : str
        What there is to say about who speaks, where it is not the voice that was asked for.
    """

    pcm: bytes
    characters: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    sample_rate: int = SAMPLE_RATE
    note: str = ""

    @property
    def seconds(self) -> float:
        """How long it is heard."""
        return len(self.pcm) / SAMPLE_BYTES / self.sample_rate


def silence(text: str, *, seconds: float = 0.0, sample_rate: int = SAMPLE_RATE) -> TimedSpeech:
    """A text without sound, or with a pause, whose time its characters share."""
    samples = round(seconds * sample_rate)
    marks = tuple(samples * index // max(1, len(text)) for index in range(len(text) + 1))
    pcm = bytes(SAMPLE_BYTES * samples)
    return TimedSpeech(pcm, tuple(text), marks[:-1], marks[1:], sample_rate)


def join(parts: Sequence[TimedSpeech]) -> TimedSpeech:
    """Join spoken texts of one sample rate, one after the other."""
    if len(parts) == 1:
        return parts[0]
    (sample_rate,) = {part.sample_rate for part in parts} or {SAMPLE_RATE}
    starts: list[int] = []
    ends: list[int] = []
    offset = 0
    for part in parts:
        starts += [offset + start for start in part.starts]
        ends += [offset + end for end in part.ends]
        offset += len(part.pcm) // SAMPLE_BYTES
    characters = tuple(character for part in parts for character in part.characters)
    pcm = b"".join(part.pcm for part in parts)
    return TimedSpeech(pcm, characters, tuple(starts), tuple(ends), sample_rate)


def spaced(spoken: TimedSpeech) -> TimedSpeech:
    """End a spoken text with a space, a silent one if there is none yet.

    So do the times that ElevenLabs sends over a WebSocket, unlike those over HTTP (pipecat#2856).
    Clients recognise the end of a word by it.
    """
    if not spoken.characters or spoken.characters[-1].isspace():
        return spoken
    end = len(spoken.pcm) // SAMPLE_BYTES
    return replace(
        spoken,
        characters=(*spoken.characters, " "),
        starts=(*spoken.starts, end),
        ends=(*spoken.ends, end),
    )
