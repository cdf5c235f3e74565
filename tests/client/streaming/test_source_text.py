from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.streaming.source_text import Script

from ..virtual import run


async def read(text: str | list[str]) -> Script:
    script = Script(text)
    async with script.reading():
        while not script.ended:
            await script.changed(script.length)
    return script


@given(
    st.lists(st.text(alphabet="ab .\n你é", max_size=12), max_size=8),
    st.integers(0, 100),
    st.integers(0, 100),
)
def test_any_part_of_the_text_can_be_had_again(tokens: list[str], start: int, stop: int) -> None:
    text = "".join(tokens)

    async def parts() -> tuple[str, str]:
        script = await read(tokens)
        assert (script.length, script.ended) == (len(text), True)
        return script.slice(start, stop), script.slice(start, script.length)

    assert asyncio.run(parts()) == (text[start:stop], text[start:])


def test_more_text_is_waited_for_until_a_time() -> None:
    async def source() -> AsyncIterator[str]:
        yield "one "
        await asyncio.sleep(2)
        yield "two "

    async def check() -> None:
        script = Script(source())
        async with script.reading():
            assert await script.changed(0)
            assert (script.length, script.came_at) == (4, 0.0)
            assert not await script.changed(4, until=1.0)
            assert await script.changed(4, until=3.0)
            assert (script.length, script.came_at) == (8, 2.0)
            assert await script.changed(8)
            assert script.ended

    run(check())


def test_the_longest_gap_of_late_is_known_and_a_pause_is_none() -> None:
    async def source() -> AsyncIterator[str]:
        for gap in (5.0, 0.1, 0.01, 0.2, 2.0):
            await asyncio.sleep(gap)
            yield "x"

    async def check() -> None:
        script = Script(source())
        found = []
        async with script.reading():
            while not script.ended:
                await script.changed(script.length)
                found.append(script.longest_gap)
        assert found == pytest.approx([0.0, 0.1, 0.09, 0.2, 0.2])

    run(check())


async def test_it_tells_when_there_is_the_first_text_to_speak() -> None:
    begun: list[int] = []
    script = Script(["", " \n", "one", "two"], lambda: begun.append(script.length))
    async with script.reading():
        await script.more(0)
    assert begun == [2]


async def test_white_space_is_not_what_is_waited_for() -> None:
    more = asyncio.Event()

    async def source() -> AsyncIterator[str]:
        yield "one "
        await more.wait()
        yield "two"

    script = Script(source())
    async with script.reading():
        await script.more(0)
        waiting = asyncio.create_task(script.more(3))
        await asyncio.sleep(0)
        assert script.waits(3)
        assert not waiting.done()
        more.set()
        await waiting
        assert not script.waits(3)


async def test_a_source_that_fails_ends_its_text() -> None:
    async def source() -> AsyncIterator[str]:
        yield "one "
        raise LookupError("no more")

    script = Script(source())
    async with script.reading():
        await script.more(4)
    assert (script.slice(0, 9), script.ended, repr(script.failure)) == (
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
    script = await read(text)
    assert script.find(word, position) == end


async def test_words_may_be_left_out_where_as_many_were_told_that_are_not_there() -> None:
    script = await read("I have 2 dogs and a cat, and my sister has two.")
    assert script.find("two", 6) is None
    assert script.find("dogs", 6) is None
    assert script.find("dogs", 6, leap=1) == 13
    assert script.find("two", 6, leap=1) is None


async def test_it_knows_which_word_is_next() -> None:
    script = await read("an ox. 你好")
    assert script.is_next("an", 0)
    assert not script.is_next("a", 0)
    assert not script.is_next("ox", 0)
    assert script.is_next("ox.", 2)
    assert not script.is_next("ox", 2)
    assert script.is_next("你", 6)
    assert script.is_next("好", 8)


async def test_it_knows_how_many_words_are_left() -> None:
    script = await read("one two … <break time='1s'/> [laughs]")
    assert [script.words_left(position) for position in (0, 3, 7)] == [2, 1, 0]
