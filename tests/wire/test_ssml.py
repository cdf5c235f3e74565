from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.wire.ssml import (
    break_spans,
    tag_spans,
    unescaped,
    unfinished_markup,
    whole_spans,
)

PHONEME = '<phoneme alphabet="ipa" ph="təˈmɑːtəʊ">tomato</phoneme>'
MARKUP = [
    '<break time="1.5s"/>',
    "<break time='200ms' />",
    "<break time=“1s”/>",
    "<break time=1s>",
    "<break/>",
    PHONEME,
    '<prosody rate="slow" pitch="-2st">',
    "</prosody>",
    "<speak>",
    '<phoneme\n  alphabet="ipa"\n  ph="x"\n>word</phoneme>',
    '<speak version="1.1"\n  xml:lang="en-GB">',
    "<!-- not <b>this</b> -->",
    '<?xml version="1.0"?>',
    "&amp;",
    "&#x27;",
]


@pytest.mark.parametrize(
    "tag", [tag for tag in MARKUP if tag[0] == "<" and "word" not in tag and tag != PHONEME]
)
def test_a_tag_is_found_wherever_it_stands(tag: str) -> None:
    for before, after in [("", ""), ("so ", " on"), ("so", "on"), ("<b>", "</b>")]:
        assert (len(before), len(before + tag)) in tag_spans(before + tag + after)


@pytest.mark.parametrize(
    "text",
    [
        "x < 3 and y > 5",
        "if a <b and c> d",
        "<help@example.org> <https://example.org>",
        "<3 <- <= <> </> < b>",
        'never closed: <break time="1s"',
        "<b" + " a=b" * 500 + ">",
        "AT&T, fish & chips; &nbsp &amp",
    ],
)
def test_other_signs_are_text(text: str) -> None:
    assert whole_spans(text) == []
    assert unescaped(text) == text


def test_an_element_whose_word_is_spoken_otherwise_stays_whole() -> None:
    text = f'I say {PHONEME}, and <sub alias="et cetera">etc.</sub> <s>two words</s> &lt;b>'
    whole = [text[slice(*span)] for span in whole_spans(text)]
    assert whole == [PHONEME, '<sub alias="et cetera">etc.</sub>', "<s>", "</s>", "&lt;"]
    assert [PHONEME[slice(*span)] for span in tag_spans(PHONEME)] == [PHONEME[:39], "</phoneme>"]
    assert unescaped("R&amp;D &lt;b&gt; &#38; &#x41; &amp;amp;") == "R&D <b> & A &amp;"
    assert break_spans('<s>a</s><break time="1s"/><breakfast/>') == [(8, 26)]


@pytest.mark.parametrize("markup", MARKUP)
def test_what_is_not_finished_is_held_from_its_beginning(markup: str) -> None:
    for cut in range(1, len(markup)):
        assert unfinished_markup("So. " + markup[:cut]) == 4
    assert unfinished_markup("So. " + markup) is None


@pytest.mark.parametrize(
    "text",
    [
        "x < ",
        "x <3",
        "Is a <b?",
        "It is a <b.",
        "if a <b and c",
        "a line with a <b\n",
        "a line with a <b\n\nAnd another",
        "fish & ",
        "AT&T.",
        '<break time="' + "1" * 400,
        PHONEME[:39] + "a" * 300,
        "<!-- " + "a" * 800,
    ],
)
def test_a_stray_sign_holds_nothing_beyond_the_end_of_its_sentence(text: str) -> None:
    assert unfinished_markup(text) is None


pieces = st.lists(st.sampled_from([*MARKUP, *"<>&/=\"' abs1.t\n-!?;"])).map("".join)


@given(pieces)
def test_what_must_stay_whole_is_in_order_and_never_overlaps(text: str) -> None:
    spans = whole_spans(text)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    inside = [one for one in tag_spans(text) if not any(a <= one[0] < b for a, b in spans)]
    assert inside == []


@given(pieces, st.data())
def test_no_text_that_is_let_go_ends_inside_what_must_stay_whole(
    text: str, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(text)))
    spans = [span for span in whole_spans(text) if span[0] < cut < span[1]]
    if spans and "\n" not in text[spans[0][0] : cut]:
        held = unfinished_markup(text[:cut])
        assert held is not None
        assert held <= spans[0][0]


@pytest.mark.parametrize(
    "piece", ["<", "<b ", "<b a=", '<b a="', "<b a=b ", "<!--", "&", "&#1", "<phoneme a=b>"]
)
def test_no_text_takes_long_to_search(piece: str) -> None:
    text = piece * 20_000
    begun = time.process_time()
    whole_spans(text)
    unfinished_markup(text)
    assert time.process_time() - begun < 2
