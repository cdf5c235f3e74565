"""Tab behind the magics: in the terminal's completer, and as a kernel answers its front end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from jupyter_tts.client.keys import KEY_VARIABLE
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.notebook.commands.suggestions import suggest
from jupyter_tts.notebook.runtime.event_loop import EventLoopThread
from jupyter_tts.notebook.runtime.session import session_of
from jupyter_tts.notebook.servers import voices
from jupyter_tts.notebook.servers.voices import known_languages, known_voices
from jupyter_tts.wire.languages import FLASH_LANGUAGES
from jupyter_tts.wire.models import MODEL_IDS
from jupyter_tts.wire.parameters import FORMATS, PARAMETERS
from jupyter_tts.wire.request import SpeechRequest
from jupyter_tts.wire.voices import short_retirement

PATIENCE = 60


def offered(line: str) -> list[str]:
    return [text for text, _ in suggest(line)[1]]


@pytest.mark.parametrize(
    ("line", "fragment", "expected"),
    [
        ("%%tts --vo", "--vo", ["--voice"]),
        ("%tts --vo", "--vo", ["--voice"]),
        ("%%tts --latency ", "", ["0", "1", "2", "3", "4", "auto"]),
        ("%%tts -l ", "", ["0", "1", "2", "3", "4", "auto"]),
        ("%%tts --latency=", "", ["0", "1", "2", "3", "4", "auto"]),
        ("%%tts --latency 3 --sta", "--sta", ["--stability"]),
        ("%%tts --format pcm_4", "pcm_4", ["pcm_44100", "pcm_48000"]),
        ("%%tts --format=ulaw", "ulaw", ["ulaw_8000"]),
        ("%%tts --model ", "", list(MODEL_IDS)),
        ("%%tts --format ", "", list(FORMATS)),
        ("%%tts --server eu --language h", "h", ["hi", "hr", "hu"]),
        ("%%tts --server eu -m eleven_multilingual_v2 --language=h", "h", ["hi", "hr"]),
        ("%%tts --model eleven_flash_v2 --server eu --language ", "", ["en"]),
        ("%tts_panel --server eu --model another --language f", "f", ["fr", "fil", "fi", "fa"]),
        ("%%tts --normalize o", "o", ["on", "off"]),
        ("%%tts --server l", "l", ["local"]),
        ("%%tts --ca", "--ca", ["--cache", "--cast"]),
        ("%%tts --stability 0.", "0.", [f"0.{digit}" for digit in range(1, 10)]),
        ("%%tts --similarity 0.7", "0.7", ["0.7", "0.75"]),
        ("%%tts --speed ", "", ["0.7", "0.8", "0.9", "1", "1.1", "1.2"]),
        ("%%tts --speed=", "", ["0.7", "0.8", "0.9", "1", "1.1", "1.2"]),
        ("%%tts --inactivity-timeout ", "", ["1", "20", "180"]),
        ("%%tts --seed ", "", ["0", "4294967295"]),
        ("%%tts --schedule ", "", ["120,160,250,290"]),
        ("%%tts --latency auto --target ", "", ["50ms", "400ms", "10000ms"]),
        ("%%tts --name ", "", ["speech"]),
        ("%%tts --pronunciation ", "", []),
        ("%tts_network --rtt ", "", ["0", "5000"]),
        ("%tts_network --generation-rate 0", "0", ["0.05"]),
        ("%tts_network --status ", "", ["429", "503"]),
        ("%tts_panel --na", "--na", []),
        ("%tts_panel --vo", "--vo", ["--voice"]),
        ("%tts_panel --ta", "--ta", []),
        ("%tts_panel --latency ", "", ["0", "1", "2", "3", "4"]),
        ("%tts_network --rt", "--rt", ["--rtt"]),
        ("%tts_network o", "o", ["off"]),
        ("%tts_network --rtt 50 o", "o", []),
        ("%tts_sweep --lat", "--lat", ["--latency"]),
        ("%%tts_sweep --latency ", "", ["0..4", "0", "1", "2", "3", "4"]),
        ("%tts_sweep --measure tt", "tt", ["ttfa", "ttfb"]),
        ("%tts_sweep --network here --network ", "", ["here", '"RTT 100 ms"']),
        ("%tts_sweep --network here --net", "--net", ["--network"]),
        ("%tts_sweep --save a.", "a.", ["a.csv", "a.parquet", "a.html"]),
        ("%tts_sweep --pl", "--pl", ["--plan"]),
        ("%tts_key --", "--", ["--save", "--forget"]),
        ("%tts_cache c", "c", ["clear"]),
        ("%tts_check ", "", []),
        ("%%ttsx --vo", "--vo", []),
        ("tts --vo", "", []),
    ],
)
def test_what_may_follow_is_offered(line: str, fragment: str, expected: list[str]) -> None:
    assert offered(line) == expected
    if expected:
        assert suggest(line)[0] == fragment


def test_no_language_is_asked_of_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(EventLoopThread, "submit")
    monkeypatch.setenv(KEY_VARIABLE, "canary")
    for server in ("", "--server in", "--server http://127.0.0.1:9"):
        assert offered(f"%%tts {server} --language ") == list(FLASH_LANGUAGES)


def test_everything_declared_that_is_offered_is_accepted() -> None:
    for declared in PARAMETERS:
        for text in offered(f"%tts_panel --server http://127.0.0.1:9 {declared.option} "):
            assert text.startswith("--") or declared.parse(text) is not None


def test_files_of_speeches_are_offered_their_folders_and_the_suffixes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    new = [f"speech{suffix}" for suffix in (".wav", ".mp3", ".flac", ".ogg", ".vtt", ".srt")]
    assert offered("%%tts --save ") == new
    (tmp_path / "talks").mkdir()
    for name in ("talks/one.MP3", "talks/notes.txt", "talks/.wav", "talks/two words.wav"):
        (tmp_path / name).touch()
    assert offered("%%tts --save ") == ["talks/", *new]
    assert offered("%%tts --save talks/o")[:2] == ["talks/one.MP3", "talks/o.wav"]
    assert offered("%%tts --save=talks/new.v") == ["talks/new.vtt"]
    assert offered("%%tts --save a.wav --save nowhere/") == []
    monkeypatch.setenv("HOME", str(tmp_path))
    assert offered("%%tts --save ~/t")[:2] == ["~/talks/", "~/t.wav"]


def test_the_variables_that_hold_a_speech_are_offered(shell: InteractiveShell) -> None:
    shell.user_ns["first"] = Speech("One.", SpeechRequest(), 24_000, Timeline())
    shell.user_ns["second"] = 2
    assert offered("%%tts --name ") == ["first", "speech"]


def test_an_option_is_offered_once_and_save_again() -> None:
    assert "--voice" in offered("%%tts ")
    assert "--voice" not in offered("%%tts --voice de ")
    assert "--save" in offered("%%tts --save a.wav ")


@pytest.mark.parametrize("line", ["%tts Hello --vo", "%tts -l 3 Hello ", "%tts_panel a --la"])
def test_nothing_is_offered_in_the_text(line: str) -> None:
    assert offered(line) == []


def completed(shell: InteractiveShell, text: str) -> list[tuple[str, int, int]]:
    with provisionalcompleter():
        completions = list(shell.Completer.completions(text, len(text)))
    return [(completion.text, completion.start, completion.end) for completion in completions]


def test_the_terminal_replaces_the_fragment_and_names_nothing_else(
    shell: InteractiveShell,
) -> None:
    shell.user_ns["latency"] = shell.user_ns["voice"] = 3
    assert completed(shell, "%%tts --latency 3 --vo") == [("--voice", 18, 22)]
    assert completed(shell, "%%tts --format=pcm_48") == [("pcm_48000", 15, 21)]
    assert completed(shell, "a = 1\n%tts --latency au") == [("auto", 21, 23)]
    assert [value for value, _, _ in completed(shell, "%%tts --seed ")] == ["0", "4294967295"]
    assert ("speech.wav", 13, 13) in completed(shell, "%%tts --save ")
    for valued in ("speed", "save", "name", "target"):
        assert not {"voice", "print"} & {
            value for value, _, _ in completed(shell, f"%%tts --{valued} ")
        }
    for text in ("%%tts --voice de\nSay --la", "%%tts\n%%tts --vo"):
        assert not {"--latency", "--voice"} & {option for option, _, _ in completed(shell, text)}


def test_what_ends_says_so_beside_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [
        {"id": "JBFqnCBsd6RMkjVDRZzb", "name": "George", "kind": "synthetic"},
        {"id": "21m00Tcm4TlvDq8ikWAM", "name": "Rachel", "kind": ""},
        {"id": "mine", "name": "", "kind": ""},
    ]
    monkeypatch.setattr(voices, "known_voices", lambda session, server: listed)
    assert [kind for _, kind in suggest("%%tts --server eu --voice ")[1]] == [
        f"George, synthetic, {short_retirement('JBFqnCBsd6RMkjVDRZzb', date.today())}",
        "Rachel, legacy, paid plans only",
        "voice",
    ]
    assert suggest("%%tts --server local --voice JBF")[1] == [
        ("JBFqnCBsd6RMkjVDRZzb", "George, synthetic")
    ]
    models = dict(suggest("%%tts --model ")[1])
    assert models["eleven_turbo_v2"] == "deprecated: eleven_flash_v2"
    assert models["eleven_v4_turbo"] == "model"


@pytest.mark.usefixtures("shared_server")
def test_the_voices_of_the_embedded_voice_are_known(shell: InteractiveShell) -> None:
    while not known_voices(session_of(shell), "local"):
        pass  # it is being started, which may take longer than a person is kept waiting
    assert {"de", "en-us", "cmn"} <= set(offered("%%tts --server local --voice "))
    assert ("en-us", 14) in [
        (value, start) for value, start, _ in completed(shell, "%%tts --voice en")
    ]
    assert offered("%%tts --server http://127.0.0.1:9 --voice ") == []


@pytest.mark.usefixtures("shared_server")
def test_the_languages_of_the_embedded_voice_are_known(shell: InteractiveShell) -> None:
    while not known_languages(session_of(shell), "local", None):
        pass
    languages = completed(shell, "%%tts --server local --language ")
    assert {("de", 32, 32), ("zh", 32, 32), ("eo", 32, 32), ("yue", 32, 32)} <= set(languages)
    assert offered("%%tts --server local --language fi") == ["fi"]  # and no fil


def test_unloading_takes_it_away(shell: InteractiveShell) -> None:
    count = len(shell.Completer.custom_matchers)
    shell.run_line_magic("unload_ext", "jupyter_tts")
    assert len(shell.Completer.custom_matchers) == count - 1
    assert ("--voice", 6, 10) not in completed(shell, "%%tts --vo")
    shell.run_line_magic("load_ext", "jupyter_tts")
    shell.run_line_magic("reload_ext", "jupyter_tts")
    assert len(shell.Completer.custom_matchers) == count


@pytest.fixture
def client(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[BlockingKernelClient]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    manager, client = start_new_kernel(kernel_name="python3", startup_timeout=PATIENCE)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_a_kernel_answers_its_front_end(client: BlockingKernelClient) -> None:
    client.execute_interactive("%load_ext jupyter_tts", timeout=PATIENCE)
    for code, start, matches in (
        ("%%tts --latency 3 --vo", 18, ["--voice"]),
        ("%%tts --latency ", 16, ["0", "1", "2", "3", "4", "auto"]),
        ("%%tts --server sg --language h", 29, ["hi", "hr", "hu"]),
        ("%config TTS.laten", 8, ["TTS.latency"]),
    ):
        content = client.complete(code, reply=True, timeout=PATIENCE)["content"]
        answer = content["cursor_start"], content["cursor_end"], content["matches"]
        assert answer == (start, len(code), matches)
