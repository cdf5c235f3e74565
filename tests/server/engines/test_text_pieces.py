"""Long texts in pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.engines.ssml import spans
from jupyter_tts.server.engines.text_pieces import halve, split

ELEMENT = '<phoneme alphabet="ipa" ph="ˈtɛst">word</phoneme>'


def test_no_cut_parts_an_element() -> None:
    text = "x " * 20 + ELEMENT + " y" * 20
    whole = spans(text)
    for pieces in (list(split(text, 60, whole=whole)), halve(text, whole=whole) or ()):
        assert "".join(pieces) == text
        assert any(ELEMENT in piece for piece in pieces)
    assert halve(ELEMENT, whole=spans(ELEMENT)) is None


@given(st.text(max_size=300), st.integers(2, 40))
def test_the_pieces_of_a_text_are_the_text(text: str, limit: int) -> None:
    pieces = list(split(text, limit))
    assert "".join(pieces) == text
    assert all(len(piece) <= limit for piece in pieces)


def test_a_text_is_cut_after_a_clause_else_after_a_word() -> None:
    assert list(split("One two, three four five six", 12)) == [
        "One two, ",
        "three four ",
        "five six",
    ]
    assert list(split("x" * 25, 10)) == ["x" * 10, "x" * 10, "x" * 5]


@given(st.text(min_size=2, max_size=60))
def test_halves_are_shorter_and_together_the_text(text: str) -> None:
    halves = halve(text)
    assert halves is not None
    assert "".join(halves) == text
    assert all(halves)


def test_a_text_is_halved_between_words_and_a_character_not_at_all() -> None:
    assert halve("one two three") == ("one ", "two three")
    assert halve("abcd") == ("ab", "cd")
    assert halve("我們今天，去了學校") == ("我們今天，", "去了學校")
    assert halve("a") is None
