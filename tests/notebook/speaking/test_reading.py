"""Markdown in every speech: what is sent of it, shown, counted and cached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from jupyter_tts import Audio, Speech, say, stream
from jupyter_tts.client.keys import KEY_VARIABLE
from jupyter_tts.client.speech.saving import file_bytes
from jupyter_tts.notebook.output.saved_view import view_bundle
from jupyter_tts.notebook.output.speech_card import events_of, speech_card
from jupyter_tts.notebook.panel.payloads import snippet_payload
from jupyter_tts.notebook.player.feed import remaining
from jupyter_tts.notebook.runtime.session import current_session, drop_session
from jupyter_tts.notebook.speaking.job import SpeechJob
from jupyter_tts.server import TTSServer
from jupyter_tts.wire.errors import NotConfirmed, ParameterError
from jupyter_tts.wire.request import SpeechRequest

from ..output.test_request_card import read

pytestmark = pytest.mark.usefixtures("shared_server", "shell")

TEXT = """# The *first* title

See **bo**ld [words](https://example.com/a).

```python
x = 1
y = 2
```

End."""
SPOKEN = "The first title. See bold words. End."
LIT = ["The", "first", "title", "See", "bo**ld", "words", "End."]
CODE = "```\nx = 1\n```"
SENTENCE = "Markdown read aloud; a code block of 2 lines left out (--read-code reads it)."


def lit(speech: Speech) -> list[str]:
    """Return what is lit of the text, word by word."""
    spans = [word.span for word in speech.words if word.span is not None]
    assert spans == sorted(spans)
    return [speech.text[slice(*span)] for span in spans]


def words_of(speech: Speech) -> str:
    return " ".join(word.text for word in speech.words)


def fast(**parameters: Any) -> dict[str, Any]:
    return {"voice": "en-us", "format": "pcm_8000", "play": False, **parameters}


def characters(text: str = TEXT) -> Iterator[str]:
    yield from text


@pytest.mark.parametrize(
    "parameters",
    [{}, {"multi": True}, {"transport": "http"}, {"model": "eleven_v4_turbo"}],
    ids=["stream-input", "multi", "http", "dialogue"],
)
def test_the_text_is_shown_and_its_spoken_form_is_sent(parameters: dict[str, Any]) -> None:
    for text in (TEXT, characters(), [TEXT[:3], TEXT[3:]]):
        speech = say(text, **fast(**parameters))
        assert speech.text == speech.spoken == TEXT
        assert " ".join(speech.spoken_form.split()) == words_of(speech) == SPOKEN
        assert lit(speech) == LIT
        assert speech.timeline.sent == len(speech.spoken_form)
        assert events_of(speech) == [SENTENCE]


def test_a_text_that_comes_word_by_word_is_read_as_the_whole() -> None:
    session = current_session()
    job = SpeechJob.begin(session, TEXT, {"voice": "en-us", "format": "pcm_8000"})
    session.event_loop.submit(job.prepare()).result()
    session.event_loop.submit(job.run(characters())).result()
    speech = job.speech
    assert speech is not None
    assert speech.text == TEXT
    assert lit(speech) == LIT
    assert events_of(speech) == [SENTENCE]


def test_plain_and_ssml_are_sent_as_they_are() -> None:
    for parameters in ({"read": "plain"}, {"ssml": True}):
        speech = say("A *b* # c", **fast(**parameters))
        assert speech.reading.forms == []
        assert speech.spoken_form == speech.text == "A *b* # c"
        assert events_of(speech) == []
    assert words_of(say("A *b* c", **fast(read="plain"))) == "A *b* c"
    assert words_of(say(CODE, **fast(read_code=True))) == "x = 1"


def test_a_text_without_markdown_has_no_second_form() -> None:
    text = "Two * three is six, and # is a sign."
    for given in (text, characters(text)):
        speech = say(given, **fast())
        assert speech.spoken_form == speech.text == text
        assert events_of(speech) == []
        assert "Spoken form" not in speech_card(speech)


async def test_a_stream_gives_the_spans_of_the_text() -> None:
    events = [event async for event in stream(characters(), voice="en-us", format="pcm_8000")]
    audio = [event for event in events if isinstance(event, Audio)]
    spans = [word.span for event in audio for word in event.words if word.span is not None]
    assert [TEXT[slice(*span)] for span in spans] == LIT
    assert [event.spoken for event in audio] == sorted(event.spoken for event in audio)
    assert events[-1].speech.text == TEXT


@pytest.mark.parametrize("model", [None, "eleven_v4"])
def test_each_turn_is_read_by_itself_and_what_is_not_spoken_is_no_turn(model: str | None) -> None:
    turns = [("Ben", CODE), ("Anna", "# Hello *you*"), ("Ben", "**Hi**"), ("Anna", CODE)]
    cast = {"Anna": "en-us", "Ben": "de"}
    speech = say(turns, cast=cast, play=False, format="pcm_8000", model=model)
    assert speech.text == "\n".join(text for _, text in turns)
    assert speech.spoken_form == "Hello you.\nHi"
    assert [(turn.speaker, turn.text) for turn in speech.turns] == turns
    assert lit(speech) == ["Hello", "you", "Hi"]
    assert speech.request.voice == "en-us"  # who is heard first
    assert "a code block of 1 line and a code block of 1 line left out" in events_of(speech)[0]


def test_nothing_is_sent_where_nothing_is_left_to_speak(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ParameterError, match=r"a code block of 1 line left out\. --read-code"):
        say(CODE, **fast())
    with pytest.raises(ParameterError, match="--read-code"):
        say([("Anna", CODE)], cast={"Anna": "en-us"}, play=False)
    speech = say(characters(CODE), **fast(play=True))
    assert speech.timeline.sent == 0
    assert "a code block of 1 line left out. --read-code" in capsys.readouterr().out
    say(characters(" \n "), **fast(play=True))
    assert "There was nothing to hear in this text." in capsys.readouterr().out


def test_both_forms_stand_in_the_request_and_a_dry_run_shows_them(
    shell: InteractiveShell,
) -> None:
    speech = say(TEXT, **fast())
    for html in (speech_card(speech), view_bundle(speech)["text/html"]):
        assert 'data-copy="text"' in html
        assert 'data-copy="spoken form"' in html
        assert TEXT in read(html).text
        assert speech.spoken_form in read(html).text
    assert SENTENCE in view_bundle(speech)["text/plain"]
    with capture_output() as captured:
        shell.run_cell_magic("tts", "--dry-run --server local", TEXT)
    data = captured.outputs[0].data
    assert speech.spoken_form in data["text/plain"]
    assert SENTENCE in data["text/html"]


def test_subtitles_show_no_markup(tmp_path: Any) -> None:
    speech = say(TEXT, **fast())
    lines = file_bytes(speech, ".srt", "").decode().strip().split("\n\n")
    assert [cue.split("\n", 2)[2] for cue in lines] == [
        "The first title.",
        "See bold words.",
        "End.",
    ]


def test_what_is_left_to_hear_is_reckoned_from_the_spoken_form() -> None:
    long = f"One two three. {'x = 1' * 500}"
    speech = say(f"One two three.\n\n```\n{long}\n```\n\nEnd.", **fast())
    whole = speech.duration
    speech.complete = False
    speech._spoken = 14
    left = remaining(speech, speech.frames, received=False)
    assert left is not None
    assert left < whole


def test_the_cache_knows_a_speech_by_its_spoken_form(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)
    say(TEXT, **fast(cache=True))
    other = TEXT.replace("*first*", "_first_").replace("**bo**ld", "*bo*ld")
    again = say(other, **fast(cache=True))
    assert again.cost is not None
    assert again.cost.spared == len(again.spoken_form)
    assert again.text == other
    assert lit(again) == [word.replace("bo**ld", "bo*ld") for word in LIT]
    assert say("The first", **fast(cache=True)).cost is None


@pytest.fixture
def paid(
    shell: InteractiveShell, tts_server: TTSServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, Any]]:
    """How to speak at a server with an account of 1,000 characters."""
    assert tts_server.key is not None
    monkeypatch.setenv(KEY_VARIABLE, tts_server.key)
    tts_server.conditions(quota=1_000)
    yield fast(server=tts_server.url, warm=False)
    drop_session(shell)  # it may be asking for a quota still


def test_a_question_and_the_cost_count_the_spoken_form(
    paid: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    small = f"**One.**\n\n```\n{'x' * 2_000}\n```"
    speech = say(small, **paid)  # nobody is asked
    assert speech.cost is not None
    assert speech.cost.sent == len(speech.spoken_form) < 10
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "n")
    with pytest.raises(NotConfirmed):
        say(f"**{'Some words. ' * 60}**\n\n{small}", **paid)
    assert "This text has 7" in asked[0]
    with pytest.raises(ParameterError, match=r"the text has 50,00\d characters"):
        say(f"# {'x' * 50_000}", **paid)
    assert say(f"One.\n\n```\n{'x' * 50_000}\n```", **paid).complete


def test_copied_programs_send_the_spoken_form_and_a_cell_the_text() -> None:
    request = SpeechRequest(server="local", voice="en-us")
    program = snippet_payload("python", request, request, "# *One*")
    assert "One." in program
    assert "*One*" not in program
    assert "# *One*" in snippet_payload("magic", request, request, "# *One*")
    plain = SpeechRequest(server="local", voice="en-us", read="plain")
    assert "# *One*" in snippet_payload("python", plain, plain, "# *One*")
    assert "--read plain" in snippet_payload("magic", plain, plain, "# *One*")
