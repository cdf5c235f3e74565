"""A speech in a terminal: on a sound device of the machine, or not at all."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import miniaudio
import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts import TTSError, say
from jupyter_tts.audio import devices
from jupyter_tts.notebook.runtime.frontend import FRONTEND_VARIABLE
from jupyter_tts.notebook.runtime.session import current_session

pytestmark = pytest.mark.usefixtures("shared_server")

TEXT = "Hello you."


class Device:
    """Takes a device's place: asks for sound on a thread of its own, as fast as it comes."""

    heard = b""

    def __init__(self, **options: Any) -> None:
        self.rate = options["sample_rate"]
        self._closed = threading.Event()

    _thread: threading.Thread | None = None

    def start(self, source: Any) -> None:
        def ask() -> None:
            while not self._closed.is_set():
                Device.heard += source.send(self.rate // 100)

        self._thread = threading.Thread(target=ask)
        self._thread.start()

    def close(self) -> None:
        self._closed.set()
        if self._thread is not None:
            self._thread.join()


@pytest.fixture
def null(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have miniaudio open its device that is none, in the time that a real one would take."""
    monkeypatch.setattr(devices, "_backends", lambda miniaudio: [miniaudio.Backend.NULL])


@pytest.fixture
def device(null: None, monkeypatch: pytest.MonkeyPatch) -> type[Device]:
    monkeypatch.setattr(miniaudio, "PlaybackDevice", Device)
    monkeypatch.setattr(Device, "heard", b"")
    return Device


def without_silence(pcm: bytes) -> bytes:
    """The samples that are not 0: between them the device may have run dry."""
    pairs = [pcm[at : at + 2] for at in range(0, len(pcm), 2)]
    return b"".join(pair for pair in pairs if pair != bytes(2))


def test_a_device_hears_every_sample_while_the_text_still_comes(
    shell: InteractiveShell, device: type[Device], capsys: pytest.CaptureFixture[str]
) -> None:
    def tokens() -> Iterator[str]:
        yield "The first words are heard while the last are being made. "
        while not without_silence(device.heard):
            pass
        yield TEXT

    speech = say(tokens(), voice="en-us", play_with="default")
    assert without_silence(device.heard) == without_silence(speech.pcm)
    assert capsys.readouterr().out.startswith("Embedded voice · en-us: ")


def test_what_is_not_there_to_play_with_is_said_before_anything_is_sent(
    shell: InteractiveShell, null: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TTSError, match=r"no sound device is called 'speakers'.*'NULL Playback"):
        say(TEXT, play_with="speakers")
    with pytest.raises(TTSError, match="must be the name of a sound device, not 3"):
        say(TEXT, play_with=3)  # type: ignore[arg-type]

    def refuse(**_: Any) -> None:
        raise miniaudio.MiniaudioError("failed to init device", -1)

    with monkeypatch.context() as patch:
        patch.setattr(miniaudio, "PlaybackDevice", refuse)
        with pytest.raises(TTSError, match="no sound device that can be opened"):
            say(TEXT, play_with="null")
    monkeypatch.setattr(devices, "_backends", lambda miniaudio: [miniaudio.Backend.COREAUDIO])
    with pytest.raises(TTSError, match="no sound device that can be opened"):
        say(TEXT, play_with="default")
    monkeypatch.setitem(sys.modules, "miniaudio", None)
    with pytest.raises(TTSError, match=r"not installed\. Run pip install .*\[play\]"):
        say(TEXT, play_with="default")
    monkeypatch.setenv(FRONTEND_VARIABLE, "live")
    with pytest.raises(TTSError, match="the player in the page plays"):
        say(TEXT, play_with="default")
    assert not current_session().jobs


def test_a_stop_ends_the_sound_of_a_real_device_at_once(
    shell: InteractiveShell, null: None
) -> None:
    session = current_session()
    threading.Timer(0.5, session.stop_jobs).start()
    shell.run_line_magic(
        "tts", "--name speech --voice en-us --play-with null " + "On and on. " * 80
    )
    assert not session.jobs
    assert shell.user_ns["speech"].frames


@pytest.mark.parametrize(
    ("line", "advice"),
    [("", "Not heard here: add --play-with default or --save FILE."), ("--save talk.wav ", "")],
)
def test_a_terminal_says_that_nothing_was_heard_and_how_it_is(
    shell: InteractiveShell,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    line: str,
    advice: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    shell.run_line_magic("tts", f"--voice en-us {line}{TEXT}")
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("Embedded voice · en-us: ")
    assert first.endswith(advice or ")")
