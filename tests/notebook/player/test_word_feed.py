"""Every word reaches the page once with the sound, and again where the sound is sent again."""

from __future__ import annotations

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.speech.word_positions import place_words
from jupyter_tts.notebook.player.word_feed import WordFeed
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
    assert feed.of(1) == {"words": {"first": 0, "list": [[None, "two", 0.333, 0.667]]}}
    rest = {"words": {"first": 1, "list": [["“one” two, ", "three", 0.667, 1.0]]}}
    assert feed.rest() == rest
    assert feed.rest() == rest  # a page that asks again
    assert feed.retold() == {}


def test_words_of_an_unknown_text_are_told_again_with_their_places_once_it_is_known() -> None:
    text = "one — two three"
    one, two, three = place_words(text, (ONE, TWO, THREE))
    speech = speech_of("")
    feed = WordFeed(speech)
    speech.add(Audio(b"", 24_000, (one, two)))
    feed.next()
    assert [word[0] for word in feed.of(0)["words"]["list"]] == [" ", " "]
    speech.text = text
    assert [word[0] for word in feed.retold()["words"]["list"]] == ["", " — "]
    assert feed.retold() == {}
    assert [word[0] for word in feed.of(0)["words"]["list"]] == ["", " — "]
    speech.add(Audio(b"", 24_000, (three,)))
    assert feed.rest()["words"] == {"first": 2, "list": [[" ", "three", 0.667, 1.0]]}
