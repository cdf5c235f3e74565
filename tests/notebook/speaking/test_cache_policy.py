"""Cells that run again: what comes from the cache, and what is made again."""

from __future__ import annotations

import asyncio
import errno
import io
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts import Audio, Panel, Speech, say, stream
from jupyter_tts.client.keys import KEY_VARIABLE
from jupyter_tts.client.reading.reading import Reading
from jupyter_tts.client.speech.events import Final
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.notebook.output.saved_view import view_bundle
from jupyter_tts.notebook.runtime.frontend import FRONTEND_VARIABLE
from jupyter_tts.notebook.runtime.session import Session, current_session, drop_session
from jupyter_tts.notebook.servers.embedded import EmbeddedServer, embedded_server
from jupyter_tts.notebook.speaking import cache_policy
from jupyter_tts.notebook.speaking.cache_policy import CACHE_VARIABLE, CachePolicy, Scope
from jupyter_tts.voice_files.store import FOLDER_VARIABLE
from jupyter_tts.wire.conditions import Conditions
from jupyter_tts.wire.request import SpeechRequest

from ...client.diary import SOUND, DiaryServer, serving
from ...voice_files.piper_files import write_piper
from ..panel.test_panel import Page, wait_for_player

pytestmark = pytest.mark.usefixtures("shared_server")

TEXT = "There are 3 of them."


def current_server() -> EmbeddedServer:
    return embedded_server(current_session())


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A cache of the test's own, as a user has it."""
    monkeypatch.delenv(CACHE_VARIABLE)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)
    drop_session(None)
    return tmp_path


def reading(text: str = TEXT) -> Reading:
    whole = Reading()
    whole.feed(text, ended=True)
    return whole


def policy() -> CachePolicy:
    return cache_policy.cache_policy(current_session())


@pytest.fixture
async def server() -> AsyncIterator[DiaryServer]:
    async with serving() as running:
        yield running


def run(shell: InteractiveShell, *cells: str) -> None:
    """Run cells as a front end does, each with a number."""
    for source in cells:
        assert shell.run_cell(source, store_history=True).success


async def test_run_all_sends_nothing_the_second_time(
    shell: InteractiveShell,
    server: DiaryServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "canary")
    options = f"--server {server.address} --format pcm_8000 --no-warm --cache"
    cells = [f"%%tts {options} --name {name}\n{name}: one two." for name in ("first", "second")]
    await asyncio.to_thread(run, shell, *cells)
    sent = server.texts
    assert b"canary" not in policy().cache.path.read_bytes()
    made = {name: shell.user_ns[name] for name in ("first", "second")}
    capsys.readouterr()
    await asyncio.to_thread(run, shell, *cells)
    assert server.texts == sent
    for name, before in made.items():
        speech = shell.user_ns[name]
        assert speech is not before
        assert (speech.text, speech.pcm, speech.words) == (before.text, SOUND, before.words)
    printed = capsys.readouterr().out
    assert printed.count("from the cache, 15 characters not sent") == 1
    assert printed.count("from the cache, 16 characters not sent") == 1
    assert "first byte" not in printed


def test_the_embedded_voice_is_not_started_for_a_cached_speech(
    shell: InteractiveShell, tmp_path: Path
) -> None:
    run(shell, f"%%tts --name first\n{TEXT}", "%reload_ext jupyter_tts")
    assert current_server().url is None
    run(shell, f"%%tts --name again --save {tmp_path}/talk.srt\n{TEXT}")
    assert current_server().url is None
    first, again = shell.user_ns["first"], shell.user_ns["again"]
    assert (again.pcm, again.words, again.complete) == (first.pcm, first.words, True)
    assert [word.text for word in again.words] == TEXT.split()
    assert again.label == "Embedded voice · heart · from the cache"
    assert again.timeline.ttfb is None
    assert (tmp_path / "talk.srt").exists()
    card = view_bundle(again)["text/html"]
    assert f"{len(TEXT)} characters not sent." in card
    assert "first byte" not in card


def test_a_text_that_another_voice_speaks_says_so_and_is_spoken_anew(
    shell: InteractiveShell,
) -> None:
    run(shell, "%%tts --name first\n你好，世界。", "%%tts --name again\n你好，世界。")
    for name in ("first", "again"):
        speech = shell.user_ns[name]
        assert speech.notes == [
            "eSpeak NG speaks Chinese: Heart speaks English.",
        ]
        assert speech.timeline.ttfb is not None
        assert "eSpeak NG speaks Chinese" in view_bundle(speech)["text/html"]


