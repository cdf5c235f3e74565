from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.streaming.text_sources import (
    MOST_WAITING,
    Text,
    TextQueue,
    check_text,
    tokens,
)
from jupyter_tts.wire.errors import ParameterError

from ...threads import no_thread_left


def read(text: Text) -> list[str]:
    async def collect() -> list[str]:
        return [token async for token in tokens(text)]

    return asyncio.run(collect())


@pytest.mark.parametrize(
    "source",
    [
        ["a\ud83d", "\ude00 b"],
        ["a", "\ud83d", None, "", "\ude00", " b"],
        ["a\ud83d\ude00 b"],
        "a\ud83d\ude00 b",
    ],
)
def test_halves_of_a_pair_are_one_character(source: Any) -> None:
    assert "".join(read(source)) == "a😀 b"
    assert "".join(read(iter(source))) == "a😀 b"
    checked = check_text(source)
    assert checked == ("a😀 b" if isinstance(source, str) else source)


@pytest.mark.parametrize(
    ("source", "before", "position"),
    [
        (["One ", "two\ud83d ", "three"], "One two", 7),
        (["One ", "\ude00two"], "One ", 4),
        (["One 😀\ud83d"], "One 😀", 5),
        (["One ", "\ud83d", None], "One ", 4),
        (["One ", "\ud83d\ud83d", "\ude00"], "One ", 4),
        (["\ud83d"], "", 0),
    ],
)
def test_half_a_pair_alone_is_refused_after_what_came_before(
    source: Any, before: str, position: int
) -> None:
    pieces: list[str] = []

    async def collect() -> None:
        async for token in tokens(iter(source)):
            pieces.append(token)

    with pytest.raises(ParameterError, match=rf"at position {position}\.") as caught:
        asyncio.run(collect())
    assert caught.value.hint == "Leave it out, or give both halves."
    assert "".join(pieces) == before
    for whole in (source, "".join(filter(None, source))):
        with pytest.raises(ParameterError) as caught:
            check_text(whole)
        assert f"at position {position}. Leave it out" in str(caught.value)
        assert str(caught.value).endswith(" Nothing was sent.")


@pytest.mark.parametrize("text", [None, 42, b"text", bytearray(b"text"), 1.5, [b"x"], ["a", 1]])
def test_what_is_no_text_is_refused(text: Any) -> None:
    with pytest.raises(ParameterError, match="Nothing was sent"):
        check_text(text)


@given(st.lists(st.text(st.sampled_from("a \ud83d\ude00😀"), max_size=3), max_size=6))
def test_what_is_read_is_the_text_or_refused(source: list[str]) -> None:
    joined = "".join(source).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    try:
        assert "".join(read(source)) == joined
    except ParameterError:
        assert "\ufffd" in joined


def test_sources_that_block_for_ever_hold_up_no_other() -> None:
    block = threading.Event()

    def blocked() -> Iterator[str]:
        block.wait()
        yield "late"

    async def collect() -> list[str]:
        waiting = [asyncio.create_task(first(tokens(blocked()))) for _ in range(50)]
        await asyncio.sleep(0)
        got = [token async for token in tokens(iter(["one ", "two"]))]
        block.set()
        assert await asyncio.gather(*waiting) == ["late"] * 50
        return got

    async def first(source: AsyncGenerator[str, None]) -> str:
        async with contextlib.aclosing(source):
            return await anext(source)

    with no_thread_left():
        assert asyncio.run(collect()) == ["one ", "two"]


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
    with pytest.raises(ParameterError, match="must give str, not bytes"):
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


async def test_a_queue_raises_what_its_source_did_behind_the_tokens_before() -> None:
    queue = TextQueue(asyncio.get_running_loop())
    assert queue.has_room()
    queue.put("one ")
    queue.close(LookupError("no more words"))
    tokens = aiter(queue)
    assert await anext(tokens) == "one "
    with pytest.raises(LookupError, match="no more words"):
        await anext(tokens)
