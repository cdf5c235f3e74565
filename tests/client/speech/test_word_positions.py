"""Which part of a text a word stands for, and how the text is shown with it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.speech.word_positions import (
    default_gap,
    new_part,
    place_words,
    shown_words,
)
from jupyter_tts.wire.alignment import Word, split_words


def in_turn(*words: str) -> list[Word]:
    """Words of a second each."""
    return [Word(word, float(n), n + 1.0) for n, word in enumerate(words)]


def parts(text: str, *words: str) -> list[str | None]:
    """The part of a text that each word stands for."""
    placed = place_words(text, in_turn(*words))
    return [None if word.span is None else text[slice(*word.span)] for word in placed]


def shown(text: str, *words: str) -> list[tuple[str | None, str, float]]:
    """How a text shows words: what stands before each, what is lit, and until when."""
    placed = place_words(text, in_turn(*words))
    return [(gap, word.text, word.end) for gap, word in shown_words(text, placed)]


def test_the_span_of_a_word_is_the_word() -> None:
    words = ["One,", "two", "(three)", "東", "京"]
    assert parts(" One,\n\ntwo  (three) 東京 ends.", *words) == words


def test_a_word_that_comes_twice_is_found_where_it_is_next() -> None:
    placed = place_words("a b a b", in_turn("a", "b", "a", "b"))
    assert [word.span for word in placed] == [(0, 1), (2, 3), (4, 5), (6, 7)]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("It’s Café.", ["It's", "cafe."], ["It’s", "Café."]),
        ("see “this” – now", ["see", '"this"', "-", "now"], ["see", "“this”", "–", "now"]),
        ("Dr. Smith lives", ["Doctor", "Smith", "lives"], ["Dr", "Smith", "lives"]),
        ("20 birds in a tree", ["twenty", "birds", "in", "a", "tree"], None),
        ("well-known facts", ["well", "known", "facts"], None),
        ("the web site is up", ["the", "website", "is", "up"], None),
        ("See [the docs](http://a.b) now.", ["See", "the", "docs", "now."], None),
        ("😀 hello", ["hello"], ["hello"]),
        ("It is 東京 today", ["It", "is", "Tokyo", "today"], ["It", "is", "東京", "today"]),
        ("1/4 of it all", ["one", "quarter", "of", "it", "all"], ["1/4", "1/4", "of", "it", "all"]),
        ("cost $20 now", ["cost", "twenty", "dollars", "now"], ["cost", "$20", "$20", "now"]),
        ("مرحبا بالعالم", ["مرحبا", "بالعالم"], ["مرحبا", "بالعالم"]),
        ("I see 👩‍👩‍👧 there", ["I", "see", "there"], None),
    ],
)
def test_a_word_written_differently_stands_for_what_the_text_has_instead(
    text: str, words: list[str], expected: list[str] | None
) -> None:
    special = {"twenty": "20", "website": "web site"}
    assert parts(text, *words) == (expected or [special.get(word, word) for word in words])


def test_a_word_that_the_text_does_not_have_stands_for_nothing_and_holds_up_no_other() -> None:
    assert parts("one two three", "one", "und", "two", "three") == ["one", None, "two", "three"]


def test_what_is_left_out_holds_up_no_word() -> None:
    text = "Call it. <break time='1s'/> And then [laughs] we go on with what follows it."
    told = "Call it. And then we go on with what follows it."
    assert parts(text, *told.split()) == told.split()


def test_a_text_shows_words_with_what_stands_between_them() -> None:
    text = " One,\n\ntwo  (three) 東京"
    pairs = shown(text, "One,", "two", "(three)", "東", "京")
    assert "".join(f"{gap}{word}" for gap, word, _ in pairs) == text


def test_a_text_shows_its_own_words_and_each_part_once() -> None:
    text = "It has 21 birds."
    words = ["It", "has", "twenty", "one", "birds."]
    assert shown(text, *words) == [
        ("", "It", 1.0),
        (" ", "has", 2.0),
        (" ", "21", 4.0),
        (" ", "birds.", 5.0),
    ]


def test_words_that_the_text_does_not_have_are_shown_as_they_were_told() -> None:
    assert shown("one two", "one", "und", "two") == [
        ("", "one", 1.0),
        (None, "und", 2.0),
        (" ", "two", 3.0),
    ]
    assert shown("", "one", "two") == [(None, "one", 1.0), (None, "two", 2.0)]


def test_spans_of_a_text_that_is_not_known_yet_are_passed_over() -> None:
    words = [Word("one", 0.0, 1.0, (0, 3)), Word("two", 1.0, 2.0, (4, 7))]
    assert [word.text for _, word in shown_words("", words)] == ["one", "two"]


def test_of_parts_that_overlap_the_later_word_has_what_is_left() -> None:
    text = "twenty-one birds"
    assert new_part(text, Word("one", 0.0, 1.0, (0, 10)), 7) == (7, 10)
    assert new_part(text, Word("birds", 0.0, 1.0, (8, 16)), 10) == (11, 16)
    assert new_part(text, Word("one", 0.0, 1.0, (0, 7)), 10) is None
    assert new_part(text, Word("one", 0.0, 1.0), 0) is None


TEXTS = st.text("ab12. \n(“你好。ไทe\u0301😀", max_size=60)
CHANGES = st.sampled_from(["none", "none", "none", "left out", "written otherwise", "added"])


@given(TEXTS, st.data())
def test_a_text_is_shown_as_it_is_whatever_is_told_of_it(text: str, data: st.DataObject) -> None:
    words: list[str] = []
    for word, _ in split_words(text):
        change = data.draw(CHANGES)
        words += {"none": [word], "left out": [], "added": ["xyz", word]}.get(change, ["other"])
    placed = place_words(text, in_turn(*words))
    assert [word.text for word in placed] == words
    pairs = [(gap, word) for gap, word in shown_words(text, placed) if gap is not None]
    reached = max((word.span[1] for _, word in pairs if word.span), default=0)
    assert "".join(f"{gap}{word.text}" for gap, word in pairs) + text[reached:] == text
    for one, other in itertools.pairwise(word.span for _, word in pairs):
        assert one is not None
        assert other is not None
        assert one[1] <= other[0]


@given(TEXTS)
def test_words_told_as_they_are_written_stand_for_themselves(text: str) -> None:
    words = [word for word, _ in split_words(text)]
    assert parts(text, *words) == words


def test_words_keep_their_times_and_are_equal_wherever_they_stand() -> None:
    _, word = place_words("one two", [Word("one", 0.0, 0.1), Word("two", 0.2, 0.3)])
    assert word == Word("two", 0.2, 0.3)
    assert hash(word) == hash(Word("two", 0.2, 0.3))
    assert word.span == (4, 7)


def test_words_of_which_the_text_says_nothing_are_parted_but_for_han() -> None:
    assert default_gap("one", "two") == " "
    assert default_gap("東", "京") == ""
