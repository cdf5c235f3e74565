"""Text sources: a string, an iterable or an async iterable, as pieces of whole words."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import Any, Final

__all__ = ["Text", "TextQueue", "pieces", "tokens"]

Text = str | Iterable[str] | AsyncIterable[str]

# Largest piece sent as one message. No limit is documented for a message; the smallest documented
# limit for a whole request is 10,000 characters (multilingual v2), far above this.
MAX_PIECE = 1_000

# Tokens that a source may be ahead of the stream.
MOST_WAITING = 256

_END: Final = object()

# The last place a piece may end at: after white space, after closing punctuation of scripts
# written without spaces, or after one of their characters.
_WORD_END = re.compile(
    r".*(?:\s|[、。，．！？；：」』）\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff])", re.DOTALL
)


async def pieces(text: Text) -> AsyncGenerator[str, None]:
    """Cut a text source into pieces that end at a word's end.

    Joined, the pieces are the text. No piece is empty or longer than :data:`MAX_PIECE` characters.

    Parameters
    ----------
    text : str, iterable of str or async iterable of str
    """
    held = ""
    async with contextlib.aclosing(tokens(text)) as source:
        async for token in source:
            held += token
            end = _word_end(held) or (len(held) if len(held) > MAX_PIECE else 0)
            if end:
                for piece in _bounded(held[:end]):
                    yield piece
                held = held[end:]
    for piece in _bounded(held):
        yield piece


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


def _word_end(held: str) -> int:
    """Return where the last whole word of ``held`` ends, 0 while there is none."""
    found = _WORD_END.match(held)
    # White space alone is a keep-alive on this wire, so it waits for its word.
    return found.end() if found and held[: found.end()].strip() else 0


def _bounded(piece: str) -> Iterator[str]:
    """Split a piece that is too long, at a word's end where there is one."""
    while len(piece) > MAX_PIECE:
        cut = _word_end(piece[:MAX_PIECE]) or MAX_PIECE
        yield piece[:cut]
        piece = piece[cut:]
    if piece:
        yield piece
