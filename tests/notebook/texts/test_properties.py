"""What holds for any text, as it is read bit by bit."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_tts.client.reading.reading import Reading, reading_of
from jupyter_tts.client.reading.sentences import last_sentence
from jupyter_tts.wire.request import SpeechRequest

from .corpus import GROUPS, Text, plain_texts, read
from .documents import documents, spoken_words, words_in

TEXTS = {text.name: text for group in GROUPS for text in read(group)}
# A text with half a character is refused before it is read.
WHOLE = [text for text in TEXTS.values() if not re.search("[\ud800-\udfff]", text.text)]
PLAIN = plain_texts()
MODES = ("auto", "markdown")

# fmt: off
PARTS = (
    "word", "two words", "End.", "Really?", "é", "水", "。", "👩🏽\u200d💻", "5", "1.", "2)", "$",
    "$$", "*", "**", "***", "_", "__", "~~", "`", "``", "```", "~~~", "#", "##", "-", "+", "---",
    "===", "> ", "|", "|-|", ":-:", "[", "]", "](", ")", "![", "[^1]", "[x]", "[1]: /u", "<b>",
    "</b>", "<!--", "-->", "&amp;", "\\", "\\(", "\\)", "\\[", "\\]", "\\frac{1}{2}", "x^2", "{",
    "}", "https://a.example/b_c", "a@b.example", ":", ",", " ", "  ", "    ", "\t", "\n", "\n\n",
    "\n- ", "\n1. ", "\n> ", "\n| a | b |\n|---|---|\n| c | d |\n", "\n```py\nx = 1\n```\n",
)
# fmt: on
written = st.one_of(
    documents,
    st.lists(st.sampled_from(PARTS), max_size=14).map("".join),
    st.lists(st.sampled_from(PARTS), max_size=14).map(" ".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)

# Marks that leave all letters and digits, whether they are Markdown or not.
signs = [*"ab1水*_#|>-+=:.,!?&'\" \n", "word", "**", "__", "\n\n", "\n- ", "|-|", "1. "]
marked = st.lists(st.sampled_from(signs)).map("".join)

# Letters, digits and what stands in prose; nothing that Markdown or TeX takes for a sign.
prose = st.text(st.sampled_from("abcXYZäß水019 ,;:?'\"/%@=–—…“”«»€!"), max_size=60)

# Where a run of marks or an emoji ends shows with the character behind it: it waits for that.
GOES_ON = re.compile(r"(?:\*+|_+|~+|[\u200d\ufe0f\U0001f000-\U0001ffff]+)$")


def reading_of_tokens(tokens: Iterable[str], mode: str, language: str | None = None) -> Reading:
    reading = reading_of(SpeechRequest(read=mode, language=language))
    for token in tokens:
        reading.feed(token)
    reading.feed("", ended=True)
    return reading


def language_of(text: Text) -> str | None:
    return text.options.removeprefix("--language ") or None


def everything(reading: Reading) -> tuple[object, ...]:
    """What a reading tells."""
    spans = [reading.original_span(*word.span()) for word in re.finditer(r"\S+", reading.spoken)]
    return reading.spoken, reading.left_out, spans


def check_spans(reading: Reading) -> None:
    spoken, length = reading.spoken, len(reading.original)
    start = stop = 0
    for word in re.finditer(r"\S+", spoken):
        span = reading.original_span(*word.span())
        if span is not None:
            assert 0 <= span[0] < span[1] <= length
            assert start <= span[0]
            assert stop <= span[1]
            start, stop = span
    positions = [reading.original_position(position) for position in range(len(spoken) + 1)]
    assert positions == sorted(positions)
    assert positions[-1] <= length


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_wherever_a_text_is_divided_the_same_is_spoken(text: Text, mode: str) -> None:
    language = language_of(text)
    whole = reading_of_tokens([text.text], mode, language)
    check_spans(whole)
    divisions = [(text.text[:at], text.text[at:]) for at in range(1, len(text.text))]
    for tokens in (text.text, *divisions):
        assert everything(reading_of_tokens(tokens, mode, language)) == everything(whole)


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=300, derandomize=True, database=None)
@given(written, st.lists(st.integers(0, 60), max_size=4))
def test_any_text_is_spoken_alike_however_it_is_divided(
    mode: str, text: str, cuts: list[int]
) -> None:
    whole = reading_of_tokens([text], mode)
    check_spans(whole)
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:stop] for start, stop in itertools.pairwise(places)]
    for tokens in (text, pieces):
        assert everything(reading_of_tokens(tokens, mode)) == everything(whole)


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=300, derandomize=True, database=None)
@given(documents)
def test_every_word_is_spoken_and_lit_and_no_mark_is(mode: str, text: str) -> None:
    reading = reading_of_tokens([text], mode)
    words = words_in(reading.spoken)
    assert [word[0] for word in words] == spoken_words(text)
    spans = [reading.original_span(*word.span()) or (0, 0) for word in words]
    assert [text[slice(*span)] for span in spans] == spoken_words(text)
    # With auto, what comes before the first certain sign of Markdown stays as it is.
    marks = re.search(r"[*_#~|>\]\[`]|^-", reading.spoken, re.MULTILINE)
    assert mode == "auto" or marks is None


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=300, derandomize=True, database=None)
@given(marked)
def test_no_letter_is_lost(mode: str, text: str) -> None:
    spoken = reading_of_tokens([text], mode).spoken
    assert re.findall(r"[^\W_]", spoken) == re.findall(r"[^\W_]", text)


@pytest.mark.parametrize("text", PLAIN)
def test_a_text_without_markdown_is_never_touched(text: str) -> None:
    for tokens in ([text], text):
        reading = reading_of_tokens(tokens, "auto")
        assert (reading.spoken, reading.left_out) == (text, [])


@settings(max_examples=300, derandomize=True, database=None)
@given(prose)
def test_prose_is_never_touched(text: str) -> None:
    reading = reading_of_tokens(text, "auto")
    assert (reading.spoken, reading.left_out) == (text, [])


@pytest.mark.parametrize("text", WHOLE, ids=lambda text: text.name)
def test_auto_does_not_delay_the_first_sentence(text: Text) -> None:
    check_delay(text.text, language_of(text) or "en")


@settings(max_examples=300, derandomize=True, database=None)
@given(documents)
def test_auto_does_not_delay_the_first_sentence_of_any_markdown(text: str) -> None:
    check_delay(text, "en")


def check_delay(text: str, language: str) -> None:
    """Check that the first sentence is spoken with the token with which it ends."""
    whole = reading_of_tokens([text], "auto", language)
    reading = reading_of(SpeechRequest(read="auto", language=language))
    for token in re.findall(r"\s?\w+|\s?[^\w\s]|\s", text):
        reading.feed(token)
        if end := first_sentence(reading.original, text, language):
            waiting = GOES_ON.search(reading.original)
            behind = waiting[0] if waiting else ""
            assert reading.spoken.startswith(spoken_until(whole, end).removesuffix(behind))
            return


def first_sentence(text: str, whole: str, language: str) -> int:
    """Return where a sentence has ended in what has come of a text, 0 if none has.

    The dots of addresses and code end none, but that shows only in what follows.
    """
    end = last_sentence(text, 0, language)
    goes_on = not whole[end : end + 1].isspace() and end < len(whole)
    if goes_on and whole[end - 1].isascii() and not whole[end - 1].isspace():
        return 0
    return len(text[:end].rstrip())


def spoken_until(reading: Reading, end: int) -> str:
    """Return what is spoken of a text up to a position."""
    positions = range(len(reading.spoken) + 1)
    return reading.spoken[: bisect.bisect_right(positions, end, key=reading.original_position) - 1]
