"""Spoken segments as the messages of one stream: resampled, encoded, cut and timed."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ...audio.codecs import encoder
from ...audio.formats import AudioFormat
from ...audio.resample import Resampler
from ...wire.alignment import Alignment, is_word_boundary
from ...wire.messages import ServerMessage
from ..engines.timed_speech import SAMPLE_BYTES, TimedSpeech

__all__ = ["DialogueEncoder", "SpeechEncoder"]

# Seconds of audio in a message at most, and in the first of a stream. As pcm_48000 in base64 the
# longer takes 64 kB, far below the 1 MiB that clients allow a frame.
_MESSAGE: Final = 0.25
_LONGEST_FIRST: Final = 0.5
# The first messages of a stream are shorter, to be heard early. A client may play no word before it
# has all of it, so each ends with a word: the first that ends after at least so many seconds.
_FIRST_MESSAGES: Final = (0.03, 0.12)

# What the resampler holds back at most, in seconds: too little to count in a time.
_HELD_BACK: Final = 0.005
# The same together with the codec, as measured.
_HELD_BACK_BY: Final = {"mp3": 0.145, "opus": 0.05}

_NOTHING: Final = np.zeros(0, np.int16)


class SpeechEncoder:
    """Turns the segments of one stream into its messages.

    One encoder serves the whole stream, and one resampler all segments of one rate, so that they
    join without a click.
    The resampler holds back up to 4 ms, a compressed codec more, which come with the following
    messages or `finish`.

    Parameters
    ----------
    audio_format
        The stream's output format.
    sync_alignment
        Whether every message carries the times of its own audio, instead of the first message of
        a segment those of all (ElevenLabs WebSocket reference, sync_alignment).
    """

    def __init__(self, audio_format: AudioFormat, *, sync_alignment: bool) -> None:
        self._encoder = encoder(audio_format)
        self._target_rate = audio_format.sample_rate
        self._held_back = _HELD_BACK_BY.get(audio_format.codec, _HELD_BACK)
        self._sync_alignment = sync_alignment
        self._resampler: Resampler | None = None
        self._source_rate = 0
        self._consumed = 0  # source samples, of the present rate, before the current segment
        self._seconds_before = 0.0  # at other rates
        self._begun = False
        self._note = ""  # sent with the last segment that had another than the one before

    def messages(self, spoken: TimedSpeech) -> Iterator[ServerMessage]:
        """Yield the messages of a segment, made one by one on demand.

        Notes
        -----
        Times are in milliseconds from the start of the message's audio, as documented. A segment
        without sound still gives one message, so that no character goes missing.
        """
        note, self._note = (spoken.note if spoken.note != self._note else ""), spoken.note
        samples = np.frombuffer(spoken.pcm, "<i2").astype(np.int16, copy=False)
        sent = self._sent_seconds()
        # A segment without sound has no rate that matters.
        if len(samples) or self._resampler is None:
            held = self._encode(self._take_rate(spoken.sample_rate))
        else:
            held = b""
        resampler = self._resampler
        assert resampler is not None
        begin = timed = 0
        for end in self._cuts(spoken):
            audio = held + self._encode(resampler.process(samples[begin:end]))
            upto = self._timed_upto(spoken, end, timed)
            times = self._alignment(spoken, slice(timed, upto), begin, sent)
            begin, timed = end, upto
            if audio or times is not None:
                yield ServerMessage(
                    audio=audio, alignment=times, normalized_alignment=times, note=note
                )
                note = ""
            held, sent = b"", self._sent_seconds()
        self._consumed += len(samples)

    def finish(self) -> Iterator[ServerMessage]:
        """Yield the rest of the sound, if any; the encoder cannot be used after it."""
        rest = self._resampler.flush() if self._resampler else _NOTHING
        tail = self._encode(rest) + self._encoder.flush()
        if tail:
            yield ServerMessage(audio=tail)

    def _timed_upto(self, spoken: TimedSpeech, end: int, timed: int) -> int:
        """Return up to which character the message that ends at `end` has the times."""
        if not self._sync_alignment or end >= len(spoken.pcm) // SAMPLE_BYTES:
            return len(spoken.characters)
        heard = self._sent_seconds() - self._seconds_before
        return bisect.bisect_left(
            spoken.starts, heard * self._source_rate - self._consumed, lo=timed
        )

    def _cuts(self, spoken: TimedSpeech) -> list[int]:
        """Where the messages of a segment end, in source samples."""
        cuts: list[int] = []
        begin = 0
        for stop in self._stops(spoken):
            count = math.ceil((stop - begin) / self._longest(cuts))
            cuts += _evenly(begin, stop, count)
            begin = stop
        return cuts or [0]

    def _stops(self, spoken: TimedSpeech) -> list[int]:
        """Where a message ends in any case: the first ones of a stream, and the segment."""
        length = len(spoken.pcm) // SAMPLE_BYTES
        if self._begun:
            return [length]
        stops = [0]
        for least in _FIRST_MESSAGES:
            after = stops[-1] + least * self._source_rate
            ends = (end for end in _word_ends(spoken) if end >= after)
            stops.append(min(self._stop_after(next(ends, length), spoken), length))
        return [*stops[1:], length]

    def _longest(self, cuts: Sequence[int]) -> int:
        """Return how long the message after some cuts of a segment may be, in samples."""
        seconds = _MESSAGE if self._begun or cuts else _LONGEST_FIRST
        return round(seconds * self._source_rate)

    def _stop_after(self, end: int, spoken: TimedSpeech) -> int:
        """Return up to where a message must have the sound to bring a word that ends there."""
        return end + round(self._held_back * self._source_rate)

    def _encode(self, samples: npt.NDArray[np.int16]) -> bytes:
        self._begun = self._begun or len(samples) > 0
        return self._encoder.encode(samples.astype("<i2", copy=False).tobytes())

    def _sent_seconds(self) -> float:
        """How much sound the messages so far have; the encoder may buffer more."""
        return self._encoder.samples / self._target_rate

    def _take_rate(self, source_rate: int) -> npt.NDArray[np.int16]:
        """Go on at a segment's rate; return what the resampler held back at the last one."""
        if source_rate == self._source_rate:
            return _NOTHING
        rest = self._resampler.flush() if self._resampler else _NOTHING
        if self._source_rate:
            self._seconds_before += self._consumed / self._source_rate
        self._consumed = 0
        self._source_rate = source_rate
        self._resampler = Resampler(source_rate, self._target_rate)
        return rest

    def _alignment(
        self, spoken: TimedSpeech, part: slice, begin: int, sent: float
    ) -> Alignment | None:
        """Return times from `sent` on, in seconds of the stream, or None for no characters.

        The message's own samples begin at `begin`; before them it may have what was held back.
        """
        characters = spoken.characters[part]
        if not characters:
            return None
        offset = self._seconds_before + self._consumed / self._source_rate - sent

        def milliseconds(sample: int) -> int:
            return max(0, round(1000 * (sample / self._source_rate + offset)))

        begins = tuple(map(milliseconds, spoken.starts[part]))
        durations = tuple(
            max(0, milliseconds(end) - begin)
            for begin, end in zip(begins, spoken.ends[part], strict=True)
        )
        return Alignment(characters, begins, durations)


