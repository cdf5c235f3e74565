"""What a stream has received over all its sockets, released up to the last whole word."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass

from ...audio.codecs import Decoder, check_decoder, decoder
from ...audio.fades import FADE_SECONDS, decay, fade_in, fade_out
from ...audio.formats import AudioFormat
from ...wire.alignment import Word
from ...wire.errors import ProtocolError, TooMuchSound
from ...wire.protocol import Chunk
from ..speech.events import Audio
from ..speech.markup import Markup
from ..speech.timeline import Timeline
from ..speech.word_positions import not_before
from .account import PACE, Account
from .activity import Activity
from .completeness import WORD, Brought, Completeness
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
# Seconds within which a word ends where what was heard of it on another socket does.
SAME_END = 0.025

# Seconds of sound without times that may be a breath.
BREATH = 0.02
# Seconds without a sound beside a break that belong to it.
_SILENCE = 0.15
# Seconds of a word that are none: times and samples are rounded.
TINY = 0.005
# Characters that are spoken by sound without times before that counts as a word.
NEW = 4
# Seconds of sound before a listener's last at which what is held is released after all.
NEAR = 0.05
# Seconds of a word below which its beginning helps no listener.
LEAST_CUT = 0.06


@dataclass(frozen=True, slots=True)
class _Heard:
    """What was released behind the place at which another socket takes the text up.

    Attributes
    ----------
    told : str
        As the server told it, without white space; empty if it did not.
    into : float or None
        Seconds of the next character that were heard, if that had begun, or
    behind : float
        of sound behind what was told.
    seconds : float
        Of sound: from the first behind the place, or from the beginning of a socket's.
    from_beginning : bool
        Whether they count from there, since the socket began at the place.
    words : int
        Words that were released.
    """

    told: str
    into: float | None
    behind: float
    seconds: float
    from_beginning: bool
    words: int


class Receiver:
    """The receiving side of one stream, whichever sockets bring it.

    What comes after the last whole word is held back until the word is whole, so that a stream
    that is cut off can go on at a word boundary; but not from a listener who has nothing left to
    hear. Where another socket speaks once more what was heard already (the beginning of a word, a
    number that was told in words, sound without times), that is left out of its sound.

    Parameters
    ----------
    audio_format : AudioFormat
    source_text : SourceText
    timeline : Timeline
        Stamped as sound arrives.
    running_on : bool or None, optional
        Whether the server's times run on from message to message; None where that shows only as
        they come.
    markup : Markup or None, optional
        Of the text. By default it has none.

    Raises
    ------
    UnsupportedFormat
        If the format cannot be decoded here.

    Attributes
    ----------
    markup : Markup
        Of the text.
    position : int
        Up to which character all words of the text were released whole.
    until : int or None
        Where this socket's text ends, if the whole goes on behind.
    seconds : float
        Of sound that this socket has brought.
    ran_dry : int
        How often a listener had nothing left to hear.
    """

    def __init__(
        self,
        audio_format: AudioFormat,
        source_text: SourceText,
        timeline: Timeline,
        running_on: bool | None = None,
        *,
        markup: Markup | None = None,
    ) -> None:
        check_decoder(audio_format)
        self._timeline = timeline
        self._format = audio_format
        self._rate = audio_format.sample_rate
        self._fade = round(FADE_SECONDS * self._rate)
        self._source_text = source_text
        self._frames = 0  # released, over all sockets
        self._last = 0  # the last sample released
        self._last_word = 0.0  # when the last word ended
        self._latest_span: tuple[int, int] | None = None
        self._heard_from: float | None = None  # when the first sound was released
        self._completeness = Completeness()
        self._heard: _Heard | None = None
        self._running_on = running_on
        self.markup = markup or Markup(source_text)
        self._heard_before = 0  # up to which character any socket before has spoken
        self._spoken_before = 0  # the same of what this one is to speak once more
        self.position = 0
        self.ran_dry = 0
        self._begin()

    def begin(self) -> None:
        """Take note that a new socket begins, at `position` of the text."""
        heard_until = self.heard_until
        self._heard_before = max(self._heard_before, heard_until)
        self._begin()
        # No more than it was before, however slowly the numbers in it are spoken.
        self._spoken_before = max(self.position, min(self._spoken_before, heard_until))

    def _begin(self) -> None:
        for made in ("_decoder", "_activity", "_account"):
            self.__dict__.pop(made, None)  # each is made again once it is needed
        self._held = bytearray()
        self._encoded = 0  # bytes of sound that this socket has brought, as it brought them
        self._arrived = 0  # frames of this socket, released or held
        self.seconds = 0.0
        self._base = self._frames  # where its sound begins in the stream, less what is left out
        # Frames at the beginning of this socket's sound that were heard before, once it is known.
        self._skip: int | None = 0 if self._heard is None else None
        self._words_to_skip = 0
        self._faded = 0 if self._frames else self._fade  # the first socket has no seam to fade over
        self._words = 0
        self._start = self.position
        heard = 0.0 if self._heard is None else self._heard.seconds
        self._spoken_before = self.position + round(heard / PACE)
        self.until: int | None = None

    @functools.cached_property
    def _decoder(self) -> Decoder:
        return decoder(self._format)

    @functools.cached_property
    def _activity(self) -> Activity:
        return Activity(self._rate)

    @functools.cached_property
    def _account(self) -> Account:
        return Account(
            self._source_text, self._start, self._running_on, self._activity.heard, self.markup
        )

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

    @property
    def timed(self) -> bool:
        """Whether this socket tells times."""
        return self._account.timed

    @property
    def characters(self) -> int:
        """How many characters this socket has told the times of."""
        return self._account.characters

    @property
    def accounted(self) -> int | None:
        """The same, in characters of the text where it has SSML, which may not be told.

        None as long as this socket tells no times.
        """
        account = self._account
        if not account.timed:
            return None
        return account.tip - self._start if self.markup.has_ssml else account.characters

    @property
    def progress(self) -> bool:
        """Whether this socket has brought a word of which nothing was heard before."""
        return self.heard_until - self._heard_before >= (1 if self.position > self._start else NEW)

    @property
    def heard_until(self) -> int:
        """Up to which character the text was heard, counting sound that no times were told of."""
        return max(self._spoken_by_sound, self._spoken_before)

    def take(self, chunk: Chunk) -> Audio:
        """Take what a message brought, and return what may be heard now.

        Raises
        ------
        TooMuchSound
        """
        before = self.seconds
        self._encoded += len(chunk.data)
        self._append(self._decoder.decode(chunk.data))
        if chunk.alignment is not None:
            self._check_told(self.characters + sum(map(len, chunk.alignment.characters)))
            self._account.add(chunk.alignment, before, self.seconds - before)
        if self.seconds > EXTRA_SECONDS + SECONDS_PER_CHARACTER * self._source_text.length:
            self._refuse()
        if self._skip is None and not self._find_skip():
            return self._nothing()
        return self._release(ended=False)

    def rest(self) -> Audio:
        """Return what may be heard after all: the server pauses."""
        return self._nothing() if self._skip is None else self._release(ended=False)

    def finish(self) -> Audio:
        """Return what is left of a stream, or of a socket's part, that is complete.

        Raises
        ------
        ProtocolError
            If what came as sound was in another format than was asked for.
        """
        self._append(self._decoder.flush())
        if self._encoded and not self._arrived and self._brought.has_speakable_text:
            raise ProtocolError(
                f"The server sent {self._encoded:,} bytes that are no {self._format.name}.",
                hint="Choose another --format; pcm_24000 is the simplest.",
            )
        if self._skip is None:
            self._find_skip(ended=True)
        last = self._release(ended=True)
        left = ((self._skip or 0) - self._arrived) / self._rate
        # Where less was spoken than was heard before, the rest of that comes next.
        self._heard = _Heard("", None, 0.0, left, True, self._words_to_skip) if left > 0 else None
        self.position = self._source_text.length if self.until is None else self.until
        return dataclasses.replace(last, spoken=self.position)

    def cut(self) -> Audio:
        """Return how the sound ends where a socket was lost: without a click."""
        self._heard = self._heard_behind()
        held = bytes(self._held[: 2 * self._fade])
        self._held.clear()
        if not self._last:  # silence ends without a click
            return self._nothing()
        # What follows in the wave fades best; without enough of it, the last sample decays.
        tail = fade_out(held) if len(held) == 2 * self._fade else decay(self._last, self._fade)
        self._last = 0
        self._frames += len(tail) // 2
        return Audio(tail, self._rate, (), self.position)

    def is_cut_short(self, *, final: bool) -> bool:
        """Whether a stream that has ended in order leaves out some of the text, or its sound.

        Parameters
        ----------
        final : bool
            Whether the server said that it has finished, and not merely closed.
        """
        return self._completeness.is_cut_short(self._brought, final=final)

    @property
    def all_spoken(self) -> bool:
        """Whether every word of a text that has ended is spoken, as the words' times tell."""
        return (
            self.timed and self.until is None and self._source_text.ended and self._brought.all_told
        )

    @property
    def _spoken_by_sound(self) -> int:
        """Up to which character this socket has spoken the text."""
        place, since = self._start, 0.0
        if self.timed:
            mark = self._account.mark(self.seconds)
            place, since = max(mark.position, self._account.told_by(self.seconds)), mark.told_end
        # Not the part of a character that has begun.
        untold = self._account.untold(since, self.seconds)
        if untold > WORD:
            place += round(untold / self._account.pace)
        return min(place, self._end)

    @property
    def _end(self) -> int:
        """Where this socket's text ends, as far as it has come."""
        return self._source_text.length if self.until is None else self.until

    @property
    def _brought(self) -> Brought:
        return Brought(
            self._account, self.markup, self._start, self._end, self.seconds, self._encoded
        )

    def _append(self, pcm: bytes) -> None:
        frames = len(pcm) // 2
        self._activity.add(pcm)
        skip = self._skip
        heard = 0 if skip is None else max(0, min(skip - self._arrived, frames))
        self._arrived += frames
        self.seconds = self._arrived / self._rate
        self._held += pcm[2 * heard :]
        if frames > heard and skip is not None:
            self._timeline.arrive((frames - heard) / self._rate)

    def _check_told(self, characters: int) -> None:
        length = self._source_text.length
        if characters > EXTRA_WORDS + WORDS_PER_CHARACTER * length:
            self._refuse()

    def _refuse(self) -> None:
        raise TooMuchSound(
            f"The server sent more than the text can be ({self._source_text.length:,} characters).",
            hint="Check --server.",
        )

    # What was heard before

    def _heard_behind(self) -> _Heard | None:
        """Return what was released behind the place from which another socket goes on."""
        if self._skip is None:
            return self._heard  # nothing was released
        end = (self._arrived - len(self._held) // 2) / self._rate
        if end * self._rate < self._skip:
            return self._heard
        self._running_on = self._account.running_on
        if not self.timed:
            return _Heard("", None, 0.0, end, True, self._words) if end else None
        mark = self._account.mark(end)
        self.position = max(self.position, mark.position)
        told, into, behind = mark.told, mark.into, 0.0
        if into is None and self._activity.heard(mark.told_end, end) > BREATH:
            behind = end - mark.told_end
        untold = self._account.untold(mark.end, end) > BREATH
        if not (told or untold or (into is not None and into > TINY)):
            return None
        if self._account.untold(mark.end, mark.told_end) > BREATH:
            told, into = "", None  # only a part of what was heard
        begin = self._activity.first(mark.end) if mark.end else 0.0
        seconds = 0.0 if begin is None else max(0.0, end - begin)
        return _Heard(told, into, behind, seconds, not mark.end, mark.words)

    def _find_skip(self, *, ended: bool = False) -> bool:
        """Find where this socket's sound goes on behind what was heard; return whether it did."""
        heard = self._heard
        assert heard is not None
        time = None
        by_sound = not (heard.told or heard.into)
        if not by_sound:
            try:
                times = self._account.times_behind(heard.told, ended=ended)
            except LookupError:
                by_sound = True
            else:
                if times is not None:
                    end, following = times
                    time = end + heard.behind if heard.into is None else following + heard.into
        begin = 0.0 if heard.from_beginning else self._activity.first()
        latest = None if begin is None else begin + heard.seconds
        late = latest is not None and self.seconds > latest and not self.timed
        if time is None and (by_sound or late or ended):
            time = latest
        if time is None:
            return False
        self._skip = round(time * self._rate)
        self._words_to_skip = heard.words
        gone = min(self._skip, self._arrived)
        del self._held[: 2 * gone]
        self._base = self._frames - self._skip
        if self._arrived > gone:
            self._timeline.arrive((self._arrived - gone) / self._rate)
        return True

    # What may be heard

    def _release(self, *, ended: bool) -> Audio:
        """Release what may be heard."""
        account = self._account
        whole = account.whole_words(self.seconds, ended=ended)
        words = self._as_released(whole) if whole else ()
        lead = self.lead
        frame = self._arrived if ended else self._settled(lead)
        held = len(self._held) // 2
        count = max(0, min(held, frame - (self._arrived - held)))
        with memoryview(self._held) as view:  # a slice of it would be copied once more
            pcm = bytes(view[: 2 * count])
        del self._held[: 2 * count]
        if self._faded < self._fade:
            pcm = fade_in(pcm, self._faded, self._fade)
            self._faded += count
        if count:
            # The clock of the listener starts with the first sound, and again after a gap.
            if self._heard_from is None or lead < 0.0:
                self.ran_dry += self._heard_from is not None
                self._heard_from = self._timeline.clock() - self._frames / self._rate
            self._frames += count
            self._last = int.from_bytes(pcm[-2:], "little", signed=True)
        if account.timed:
            released = (self._arrived - held + count) / self._rate
            self.position = max(self.position, account.position_by(released))
        return Audio(pcm, self._rate, words, self.position)

    def _as_released(self, whole: list[Word]) -> tuple[Word, ...]:
        """Return whole words on the clock of the stream, without those that were released."""
        words = map(self._without_pauses, whole) if self.markup.has_ssml else whole
        placed = map(self._placed, words)
        outside = self.markup.outside(word for word in placed if word is not None)
        return tuple(map(self._in_order, outside))

    def _placed(self, word: Word) -> Word | None:
        """Return a whole word on the clock of the stream; None if it was released before."""
        self._words += 1
        skip = (self._skip or 0) / self._rate
        if self._words_to_skip and word.end <= skip + SAME_END:
            self._words_to_skip -= 1
            return None
        base = self._base / self._rate
        # Times may run beyond the sound, of which less may have come than was heard before.
        latest = max(self._last_word, base + self.seconds)
        start = min(max(self._last_word, base + word.start), latest)
        end = min(max(start, base + word.end), latest)
        self._last_word = end
        return Word(word.text, start, end, word.span)

    def _in_order(self, word: Word) -> Word:
        """Return a word that stands for nothing before what the words before it stand for."""
        span = not_before(word.span, self._latest_span)
        self._latest_span = span or self._latest_span
        return word if span is word.span else dataclasses.replace(word, span=span)

    def _without_pauses(self, word: Word) -> Word:
        """Return a word without the silence of a break that was told as a part of it."""
        if word.span is None:
            return word
        before, after = self.markup.pauses_beside(word.span)
        if not (before or after):
            return word
        start, end = word.start, word.end
        first, last = self._activity.first(start), self._activity.last(end)
        if before and first is not None and _SILENCE < first - start < end - start:
            start = first
        if after and last is not None and last > start and end - last > _SILENCE:
            end = last
        return dataclasses.replace(word, start=start, end=end)

    def _settled(self, lead: float) -> int:
        """Return up to which frame of this socket's sound all words are whole."""
        upcoming = self._account.next_start
        if upcoming is None:
            return self._arrived
        held = len(self._held) / 2 / self._rate
        # To a listener who has nothing left to hear a gap is worse than a word cut in two.
        starving = self._heard_from is not None and lead < NEAR
        if held > MOST_HELD or (held >= LEAST_CUT and starving):
            return self._arrived
        return round(upcoming * self._rate)

    def _nothing(self) -> Audio:
        return Audio(b"", self._rate, (), self.position)
