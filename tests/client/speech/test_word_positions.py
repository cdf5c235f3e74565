from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.speech.word_positions import (
    WholeText,
    WordPositions,
    default_gap,
    gaps,
    place_words,
)
from jupyter_tts.wire.alignment import Word, split_words


def positions_in(text: str, position: int = 0) -> WordPositions:
    positions = WordPositions(WholeText(text))
    positions.position = position
    return positions


def spoken(text: str, *words: str, position: int = 0) -> int | None:
    """Up to where a text is spoken with these words, None if the last is not in it."""
    positions = positions_in(text, position)
    for word in words:
        positions.place(Word(word, 0.0, 0.1))
    return None if positions._unmatched else positions.position


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
def test_a_word_is_found_where_it_is_spoken_next(
    text: str, word: str, position: int, end: int | None
) -> None:
    assert spoken(text, word, position=position) == end


def test_words_may_be_left_out_where_as_many_were_told_that_are_not_there() -> None:
    text = "I have 2 dogs and a cat, and my sister has two."
    assert spoken(text, "two", position=6) is None
    assert spoken(text, "dogs", position=6) is None
    assert spoken(text, "two", "dogs", position=6) == 13
    assert spoken(text, "two", "two", position=6) is None


def test_it_knows_which_word_is_next() -> None:
    text = "an ox. 你好"
    assert positions_in(text).is_next("an")
    assert not positions_in(text).is_next("a")
    assert not positions_in(text).is_next("ox")
    assert positions_in(text, 2).is_next("ox.")
    assert not positions_in(text, 2).is_next("ox")
    assert positions_in(text, 6).is_next("你")
    assert positions_in(text, 8).is_next("好")


def test_it_knows_how_many_words_are_left() -> None:
    text = "one two … <break time='1s'/> [laughs]"
    assert [positions_in(text, position).words_left() for position in (0, 3, 7)] == [2, 1, 0]
    assert positions_in(text).words_left(until=3) == 1


class GrowingText(WholeText):
    """A text of which only the first characters have come."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.length = 0

    def slice(self, start: int, stop: int) -> str:
        return super().slice(start, min(stop, self.length))


def untimed(*words: str) -> list[Word]:
    return [Word(word, 0.0, 0.1) for word in words]


def spans(text: str, *words: str) -> list[tuple[int, int] | None]:
    return [word.span for word in place_words(text, untimed(*words))]


def held(text: str, *words: str) -> list[str | None]:
    """What the text holds where each word is."""
    return [None if span is None else text[slice(*span)] for span in spans(text, *words)]


def test_the_span_of_a_word_is_the_word() -> None:
    words = ["One,", "two", "(three)", "東", "京"]
    assert held(" One,\n\ntwo  (three) 東京 ends.", *words) == words


def test_the_gaps_and_the_words_are_the_text_again() -> None:
    text = " One,\n\ntwo  (three) 東京"
    placed = place_words(text, untimed("One,", "two", "(three)", "東", "京"))
    pairs = zip(gaps(text, placed), placed, strict=True)
    assert "".join(f"{gap}{word.text}" for gap, word in pairs) == text


def test_a_word_that_comes_twice_is_found_where_it_is_next() -> None:
    assert spans("a b a b", "a", "a", "b") == [(0, 1), (4, 5), (6, 7)]


def test_a_word_written_otherwise_has_no_span_and_holds_up_no_other() -> None:
    text = "It’s 5 o'clock"
    assert spans(text, "It's", "five", "o'clock") == [None, None, (7, 14)]
    placed = place_words(text, untimed("It's", "five", "o'clock"))
    assert list(gaps(text, placed)) == [None, None, "It’s 5 "]


def test_a_word_is_not_looked_for_in_the_whole_text() -> None:
    assert spans("word " * 19 + "end", "end") == [(95, 98)]
    assert spans("word " * 20 + "end", "end") == [None]


def test_a_part_of_a_word_is_none() -> None:
    assert spans("oneness one", "one") == [(8, 11)]


def test_a_word_at_the_end_of_the_text_so_far_has_its_span_at_once() -> None:
    text = GrowingText("Hello. Hello there")
    positions = WordPositions(text)
    text.length = 6
    assert positions.place(*untimed("Hello.")).span == (0, 6)
    assert positions.place(*untimed("Hello")).span is None
    text.length = 12
    assert positions.place(*untimed("Hello")).span == (7, 12)
    text.length = 18
    assert positions.place(*untimed("there")).span == (13, 18)


TEXTS = st.text("ab. \n(“你好。ไทe\u0301", max_size=60)


@given(TEXTS, st.data())
def test_spans_rise_and_are_the_same_for_a_text_that_comes_bit_by_bit(
    text: str, data: st.DataObject
) -> None:
    changes = st.sampled_from(["none", "none", "none", "left out", "written otherwise"])
    drawn = [(word, end, data.draw(changes)) for word, end in split_words(text)]
    words = [
        ("other" if change == "written otherwise" else word, end)
        for word, end, change in drawn
        if change != "left out"
    ]
    whole = place_words(text, untimed(*(word for word, _ in words)))
    known = [word.span for word in whole if word.span is not None]
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(known))
    assert all(word.span is None or text[slice(*word.span)] == word.text for word in whole)

    growing = GrowingText(text)
    positions = WordPositions(growing)
    for placed, (word, end) in zip(whole, words, strict=True):
        # A server cannot have spoken a word before it was sent, with what ends it.
        most = min(len(text), max(end + 1, growing.length))
        growing.length = data.draw(st.integers(most, len(text)))
        assert positions.place(Word(word, 0.0, 0.1)).span == placed.span


def test_words_keep_their_times_and_are_equal_wherever_they_stand() -> None:
    (word,) = place_words("a b", [Word("b", 0.2, 0.3)])
    assert word == Word("b", 0.2, 0.3)
    assert hash(word) == hash(Word("b", 0.2, 0.3))
    assert word.span == (2, 3)


def test_words_of_which_the_text_says_nothing_are_parted_but_for_han() -> None:
    assert default_gap("one", "two") == " "
    assert default_gap("東", "京") == ""
