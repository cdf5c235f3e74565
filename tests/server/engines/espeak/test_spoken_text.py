"""What of a text reaches eSpeak NG."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.engines.espeak.phonemes import pronunciations
from jupyter_tts.server.engines.espeak.spoken_text import pauses_after, prepare

ANY_TEXT = st.text(st.characters(codec=None), max_size=80)  # lone surrogates included


@given(ANY_TEXT, st.booleans())
def test_every_character_keeps_its_place(text: str, read_digits: bool) -> None:
    spoken = prepare(text, read_digits=read_digits)
    assert len(spoken.indexes) == len(text)
    assert list(spoken.indexes) == sorted(set(spoken.indexes))
    assert all(
        spoken.text[index] in (character, " ")
        for index, character in zip(spoken.indexes, text, strict=True)
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
    spoken = prepare("a42", read_digits=True)
    assert spoken.restore([10, 20, 30, 40], [11, 21, 31, 41]) == ((10, 20, 40), (11, 21, 41))


ELEMENT = '<phoneme alphabet="ipa" ph="ˈtɛst">word</phoneme>'


def test_an_element_is_spoken_by_its_mnemonics_and_its_word_has_their_time() -> None:
    text = f"a {ELEMENT}, b"
    spoken = prepare(text, elements=tuple(pronunciations(text, "en-us")))
    assert spoken.text == "a  [[t|'E|s|t]], b"
    assert spoken.has_mnemonics
    assert len(spoken.indexes) == len(text)
    times = range(0, 10 * len(spoken.text), 10)
    starts, ends = spoken.restore(times, [time + 10 for time in times])
    assert list(starts) == sorted(starts)
    word = text.index("word")
    assert (starts[word], ends[word + 3]) == (50, 130)
    assert set(starts[2:word]) == set(ends[2:word]) == {50}


def test_an_element_that_does_not_map_is_spoken_as_its_word() -> None:
    text = f"a {ELEMENT} b"
    spoken = prepare(text, elements=tuple(pronunciations(text, "de")))
    assert spoken.text == "a word b"
    assert not spoken.has_mnemonics


def test_brackets_of_the_text_are_no_mnemonics() -> None:
    text = f"[[h@loU]] [[[ {ELEMENT}"
    spoken = prepare(text, elements=tuple(pronunciations(text, "en-us")))
    assert spoken.text.count("[[") == 1
    assert prepare("[[h@loU]]").text == "[[h@loU]]"  # nothing there reads mnemonics


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
