"""What is no text, and what to write instead."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterable, Iterable, Iterator, Mapping

from .fields import MISSING, field, text_places

__all__ = ["chunk_advice", "is_source", "source_advice"]

# Where an object keeps its stream of text, and how it is written.
_STREAMS = (
    ("stream", '["stream"]'),
    ("text_stream", ".text_stream"),
    ("response_gen", ".response_gen"),
    ("stream_events", ".stream_events()"),
    ("stream_text", ".stream_text(delta=True)"),
)


def is_source(text: object) -> bool:
    """Whether something may give a text bit by bit, rather than its own fields or bytes."""
    if isinstance(text, AsyncIterable):
        return True
    if inspect.isawaitable(text):  # some give themselves as iterators, too
        return False
    if isinstance(text, Iterator):
        return True
    has_fields = isinstance(text, Mapping) or hasattr(type(text), "__pydantic_fields__")
    is_bytes = isinstance(text, bytes | bytearray | memoryview)
    return isinstance(text, Iterable) and not has_fields and not is_bytes


def source_advice(given: object) -> str:
    """Return what to write instead of something that is no text source."""
    if isinstance(given, bytes | bytearray):
        return 'Decode it: say(data.decode("utf-8")).'
    if inspect.iscoroutine(given) and inspect.getcoroutinestate(given) == inspect.CORO_CREATED:
        given.close()  # or Python would warn that nobody has awaited it
    if inspect.isawaitable(given):
        return "Await it: say(await ...)."
    if inspect.isroutine(given):
        name = given.__name__
        return f"Call it: say({name if name.isidentifier() else '(...)'}())."
    for attribute, expression in _STREAMS:
        if field(given, attribute) is not MISSING:
            return f"Give its stream: say(answer{expression})."
    for prefix, enter in (("", "__enter__"), ("async ", "__aenter__")):
        if hasattr(type(given), enter):
            return f"Open it first: {prefix}with ... as stream: say(stream)."
    places = text_places(given)
    return f"Take the text out of it: say(answer{places[0]})." if places else ""


def chunk_advice(chunk: object, *, is_async: bool = False) -> str:
    """Return the line that takes the text out of what a source gives.

    Parameters
    ----------
    chunk : object
    is_async : bool, optional
        Whether its source is async.
    """
    loop = "async for" if is_async else "for"
    if isinstance(chunk, bytes | bytearray):
        if is_async:
            return "Decode it: say(chunk.decode() async for chunk in stream)."
        return 'Decode it: say(codecs.iterdecode(stream, "utf-8")).'
    if isinstance(chunk, int | float | complex):
        return f"Make it text: say(str(number) {loop} number in numbers)."
    places = text_places(chunk)
    if not places:
        return f"Take the text out of it: say(text_of(chunk) {loop} chunk in stream)."
    others = f" It also has text in {', '.join(places[1:4])}." if len(places) > 1 else ""
    return f"Take the text out of it: say(chunk{places[0]} {loop} chunk in stream).{others}"
