"""The tags that are obeyed, and where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.engines.ssml import Pause, inside, phoneme_elements, runs, spans

WORD = '<phoneme alphabet="ipa" ph="ˈtɛst">word</phoneme>'


@pytest.mark.parametrize(
    ("tag", "seconds"),
    [
        ('<break time="1.5s"/>', 1.5),
        ('<break time="1.5s" />', 1.5),
        ("<break time='500ms'>", 0.5),
        ('<break time = ".2s"/>', 0.2),
        ('<break time="0s"/>', 0.0),
        ('<break time="60s"/>', 3.0),
    ],
)
def test_a_break_is_a_pause_of_three_seconds_at_most(tag: str, seconds: float) -> None:
    assert list(runs(f"a {tag} b")) == ["a ", Pause(tag, pytest.approx(seconds)), " b"]


@pytest.mark.parametrize(
    "tag",
    ["<break/>", '<break time="s"/>', '<break time="1"/>', '<Break time="1s"/>', "<emphasis>"],
)
def test_other_tags_are_text(tag: str) -> None:
    assert list(runs(tag)) == [tag]
    assert spans(tag + " x") == []


def test_a_phoneme_element_is_found_with_its_word() -> None:
    (element,) = phoneme_elements(f"say {WORD}!")
    assert element.whole == (4, 4 + len(WORD))
    assert f"say {WORD}!"[slice(*element.word)] == "word"
    assert (element.alphabet, element.pronunciation) == ("ipa", "ˈtɛst")


@pytest.mark.parametrize(
    "element",
    [
        '<phoneme ph="ˈtɛst">word</phoneme>',
        '<phoneme alphabet="x-sampa" ph="tEst">word</phoneme>',
        '<phoneme alphabet="ipa">word</phoneme>',
        '<phoneme alphabet="ipa" ph="x"></phoneme>',
        '<phoneme alphabet="ipa" ph="x">word',
    ],
)
def test_what_is_no_phoneme_element_is_text(element: str) -> None:
    assert list(phoneme_elements(element)) == []


@pytest.mark.parametrize("cut", range(1, len(WORD)))
def test_an_unfinished_element_reaches_beyond_the_end(cut: int) -> None:
    text = "say " + WORD[:cut]
    assert spans(text) == [(4, len(text) + 1)]
    assert inside(len(text), spans(text)) is not None
    assert inside(4, spans(text)) is None


@given(st.lists(st.sampled_from([*' <>/"=abs1.t', '<break time="1s"/>'])).map("".join))
def test_what_the_runs_hold_joined_is_the_text(text: str) -> None:
    assert "".join(run if isinstance(run, str) else run.text for run in runs(text)) == text


@pytest.mark.parametrize(
    "piece", ["<", "<phoneme ", "<break ", '<phoneme a="', " ", "<break time="]
)
def test_no_text_takes_long_to_search(piece: str) -> None:
    text = piece * 20_000
    assert list(runs(text)) == [text]
    assert list(phoneme_elements(text)) == []
    assert len(spans(text)) <= 1
