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
        found = []
        async with source_text.reading():
            while not source_text.ended:
                await source_text.changed(source_text.length)
                found.append(source_text.longest_gap)
        assert found == pytest.approx([0.0, 0.1, 0.09, 0.2, 0.2])

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


@pytest.mark.parametrize(
    ("text", "word", "position", "end"),
    [
        ("one two", "one", 0, 3),
        ("one two", "two", 3, 7),
        ("one one", "one", 3, 7),
        ("😀 😀 two", "two", 0, 7),  # what cannot be spoken may be left out
        ("none one", "one", 0, None),  # not the end of another word
        ("oneness one", "one", 0, None),
        ("<break time='1s'/> [laughs] two", "two", 0, 31),
        ("今天很好，我们", "好，", 3, 5),
        ("สวัสดีครับ", "ดี", 4, 6),
        ("I don’t know", "don't", 1, 7),
        ("cafe\u0301 au lait", "Café", 0, 5),
        ("see… more", "see...", 0, 4),
        ("one …", "…", 3, 3),  # nothing of it can be spoken
        ("你好", "好", 1, 2),
        ("你好", "你", 0, 1),
        ("two", "one", 0, None),
        ("one", "one", 1, None),
        ("x " * 300 + "far", "far", 0, None),
    ],
)
async def test_a_word_is_found_where_it_is_spoken_next(
    text: str, word: str, position: int, end: int | None
) -> None:
    source_text = await read(text)
    assert source_text.find(word, position) == end


async def test_words_may_be_left_out_where_as_many_were_told_that_are_not_there() -> None:
    source_text = await read("I have 2 dogs and a cat, and my sister has two.")
    assert source_text.find("two", 6) is None
    assert source_text.find("dogs", 6) is None
    assert source_text.find("dogs", 6, leap=1) == 13
    assert source_text.find("two", 6, leap=1) is None


async def test_it_knows_which_word_is_next() -> None:
    source_text = await read("an ox. 你好")
    assert source_text.is_next("an", 0)
    assert not source_text.is_next("a", 0)
    assert not source_text.is_next("ox", 0)
    assert source_text.is_next("ox.", 2)
    assert not source_text.is_next("ox", 2)
    assert source_text.is_next("你", 6)
    assert source_text.is_next("好", 8)


async def test_it_knows_how_many_words_are_left() -> None:
    source_text = await read("one two … <break time='1s'/> [laughs]")
    assert [source_text.words_left(position) for position in (0, 3, 7)] == [2, 1, 0]
