"""What the notebook adds to a stream's recovery: the embedded voice comes back elsewhere."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from jupyter_tts import say
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.servers.embedded import embedded_server

pytestmark = pytest.mark.usefixtures("shell")


def kill() -> None:
    pid = embedded_server(current_session()).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def test_an_embedded_voice_that_dies_in_mid_utterance_is_started_again() -> None:
    def source() -> Iterator[str]:
        yield "One two three. "
        kill()
        yield "Four five six."

    speech = say(source(), play=False, auto_mode=True)
    assert speech.complete
    assert [word.text for word in speech.words] == ["One", "two", "three.", "Four", "five", "six."]
    assert speech.timeline.reconnects


def test_an_embedded_voice_that_died_before_is_started_again() -> None:
    assert say("One.", play=False).complete
    kill()
    speech = say("Two.", play=False)
    assert [word.text for word in speech.words] == ["Two."]
