from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.speech.turns import Turn
from jupyter_tts.client.speech.visible_text import VisibleText
from jupyter_tts.client.speech.word_positions import place_words, shown_words
from jupyter_tts.wire.alignment import Word
from jupyter_tts.wire.ssml import tag_spans

PHONEME = '<phoneme alphabet="ipa" ph="təˈmɑːtəʊ">tomato</phoneme>'


def visible(text: str) -> str:
    return VisibleText(text, ssml=True).text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Wait <break time='1s'/> and go.", "Wait and go."),
        ("Wait.<break time='1s'/>Go <break/>, I say.", "Wait. Go , I say."),
        ("<p><s>One.</s><s>Two.</s></p>", "One. Two."),
        (f"I say {PHONEME}, and you do not.", "I say tomato, and you do not."),
        ("un<emphasis>believ</emphasis>able", "unbelievable"),
        ("<speak>\n  <p>One.</p>\n  <break/>\n  <p>Two.</p>\n</speak>", "One.\n  Two.\n"),
        ("One. <break/>\n\nTwo.", "One. \n\nTwo."),
        ("AT&amp;T &lt;b&gt; &#8364;5", "AT&T <b> €5"),
        ("x < 3 and <help@example.org>", "x < 3 and <help@example.org>"),
        ("<break/>", ""),
        ("", ""),
    ],
)
def test_a_reader_sees_no_markup(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert VisibleText(text).text == text


def test_words_have_the_signs_that_a_tag_parts_from_them_and_breaks_are_known() -> None:
    text = f"So <break time='1s'/> “{PHONEME}”, fish &amp; chips<break/>."
    words = [Word(word, 0.0, 0.1) for word in ["So", "tomato", "fish", "&", "chips"]]
    shown = VisibleText(text, ssml=True)
    placed = [*shown.words(place_words(text, words, ssml=True))]
    assert shown.text == "So “tomato”, fish & chips."
    assert [shown.text[slice(*word.span)] for word in placed if word.span] == [
        "So",
        "“tomato”,",
        "fish",
        "&",
        "chips.",
    ]
    assert [shown.text[:pause] for pause in shown.pauses] == ["So ", "So “tomato”, fish & chips"]


def test_turns_stand_where_they_are_seen() -> None:
    turns = [Turn("Ann", "a", 0, "<s>Yes.</s>"), Turn("Ben", "b", 12, "<break/>No &amp; no.")]
    shown = VisibleText("<s>Yes.</s>\n<break/>No &amp; no.", ssml=True)
    seen = [(turn.start, turn.text) for turn in shown.turns(turns)]
    assert seen == [(0, "Yes."), (5, "No & no.")]
    assert shown.turns([]) == ()


pieces = st.sampled_from(
    ["one", " ", "\n", ".", "<break/>", "</s>", "<s>", PHONEME, "&amp;", "<", "&", "“"]
)


@given(st.lists(pieces).map("".join))
def test_what_is_seen_keeps_its_order_and_every_letter_outside_tags(text: str) -> None:
    shown = VisibleText(text, ssml=True)
    places = [shown.position(place) for place in range(len(text) + 1)]
    assert places == sorted(places)
    assert 0 <= places[0] <= places[-1] <= len(shown.text)
    tags = tag_spans(text)
    for place, character in enumerate(text):
        inside = any(start <= place < stop for start, stop in tags)
        if not inside and character.isalpha() and "&amp;" not in text:
            assert shown.text[places[place]] == character
    words = place_words(text, [Word("one", 0.0, 0.1)] * text.count("one"), ssml=True)
    seen = [word.span for _, word in shown_words(shown.text, shown.words(words)) if word.span]
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(seen))
