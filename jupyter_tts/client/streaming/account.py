"""What one socket has spoken of a text: which characters it told, when they sound, and where they
stand in the text."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Callable
from typing import NamedTuple

from ...wire.alignment import Alignment, Word, is_word_boundary
from ..speech.markup import INSIDE, Markup
from ..speech.string_alignment import NOWHERE, align, fold, is_letter
from ..speech.text_matching import TextMatcher
from ..speech.text_so_far import TextReader, TextSoFar
from ..speech.word_positions import word_span
from .word_places import WordPlaces

__all__ = ["PACE", "ROUNDING", "Account", "Mark"]

# Seconds that times may be off by rounding.
ROUNDING = 0.002
# Seconds by which times go back where they begin again, and do not merely overlap.
_BACK = 0.3
# Seconds within which a character ends with its message, and that it may then go on.
_SAME_TIME = 0.005
_LONG = 0.35
# The part of the sound that came before, below which times are none that run on.
_BEHIND = 0.4
# Seconds of sound that a decoder may hold back, at most.
_CODEC_DELAY = 0.1
# Seconds that a character takes where no times tell: some 20 characters a second at most.
PACE = 0.05
PACES = (0.03, 0.2)  # that are believed
# Seconds of sound without times, between two characters, that hold another one.
_UNTOLD = 0.05
# Characters of a message that have to follow in the text, so that it does not begin again.
_FOLLOWING = 20
# Characters in a row that are told again, rather than being the same by chance.
_REPEATED = 8
# Seconds within which times end with the sound that they are of, and the part of a message's sound.
_SAME_END = 0.03
_SAME_END_PART = 0.5
# The part of what was told before that has to be told again for it to be the same.
_SAME = 0.7
_LAST = 100  # characters told that are looked at for those that stand for nothing


class Mark(NamedTuple):
    """How far a text is spoken by the sound up to a time.

    Attributes
    ----------
    position : int
        Up to which character of the text all words have sounded whole.
    end : float
        When the last of them ended (s).
    told : str
        What has sounded behind, as the server told it, without white space.
    told_end : float
        When the last character that was told ended (s).
    into : float or None
        Seconds of the next character that have sounded; None if it has not begun.
    words : int
        How many words were taken that stand behind the position.
    """

    position: int
    end: float
    told: str
    told_end: float
    into: float | None
    words: int


class Account:
    """What one socket has spoken of a text.

    All times are seconds of the sound that the socket brings.

    Parameters
    ----------
    text : TextSoFar
    start : int, optional
        Where the socket takes up the text.
    running_on : bool or None, optional
        Whether the server's times run on from message to message, where that is known.
    heard : callable, optional
        For how many seconds something is heard between two times.
    markup : Markup or None, optional
        Of the text. By default it has none.

    Attributes
    ----------
    running_on : bool or None
        The same, as far as the socket has shown it.
    timed : bool
        Whether any times were told.
    """

    def __init__(
        self,
        text: TextSoFar,
        start: int = 0,
        running_on: bool | None = None,
        heard: Callable[[float, float], float] = lambda start, stop: 0.0,
        markup: Markup | None = None,
    ) -> None:
        self._markup = markup or Markup(text)
        self._heard = heard
        self._reader = TextReader(self._markup.joined)
        self._bare_reader = TextReader(self._markup.bare)
        self._start = start
        self._matcher = TextMatcher(text, start, self._markup)
        self._places = WordPlaces(self._matcher, self._reader, self._markup, start)
        self._starts: list[float] = []  # rising
        self._ends: list[float] = []  # rising
        self._words: list[tuple[int, int]] = []  # from which character told to before which
        self._word: int | None = None  # where the last word begins, if it may go on
        self._taken = 0  # words
        self._returned = [0]  # words of the text, by how many were taken
        self.running_on = running_on
        self.timed = False

    @property
    def characters(self) -> int:
        """How many characters were told."""
        return len(self._ends)

    @property
    def end(self) -> float:
        """When the last character told ends."""
        return self._ends[-1] if self._ends else 0.0

    @property
    def told_end(self) -> float:
        """When the last character told ends that is not white space."""
        for index in range(self.characters - 1, -1, -1):
            if not self._matcher.told[index].isspace():
                return self._ends[index]
        return 0.0

    @property
    def tip(self) -> int:
        """The farthest place in the text that was told."""
        return self._places.before(self.characters)

    @property
    def next_start(self) -> float | None:
        """When the first word begins that was not taken, None if none was told."""
        first = self._words[self._taken][0] if self._taken < len(self._words) else self._word
        return None if first is None else self._starts[first]

    def add(self, alignment: Alignment, received: float, brought: float = 0.0) -> None:
        """Take the times of a message.

        Parameters
        ----------
        alignment : Alignment
        received : float
            Seconds of sound that came in the messages before.
        brought : float, optional
            Seconds of sound that came in this one.
        """
        if not alignment.starts:
            return
        self.timed = True
        end = (alignment.starts[-1] + alignment.durations[-1]) / 1000
        off_all, off_own = abs(end - received - brought), abs(end - brought)
        same_end = max(_SAME_END, _SAME_END_PART * brought)
        whole = received > 0 and off_all < min(off_own, same_end)
        repeated = self._repeated(alignment.characters, whole=whole)
        items = itertools.islice(
            zip(alignment.characters, alignment.starts, alignment.durations, strict=True),
            repeated,
            None,
        )
        if repeated == len(alignment.characters):
            return
        offset = self._offset(alignment.starts[repeated] / 1000, received)
        first = alignment.characters[repeated][:1]
        if first.isspace() or not self._reader.at(self.tip).isspace():
            self._stretch(offset + alignment.starts[repeated] / 1000, received)
        pace = self.pace
        told: list[str] = []
        untold: dict[int, int] = {}
        last, end = self._last, self.end
        for item, start, duration in items:
            begin = offset + start / 1000
            length = duration / 1000 / (len(item) or 1)
            for number, character in enumerate(item):
                at = begin + number * length
                if at - end > _UNTOLD and (count := self._characters_in(end, at, pace)):
                    untold[len(told)] = count
                end = self._tell(character, at, at + length, last)
                told.append(character)
                last = character
        self._matcher.add("".join(told), untold)

    def whole_words(self, until: float, *, ended: bool = False) -> list[Word]:
        """Take the words that have sounded whole by a time.

        Parameters
        ----------
        until : float
        ended : bool, optional
            Whether nothing more comes, so that every word is whole.
        """
        words: list[Word] = []
        before = self._returned[-1]
        while self._taken < len(self._words) or self._word is not None:
            if self._markup.is_known:
                self._divide()
            may_go_on = self._taken == len(self._words)
            if may_go_on:
                first, stop = self._word or 0, self.characters
            else:
                first, stop = self._words[self._taken]
            if not ended and (
                self._ends[stop - 1] > until + ROUNDING
                or (may_go_on and not self._places.is_whole(stop))
            ):
                break
            if may_go_on:
                self._end_word(stop)
            self._taken += 1
            if not (self._markup.is_known and self._is_inside(first, stop)):
                words.append(self._as_word(first, stop))
            self._returned.append(before + len(words))
        return words

    def mark(self, until: float) -> Mark:
        """Return how far the text is spoken by the sound up to a time."""
        count = bisect.bisect_right(self._ends, until + ROUNDING)
        told, position = self._places.reach(count)
        told_behind = "".join(self._matcher.told[told:count]).split()
        behind = bisect.bisect_left(self._words, (told, 0), hi=self._taken)
        return Mark(
            position,
            self._ends[told - 1] if told else 0.0,
            "".join(told_behind),
            self._ends[count - 1] if count else 0.0,
            self._into(count, until),
            self._returned[-1] - self._returned[behind],
        )

    def position_by(self, until: float) -> int:
        """Return the position of the mark at a time."""
        return self._places.reach(bisect.bisect_right(self._ends, until + ROUNDING))[1]

    def _into(self, count: int, until: float) -> float | None:
        for index in range(count, self.characters):
            if not self._matcher.told[index].isspace():
                into = until - self._starts[index]
                return max(0.0, into) if into > -ROUNDING else None
        return None

    def told_by(self, until: float) -> int:
        """Return the farthest place in the text that was told by a time."""
        return self._places.before(bisect.bisect_right(self._ends, until + ROUNDING))

    def times_behind(self, told: str, *, ended: bool = False) -> tuple[float, float] | None:
        """Return when all is spoken that another socket had told; None if that has yet to come.

        Parameters
        ----------
        told : str
            From where this socket takes up the text on, without white space.
        ended : bool, optional
            Whether nothing more comes.

        Returns
        -------
        tuple of float
            When that ends, and when the next character begins.

        Raises
        ------
        LookupError
            If what this socket tells is something else.
        """
        own = [
            index
            for index, character in enumerate(self._matcher.told[: 4 * len(told) + 100])
            if not character.isspace()
        ]
        if not own or (len(own) <= len(told) and not ended):
            return None
        if not told:
            return self._starts[own[0]], self._starts[own[0]]
        text = "".join(self._matcher.told[index] for index in own)
        places = align(told, text)
        pairs = zip(places, told, strict=True)
        same = sum(place != NOWHERE and fold(text[place]) == fold(c) for place, c in pairs)
        if same < _SAME * len(told):
            raise LookupError
        last = max(places)
        return self._ends[own[last]], self._starts[own[min(last + 1, len(own) - 1)]]

    def untold(self, since: float, until: float) -> float:
        """Return for how many seconds something is heard between two times that was not told."""
        first = bisect.bisect_right(self._ends, since)
        seconds = 0.0
        for index in range(first, self.characters):
            start = min(self._starts[index], until)
            if start > since + _UNTOLD:
                seconds += self._heard(since, start)
            since = max(since, self._ends[index])
            if since >= until:
                return seconds
        return seconds + self._heard(since, until)

    @property
    def unplaced(self) -> int:
        """How many of the latest letters told stand for nothing in the text, as far as is known."""
        told, places = self._matcher.told[-_LAST:], self._matcher.places[-_LAST:]
        return sum(
            is_letter(character) and place == NOWHERE
            for character, place in zip(told, places, strict=True)
        )

    @property
    def pace(self) -> float:
        """Seconds that a character takes."""
        place = self.tip - self._start
        if place < 1:
            return PACE
        return min(max(self.told_end / place, PACES[0]), PACES[1])

    # Taking what is told

    def _characters_in(self, start: float, stop: float, pace: float) -> int:
        """Return about how many characters sound without times is."""
        seconds = self._heard(start, stop)
        return round(seconds / pace) if seconds > _UNTOLD else 0

    @property
    def _last(self) -> str:
        return self._matcher.told[-1] if self._matcher.told else ""

    def _tell(self, character: str, start: float, end: float, before: str) -> float:
        """Take a character behind another one; return when it ends."""
        starts, ends = self._starts, self._ends
        index = len(ends)
        if index:
            latest = starts[-1]
            # What was told before ends where this begins, whatever was said of its duration.
            if start < ends[-1]:
                earlier = ends[-2] if index > 1 else 0.0
                ends[-1] = max(start, latest, earlier)
            if start < latest:
                start = latest
            if end < ends[-1]:
                end = ends[-1]
        if end < start:
            end = start
        starts.append(start)
        ends.append(end)
        if character.isspace():
            self._end_word(index)
        elif self._word is None:
            self._word = index
        elif is_word_boundary(before, character):
            self._end_word(index)
            self._word = index
        return end

    def _end_word(self, stop: int) -> None:
        if self._word is not None:
            self._words.append((self._word, stop))
            self._word = None

    def _offset(self, first: float, received: float) -> float:
        """Return what is to be added to a message's times, of which this is the first.

        Times begin again with each message, or run on. What lies nearer to the sound and the times
        before decides, until times go back.
        """
        if self.running_on is None and received > 0:
            follows = abs(first - self.end) < abs(received + first - self.end)
            self.running_on = follows and abs(first - received) < first
        behind = received > _BACK and first < _BEHIND * received
        if self.running_on and first < self.end - (ROUNDING if behind else _BACK):
            self.running_on = False
        if self.running_on:
            return 0.0
        if self._ends and not received:
            return self.end  # ahead of all sound: behind what was told before
        self._clip(received)
        return received

    def _stretch(self, start: float, received: float) -> None:
        """Let the last character go on where its message ended in the midst of it."""
        if self._ends and abs(self.end - received) < _SAME_TIME and start - self.end < _LONG:
            self._ends[-1] = max(self.end, start)

    def _clip(self, received: float) -> None:
        """Take note that the sound of what was told has come by now: this message is another's."""
        if self.end <= received + _CODEC_DELAY:
            return
        for index in range(len(self._ends) - 1, -1, -1):
            if self._ends[index] <= received:
                break
            self._ends[index] = received
            self._starts[index] = min(self._starts[index], received)

    def _repeated(self, characters: tuple[str, ...], *, whole: bool) -> int:
        """Return how many items tell once more what was told, from the socket's beginning on.

        Parameters
        ----------
        characters : tuple of str
        whole : bool
            Whether the times of the message are those of all sound that has come, to its end. In
            a text that repeats itself a segment may be as long as all before it.
        """
        told = self._matcher.told
        if not told:
            return 0
        index = count = 0
        for item in characters:
            stop = index + len(item)
            if index == len(told) or told[index:stop] != [*item]:
                break
            index = stop
            count += 1
        if count < len(characters) and index < len(told):
            return 0
        follows = self._matcher.expects("".join(characters[:_FOLLOWING])[:_FOLLOWING])
        if follows and not (whole and index == len(told) >= _REPEATED):
            return 0
        return count

    def _is_inside(self, first: int, stop: int) -> bool:
        """Whether a word told is a tag, or a part of one."""
        return self._markup.division(self._matcher.places[first:stop])[0] == INSIDE

    def _divide(self) -> None:
        """Divide the next word to be taken where it is told together with markup."""
        may_go_on = self._taken == len(self._words)
        first, stop = (self._word or 0, self.characters)
        if not may_go_on:
            first, stop = self._words[self._taken]
        division = self._markup.division(self._matcher.places[first:stop])
        cut = next((first + n for n, part in enumerate(division) if part != division[0]), None)
        if cut is None:
            return
        self._words[self._taken :] = [(first, cut), *self._words[self._taken :]]
        if may_go_on:
            self._word = cut
        else:
            self._words[self._taken + 1] = (cut, stop)

    def _as_word(self, first: int, stop: int) -> Word:
        while stop - first > 1 and self._matcher.told[stop - 1].isspace():
            stop -= 1  # a full stop that was told for a break
        text = "".join(self._matcher.told[first:stop])
        return Word(text, self._starts[first], self._ends[stop - 1], self._span(first, stop))

    def _span(self, first: int, stop: int) -> tuple[int, int] | None:
        if all(self._matcher.exact[first:stop]):
            return self._matcher.places[first], self._matcher.places[stop - 1] + 1
        lowest = max(self._places.before(first), self._start)
        return word_span(self._matcher, self._bare_reader, first, stop, lowest)
