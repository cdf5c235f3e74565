"""Text sources: a string, an iterable or an async iterable, read as they give their tokens."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import Any, Final

__all__ = ["Text", "TextQueue", "tokens"]

Text = str | Iterable[str] | AsyncIterable[str]

# Tokens that a source may be ahead of the stream.
MOST_WAITING = 256

_END: Final = object()


class TextQueue:
    """An async iterable of text that another thread fills, no faster than it is read.

    Lets a caller iterate over its own text source, in its own thread or on its own event loop,
    while the stream runs elsewhere.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop
        The loop that the stream runs on.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._queue: asyncio.Queue[Any] = asyncio.Queue()
        self._room = threading.Semaphore(MOST_WAITING)

    def has_room(self, timeout: float = 0.0) -> bool:
        """Reserve room for one token, waiting for it at most so many seconds."""
        return self._room.acquire(timeout=timeout) if timeout else self._room.acquire(False)

    def put(self, token: str) -> None:
        """Add text, for which room has been reserved; callable from any thread."""
        self._loop.call_soon_threadsafe(self._queue.put_nowait, token)

    def close(self) -> None:
        """End the text."""
        self._loop.call_soon_threadsafe(self._queue.put_nowait, _END)

    async def __aiter__(self) -> AsyncIterator[str]:
        while (token := await self._queue.get()) is not _END:
            self._room.release()
            yield token
            await asyncio.sleep(0)  # a queue that is never empty must not hold up the loop


async def tokens(text: Text) -> AsyncGenerator[str, None]:
    """Yield what a text source gives, as text that can be sent.

    A blocking iterable is read in a thread, so that it never holds up the event loop.

    None, which a language model's stream gives for "no text this time", is passed over.

    Raises
    ------
    TypeError
        If the source gives anything else that is not str.
    """
    if isinstance(text, str):
        yield _checked(text)
    elif isinstance(text, AsyncIterable):
        async for token in text:
            if token is not None:
                yield _checked(token)
    else:
        iterator = iter(text)
        quick = isinstance(text, list | tuple)
        while (got := next(iterator, _END) if quick else await _next(iterator)) is not _END:
            if got is not None:
                yield _checked(got)


async def _next(iterator: Iterator[str]) -> Any:
    return await asyncio.to_thread(next, iterator, _END)


def _checked(token: object) -> str:
    if not isinstance(token, str):
        raise TypeError(f"a text source must give str, not {type(token).__name__}")
    # Half of a UTF-16 pair cannot be sent; paired halves are the character they stand for.
    return token.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
