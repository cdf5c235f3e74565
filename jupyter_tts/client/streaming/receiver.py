"""What a stream has received over all its sockets, released up to the last whole word."""

from __future__ import annotations

import dataclasses
from collections import deque

from ...audio.codecs import Decoder, decoder
from ...audio.fades import FADE_SECONDS, decay, fade_in, fade_out
from ...audio.formats import AudioFormat
from ...wire.alignment import Word, WordClock
from ...wire.errors import ProtocolError, TooMuchSound
from ...wire.protocol import Chunk
from ..speech.events import Audio
from ..speech.timeline import Timeline
from ..speech.word_positions import WordPositions
from .source_text import SourceText

__all__ = ["Receiver"]

# The most that a text can be: the slowest voice takes a fraction of these for a letter, and some
# two seconds for an emoji's name.
SECONDS_PER_CHARACTER = 3.0
EXTRA_SECONDS = 60.0
WORDS_PER_CHARACTER = 20
EXTRA_WORDS = 1_000

# Seconds of sound that wait for the end of their word at most.
MOST_HELD = 3.0
# Seconds by which a word may end after its sound: by rounding, and where the server pauses or
# closes, since times and sound differ in practice (elevenlabs-docs#599).
ROUNDING = 0.002
TOLERANCE = 0.1

# Seconds of sound that count as progress where no words tell.
FRESH = 0.25


