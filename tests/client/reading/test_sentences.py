from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.reading.sentences import CONTEXT, Ending, ending, last_sentence


@pytest.mark.parametrize(
    "text",
    [
        "Hello world.",
        "Hello world. ",
        "Really?",
        "Great?!",
        'He said "Stop."',
        "He said “Stop.” ",
        "(See above.)",
        "Great! 😀",
        "Hi! 👨‍👩‍👧 ",
        "**Bold.** ",
        "It cost 3.14 in 1984. ",
        "See https://example.org/a.html. ",
        "Dr. Smith came at 5 p.m. today.",
        "你好。",
        "「你好！」",
        "नमस्ते।",
        "مرحبا؟",
        "Bonjour !",
        "A title\n\n",
    ],
)
def test_a_sentence_has_ended(text: str) -> None:
    assert ending(text) is Ending.SENTENCE


@pytest.mark.parametrize(
    "text",
    [
        "I met Dr.",
        "I met Dr. ",
        "in the U.S.",
        "fruit, e.g.",
        "fruit, e.",
        "at 5 p.m.",
        "Is it? No.",
        "pi is 3.",
        "1. ",
        "One.\n2.",
        "J. ",
        "See https://example.org/a.",
        "Write to me@example.",
        "Wait...",
        "Well… ",
        "A line\n",
    ],
)
def test_a_full_stop_may_belong_to_something_else(text: str) -> None:
    assert ending(text) is Ending.DOUBTFUL


@pytest.mark.parametrize("text", ["Well, ", "and so on; ", "你好，", "(he, she,) "])
def test_a_clause_has_ended(text: str) -> None:
    assert ending(text) is Ending.CLAUSE


@pytest.mark.parametrize("text", ["", " ", "...", '"', "Hello", "Hello ", "12:", "1,", "Thanks 😀"])
def test_nothing_has_ended(text: str) -> None:
    assert ending(text) is Ending.NONE


def test_abbreviations_are_those_of_the_language() -> None:
    assert ending("Is it? No.", "en") is Ending.DOUBTFUL  # number
    assert ending("Is it? No.", "fr") is Ending.SENTENCE
    assert ending("Hello world.", "no-such-language") is Ending.SENTENCE


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("Hello world. How are ", 13),
        ("One. Two! Three ", 10),
        ("I met Dr. The ", 0),
        ("你好。再", 3),
        ("no end ", 0),
        ("", 0),
    ],
)
def test_the_last_sentence_that_has_certainly_ended_is_found(text: str, end: int) -> None:
    assert last_sentence(text) == end
    assert last_sentence(text, end) == end  # and none behind it


@given(st.text(alphabet="ab3 .!,\n\"'()你。é😀", max_size=80), st.text(max_size=CONTEXT))
def test_how_a_text_ends_is_known_from_its_end(text: str, before: str) -> None:
    long = before.encode(errors="replace").decode() + "x" * CONTEXT + " and " + text
    assert ending(long) is ending(long[-CONTEXT:])


def test_the_segmenter_is_loaded_only_when_it_is_needed() -> None:
    program = (
        "import sys, jupyter_tts.client.streaming.stream; assert 'sentencex' not in sys.modules; "
        "from jupyter_tts.client.reading.sentences import ending; ending('Hi.'); "
        "sys.modules['sentencex']"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
