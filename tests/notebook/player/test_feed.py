"""Words reach the page with their sound, and how long it goes on is guessed."""

from __future__ import annotations

import re
from html import unescape

import pytest

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.speech.word_positions import place_words
from jupyter_tts.notebook.output.saved_view import view_bundle
from jupyter_tts.notebook.player.feed import USUAL_PACE, WordFeed, remaining
from jupyter_tts.wire.alignment import Word
from jupyter_tts.wire.request import SpeechRequest

ONE, TWO, THREE = (Word(text, n / 3, (n + 1) / 3) for n, text in enumerate(("one", "two", "three")))


def speech_of(text: str) -> Speech:
    return Speech(text, SpeechRequest(), 24_000, Timeline(), label="")


def test_words_travel_with_the_first_message_after_they_are_known() -> None:
    speech = speech_of("“one” two, three")
    feed = WordFeed(speech)
    feed.next()
    two, three = place_words(speech.text, (TWO, THREE))
    speech.add(Audio(b"", 24_000, (two,)))
    feed.next()
    speech.add(Audio(b"", 24_000, (three,)))
    assert feed.of(0) == {}
    assert feed.of(1) == {"words": {"first": 0, "list": [["“one” ", "two", 0.333, 0.667]]}}
    rest = {"words": {"first": 1, "list": [[", ", "three", 0.667, 1.0]]}}
    assert feed.rest() == rest
    assert feed.rest() == rest  # a page that asks again
    assert feed.with_new_gaps() == {}


def test_words_are_sent_again_with_their_gaps_once_the_text_is_known() -> None:
    text = "one — two three"
    one, two, three = place_words(text, (ONE, TWO, THREE))
    speech = speech_of("")
    feed = WordFeed(speech)
    speech.add(Audio(b"", 24_000, (one, two)))
    feed.next()
    assert [word[0] for word in feed.of(0)["words"]["list"]] == [" ", " "]
    speech.text = text
    assert [word[0] for word in feed.with_new_gaps()["words"]["list"]] == ["", " — "]
    assert feed.with_new_gaps() == {}
    assert [word[0] for word in feed.of(0)["words"]["list"]] == ["", " — "]
    speech.add(Audio(b"", 24_000, (three,)))
    assert feed.rest()["words"] == {"first": 2, "list": [[" ", "three", 0.667, 1.0]]}


def test_what_a_page_shows_of_ssml_is_what_the_saved_view_shows() -> None:
    text = (
        '<speak>One<break time="1s"/>and <phoneme alphabet="ipa" ph="x">two</phoneme>, AT&amp;T '
        "&lt; un<b>believ</b>able.</speak>"
    )
    told = ("One", "and", "two", "AT&T", "<", "un", "believ", "able.")
    words = [Word(word, float(n), n + 1.0) for n, word in enumerate(told)]
    speech = Speech(text, SpeechRequest(ssml=True), 24_000, Timeline(), label="")
    speech.add(Audio(bytes(48_000 * len(told)), 24_000, place_words(text, words, ssml=True)))
    speech.finish()
    feed = WordFeed(speech)
    feed.next()
    live = feed.of(0)["words"]["list"]
    shown = "One and two, AT&T < unbelievable."
    assert speech.visible.text == shown
    assert [word for _, word, _, _ in live] == [*told[:2], "two,", *told[3:]]
    assert "".join(f"{gap}{word}" for gap, word, _, _ in live) == shown
    html = view_bundle(speech)["text/html"]
    caption = html.partition('<p class="jtts-text" dir="auto">')[2].partition("</p>")[0]
    saved = re.findall(r'(?:<span data-start="([\d.]+)" data-end="([\d.]+)">)?([^<]+)', caption)
    assert unescape("".join(part for _, _, part in saved)).replace("/span>", "") == shown
    assert [(float(start), float(end), unescape(part)) for start, end, part in saved if start] == [
        (start, end, word) for _, word, start, end in live
    ]


def test_words_written_differently_light_what_the_text_has_instead() -> None:
    text = "It has 21 birds."
    told = ("It", "has", "twenty", "one", "birds.")
    speech = speech_of("")
    feed = WordFeed(speech)
    words = [Word(word, float(n), n + 1.0) for n, word in enumerate(told)]
    speech.add(Audio(b"", 24_000, place_words(text, words)))
    feed.next()
    assert [word[:2] for word in feed.of(0)["words"]["list"]] == [
        [" ", word] for word in told
    ]  # as they were told, since the text is not known
    speech.text = text
    assert feed.with_new_gaps()["words"]["list"] == [
        ["", "It", 0.0, 1.0],
        [" ", "has", 1.0, 2.0],
        [" ", "21", 2.0, 3.0],
        [None, "", 3.0, 4.0],
        [" ", "birds.", 4.0, 5.0],
    ]


RATE = 24_000
TEXT = "x" * 150


def received_speech(text: str, seconds: float, spoken: int) -> Speech:
    """A speech of which so much has been received."""
    made = Speech(text, SpeechRequest(), RATE, Timeline())
    made.add(Audio(bytes(2 * round(seconds * RATE)), RATE, spoken=spoken))
    return made


def test_what_is_left_of_the_text_goes_as_fast_as_what_was_spoken() -> None:
    quick = remaining(received_speech(TEXT, 5.0, 100), 5 * RATE, received=False)
    slow = remaining(received_speech(TEXT, 10.0, 100), 10 * RATE, received=False)
    assert quick == pytest.approx(50 / 20, rel=0.1)
    assert slow == pytest.approx(50 / 10, rel=0.1)


def test_what_waits_to_be_sent_is_still_to_come() -> None:
    some = received_speech(TEXT, 5.0, 100)
    whole, part = (remaining(some, sent, received=False) for sent in (5 * RATE, 3 * RATE))
    assert whole is not None
    assert part == pytest.approx(whole + 2.0)


def test_without_times_of_words_the_text_is_taken_to_go_at_the_usual_pace() -> None:
    left = remaining(received_speech(TEXT, 4.0, 0), 4 * RATE, received=False)
    assert left == pytest.approx(150 / USUAL_PACE - 4.0)
    assert remaining(received_speech(TEXT, 60.0, 0), 60 * RATE, received=False) == 0


def test_once_all_is_received_it_is_exact() -> None:
    assert remaining(received_speech(TEXT, 5.0, 100), 4 * RATE, received=True) == 1.0


def test_of_a_text_that_is_still_being_written_nobody_knows() -> None:
    assert remaining(received_speech("", 5.0, 0), 5 * RATE, received=False) is None
