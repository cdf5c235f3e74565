"""Words that are pronounced as their user says: what is sent, heard, lit, shown and cached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from jupyter_tts import Audio, Speech, say, stream
from jupyter_tts.client.speech.saving import file_bytes
from jupyter_tts.notebook.output.speech_card import events_of, speech_card
from jupyter_tts.wire.errors import ParameterError

from ..output.test_request_card import read

pytestmark = pytest.mark.usefixtures("shared_server", "shell")

TEXT = "A & B: my SQL's here, at New York."
PAIRS = {"SQL": "/ˈsiːkwəl/", "New York": "nuː ˈjɔːk", "B": "bee"}
ELEMENTS = (
    'A &amp; bee: my <phoneme alphabet="ipa" ph="ˈsiːkwəlz">SQL\'s</phoneme> here, at '
    '<phoneme alphabet="ipa" ph="nuː">New</phoneme> <phoneme alphabet="ipa" ph="ˈjɔːk">York'
    "</phoneme>."
)
SLASHES = "A & bee: my /ˈsiːkwəlz/ here, at /nuː ˈjɔːk/."


NOT_SENT = "IPA is not sent, since SSML is switched off: a respelling works"
# A word ends with its element.
WORDS = {
    ELEMENTS: ["SQL's", "here,", "at", "New", "York"],
    SLASHES: ["SQL's", "here,", "at", "New York", "New York."],
}
WORDS[ELEMENTS.replace("&amp;", "&")] = WORDS[ELEMENTS]


def lit(speech: Speech) -> list[str]:
    """Return what is lit of the text, word by word."""
    spans = [word.span for word in speech.words if word.span is not None]
    assert spans == sorted(spans)
    return [speech.text[slice(*span)] for span in spans]


def fast(**parameters: Any) -> dict[str, Any]:
    return {"voice": "en-us", "format": "pcm_8000", "play": False, "cache": False, **parameters}


@pytest.mark.parametrize(
    ("parameters", "spoken"),
    [
        ({}, ELEMENTS),
        ({"multi": True}, ELEMENTS),
        ({"transport": "http"}, ELEMENTS.replace("&amp;", "&")),
        ({"model": "eleven_v4"}, SLASHES),
    ],
    ids=["stream-input", "multi", "http", "dialogue"],
)
def test_each_endpoint_is_sent_its_form_and_the_text_is_lit(
    parameters: dict[str, Any], spoken: str
) -> None:
    texts: list[Any] = [TEXT, iter(TEXT), [TEXT[:14], TEXT[14:]]]
    for text in texts:
        speech = say(text, pronounce=PAIRS, **fast(**parameters))
        assert speech.text == speech.spoken == TEXT
        assert speech.spoken_form == spoken
        assert lit(speech) == ["A", "&", "B:", "my", *WORDS[speech.spoken_form]]
        assert not any("phoneme" in word.text or "=" in word.text for word in speech.words)
        assert ("enable_ssml_parsing=true" in speech.request.url) is ("&amp;" in spoken)
        assert speech.timeline.sent == len(spoken)
        (event,) = events_of(speech)
        assert event == "Words pronounced as you say."


def test_a_word_is_lit_while_it_is_heard() -> None:
    speech = say("We use SQL here.", pronounce="SQL=/ˈsiːkwəl/", **fast())
    _, use, word, here = speech.words
    assert (word.text, word.span) == ("SQL", (7, 10))
    assert use.end <= word.start < word.end <= here.start
    assert word.end - word.start > 0.5 * (here.start - word.start) > 0.1
    vtt = file_bytes(speech, ".vtt", "").decode()
    assert re.sub("<[^>]*>", "", vtt.splitlines()[-1]) == "We use SQL here."


@pytest.mark.parametrize("voice", ["heart", "en-us"])
def test_it_sounds_as_it_is_said(voice: str) -> None:
    """By the samples where a voice repeats itself, else by their number."""
    fixed = {"voice": voice, "seed": 7}
    plain = say("We use SQLite here.", **fast(**fixed))
    respelled = say("We use SQLite here.", pronounce={"SQLite": "sequel"}, **fast(**fixed))
    written = say("We use sequel here.", **fast(**fixed))
    in_ipa = say("We use SQLite here.", pronounce={"SQLite": "/ˈsiːkwəl/"}, **fast(**fixed))
    element = '<phoneme alphabet="ipa" ph="ˈsiːkwəl">SQLite</phoneme>'
    in_ssml = say(f"We use {element} here.", ssml=True, **fast(**fixed))
    fixed["model"] = "eleven_v3"
    slashed = say("We use SQLite here.", pronounce="SQLite=/ˈsiːkwəl/", **fast(**fixed))
    if voice == "heart":
        assert respelled.pcm == written.pcm
        assert in_ipa.pcm == in_ssml.pcm
    assert respelled.duration == pytest.approx(written.duration, abs=0.01)
    assert in_ipa.duration == pytest.approx(in_ssml.duration, abs=0.01)
    assert slashed.duration == pytest.approx(in_ipa.duration, abs=0.1)
    for other in (respelled, in_ipa):
        assert other.duration < plain.duration - 0.1


def test_ipa_that_no_model_reads_is_told_and_the_word_is_sent() -> None:
    speech = say("SQL, API.", pronounce={"SQL": "/ˈsiːkwəl/", "API": "happy"}, **fast(ssml=False))
    assert speech.spoken_form == "SQL, happy."
    assert events_of(speech) == [f"Words pronounced as you say; {NOT_SENT}."]
    alone = say("SQL.", pronounce={"SQL": "/ˈsiːkwəl/"}, **fast(ssml=False))
    assert events_of(alone) == [f"{NOT_SENT}."]
    turns = [("Ann", "SQL"), ("Ann", "SQL")]
    options = {"play": False, "format": "pcm_8000", "ssml": False}
    speech = say(turns, cast={"Ann": "en-us"}, pronounce=PAIRS, **options)
    assert events_of(speech) == [f"{NOT_SENT}."]


def test_ipa_that_the_voice_cannot_speak_is_told() -> None:
    speech = say("A word.", pronounce={"word": "/ʁɛspɔ̃/"}, **fast())
    assert "reads the word: word." in " ".join(speech.notes)


async def test_a_stream_of_tokens_is_pronounced() -> None:
    async def tokens() -> Any:
        for token in ("We use S", "QL", " at New", " ", "York", "."):
            yield token

    events = [
        event async for event in stream(tokens(), voice="en-us", format="pcm_8000", pronounce=PAIRS)
    ]
    text = "We use SQL at New York."
    words = [word for event in events if isinstance(event, Audio) for word in event.words]
    lit = [text[slice(*word.span)] for word in words if word.span is not None]
    assert lit == ["We", "use", "SQL", "at", "New", "York"]
    assert events[-1].speech.text == text


@pytest.mark.parametrize("model", [None, "eleven_v4"])
def test_every_speaker_pronounces_it(model: str | None) -> None:
    turns = [("Ann", "SQL & me"), ("Ben", "my SQL.")]
    cast = {"Ann": "en-us", "Ben": "de"}
    speech = say(turns, cast=cast, play=False, format="pcm_8000", model=model, pronounce=PAIRS)
    assert speech.text == "SQL & me\nmy SQL."
    assert speech.spoken_form.count("ˈsiːkwəl") == 2
    assert lit(speech) == ["SQL", "&", "me", "my", "SQL." if model else "SQL"]


def test_the_cache_knows_one_pronunciation_from_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)

    def made(**parameters: Any) -> bool:
        speech = say("Cached SQL.", **{**fast(**parameters), "cache": True})
        assert [word.strip(".") for word in lit(speech)] == ["Cached", "SQL"]
        return "from the cache" not in speech.label

    assert made()
    assert made(pronounce={"SQL": "/ˈsiːkwəl/"})
    assert made(pronounce={"SQL": "seekwill"})
    assert not made(pronounce={"SQL": "/ˈsiːkwəl/"})
    assert not made(pronounce={"SQL": "seekwill", "API": "x"})


def test_a_dry_run_and_the_card_show_both_forms(shell: InteractiveShell) -> None:
    line = '--dry-run --voice en-us --pronounce "SQL=/ˈsiːkwəl/, B=bee"'
    with capture_output() as shown:
        shell.run_cell_magic("tts", line, "B & SQL")
    (output,) = shown.outputs
    html = output.data["text/html"]
    element = 'bee &amp; <phoneme alphabet="ipa" ph="ˈsiːkwəl">SQL</phoneme>'
    for card in (read(html), read(speech_card(say("B & SQL", pronounce=PAIRS, **fast())))):
        assert element in card.text
        assert "enable_ssml_parsing=true" in card.text
        assert "B & SQL" in card.text
    assert element in output.data["text/plain"]


def test_a_dry_run_tells_of_ipa_that_is_not_sent(shell: InteractiveShell) -> None:
    options = "--dry-run --server us --model eleven_flash_v2_5 --pronounce SQL=/ˈsiːkwəl/"
    with capture_output() as shown:
        shell.run_line_magic("tts", f"{options} SQL")
    sentence = "IPA is not sent, since eleven_flash_v2_5 reads none: a respelling works."
    (output,) = shown.outputs
    assert sentence in output.data["text/plain"]
    assert sentence in read(output.data["text/html"]).text


def test_a_setting_pronounces_in_every_cell(shell: InteractiveShell) -> None:
    def characters() -> Iterator[str]:
        yield "SQL"

    shell.run_line_magic("config", 'TTS.pronounce = {"SQL": "sequel"}')
    try:
        assert say("SQL", **fast()).spoken_form == "sequel"
        assert say(characters(), **fast()).spoken_form == "sequel"
        assert say("SQL", pronounce="SQL=squirrel", **fast()).spoken_form == "squirrel"
    finally:
        shell.run_line_magic("config", "TTS.pronounce = None")
    assert say("SQL", **fast()).spoken_form == "SQL"


def test_every_fault_is_one_sentence(shell: InteractiveShell) -> None:
    with pytest.raises(ParameterError, match=r"'x' has no = .*; 'SQL=' lacks") as one:
        say("SQL", pronounce="SQL=,x", play=False)
    with pytest.raises(ParameterError) as other:
        shell.run_line_magic("tts", "--pronounce SQL=,x SQL")
    assert other.value.faults[0].removeprefix("--") == one.value.faults[0]
