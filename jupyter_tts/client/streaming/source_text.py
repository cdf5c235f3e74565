"""What a text source has given so far: to be sent, and to be sent again from any word on."""

from __future__ import annotations

import asyncio
import bisect
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass

from ...wire.ssml import LONGEST, plain, unfinished_markup
from ..reading.reading import Reading
from ..speech.turns import Turn
from .tag_removal import TagFilter
from .text_sources import Text, tokens

__all__ = ["SourceText", "SpokenPart"]

# Seconds between two tokens above which their source has paused, rather than being slow.
_PAUSE = 0.3
# What is left of the longest gap with every token.
_FORGETTING = 0.9


@dataclass(frozen=True, slots=True)
class SpokenPart:
    """A part of the text that goes into one message.

    Attributes
    ----------
    start, stop : int
        From which character to before which.
    voice : str or None
        Who speaks it, where several do.
    new_turn : bool
        Whether the same voice begins another turn.
    """

    start: int
    stop: int
    voice: str | None = None
    new_turn: bool = False


class SourceText:
    """The text of one stream, as it comes.

    Positions are characters from the beginning of the text, as it is sent.

    Parameters
    ----------
    text : str, iterable of str or async iterable of str
    begun : callable, optional
        Called when the first text has come that is not white space.
    without_tags : bool, optional
        Whether audio tags are blanks instead, which are not sent.
    turns : sequence of Turn, optional
        Who speaks what, where several do on one socket.
    ssml : bool, optional
        Whether SSML tags are markup. One that comes in pieces has come when it is whole.
    reading : Reading, optional
        Takes the text as it comes, and gives what is sent of it, unless it has the whole text.

    Attributes
    ----------
    length : int
        Characters that have come.
    ended : bool
        Whether no more will come.
    failure : Exception or None
        What the text source raised.
    came_at : float
        When the latest text came, on the loop's clock.
    removed : str
        The first tag that is not sent; "" while there is none.
    longest_gap : float
        Seconds between two tokens: the longest of late. The longer ago, the less it counts, and
        a pause does not count.
    """

    def __init__(
        self,
        text: Text,
        begun: Callable[[], object] = lambda: None,
        *,
        without_tags: bool = False,
        turns: Sequence[Turn] = (),
        reading: Reading | None = None,
        ssml: bool = False,
    ) -> None:
        self._has_ssml = ssml
        self._unfinished = ""  # SSML
        has_read = reading is not None and reading.ended
        self._source = reading.spoken if reading is not None and has_read else text
        self._reading = Reading() if reading is None or has_read else reading
        self._turns = turns
        self._turn_starts = [turn.start for turn in turns]
        self._tags = TagFilter() if without_tags else None
        self._blanks: list[tuple[int, int]] = []
        self.removed = ""
        self._begun = begun
        self._pieces: list[str] = []
        self._starts: list[int] = []
        self._news = asyncio.Event()
        self.length = 0
        self.ended = False
        self.failure: Exception | None = None
        self.came_at = 0.0
        self.longest_gap = 0.0
        self._words_end = 0  # where the last text ends that is not white space

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """Read the source, no faster than its own pace, while the block runs."""
        task = asyncio.create_task(self._read())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def slice(self, start: int, stop: int) -> str:
        """Return the characters from ``start`` to before ``stop``, as far as they have come."""
        first = max(0, bisect.bisect_right(self._starts, start) - 1)
        last = bisect.bisect_left(self._starts, stop)
        joined = "".join(self._pieces[first:last])
        offset = self._starts[first] if self._starts else 0
        return joined[max(0, start - offset) : max(0, stop - offset)]

    def parts(self, start: int, stop: int) -> Iterator[SpokenPart]:
        """Yield the characters from ``start`` to before ``stop``, divided among their speakers."""
        if not self._turns:
            yield SpokenPart(start, stop)
            return
        while start < stop:
            number = max(0, bisect.bisect_right(self._turn_starts, start) - 1)
            turn = self._turns[number]
            end = min([stop, *self._turn_starts[number + 1 : number + 2]])
            continues = number > 0 and self._turns[number - 1].voice == turn.voice
            yield SpokenPart(start, end, turn.voice, continues and start == turn.start)
            start = end

    def sendable(self, start: int, stop: int) -> str:
        """Return the same characters without those of tags that are not sent."""
        parts: list[str] = []
        index = bisect.bisect_right(self._blanks, (start, 0))
        for first, last in self._blanks[max(0, index - 1) :]:
            if last <= start:
                continue
            if first >= stop:
                break
            parts.append(self.slice(start, first))
            start = last
        return "".join([*parts, self.slice(start, max(start, stop))])

    def before(self, position: int, most: int) -> str:
        """Return up to so many characters that are spoken before a position, without markup."""
        if not self._has_ssml:
            return self.sendable(max(0, position - most), position)
        return plain(self.sendable(max(0, position - most - LONGEST), position))[-most:]

    def waits(self, position: int) -> bool:
        """Whether the source has yet to give something, and not white space, after a position."""
        return not self.ended and self._words_end <= position

    def goes_on(self, position: int) -> bool:
        """Whether words have come after a position."""
        return self._words_end > position

    async def more(self, position: int) -> None:
        """Wait until there is text after a position, or no more will come."""
        while self.waits(position):
            await self._wait()

    async def changed(self, length: int, until: float | None = None) -> bool:
        """Wait until more than so much text has come, or no more will come.

        Parameters
        ----------
        length : int
        until : float, optional
            On the loop's clock.

        Returns
        -------
        bool
            False if neither has happened by then.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                while self.length <= length and not self.ended:
                    await self._wait()
        return self.length > length or self.ended

    async def _wait(self) -> None:
        self._news.clear()
        await self._news.wait()

    def _whole(self, token: str) -> str:
        """Return what has come, up to a tag that is not finished."""
        text = self._unfinished + token
        unfinished = unfinished_markup(text) if self._has_ssml else None
        stop = len(text) if unfinished is None else unfinished
        self._unfinished = text[stop:]
        if self._unfinished:
            self.came_at = asyncio.get_running_loop().time()
        return text[:stop]

    def _take_without_tags(self, token: str, *, ended: bool = False) -> None:
        if self._tags is None:
            if token:
                self._take(token)
            return
        for piece, is_tag in self._tags.feed(token, ended=ended):
            if is_tag:
                self.removed = self.removed or piece
                self._blanks.append((self.length, self.length + len(piece)))
                piece = " " * len(piece)  # so that all other positions stay
            self._take(piece)

    def _take(self, token: str) -> None:
        now = asyncio.get_running_loop().time()
        gap = now - self.came_at
        if self.length and gap < _PAUSE:
            self.longest_gap = max(gap, _FORGETTING * self.longest_gap)
        self.came_at = now
        if word := token.rstrip():
            if not self._words_end:
                self._begun()
            self._words_end = self.length + len(word)
        self._starts.append(self.length)
        self._pieces.append(token)
        self.length += len(token)
        self._news.set()

    async def _read(self) -> None:
        try:
            async with contextlib.aclosing(tokens(self._source)) as source:
                async for token in source:
                    if token:
                        self._take_without_tags(self._whole(self._reading.feed(token)))
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            self.failure = RuntimeError("the text source was cancelled")
        except Exception as failure:
            # With whatever error: the stream raises it, once what came before is spoken.
            self.failure = failure
        rest = self._unfinished + self._reading.feed("", ended=True)
        self._take_without_tags(rest, ended=True)
        self.ended = True
        self._news.set()
