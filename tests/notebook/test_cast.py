"""Several speakers, from Python and from cells: what is heard, shown, saved and cached."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts import Audio, say, stream
from jupyter_tts.client.speech.events import Event
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.notebook.commands.options import parse_options, parse_parameters
from jupyter_tts.notebook.output.request_card import render_card
from jupyter_tts.notebook.output.saved_view import view_bundle
from jupyter_tts.notebook.player.feed import WordFeed
from jupyter_tts.notebook.speaking.job import Finished
from jupyter_tts.wire.errors import ParameterError, VoiceNotFound

pytestmark = pytest.mark.usefixtures("shared_server", "shell")

CAST = {"Anna": "en-us", "Ben": "de"}
LINES = "Anna: Hello <b>.\nBen: Hallo.\n\nAnna: Bye."
OPTIONS = '--cast "Anna=en-us, Ben=de"'


def card_of(speech: Speech) -> str:
    return render_card(speech.request, turns=speech.turns)


def test_lines_and_pairs_are_the_same_speech() -> None:
    pairs = [("Anna", "Hello <b>."), ("Ben", "Hallo."), ("Anna", "Bye.")]
    for text in (LINES, pairs):
        speech = say(text, cast=CAST)
        assert speech.text == "Hello <b>.\nHallo.\nBye."
        assert [turn.speaker for turn in speech.turns] == ["Anna", "Ben", "Anna"]
        assert speech.label.startswith("Embedded voice · Anna, Ben")


def test_one_voice_at_a_time_is_several_streams_and_the_card_says_so() -> None:
    speech = say(LINES, cast=CAST)
    assert speech.request.voices == ()
    assert "Anna = en-us, Ben = de. 3 streams, one after another" in card_of(speech)
    together = say(LINES, cast=CAST, model="eleven_v4")
    assert together.request.first_message["voices"] == ["en-us", "de"]
    assert "One stream, since eleven_v4 takes several voices" in card_of(together)
    one = say(LINES, cast=CAST, model="eleven_v4_turbo")
    assert "since eleven_v4_turbo takes one voice" in card_of(one)
    same = say("Anna: Hello.\nBen: Hi.", cast={"Anna": "de", "Ben": "de"}, model="eleven_v4")
    assert "One stream, since one voice speaks" in card_of(same)


async def test_stream_gives_the_times_of_the_whole() -> None:
    events: list[Event] = [event async for event in stream(LINES, cast=CAST)]
    words = [word for event in events if isinstance(event, Audio) for word in event.words]
    starts = [word.start for word in words]
    assert starts == sorted(starts)
    *_, last = events
    assert isinstance(last, Finished)
    assert sum(isinstance(event, Finished) for event in events) == 1
    assert last.speech.turns[1].speaker == "Ben"
    assert words[-1].end <= last.speech.duration + 0.001


def test_what_goes_wrong_is_one_sentence_before_anything_is_sent() -> None:
    with pytest.raises(ParameterError, match="line 2: 'Carla' is not in the cast"):
        say("Anna: Hello.\nCarla: Hi.", cast=CAST)
    with pytest.raises(ParameterError, match="turn 1: 'Anna' is not in the cast"):
        say([("Anna", "Hello.")])
    with pytest.raises(ParameterError, match="voice does not go with a cast"):
        say(LINES, cast=CAST, voice="de")
    with pytest.raises(ParameterError, match="with a cast the text is a str, or a list of pairs"):
        say(iter(["Anna: Hello."]), cast=CAST)
    with pytest.raises(VoiceNotFound, match="nobody-at-all"):
        say(LINES, cast={**CAST, "Ben": "nobody-at-all"})


def test_a_configured_voice_does_not_stand_in_the_way(shell: InteractiveShell) -> None:
    shell.run_line_magic("config", "TTS.voice = 'fr'")
    assert say(LINES, cast=CAST).request.voice == "en-us"


def test_the_speakers_are_named_in_the_saved_view_and_no_name_is_a_word() -> None:
    html = view_bundle(say(LINES, cast=CAST))["text/html"]
    _, _, text = html.partition('<p class="jtts-text" dir="auto">')
    text = text.partition("</p>")[0]
    marks = [part.partition("</b>")[0] for part in text.split('<b class="jtts-speaker">')[1:]]
    assert marks == ["Anna: ", "Ben: ", "Anna: "]
    assert text.startswith('<b class="jtts-speaker">Anna: </b><span data-start')
    assert ".<br>" in text or "</span><br><b" in text
    assert "&lt;b&gt;" in text
    assert "<v Ben>" in html


def test_subtitles_name_who_speaks(tmp_path: Path) -> None:
    speech = say(LINES, cast=CAST)
    cues = speech.save(tmp_path / "talk.vtt").read_text("utf-8").split("\n\n")[1:]
    assert [cue.split("\n")[1][:8] for cue in cues] == ["<v Anna>", "<v Ben>H", "<v Anna>"]
    srt = speech.save(tmp_path / "talk.srt").read_text("utf-8")
    assert "Anna: Hello <b>." in srt
    assert "\nBen: Hallo.\n" in srt
    speech.save(tmp_path / "talk.wav")


def test_the_cache_knows_who_spoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = say(LINES, cast=CAST, cache=True)
    again = say(LINES.replace("Anna", "Eva"), cast={"Eva": "en-us", "Ben": "de"}, cache=True)
    assert again.pcm == made.pcm  # names are not heard
    assert again.label == "Embedded voice · Eva, Ben · from the cache"
    assert [turn.speaker for turn in again.turns] == ["Eva", "Ben", "Eva"]
    assert again.words == made.words
    swapped = say(LINES, cast={"Anna": "de", "Ben": "en-us"}, cache=True)
    assert not swapped.label.endswith("from the cache")
    alone = say(made.text, voice="en-us", cache=True)
    assert not alone.label.endswith("from the cache")


def test_a_cell_has_a_cast(
    shell: InteractiveShell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.user_ns["who"] = "world"
    path = tmp_path / "talk.srt"
    source = f"%%tts {OPTIONS} --name talk --save {path}\nAnna: Hello {{who}}.\nBen: Hallo."
    assert shell.run_cell(source).success
    assert shell.user_ns["talk"].text == "Hello world.\nHallo."
    assert "Ben: Hallo." in path.read_text("utf-8")
    assert "Anna, Ben" in capsys.readouterr().out


def dry_run(shell: InteractiveShell, capsys: pytest.CaptureFixture[str], options: str) -> str:
    shell.run_cell(f"%%tts {OPTIONS} --dry-run {options}\n{LINES}")
    return capsys.readouterr().out


def test_a_dry_run_shows_what_each_turn_sends(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    turns = dry_run(shell, capsys, "--server https://speech.example").splitlines()
    assert [line.split("/")[5] for line in turns if "stream-input" in line] == [
        "en-us",
        "de",
        "en-us",
    ]
    dialogue = dry_run(shell, capsys, "--server https://speech.example --model eleven_v4")
    assert '"voices": ["en-us", "de"]' in dialogue
    assert '{"inputs": [{"text": "Hallo.\\n", "voice_id": "de"}]}' in dialogue


def test_a_wrong_cast_is_refused_with_the_other_options(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ParameterError) as refused:
        parse_options('--cast "Anna" --latency 9')
    assert len(refused.value.faults) == 2
    with pytest.raises(ParameterError, match="%tts_panel has no --cast"):
        parse_parameters(OPTIONS, "%tts_panel")
    shell.run_cell(f"%%tts {OPTIONS}\nHello.")
    assert "line 1 has no speaker: begin it with Anna: or Ben:" in capsys.readouterr().out


def test_the_player_gets_the_words_of_every_speaker() -> None:
    speech = say(LINES, cast=CAST)
    feed = WordFeed(speech)
    entries: list[Any] = feed.rest()["words"]["list"]
    assert "".join(f"{gap}{text}" for gap, text, *_ in entries) == speech.text


def test_what_is_derived_keeps_the_speakers() -> None:
    speech = say(LINES, cast=CAST)
    assert speech.scaled(0.5).turns == speech.turns
