"""What the notebook adds to a stream's recovery: the embedded voice comes back elsewhere."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator

import pytest

from jupyter_tts import say, stream
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.servers.embedded import embedded_server
from jupyter_tts.notebook.speaking.job import Finished

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


def test_a_stream_on_another_loop_starts_it_again_for_the_whole_session() -> None:
    async def source() -> AsyncIterator[str]:
        yield "One two three. "
        kill()
        yield "Four five six."

    async def read() -> None:
        async for event in stream(source(), auto_mode=True):
            last = event
        assert isinstance(last, Finished)
        assert last.speech.timeline.reconnects

    asyncio.run(read())
    again = embedded_server(current_session()).pid
    assert say("Seven.", play=False).complete
    assert embedded_server(current_session()).pid == again is not None
