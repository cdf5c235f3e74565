from __future__ import annotations

import itertools
import time
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.wire.alignment import Alignment, Word, WordClock


def timed(text: str, start: int = 0, duration: int = 100) -> Alignment:
    """One item per character, `duration` milliseconds long."""
    return Alignment(
        tuple(text), tuple(start + duration * n for n in range(len(text))), (duration,) * len(text)
    )


def words_of(*alignments: tuple[Alignment, float]) -> list[Word]:
    clock = WordClock()
    words = [word for alignment, received in alignments for word in clock.add(alignment, received)]
    return rounded([*words, *clock.finish()])


def rounded(words: Iterable[Word]) -> list[Word]:
    """The words, at whole milliseconds."""
    return [Word(word.text, round(word.start, 3), round(word.end, 3)) for word in words]


def test_words_are_parted_by_white_space_and_keep_their_punctuation() -> None:
    assert words_of((timed("Hi, you! "), 0)) == [Word("Hi,", 0, 0.3), Word("you!", 0.4, 0.8)]


def test_times_that_restart_with_each_message_are_put_on_one_clock() -> None:
    assert words_of((timed("one "), 0.0), (timed("two "), 0.5)) == [
        Word("one", 0.0, 0.3),
        Word("two", 0.5, 0.8),
    ]


def test_times_that_run_on_are_taken_as_they_are() -> None:
    words = words_of((timed("one "), 0.0), (timed("two ", 480), 0.5), (timed("six ", 950), 1.0))
    assert [word.start for word in words] == pytest.approx([0.0, 0.48, 0.95])


def test_a_word_split_across_messages_is_one_word() -> None:
    clock = WordClock()
    assert clock.add(timed("won"), 0.0) == ()
    assert rounded(clock.add(timed("der "), 0.3)) == [Word("wonder", 0.0, 0.6)]


def test_an_item_of_several_characters_shares_its_time() -> None:
    assert words_of((Alignment(("ab c",), (0,), (400,)), 0)) == [
        Word("ab", 0, 0.2),
        Word("c", pytest.approx(0.3), 0.4),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好，世界。", ["你", "好，", "世", "界。"]),
        ("（你）好", ["（你）", "好"]),
        ("AI说", ["AI", "说"]),
        ("한국어 좋다", ["한국어", "좋다"]),
        ("don't re-do", ["don't", "re-do"]),
    ],
)
def test_scripts_without_spaces_have_a_word_per_character(text: str, expected: list[str]) -> None:
    assert [word.text for word in words_of((timed(text), 0))] == expected


@given(st.lists(st.text(max_size=12), max_size=6))
def test_words_hold_every_character_but_white_space_in_order(texts: list[str]) -> None:
    received = 0.0
    pieces = []
    for text in texts:
        pieces.append((timed(text), received))
        received += len(text) * 0.1
    words = words_of(*pieces)
    assert "".join(word.text for word in words) == "".join("".join(texts).split())
    assert all(word.start <= word.end for word in words)
    assert all(a.start <= b.start for a, b in itertools.pairwise(words))


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="same length"):
        Alignment(("a",), (), ())


@pytest.mark.parametrize("items", [("a" * 800_000,), ("a",) * 800_000])
def test_a_word_of_any_length_takes_linear_time(items: tuple[str, ...]) -> None:
    clock = WordClock()
    times = tuple(range(len(items)))
    begun = time.process_time()
    assert clock.add(Alignment(items, times, (1,) * len(items)), 0.0) == ()
    for _ in range(10_000):
        assert clock.open is not None
    assert [word.text for word in clock.finish()] == ["a" * 800_000]
    assert time.process_time() - begun < 5  # a quadratic clock takes longer
