"""SSML with the embedded voice: what is a word, what is shown, and where a subtitle ends."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from jupyter_tts import say
from jupyter_tts.client.speech.saving import describe, file_bytes, file_name

from .test_reading import fast, lit

pytestmark = pytest.mark.usefixtures("shared_server", "shell")

BREAK = '<break time="1s"/>'
PHONEME = '<phoneme alphabet="ipa" ph="təˈmɑːtəʊ">tomato</phoneme>'
TEXT = f"Wait here.{BREAK}I say {PHONEME}, fish &amp; chips. {BREAK} So there."
WORDS = ["Wait", "here.", "I", "say", "tomato", "fish", "&", "chips.", "So", "there."]
SHOWN = "Wait here. I say tomato, fish & chips. So there."


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.replace(",", ".").split(":")
    return 3_600 * int(hours) + 60 * int(minutes) + float(rest)


def cues(srt: str) -> Iterator[tuple[float, float, str]]:
    for block in srt.strip().split("\n\n"):
        _, times, *lines = block.splitlines()
        start, end = map(seconds, times.split(" --> "))
        yield start, end, " ".join(lines)


@pytest.mark.parametrize(
    "parameters",
    [{}, {"multi": True}, {"transport": "http"}, {"auto_mode": True}, {"sync_alignment": True}],
    ids=str,
)
@pytest.mark.parametrize("size", [0, 1, 7])
def test_words_subtitles_and_files_have_no_markup(parameters: dict[str, Any], size: int) -> None:
    source = (TEXT[at : at + size] for at in range(0, len(TEXT), size)) if size else TEXT
    speech = say(source, **fast(ssml=True, **parameters))
    assert speech.text == speech.spoken == TEXT
    assert [word.text for word in speech.words] == WORDS
    assert lit(speech) == [*WORDS[:6], "&amp;", *WORDS[7:]]
    assert speech.visible.text == SHOWN
    shown = [*cues(file_bytes(speech, ".srt", "").decode())]
    assert [text for _, _, text in shown] == [
        "Wait here.",
        "I say tomato, fish & chips.",
        "So there.",
    ]
    for (_, end, _), (start, _, _) in pairwise(shown):
        assert start - end >= 1.0
    assert "&lt;" not in file_bytes(speech, ".vtt", "").decode()
    tags = describe(speech)
    assert (tags.title, tags.text) == (SHOWN, SHOWN)
    assert file_name(speech) == "wait-here-i-say-tomato-fish-chips-so"


def test_other_tags_are_not_read_aloud_and_one_from_the_cache_is_the_same() -> None:
    text = '<speak>Good <prosody rate="slow">evening</prosody> to <s>all</s><s>of you</s>.</speak>'
    words = ["Good", "evening", "to", "all", "of", "you"]
    plain = say("Good evening to all of you.", **fast(cache=False))
    for _ in range(2):
        speech = say(text, **fast(ssml=True, cache=True))
        assert [word.text.strip(".") for word in speech.words] == words
        assert [word.strip(".") for word in lit(speech)] == words
        assert speech.visible.text == "Good evening to all of you."
        assert speech.duration < 1.5 * plain.duration
    assert speech.label.endswith("from the cache")


def test_words_that_are_pronounced_stand_beside_the_markup_of_the_user() -> None:
    speech = say(f"So {BREAK} says SQL &amp; more.", **fast(ssml=True, pronounce="SQL=ˈsiːkwəl"))
    assert "<phoneme" in speech.spoken_form
    assert lit(speech) == ["So", "says", "SQL", "&amp;", "more."]
    assert speech.visible.text == "So says SQL & more."
    for reads_ssml in (None, True):
        speech = say("AT&T's SQL", **fast(ssml=reads_ssml, pronounce="SQL=ˈsiːkwəl"))
        assert lit(speech) == ["AT&T's", "SQL"]


def test_in_a_dialogue_and_without_ssml_it_is_text() -> None:
    for parameters in ({"ssml": True, "model": "eleven_v4_turbo"}, {"ssml": False}):
        speech = say("a <b>c</b>", **fast(**parameters))
        assert lit(speech) == ["a", "<b>c</b>"]
        assert speech.visible.text == "a <b>c</b>"
