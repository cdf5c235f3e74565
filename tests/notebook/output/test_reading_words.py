from __future__ import annotations

import pytest

from jupyter_tts.client.reading.reading import reading_of
from jupyter_tts.notebook.output.reading_words import reading_sentence
from jupyter_tts.wire.request import SpeechRequest

BLOCK = "```\na\nb\n```\n"
READ = "Markdown read aloud"
IMAGE = "![](a.png)"
BOTH = "a code block of 2 lines and an image without a description"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("As it is.", ""),
        ("*So*.", f"{READ}."),
        (f"{BLOCK}So.", f"{READ}; a code block of 2 lines left out (--read-code reads it)."),
        (
            f"{BLOCK}So.\n{BLOCK}",
            f"{READ}; 2 code blocks of 4 lines left out (--read-code reads them).",
        ),
        (f"So. {IMAGE}", f"{READ}; an image without a description left out."),
        (
            f"{IMAGE}\n\n{BLOCK}So.",
            f"{READ}; {BOTH} left out (--read-code reads the code).",
        ),
    ],
)
def test_the_sentence_says_what_was_left_out_and_what_reads_it(text: str, sentence: str) -> None:
    reading = reading_of(SpeechRequest())
    reading.feed(text, ended=True)
    assert reading_sentence(reading) == sentence
