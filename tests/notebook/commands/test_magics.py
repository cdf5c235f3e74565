from __future__ import annotations

import gc
import re
import sys
import threading
import wave
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts.audio import codecs, files
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.notebook.commands.options import help_text, parse_options, parse_parameters
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.servers.embedded import EmbeddedServer, embedded_server
from jupyter_tts.wire.errors import ParameterError

BEFORE_3_12 = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="Python's tokenizer, which IPython asks, refuses the cell"
)


def current_server() -> EmbeddedServer:
    return embedded_server(current_session())


def run(shell: InteractiveShell, source: str) -> Any:
    return shell.run_cell(source)


@pytest.mark.usefixtures("shared_server")
def test_a_cell_is_spoken_and_said_in_one_line(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shell.user_ns["count"] = 3
    path = tmp_path / "talk.wav"
    subtitles = tmp_path / "talk.srt"
    options = f"--latency 3 --name s --save {path} --save {subtitles}"
    source = f"%%tts {options}\nThere are {{count}} of them.\n"
    assert run(shell, source).success
    speech = shell.user_ns["s"]
    assert isinstance(speech, Speech)
    assert speech.text == "There are 3 of them."
    assert speech.complete
    assert [word.text for word in speech.words] == ["There", "are", "3", "of", "them."]
    assert speech.request.latency == 3
    with wave.open(str(path)) as file:
        assert file.readframes(file.getnframes()) == speech.pcm
    assert subtitles.read_text("utf-8").endswith("\nThere are 3 of them.\n")
    printed = capsys.readouterr().out
    assert printed.count("\n") == 2
    assert printed.endswith(f"\nSaved: {path}, {subtitles}\n")
    assert "Embedded voice" in printed
    assert f"{speech.duration:.2f} s of speech" in printed


@pytest.mark.usefixtures("shared_server")
def test_a_line_is_spoken_as_it_stands(shell: InteractiveShell) -> None:
    shell.user_ns["hour"] = 1
    assert run(shell, "%tts --name s -l 4 it's  {hour + 1} \"o'clock\"").success
    assert shell.user_ns["s"].text == "it's  2 \"o'clock\""
    assert run(shell, "%tts --raw --name s {hour + 1}").success
    assert shell.user_ns["s"].text == "{hour + 1}"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("%%tts\n  \n", "the text is empty"),
        ("%tts", "the text is empty"),
        ("%%tts --latency 5\nx", "--latency must be a whole number from 0 to 4, not 5"),
        ("%%tts --stability 7.5\nx", "--stability must be a number from 0 to 1, not 7.5"),
        ("%%tts --wrong\nx", "there is no option --wrong"),
        ("%%tts --voice nobody-at-all\nx", "no voice 'nobody-at-all'"),
        ("%%tts --server http://127.0.0.1:9\nx", "No connection to 127.0.0.1:9"),
        ("%%tts --server elevenlabs\nx", "ELEVENLABS_API_KEY"),
        ("%%tts --save talk.aac\nx", "Name it talk.wav"),
        ("%%tts --save no/such/folder/talk.wav\nx", "there is no folder"),
        ("%%tts --name class\nx", "--name must be a name"),
        ("%%tts\nHello \ud83d you", "(U+D83D) at position 6."),
        pytest.param("%tts Hello \ude00", "(U+DE00) at position 6.", marks=BEFORE_3_12),
        ("half = 0xD83D\n%tts Hello {chr(half)}", "(U+D83D) at position 6."),
        ("%%tts --save \ud83d.wav\nx", "no file can have the name '\\ud83d.wav'"),
    ],
)
@pytest.mark.usefixtures("shared_server")
def test_bad_input_gets_one_red_sentence_and_no_traceback(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], source: str, said: str
) -> None:
    result = run(shell, source)
    assert not result.success
    printed = capsys.readouterr().out
    assert said in printed
    assert "Traceback" not in printed
    assert printed.count("\n") == 1


@pytest.mark.usefixtures("shared_server")
def test_what_cannot_be_saved_is_told_and_the_rest_is_saved(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "taken.wav").mkdir()
    options = f"--save {tmp_path}/taken.wav --save {tmp_path}/talk.mp3"
    assert not run(shell, f"%%tts {options}\nHello.").success
    printed = capsys.readouterr().out
    assert f"Saved: {tmp_path}/talk.mp3\n" in printed
    assert "taken.wav could not be written: Is a directory." in printed
    assert "Traceback" not in printed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["taken.wav", "talk.mp3"]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--format mp3_44100_128", "mp3_44100_128 is decoded with PyAV, which is not installed."),
        ("--save talk.flac", "A .flac file is written with PyAV, which is not installed."),
        ("--save talk.ogg", "A .ogg file is written with PyAV, which is not installed."),
    ],
)
def test_without_the_extra_one_sentence_names_the_command_and_nothing_is_sent(
    shell: InteractiveShell,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    said: str,
) -> None:
    for module in (codecs, files):
        monkeypatch.setattr(module, "find_spec", lambda package: None)
    assert not run(shell, f"%%tts {option}\nx").success
    printed = capsys.readouterr().out
    assert said in printed
    assert 'python -m pip install "jupyter_tts[codecs]"' in printed
    assert printed.count("\n") == 1
    assert current_server().url is None


