from __future__ import annotations

import pytest

from jupyter_tts.client.speech.word_positions import (
    WholeText,
    WordPlacer,
    WordPositions,
    default_gap,
)


def positions_in(text: str, position: int = 0) -> WordPositions:
    positions = WordPositions(WholeText(text))
    positions.position = position
    return positions


def spoken(text: str, *words: str, position: int = 0) -> int | None:
    """Up to where a text is spoken with these words, None if the last is not in it."""
    positions = positions_in(text, position)
    for word in words:
        positions.add(word)
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


def placed(text: str, *words: str) -> list[str | None]:
    placer = WordPlacer(text)
    return [placer.place(word) for word in words]


def test_the_gaps_and_the_words_are_the_text_again() -> None:
    text = " One,\n\ntwo  (three) 東京 ends."
    placer = WordPlacer(text)
    words = ["One,", "two", "(three)", "東", "京"]
    joined = "".join(f"{placer.place(word)}{word}" for word in words)
    assert joined + placer.rest == text
    assert placer.rest == " ends."


def test_a_word_that_comes_twice_is_found_where_it_is_next() -> None:
    assert placed("a b a b", "a", "a", "b") == ["", " b ", " "]


def test_a_word_written_otherwise_is_not_there_and_holds_up_no_other() -> None:
    assert placed("It’s 5 o'clock", "It's", "five", "o'clock") == [None, None, "It’s 5 "]


def test_a_word_is_not_looked_for_in_the_whole_text() -> None:
    assert placed("word " * 30 + "end", "end") == [None]


def test_words_of_which_the_text_says_nothing_are_parted_but_for_han() -> None:
    assert default_gap("one", "two") == " "
    assert default_gap("東", "京") == ""