def test_what_is_found_goes_to_the_player(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(shell, f"%%tts\n{TEXT}")
    monkeypatch.setenv(FRONTEND_VARIABLE, "live")
    shown: list[Any] = []

    class Shown:
        def __init__(self, session: Session, speech: Speech, **_: object) -> None:
            shown.append(speech)
            self.player = self.on_stop = None

        async def run(self) -> None:
            shown.append("played")

        def received(self, failure: object) -> None:
            assert failure is None
            shown.append("received")

    monkeypatch.setattr("jupyter_tts.notebook.player.cell_output.CellOutput", Shown)
    run(shell, f"%%tts --name s\n{TEXT}")
    speech = shell.user_ns["s"]
    shell.run_line_magic("unload_ext", "jupyter_tts")
    assert shown[0] is speech
    assert sorted(shown[1:]) == ["played", "received"]
    shell.run_line_magic("load_ext", "jupyter_tts")


def test_a_loop_in_one_cell_measures_real_streams(shell: InteractiveShell) -> None:
    shell.user_ns["say"] = say
    loop = f"made = [say({TEXT!r}, play=False, cache=CACHE) for _ in range(2)]"
    run(shell, loop.replace("CACHE", "None"))
    assert [speech.cost for speech in shell.user_ns["made"]] == [None, None]
    run(shell, loop.replace("CACHE", "None"))
    assert all(speech.cost.spared == len(TEXT) for speech in shell.user_ns["made"])
    run(shell, loop.replace("CACHE", "False"))
    assert [speech.cost for speech in shell.user_ns["made"]] == [None, None]


LOCAL: dict[str, Any] = {"server": "local"}
PAID: dict[str, Any] = {"server": "elevenlabs"}


@pytest.mark.parametrize(
    ("parameters", "variable", "holds"),
    [
        (LOCAL, "", Scope.EARLIER),
        (PAID, "", Scope.NOTEBOOK),
        ({"server": "https://voices.example.org"}, "", Scope.NOTEBOOK),
        ({"server": "http://127.0.0.1:9"}, "", Scope.NOWHERE),
        (PAID | {"logging": False}, "", Scope.NOWHERE),
        (PAID | {"cache": True}, "", Scope.ANYWHERE),
        (LOCAL | {"cache": False}, "", Scope.NOWHERE),
        (LOCAL, "off", Scope.NOWHERE),
        (PAID, "on", Scope.ANYWHERE),
        (LOCAL | {"cache": True}, "off", Scope.ANYWHERE),
    ],
)
def test_each_scope_finds_the_speeches_that_it_may(
    monkeypatch: pytest.MonkeyPatch, parameters: dict[str, Any], variable: str, holds: Scope
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, variable)
    assert policy().scope(SpeechRequest(**parameters)) is holds


@pytest.fixture
def simulation() -> Iterator[None]:
    current_server().conditions = Conditions(rtt=1)
    yield
    current_server().conditions = Conditions()


@pytest.mark.usefixtures("simulation")
def test_a_simulated_network_is_met_by_real_streams() -> None:
    assert policy().scope(SpeechRequest(server="local", cache=True)) is Scope.NOWHERE
    assert policy().scope(SpeechRequest(server="elevenlabs")) is Scope.NOTEBOOK


def whole(request: SpeechRequest) -> Speech:
    speech = Speech(TEXT, request, 24_000, Timeline())
    speech.restore(SOUND, ())
    return speech


def test_a_paid_speech_is_found_by_a_later_kernel_of_its_notebook(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = SpeechRequest(server="elevenlabs")
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/me/one.ipynb")
    policy().store(request, TEXT, whole(request))
    assert policy().find(request, reading()) is None  # by this very run of a cell
    policy().__init__(current_session())  # type: ignore[misc]  # as another run of a cell
    monkeypatch.setattr(cache_policy, "_THIS_KERNEL", "another")
    cached = policy().find(request, reading())
    assert cached is not None
    assert cached.label.startswith("ElevenLabs · ")
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/me/two.ipynb")
    assert policy().find(request, reading()) is None
    assert policy().find(SpeechRequest(server="elevenlabs", cache=True), reading()) is not None


def test_only_a_whole_speech_without_a_seam_is_cached() -> None:
    request = SpeechRequest(server="local")
    unfinished, resumed = Speech(TEXT, request, 24_000, Timeline()), whole(request)
    unfinished.add(Audio(SOUND, 24_000))
    resumed.timeline.reconnect("lost", 3, 2)
    for speech in (unfinished, resumed):
        policy().store(request, TEXT, speech)
    assert policy().cache.contents().speeches == 0


def test_another_file_of_the_same_name_is_another_voice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    write_piper(tmp_path, "joe")
    request = SpeechRequest(server="local", voice="joe", cache=True)
    policy().store(request, TEXT, whole(request))
    assert policy().find(request, reading()) is not None
    os.utime(tmp_path / "joe.onnx", (1, 1))
    assert policy().find(request, reading()) is None


def test_text_that_comes_bit_by_bit_is_spoken_as_it_comes(shell: InteractiveShell) -> None:
    say((word for word in ("one ", "two")), play=False, cache=True)
    assert policy().cache.contents().speeches == 0


async def test_stream_uses_the_cache_only_on_request(shell: InteractiveShell) -> None:
    async def events(**parameters: Any) -> list[Any]:
        return [event async for event in stream("One two.", **parameters)]

    await events(cache=True)
    audio, final = await events(cache=True)
    assert final == Final()
    assert [word.text for word in audio.words] == ["One", "two."]
    assert (audio.sample_rate, audio.spoken) == (24_000, 8)
    assert policy().cache.contents().spared == 8
    assert b"".join(event.pcm for event in await events() if isinstance(event, Audio))
    assert policy().cache.contents().spared == 8


def test_a_panel_uses_the_cache_only_on_request(shell: InteractiveShell) -> None:
    panel = Panel(TEXT, cache=True)
    page = Page(panel)
    players: list[Any] = [None]
    for spared in (0, len(TEXT), 0):
        page.controls.values = {**page.controls.values, "cache": bool(spared) or None}
        if players == [None]:
            page.controls.values = {**page.controls.values, "cache": True}
        panel.speak()
        wait_for_player(page, players[-1])
        players.append(page.player)
        page.hear()
        assert panel.speech is not None
        assert (panel.speech.cost.spared if panel.speech.cost else 0) == spared
    assert [entry["first"] is None for entry in page.history.entries] == [False, True, False]
    panel.close()


def test_the_cache_is_shown_and_cleared(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: policy().cache.path.parents[1])
    run(shell, f"%%tts\n{TEXT}", f"%%tts\n{TEXT}", "%config TTS.cache_megabytes = 20")
    capsys.readouterr()
    run(shell, "%tts_cache")
    shown = capsys.readouterr().out
    size = policy().cache.contents().size / 1e6
    assert shown.startswith(f"1 speech, {size:.1f} of 20 MB, in ~/")
    assert "20 characters were not sent because of them." in shown
    run(shell, "%tts_cache clear", "%tts_cache")
    assert "0 speeches, 0.0 of 20 MB" in capsys.readouterr().out
    assert not shell.run_cell("%tts_cache empty").success
    assert "takes clear or nothing" in capsys.readouterr().out


def test_a_cache_that_fails_is_none(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    (folder / "speeches.sqlite3").mkdir()
    run(shell, f"%%tts --name s\n{TEXT}", f"%%tts --name s\n{TEXT}")
    assert shell.user_ns["s"].complete
    assert not shell.run_cell("%tts_cache").success
    assert "The cache cannot be used: " in capsys.readouterr().out


def test_a_cache_without_a_folder_says_why_and_speech_goes_on(
    shell: InteractiveShell,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
) -> None:
    def no_home(*_: object, **__: object) -> Path:
        raise RuntimeError("could not determine the home directory")

    def unwritable(*_: object, **__: object) -> Path:
        (folder / "file").touch()
        return folder / "file" / "cache"

    for cache_folder, why in (
        (no_home, "this user has no home folder"),
        (unwritable, "cache cannot be written"),
    ):
        monkeypatch.setattr("platformdirs.user_cache_path", cache_folder)
        run(shell, f"%%tts\n{TEXT}")
        capsys.readouterr()
        shell.run_cell("%tts_cache")
        shown = capsys.readouterr().out
        assert f"{why}. Speech goes on without it." in shown
        assert "clear" not in shown


def test_a_cache_on_a_full_disk_says_so(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    run(shell, "%tts_cache")
    assert "No more" not in capsys.readouterr().out
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: Full())
    run(shell, "%tts_cache")
    shown = capsys.readouterr().out
    assert shown.startswith("0 speeches, 0.0 of ")
    assert shown.endswith(" No more can be kept: No space left on device.\n")


def test_a_cache_that_may_not_be_read_says_so(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = policy().cache.path

    def forbidden(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "exists", forbidden)
    assert not shell.run_cell("%tts_cache").success
    shown = capsys.readouterr().out
    assert f"{path.name}: Permission denied. Speech goes on without it." in shown
    assert "clear" not in shown
