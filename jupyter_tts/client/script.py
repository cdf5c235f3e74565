"""What a text source has given so far: to be sent, and to be sent again from any word on."""

from __future__ import annotations

import asyncio
import bisect
import contextlib
import re
from collections.abc import AsyncIterator

from ..wire.alignment import parts_words
from .text import Text, pieces

__all__ = ["Script"]

# Characters that a server may leave out between two words before the second is looked for no
# longer: a run of emoji, say.
_SKIPPED = 200

# SSML, and stage directions such as [laughs]: a server need not tell the times of these.
_TAGS = re.compile(r"<[^<>]*>|\[[^\[\]]*\]")


class Script:
    """The text of one stream, as it comes.

    Positions are characters from the beginning of the text.

    Parameters
    ----------
    text : str, iterable of str or async iterable of str
    """

    def __init__(self, text: Text) -> None:
        self._source = text
        self._pieces: list[str] = []
        self._starts: list[int] = []
        self._news = asyncio.Event()
        self.length = 0
        self.ended = False
        self.failure: Exception | None = None

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

    async def piece(self, position: int) -> str:
        """Return a piece of text that begins at a position, "" at the end of the text.

        Raises
        ------
        Exception
            Whatever the text source raised.
        """
        while position >= self.length:
            if self.failure is not None:
                raise self.failure
            if self.ended:
                return ""
            self._news.clear()
            await self._news.wait()
        number = bisect.bisect_right(self._starts, position) - 1
        return self._pieces[number][position - self._starts[number] :]

    def find(self, word: str, position: int) -> int | None:
        """Return where a word ends that is spoken next after a position, None if it is not there.

        A server may leave out what cannot be spoken, so some characters may be skipped.
        """
        start = max(0, position - 1)  # what stands before it tells whether a word begins there
        window = self.slice(start, position + _SKIPPED + len(word) + 1)
        at = window.find(word, position - start)
        while at >= 0:
            end = at + len(word)
            if _bounds(window[max(0, at - 1) : at], word[0]) and _bounds(
                window[end : end + 1], word[-1]
            ):
                return start + end
            at = window.find(word, at + 1)
        return None

    def is_next(self, word: str, position: int) -> bool:
        """Whether a word, and no part of a longer one, stands next after a position."""
        text = self.slice(position, position + _SKIPPED + len(word)).lstrip()
        after = text[len(word) : len(word) + 1].strip()
        return text.startswith(word) and (not after or parts_words(word[-1], after))

    def has_words(self, position: int) -> bool:
        """Whether anything that is to be spoken has come at or after a position."""
        text = _TAGS.sub("", self.slice(position, self.length))
        return any(character.isalnum() for character in text)

    async def _read(self) -> None:
        try:
            async with contextlib.aclosing(pieces(self._source)) as source:
                async for piece in source:
                    self._starts.append(self.length)
                    self._pieces.append(piece)
                    self.length += len(piece)
                    self._news.set()
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            self.failure = RuntimeError("the text source was cancelled")
        except Exception as failure:
            # The text source failed, with whatever error: the stream raises it.
            self.failure = failure
        self.ended = True
        self._news.set()


def _bounds(neighbour: str, edge: str) -> bool:
    """Whether a word may begin or end between a neighbouring character, if any, and its edge."""
    return not neighbour.isalnum() or parts_words(neighbour, edge)
