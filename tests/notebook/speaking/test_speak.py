"""What follows a speech that nobody waits for."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest

from jupyter_tts.client.speech.events import Audio, Event, Final
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.speaking import job
from jupyter_tts.notebook.speaking.preparation import PreparedRequest
from jupyter_tts.notebook.speaking.speak import _start
from jupyter_tts.wire.errors import ConnectionLost, TTSError, UnsupportedFormat
from jupyter_tts.wire.request import SpeechRequest

RATE = 24_000
PATIENCE = 60.0  # s for what would otherwise hang


def stream(failure: TTSError | None = None) -> Callable[..., AsyncGenerator[Event, None]]:
    async def speak(*_: Any, **__: Any) -> AsyncGenerator[Event, None]:
        yield Audio(b"\1\0" * RATE, RATE)
        if failure is not None:
            raise failure
        yield Final()

    return speak


def speak_in_background(
    then: Callable[[Speech], object], output: job.SpeechOutput | None = None
) -> None:
    """Speak, and wait for what follows."""
    session = current_session()
    request = SpeechRequest(warm=False)
    background = job.SpeechJob(session, request, "One.")
    background._prepared = PreparedRequest(request, None, "")
    background.speech = Speech("One.", request, RATE, Timeline())
    if output is not None:
        session.event_loop.submit(background.attach(output)).result(PATIENCE)
    _start(session, background, None, then).result(PATIENCE)


async def nothing() -> None: ...


def test_what_follows_a_speech_leaves_the_event_loop_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "stream_speech", stream())
    heard: list[float] = []

    def then(speech: Speech) -> None:
        # It would never end on the event loop's own thread.
        current_session().event_loop.submit(nothing()).result(PATIENCE)
        heard.append(speech.duration)

    speak_in_background(then)
    assert heard == [1.0]


def test_a_speech_that_was_cut_off_is_followed_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(job, "stream_speech", stream(ConnectionLost("It was cut off.")))
    heard: list[float] = []
    speak_in_background(lambda speech: heard.append(speech.duration))
    assert heard == [1.0]
    assert "It was cut off." in capsys.readouterr().err


class Silent:
    """An output that shows nothing."""

    on_stop: Callable[[], object]

    async def run(self) -> None: ...

    def arrived(self) -> None: ...

    def received(self, failure: TTSError | None = None) -> None: ...

    def refresh(self) -> None: ...

    def stop(self) -> None: ...


@pytest.mark.parametrize("output", [None, Silent()], ids=["no player", "player"])
def test_the_reason_why_a_speech_could_not_be_saved_is_shown(
    output: job.SpeechOutput | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(job, "stream_speech", stream())

    def then(_: Speech) -> None:
        raise UnsupportedFormat("No such format.")

    speak_in_background(then, output)
    assert "No such format." in capsys.readouterr().err
