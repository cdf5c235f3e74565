"""What of a text reaches the engine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.spoken_text import halve, pauses_after, prepare, split

ANY_TEXT = st.text(st.characters(codec=None), max_size=80)  # lone surrogates included


@given(ANY_TEXT, st.booleans())
def test_every_character_keeps_its_place(text: str, read_digits: bool) -> None:
    spoken = prepare(text, read_digits=read_digits)
    assert len(spoken.kept) == len(text)
    assert list(spoken.kept) == sorted(set(spoken.kept))
    assert all(
        spoken.text[index] in (character, " ")
        for index, character in zip(spoken.kept, text, strict=True)
    )
    spoken.text.encode()  # no lone surrogate is left


def test_what_the_engine_would_obey_is_blanked() -> None:
    assert prepare("a\x01\x00\x1b\ud800\u0530\ue000b").text == "a      b"


def test_joiners_and_line_breaks_stay() -> None:
    text = "می\u200cروم\n\n👩\u200d💻"
    assert prepare(text).text == text


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("42", "4 2"),
        ("$1,234.50", "$1,2 3 4.5 0"),
        ("x86 and 1st", "x8 6 and 1st"),
        ("٤٢", "٤ ٢"),
        ("x²", "x²"),
    ],
)
def test_digits_are_set_apart_only_from_each_other(text: str, spoken: str) -> None:
    assert prepare(text, read_digits=True).text == spoken
    assert prepare(text).text == text


def test_values_are_carried_back_past_the_inserted_spaces() -> None:
    assert prepare("a42", read_digits=True).restore([10, 20, 30, 40]) == (10, 20, 40)


@pytest.mark.parametrize(
    ("text", "pauses"),
    [
        ("Hello, ", True),
        ("He said “no.” ", True),
        ("你好。", True),
        ("नमस्ते।", True),
        ("مرحبا؟", True),
        ("A verse\n\n", True),
        ("a dash — ", True),
        ("Hello ", False),
        ("A line\n", False),
        ("Hello (really) ", False),
        ("", False),
    ],
)
def test_a_pause_follows_the_end_of_a_clause(text: str, pauses: bool) -> None:
    assert pauses_after(text) is pauses


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
    assert halve("a") is None