@pytest.mark.parametrize("name", ["mp3_44100_128", "mp3_22050_32", "opus_48000_64"])
@pytest.mark.usefixtures("shared_server")
def test_a_compressed_format_is_heard_whole_with_its_words(
    shell: InteractiveShell, name: str
) -> None:
    assert run(shell, f"%%tts --format {name} --name s\nThere are three of them.").success
    assert run(shell, "%%tts --format pcm_24000 --name plain\nThere are three of them.").success
    speech, plain = shell.user_ns["s"], shell.user_ns["plain"]
    assert [word.text for word in speech.words] == ["There", "are", "three", "of", "them."]
    # eSpeak NG varies by some 10 ms between calls; an mp3 ends with up to two frames of silence.
    assert speech.duration == pytest.approx(plain.duration, abs=0.1)
    for word, same in zip(speech.words, plain.words, strict=True):
        assert word.start == pytest.approx(same.start, abs=0.05)


def test_a_dry_run_shows_the_request_and_sends_nothing(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shell, "%%tts --dry-run -l 4 --server eu --stability 0.2\nhello").success
    url, message = capsys.readouterr().out.splitlines()
    assert url.startswith("wss://api.eu.residency.elevenlabs.io/v1/text-to-speech/")
    assert url.endswith(
        "?optimize_streaming_latency=4&output_format=pcm_24000&apply_text_normalization=off"
    )
    assert message.startswith('{"text": " ", "voice_settings": {"stability": 0.2}')
    assert current_server().url is None


def test_help_is_shown_with_a_question_mark(shell: InteractiveShell) -> None:
    shown = {
        "%%tts": "--latency LATENCY",
        "%tts_sweep": "--arrival HOW",
        "%tts_network": "--rtt MS",
    }
    for magic, option in shown.items():
        assert option in shell.object_inspect(magic)["docstring"]


def test_unloading_leaves_nothing_behind(shell: InteractiveShell) -> None:
    assert run(shell, "%tts hello").success
    assert current_server().pid is not None
    for _ in range(2):
        run(shell, "%reload_ext jupyter_tts")
    run(shell, "%unload_ext jupyter_tts")
    assert current_server().pid is None
    assert "tts" not in shell.magics_manager.magics["line"]
    assert "tts" not in shell.magics_manager.magics["cell"]
    assert "jupyter_tts" not in [thread.name for thread in threading.enumerate()]
    gc.collect()
    run(shell, "%load_ext jupyter_tts")


@pytest.mark.parametrize(
    ("option", "named"),
    [
        ("--name s", "--name"),
        ("--save talk.wav", "--save"),
        ("--raw", "--raw"),
        ("--latency 3 --no-play --dry-run", "--no-play and no --dry-run"),
    ],
)
def test_the_panel_refuses_options_that_would_do_nothing(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], option: str, named: str
) -> None:
    assert not run(shell, f"%tts_panel {option} Hello.").success
    printed = capsys.readouterr().out
    assert f"%tts_panel has no {named}. " in printed
    assert printed.count("\n") == 1


def test_every_option_of_the_magic_is_the_panels_or_refused_by_it() -> None:
    for option in set(re.findall(r"--[a-z][a-z-]*", help_text())):
        try:
            options = parse_options(option)
        except ParameterError:
            continue  # it wants a value
        if options.parameters:
            assert parse_parameters(option, "%tts_panel") == options.parameters
        else:
            with pytest.raises(ParameterError, match=option):
                parse_parameters(option, "%tts_panel")


@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_a_url_to_check_may_be_written_as_a_string(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], quote: str
) -> None:
    url = "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input"
    assert run(shell, f"%tts_check {quote}{url}{quote}").success
    assert capsys.readouterr().out == "Nothing to correct.\n"


def test_a_quote_that_is_not_closed_is_still_found(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    url = "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input"
    for text in (f'"{url}', f'{url}?model_id="m"', f"\"{url}'"):
        assert run(shell, f"%tts_check {text}").success
        assert "quotes" in capsys.readouterr().out.lower()