class DialogueEncoder(SpeechEncoder):
    """A `SpeechEncoder` for the sockets of text-to-dialogue.

    With `sync_alignment` a message begins where a character does, and its last character ends
    where the next one with times begins: so a client may count the time of a message by its sound
    or by its characters, and clients do the one or the other. Without, there are no times.
    """

    def _timed_upto(self, spoken: TimedSpeech, end: int, timed: int) -> int:
        upto = bisect.bisect_left(spoken.starts, end, lo=timed)
        # Characters without sound, at the end, come with the last that has some.
        length = len(spoken.pcm) // SAMPLE_BYTES
        return upto if upto < bisect.bisect_left(spoken.starts, length) else len(spoken.characters)

    def _cuts(self, spoken: TimedSpeech) -> list[int]:
        if not self._sync_alignment:
            return super()._cuts(spoken)
        starts = spoken.starts
        cuts: list[int] = []
        begin = 0
        for stop in self._stops(spoken):
            while begin < stop:
                longest = self._longest(cuts)
                end = _last_between(starts, begin, min(begin + longest, stop))
                if begin + longest >= stop:
                    end = stop
                elif end is None:  # a character that lasts long: its sound in several messages
                    index = bisect.bisect_right(starts, begin)
                    end = min(starts[index] if index < len(starts) else stop, stop)
                cuts += _evenly(begin, end, math.ceil((end - begin) / longest))
                begin = end
        return cuts or [0]

    def _stop_after(self, end: int, spoken: TimedSpeech) -> int:
        held_back = self._held_back if self._held_back > _HELD_BACK else 0.0
        index = bisect.bisect_left(spoken.starts, end + held_back * self._source_rate)
        return spoken.starts[index] if index < len(spoken.starts) else len(spoken.pcm)

    def _alignment(
        self, spoken: TimedSpeech, part: slice, begin: int, sent: float
    ) -> Alignment | None:
        characters = spoken.characters[part]
        if not characters or not self._sync_alignment:
            return None
        offset = self._seconds_before + (self._consumed + begin) / self._source_rate - sent
        offset = offset if offset > _HELD_BACK else 0.0

        def milliseconds(sample: int) -> int:
            return max(0, round(1000 * ((sample - begin) / self._source_rate + offset)))

        length = len(spoken.pcm) // SAMPLE_BYTES
        after = spoken.starts[part.stop] if part.stop < len(spoken.starts) else length
        ends = [*spoken.ends[part][:-1], after]
        begins = tuple(map(milliseconds, spoken.starts[part]))
        durations = tuple(
            max(0, milliseconds(end) - start) for end, start in zip(ends, begins, strict=True)
        )
        return Alignment(characters, begins, durations)


def _last_between(values: Sequence[int], low: int, high: int) -> int | None:
    """Return the last value above `low` and up to `high`, or None."""
    index = bisect.bisect_right(values, high) - 1
    return values[index] if index >= 0 and values[index] > low else None


def _evenly(begin: int, end: int, count: int) -> list[int]:
    """Return where so many parts end, of one length."""
    return [begin + (end - begin) * part // count for part in range(1, count + 1)]


def _word_ends(spoken: TimedSpeech) -> Iterator[int]:
    """Yield when each word ends, in samples."""
    before = " "
    for index, character in enumerate(spoken.characters):
        if not before.isspace() and (character.isspace() or is_word_boundary(before, character)):
            yield spoken.ends[index - 1]
        before = character
    if not before.isspace():
        yield spoken.ends[-1]
