from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.text import MAX_PIECE, MOST_WAITING, Text, TextQueue, pieces


def cut(text: Text) -> list[str]:
    async def collect() -> list[str]:
        return [piece async for piece in pieces(text)]

    return asyncio.run(collect())


def test_tokens_are_joined_into_whole_words() -> None:
    assert cut(["Hel", "lo", " ", "wor", "ld. ", "  ", "Bye"]) == ["Hello ", "world. ", "  Bye"]


def test_text_without_spaces_is_passed_on_character_by_character() -> None:
    assert cut(["你好", "。再", "见"]) == ["你好", "。再", "见"]


@pytest.mark.parametrize("text", ["", [], ["", ""]])
def test_no_text_has_no_pieces(text: Text) -> None:
    assert cut(text) == []


def test_a_word_longer_than_a_piece_is_cut() -> None:
    found = cut("x" * (2 * MAX_PIECE + 1))
    assert [len(piece) for piece in found] == [MAX_PIECE, MAX_PIECE, 1]


@given(st.lists(st.text(alphabet="ab .,\n你。é😀", max_size=30), max_size=20))
def test_the_pieces_are_the_text_however_it_comes(tokens: list[str]) -> None:
    found = cut(tokens)
    assert "".join(found) == "".join(tokens)
    assert all(len(piece) <= MAX_PIECE for piece in found)


@given(st.text(max_size=4000))
def test_a_long_text_keeps_every_word(text: str) -> None:
    found = cut(text)
    assert all(0 < len(piece) <= MAX_PIECE for piece in found)
    clean = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert "".join(found) == clean


def test_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    assert cut("a\ud83d b") == ["a\ufffd ", "b"]


def test_a_blocking_iterable_is_read_beside_the_event_loop() -> None:
    seen: list[int] = []

    def source() -> Iterator[str]:
        seen.append(threading.get_ident())
        yield "one two"

    assert cut(source()) == ["one ", "two"]
    assert seen != [threading.get_ident()]


def test_an_async_iterable_is_read() -> None:
    async def source() -> AsyncIterator[str]:
        yield "one "
        yield "two"

    assert cut(source()) == ["one ", "two"]


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
    assert cut(["one ", None, "two"]) == ["one ", "two"]  # type: ignore[list-item]  # as they do
    assert cut(word for word in (None, "one ", None, "two")) == ["one ", "two"]  # type: ignore[misc]


def test_a_source_of_something_else_is_refused() -> None:
    with pytest.raises(TypeError, match="must give str, not bytes"):
        cut([b"x"])  # type: ignore[list-item]  # the fault under test


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
