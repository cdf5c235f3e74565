from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.streaming.source_text import SourceText

from ..virtual import run


async def read(text: str | list[str]) -> SourceText:
    source_text = SourceText(text)
    async with source_text.reading():
        while not source_text.ended:
            await source_text.changed(source_text.length)
    return source_text


@given(
    st.lists(st.text(alphabet="ab .\n你é", max_size=12), max_size=8),
    st.integers(0, 100),
    st.integers(0, 100),
)
def test_any_part_of_the_text_can_be_had_again(tokens: list[str], start: int, stop: int) -> None:
    text = "".join(tokens)

    async def parts() -> tuple[str, str]:
        source_text = await read(tokens)
        assert (source_text.length, source_text.ended) == (len(text), True)
        return source_text.slice(start, stop), source_text.slice(start, source_text.length)

    assert asyncio.run(parts()) == (text[start:stop], text[start:])


def test_more_text_is_waited_for_until_a_time() -> None:
    async def source() -> AsyncIterator[str]:
        yield "one "
        await asyncio.sleep(2)
        yield "two "

    async def check() -> None:
        source_text = SourceText(source())
        async with source_text.reading():
            assert await source_text.changed(0)
            assert (source_text.length, source_text.came_at) == (4, 0.0)
            assert not await source_text.changed(4, until=1.0)
            assert await source_text.changed(4, until=3.0)
            assert (source_text.length, source_text.came_at) == (8, 2.0)
            assert await source_text.changed(8)
            assert source_text.ended

    run(check())


def test_the_longest_gap_of_late_is_known_and_a_pause_is_none() -> None:
    async def source() -> AsyncIterator[str]:
        for gap in (5.0, 0.1, 0.01, 0.2, 2.0):
            await asyncio.sleep(gap)
            yield "x"

    async def check() -> None:
        source_text = SourceText(source())
        gaps = []
        async with source_text.reading():
            while not source_text.ended:
                await source_text.changed(source_text.length)
                gaps.append(source_text.longest_gap)
        assert gaps == pytest.approx([0.0, 0.1, 0.09, 0.2, 0.2])

    run(check())


async def test_it_tells_when_there_is_the_first_text_to_speak() -> None:
    begun: list[int] = []
    source_text = SourceText(["", " \n", "one", "two"], lambda: begun.append(source_text.length))
    async with source_text.reading():
        await source_text.more(0)
    assert begun == [2]


async def test_white_space_is_not_what_is_waited_for() -> None:
    more = asyncio.Event()

    async def source() -> AsyncIterator[str]:
        yield "one "
        await more.wait()
        yield "two"

    source_text = SourceText(source())
    async with source_text.reading():
        await source_text.more(0)
        waiting = asyncio.create_task(source_text.more(3))
        await asyncio.sleep(0)
        assert source_text.waits(3)
        assert not waiting.done()
        more.set()
        await waiting
        assert not source_text.waits(3)


async def test_a_source_that_fails_ends_its_text() -> None:
    async def source() -> AsyncIterator[str]:
        yield "one "
        raise LookupError("no more")

    source_text = SourceText(source())
    async with source_text.reading():
        await source_text.more(4)
    assert (source_text.slice(0, 9), source_text.ended, repr(source_text.failure)) == (
        "one ",
        True,
        "LookupError('no more')",
    )
