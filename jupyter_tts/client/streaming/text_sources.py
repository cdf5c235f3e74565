"""Text sources: a string, an iterable or an async iterable, read as they give their tokens."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import threading
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable
from typing import Any, Final

from ...wire.errors import ParameterError, TTSError
from ...wire.models import MODELS
from ...wire.surrogates import FIRST_HALF, find_half, join_pairs
from ..threads import CallThread
from .model_chunks import ChunkReader, answer_text
from .source_advice import chunk_advice, is_source, source_advice

__all__ = [
    "MAX_TEXT",
    "Text",
    "TextQueue",
    "aclose_source",
    "check_text",
    "close_source",
    "read_all",
    "tokens",
    "whole_text",
]

MAX_TEXT: Final = max(model.most_characters or 0 for model in MODELS)
"""Characters: the largest limit of any model for one request. Of the embedded voice it is some 45
minutes of English."""

# Of str, or of chunks of a language model's client.
Text = str | Iterable[Any] | AsyncIterable[Any]

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
    is_async : bool, optional
        Whether what fills it is async.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, *, is_async: bool = False) -> None:
        self.is_async = is_async
        self._loop = loop
        self._queue: asyncio.Queue[Any] = asyncio.Queue()
        self._room = threading.Semaphore(MOST_WAITING)
        self._failure: Exception | None = None

    def has_room(self, timeout: float = 0.0) -> bool:
        """Reserve room for one token, waiting for it at most so many seconds."""
        return self._room.acquire(timeout=timeout) if timeout else self._room.acquire(False)

    def put(self, token: object) -> None:
        """Add what its source gave, for which room has been reserved; callable from any thread."""
        self._loop.call_soon_threadsafe(self._queue.put_nowait, token)

    def close(self, failure: Exception | None = None) -> None:
        """End the text, with what its source raised, if anything; callable from any thread."""
        self._failure = failure
        self._loop.call_soon_threadsafe(self._queue.put_nowait, _END)

    async def __aiter__(self) -> AsyncIterator[str]:
        while (token := await self._queue.get()) is not _END:
            self._room.release()
            yield token
            await asyncio.sleep(0)  # a queue that is never empty must not hold up the loop
        if self._failure is not None:
            raise self._failure


def check_text(text: Text) -> Text:
    """Return a text as it can be sent, as far as it is known before it is read.

    The whole answer of a language model stands for its text.

    Raises
    ------
    ParameterError
        If it is no text, or holds half of a UTF-16 pair without the other.
    """
    if isinstance(text, str):
        return whole_text(text)
    if isinstance(text, list | tuple):
        read_all(text)
        return text
    if is_source(text):
        return text
    if (answer := answer_text(text)) is not None:
        return whole_text(answer)
    raise ParameterError(
        [f"a text is a str, or something that gives str, not {type(text).__name__}"],
        hint=f"{source_advice(text)} Nothing was sent.".strip(),
    )


def whole_text(text: str) -> str:
    """Return a text in which each pair of halves is one character.

    Raises
    ------
    ParameterError
        If it holds half of a UTF-16 pair without the other.
    """
    return read_all([text])


def read_all(given: Iterable[object]) -> str:
    """Return the text of all that a source has given.

    Raises
    ------
    TTSError
        As :func:`tokens` does.
    """
    reader = _TokenReader()
    text = "".join(map(reader.read, given))
    failure = reader.failure or reader.end()
    if isinstance(failure, ParameterError):
        raise ParameterError(failure.faults, hint=f"{failure.hint} Nothing was sent.".strip())
    if failure is not None:
        raise failure
    return text


async def tokens(text: Text) -> AsyncGenerator[str, None]:
    """Yield what a text source gives, as text that can be sent.

    A blocking iterable is read in a thread, so that it never holds up the event loop. Halves of a
    UTF-16 pair, which a tokenizer may give one by one, become the character that they stand for.

    Of the chunks of a language model's client their text is taken; None, which such a client gives
    for "no text this time", is passed over.

    Raises
    ------
    ParameterError
        If the source gives anything else that is not str, or half of a pair alone: after what came
        before it.
    TTSError
        If a language model's client reports that the model has failed: after what came before it.
    """
    if isinstance(text, str):
        yield whole_text(text)
        return
    reader = _TokenReader(
        text.is_async if isinstance(text, TextQueue) else isinstance(text, AsyncIterable)
    )
    async with contextlib.aclosing(_given(text)) as source:
        async for token in source:
            if piece := reader.read(token):
                yield piece
            if reader.failure:
                raise reader.failure
    if failure := reader.end():
        raise failure


def close_source(*sources: object) -> None:
    """Close what is read no further: a generator, a client's stream and its connection.

    A file stays open: it is its user's.
    """
    for source in sources:
        close = getattr(source, "close", None)
        if callable(close) and not isinstance(source, io.IOBase):
            with contextlib.suppress(Exception):
                close()


async def aclose_source(*sources: object) -> None:
    """Close what is read no further, and is async."""
    for source in sources:
        close = getattr(source, "aclose", None) or getattr(source, "close", None)
        if callable(close) and not isinstance(source, TextQueue):
            with contextlib.suppress(Exception):
                closing = close()
                if inspect.isawaitable(closing):
                    await closing


async def _given(text: Iterable[Any] | AsyncIterable[Any]) -> AsyncGenerator[object, None]:
    if isinstance(text, list | tuple):
        for token in text:
            yield token
    elif isinstance(text, AsyncIterable):
        source = aiter(text)
        try:
            async for token in source:
                yield token
        except BaseException:
            await aclose_source(source, text)
            raise
    else:
        thread = CallThread()
        try:
            iterator = iter(text)
            while (token := await thread.call(next, iterator, _END)) is not _END:
                yield token
        except BaseException:
            thread.post(lambda: close_source(iterator, text))
            raise
        finally:
            thread.close()


class _TokenReader:
    """Makes text of tokens, joining the halves of UTF-16 pairs.

    Parameters
    ----------
    is_async : bool, optional
        Whether their source is async.

    Attributes
    ----------
    failure : TTSError or None
        Why no more can be read.
    """

    def __init__(self, is_async: bool = False) -> None:
        self._is_async = is_async
        self._chunks = ChunkReader()
        self._length = 0  # characters read
        self._half = ""  # the first half of a pair, whose other half may come
        self.failure: TTSError | None = None

    def read(self, token: object) -> str:
        """Return the text of a token, up to what is none."""
        if token is None or self.failure:
            return ""
        if not isinstance(token, str):
            token = self._chunk_text(token)
        text = join_pairs("".join((self._half, token)))  # of any subclass of str, a plain one
        self._half = text[-1:] if FIRST_HALF.match(text[-1:]) else ""
        text = text.removesuffix(self._half)
        if (position := find_half(text)) is not None:
            self.failure = _half_failure(text[position], self._length + position)
            text = text[:position]
        self._length += len(text)
        return text

    def _chunk_text(self, chunk: object) -> str:
        try:
            text = self._chunks.read(chunk)
        except TTSError as failure:
            self.failure = failure
            return ""
        if text is None:
            self.failure = ParameterError(
                [f"a text source must give str, not {type(chunk).__name__}"],
                hint=chunk_advice(chunk, is_async=self._is_async),
            )
        return text or ""

    def end(self) -> ParameterError | None:
        """Return what is wrong with the end of the text, if anything."""
        return _half_failure(self._half, self._length) if self._half else None


def _half_failure(half: str, position: int) -> ParameterError:
    place = f"(U+{ord(half):04X}) at position {position:,}"
    return ParameterError(
        [f"the text has half of a UTF-16 pair without the other {place}"],
        hint="Leave it out, or give both halves.",
    )
