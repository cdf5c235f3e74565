from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from jupyter_tts.client.streaming.text_sources import MOST_WAITING, Text, TextQueue, tokens


def read(text: Text) -> list[str]:
    async def collect() -> list[str]:
        return [token async for token in tokens(text)]

    return asyncio.run(collect())


def test_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    assert read("a\ud83d b") == ["a\ufffd b"]


def test_a_blocking_iterable_is_read_beside_the_event_loop() -> None:
    seen: list[int] = []

    def source() -> Iterator[str]:
        seen.append(threading.get_ident())
        yield "one two"

    assert read(source()) == ["one two"]
    assert seen != [threading.get_ident()]


def test_an_async_iterable_is_read() -> None:
    async def source() -> AsyncIterator[str]:
        yield "one "
        yield "two"

    assert read(source()) == ["one ", "two"]


async def test_a_queue_takes_no_more_than_its_stream_can_follow() -> None:
    queue = TextQueue(asyncio.get_running_loop())
    for _ in range(MOST_WAITING):
        assert queue.has_room()
        queue.put("word ")
    assert not queue.has_room()
    tokens = aiter(queue)
    await anext(tokens)
    assert queue.has_room()


def test_none_is_passed_over_as_language_models_give_it() -> None:
    assert read(["one ", None, "two"]) == ["one ", "two"]  # type: ignore[list-item]  # as they do
    assert read(word for word in (None, "one ", None, "two")) == ["one ", "two"]  # type: ignore[misc]


def test_a_source_of_something_else_is_refused() -> None:
    with pytest.raises(TypeError, match="must give str, not bytes"):
        read([b"x"])  # type: ignore[list-item]  # the fault under test


async def test_a_queue_is_filled_from_another_thread() -> None:
    queue = TextQueue(asyncio.get_running_loop())

    def fill() -> None:
        for token in ("one ", "two"):
            assert queue.has_room()
            queue.put(token)
        queue.close()

    thread = threading.Thread(target=fill)
    thread.start()
    assert [token async for token in queue] == ["one ", "two"]
    thread.join()