class Receiver:
    """The receiving side of one stream, whichever sockets bring it.

    What comes after the last whole word is held back until the word is whole, so that a stream
    that is cut off can go on at a word boundary; but not from a listener who has nothing left to
    hear. Without character times nothing is held back; a stream that is resumed then starts from
    the beginning, and as much of its sound as was heard is left out.

    Parameters
    ----------
    audio_format : AudioFormat
    source_text : SourceText
    timeline : Timeline
        Stamped as sound arrives.
    """

    def __init__(
        self, audio_format: AudioFormat, source_text: SourceText, timeline: Timeline
    ) -> None:
        self._timeline = timeline
        self._format = audio_format
        self._rate = audio_format.sample_rate
        self._fade = round(FADE_SECONDS * self._rate)
        self._source_text = source_text
        self._frames = 0  # released, over all sockets
        self._last = 0  # the last sample released
        self._heard_from: float | None = None  # when the first sound was released
        self._silent_end = False  # a socket before has ended in order, and without a sound
        self.ran_dry = 0  # how often a listener had nothing left to hear
        self._skip = 0  # frames at the beginning of a socket's sound that were heard before
        self._positions = WordPositions(source_text)
        self.begin()

    def begin(self) -> None:
        """Take note that a new socket begins, at `position` of the text."""
        self._decoder: Decoder = decoder(self._format)
        self._positions.begin()
        self._clock = WordClock()
        self._timed_words: deque[Word] = deque()
        self._held = bytearray()
        self._encoded = 0  # bytes of sound that this socket has brought, as it brought them
        self._arrived = 0  # frames of this socket, released or held
        self._start = self._frames  # where its sound begins in the stream
        self._faded = 0 if self._frames else self._fade  # the first socket has no seam to fade over
        self._words = 0
        self.until: int | None = None  # where this socket's text ends, if the whole goes on behind
        self.timed = False
        self.characters = 0  # whose times this socket has sent
        self.progress = False

    @property
    def position(self) -> int:
        """Up to which character the text is spoken."""
        return self._positions.position

    @property
    def frames(self) -> int:
        """Samples released, over all sockets."""
        return self._frames

    @property
    def lead(self) -> float:
        """Seconds of sound that a listener who began with the first has not heard."""
        if self._heard_from is None:
            return 0.0
        return self._frames / self._rate - (self._timeline.clock() - self._heard_from)

    @property
    def holding(self) -> bool:
        """Whether sound waits for the end of its word."""
        return bool(self._held)

    def take(self, chunk: Chunk) -> Audio:
        """Take what a message brought, and return what may be heard now.

        Raises
        ------
        TooMuchSound
        """
        before = self._arrived / self._rate
        self._encoded += len(chunk.data)
        self._append(self._decoder.decode(chunk.data))
        if chunk.alignment is not None:
            self.timed = True
            self.characters += len(chunk.alignment.characters)
            self._timed_words += self._clock.add(chunk.alignment, before)
        self._check_bounds()
        words = self._take_whole_words(self._arrived / self._rate + ROUNDING)
        return self._release(self._settled(), words)

    def rest(self) -> Audio:
        """Return what may be heard after all: the server pauses, so its last word has ended."""
        pending = self._pending_words
        latest = self._arrived / self._rate + TOLERANCE
        if pending and pending[-1].end > latest:
            return self._release(self._settled(), ())  # in the middle of a word
        return self._release(self._arrived, self._take_whole_words(latest))

    def finish(self) -> Audio:
        """Return what is left of a stream, or of a socket's part, that is complete.

        Raises
        ------
        ProtocolError
            If what came as sound was in another format than was asked for.
        """
        self._append(self._decoder.flush())
        if self._encoded and not self._arrived and self._words_left:
            raise ProtocolError(
                f"The server sent {self._encoded:,} bytes that are no {self._format.name}.",
                hint="Choose another --format; pcm_24000 is the simplest.",
            )
        self._timed_words += self._clock.finish()
        words = self._take_whole_words(float("inf"))
        self._positions.position = self._source_text.length if self.until is None else self.until
        return self._release(self._arrived, words)

    def cut(self) -> Audio:
        """Return how the sound ends where a socket was lost: without a click."""
        # Without times its successor speaks the text from the beginning.
        self._skip = 0 if self.timed else max(self._skip, self._arrived)
        held = bytes(self._held[: 2 * self._fade])
        self._held.clear()
        if not self._last:  # silence ends without a click
            return self._audio(b"")
        # What follows in the wave fades best; without enough of it, the last sample decays.
        tail = fade_out(held) if len(held) == 2 * self._fade else decay(self._last, self._fade)
        self._last = 0
        self._frames += len(tail) // 2
        return self._audio(tail)

    def is_cut_short(self, *, final: bool) -> bool:
        """Whether a stream that has ended in order leaves out some of the text, or its sound.

        Parameters
        ----------
        final : bool
            Whether the server sent its final message: its times may then be longer than its sound.
        """
        if not self._arrived:
            # Of a text with nothing to speak there is no sound: believed the second time.
            again, self._silent_end = self._silent_end, True
            # A close without isFinal may be a failure. Bytes that decode to nothing are a wrong
            # format, which `finish` reports.
            believed = again and (final or self._encoded > 0)
            return not believed and self._words_left > 0
        if not self.timed:
            return False
        latest = self._arrived / self._rate + TOLERANCE
        if not final and any(word.end > latest for word in self._pending_words):
            return True
        return self._positions.would_leave_out(self._pending_words, self.until)

    @property
    def all_spoken(self) -> bool:
        """Whether every word of a text that has ended is spoken, as the words' times tell."""
        return self.timed and self._source_text.ended and not self._positions.words_left()

    @property
    def _pending_words(self) -> list[Word]:
        """Words whose times have come and whose sound has not, or not wholly."""
        last = self._clock.open
        return [*self._timed_words, *([last] if last is not None else [])]

    @property
    def _words_left(self) -> int:
        """How many words this socket has still to speak."""
        return self._positions.words_left(self.until)

    def _append(self, pcm: bytes) -> None:
        frames = len(pcm) // 2
        heard = max(0, min(self._skip - self._arrived, frames))
        self._arrived += frames
        self._held += pcm[2 * heard :]
        if frames > heard:
            self._timeline.arrive((frames - heard) / self._rate)

    def _check_bounds(self) -> None:
        length = self._source_text.length
        most = EXTRA_SECONDS + SECONDS_PER_CHARACTER * length
        if (
            self._arrived > most * self._rate
            or self.characters > EXTRA_WORDS + WORDS_PER_CHARACTER * length
            or self._words + len(self._timed_words) > EXTRA_WORDS + WORDS_PER_CHARACTER * length
        ):
            raise TooMuchSound(
                f"The server sent more than the text can be ({length:,} characters).",
                hint="Check --server.",
            )

    def _take_whole_words(self, until: float) -> tuple[Word, ...]:
        """Take the words that have ended by a time on this socket's clock (s)."""
        whole = []
        while self._timed_words and self._timed_words[0].end <= until:
            whole.append(self._place(self._timed_words.popleft()))
        last = self._clock.open
        # More of the last word may be to come, unless the text has no more of it.
        ended = not self._timed_words and last is not None and last.end <= until
        if ended and last is not None and self._positions.is_next(last.text):
            whole += map(self._place, self._clock.finish())
        return tuple(whole)

    def _place(self, word: Word) -> Word:
        """Return a word that is whole, with its span, on the clock of the stream."""
        self._words += 1
        before = self.position
        placed = self._positions.place(word)
        self.progress = self.progress or self.position > before
        base = (self._start - self._skip) / self._rate
        latest = self._arrived / self._rate  # times may run beyond the sound
        start, stop = min(max(0.0, word.start), latest), min(max(0.0, word.end), latest)
        return dataclasses.replace(placed, start=base + start, end=base + stop)

    def _settled(self) -> int:
        """Return up to which frame of this socket's sound all words are whole."""
        upcoming = self._timed_words[0] if self._timed_words else self._clock.open
        if not self.timed or upcoming is None:
            return self._arrived
        if len(self._held) / 2 > MOST_HELD * self._rate or self._starving:
            return self._arrived
        return round(upcoming.start * self._rate)

    @property
    def _starving(self) -> bool:
        """Whether a listener has nothing left to hear: a gap is worse than a word cut in two."""
        return self.lead < 0.0

    def _release(self, frame: int, words: tuple[Word, ...]) -> Audio:
        """Release the sound up to a frame of this socket."""
        held = len(self._held) // 2
        count = max(0, min(held, frame - (self._arrived - held)))
        pcm = bytes(self._held[: 2 * count])
        del self._held[: 2 * count]
        if self._faded < self._fade:
            pcm = fade_in(pcm, self._faded, self._fade)
            self._faded += count
        if count:
            # The clock of the listener starts with the first sound, and again after a gap.
            if self._heard_from is None or self.lead < 0.0:
                self.ran_dry += self._heard_from is not None
                self._heard_from = self._timeline.clock() - self._frames / self._rate
            self._frames += count
            self._last = int.from_bytes(pcm[-2:], "little", signed=True)
            fresh = self._arrived - self._skip > FRESH * self._rate
            self.progress = self.progress or (fresh and not self.timed)
        return self._audio(pcm, words)

    def _audio(self, pcm: bytes, words: tuple[Word, ...] = ()) -> Audio:
        return Audio(pcm, self._rate, words, self.position)
