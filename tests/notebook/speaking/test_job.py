"""One way from a text to a speech: what a cell, `say`, `stream` and a panel have in common."""

from __future__ import annotations

import asyncio
import base64
import builtins
import contextlib
import json
import threading
from collections.abc import Iterator
from socket import SHUT_RDWR
from typing import Any

import pytest
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from websockets.sync.server import ServerConnection, serve

from jupyter_tts import Audio, Speech, say, stream
from jupyter_tts.client.keys import KEY_VARIABLE
from jupyter_tts.client.speech.events import Final
from jupyter_tts.client.streaming.account import PACE
from jupyter_tts.client.streaming.retry import Retry
from jupyter_tts.notebook.runtime.session import drop_session
from jupyter_tts.notebook.runtime.settings import Settings
from jupyter_tts.server import TTSServer
from jupyter_tts.wire.errors import ConnectionLost, NotConfirmed, TTSError

LONG = "Some fifty characters are in every such sentence. " * 11


@pytest.fixture
def server(
    shell: InteractiveShell, tts_server: TTSServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TTSServer]:
    """A server with an account of 1,000 characters, and its key where it is looked for."""
    assert tts_server.key is not None
    monkeypatch.setenv(KEY_VARIABLE, tts_server.key)
    tts_server.conditions(quota=1_000)
    yield tts_server
    drop_session(shell)  # it may be asking for a quota still


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a person is asked, who says no."""
    questions: list[str] = []

    def ask(question: str) -> str:
        questions.append(question)
        return "n"

    monkeypatch.setattr(builtins, "input", ask)
    return questions


def fast(server: TTSServer, **parameters: Any) -> dict[str, Any]:
    return {
        "server": server.url,
        "voice": "en-us",
        "format": "pcm_8000",
        "warm": False,
        **parameters,
    }


async def events_of(text: Any, **parameters: Any) -> list[Any]:
    return [event async for event in stream(text, **parameters)]


async def test_a_stream_asks_before_a_costly_text_as_say_does(
    server: TTSServer, questions: list[str]
) -> None:
    with pytest.raises(NotConfirmed, match=r"^Nothing was sent\.$"):
        await events_of(LONG, **fast(server))
    with pytest.raises(NotConfirmed, match=r"^Nothing was sent\.$"):
        await asyncio.to_thread(say, LONG, play=False, **fast(server))
    assert len(questions) == 2
    assert questions[0] == questions[1]
    assert "550 characters" in questions[0]
    assert (await events_of(LONG, yes=True, **fast(server)))[-1] == Final()
    assert len(questions) == 2


async def test_a_stream_sends_nothing_where_nobody_can_be_asked(
    server: TTSServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(_: str) -> str:
        raise StdinNotImplementedError

    monkeypatch.setattr(builtins, "input", nobody)
    with pytest.raises(NotConfirmed, match="add --yes"):
        await events_of(LONG, **fast(server))
    assert await events_of("Hello you.", **fast(server))  # a small text asks nobody


async def test_a_stream_ends_with_its_whole_speech_and_what_it_cost(server: TTSServer) -> None:
    *audio, last = await events_of("Hello you.", **fast(server))
    speech = last.speech
    assert isinstance(speech, Speech)
    assert speech.complete
    assert speech.pcm == b"".join(event.pcm for event in audio)
    assert speech.cost.sent == len("Hello you.")


async def test_an_error_of_a_stream_carries_what_came_before(server: TTSServer) -> None:
    heard: list[Audio] = []

    async def hear() -> None:
        async for event in stream("One two three. " * 20, yes=True, latency=4, **fast(server)):
            assert isinstance(event, Audio)
            heard.append(event)

    server.conditions(quota=100)
    with pytest.raises(TTSError) as caught:
        await hear()
    speech = caught.value.speech
    assert isinstance(speech, Speech)
    assert not speech.complete
    assert speech.pcm == b"".join(event.pcm for event in heard)
    assert speech.cost is not None


async def test_text_that_comes_bit_by_bit_is_the_text_of_the_speech(server: TTSServer) -> None:
    events = await events_of((word for word in ("Hello ", "you.")), **fast(server))
    assert events[-1].speech.text == "Hello you."
    assert events[-1].speech.spoken == "Hello you."


async def test_a_speech_from_the_cache_is_a_stream_of_one_piece(
    server: TTSServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)
    *_, made = await events_of("Hello you.", cache=True, **fast(server))
    audio, again = await events_of("Hello you.", cache=True, **fast(server))
    assert audio.pcm == made.speech.pcm
    assert [word.text for word in audio.words] == ["Hello", "you."]
    assert again.speech.cost.spared == len("Hello you.")


@contextlib.contextmanager
def untimed(seconds: float) -> Iterator[tuple[str, list[str]]]:
    """A server that sends no times, and loses its first socket after so much sound."""
    texts: list[str] = []

    def handler(socket: ServerConnection) -> None:
        text = ""
        while piece := json.loads(socket.recv())["text"]:
            text += piece
        texts.append(text.strip())
        sound = base64.b64encode(b"\0\x10" * round(8_000 * seconds)).decode()
        socket.send(json.dumps({"audio": sound}))
        if len(texts) == 1:
            socket.socket.shutdown(SHUT_RDWR)
            return
        socket.send(json.dumps({"audio": sound}))
        socket.send(json.dumps({"isFinal": True}))

    with serve(handler, "127.0.0.1", 0, compression=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}", texts
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("how", ["say", "stream", "cell"])
@pytest.mark.parametrize("repeats", [0.5, 1.0])
async def test_how_much_may_be_spoken_again_is_a_setting(
    shell: InteractiveShell, how: str, repeats: float
) -> None:
    shell.run_line_magic("config", f"TTS.repeats = {repeats}")
    text = "One two three four five six seven eight nine ten eleven twelve."
    with untimed(0.75 * PACE * len(text)) as (address, texts):
        parameters = {"server": address, "format": "pcm_8000", "warm": False, "voice": "x"}
        with contextlib.suppress(ConnectionLost):
            if how == "say":
                await asyncio.to_thread(say, text, play=False, **parameters)
            elif how == "stream":
                await events_of(text, **parameters)
            else:
                line = f"--server {address} --format pcm_8000 --no-warm --voice x"
                shell.run_cell(f"%%tts {line}\n{text}")
    assert texts == [text] * (2 if repeats == 1.0 else 1)
    assert Settings().repeats == Retry().repeats == 0.5


async def test_a_text_is_spoken_over_http_as_over_a_socket(server: TTSServer) -> None:
    text = "Hello there, and good day to you. This is the second sentence. "
    speeches = {
        transport: (await events_of(text, **fast(server, transport=transport)))[-1].speech
        for transport in ("websocket", "http")
    }
    assert all(speech.complete for speech in speeches.values())
    words = {transport: [word.text for word in s.words] for transport, s in speeches.items()}
    assert words["http"] == words["websocket"]
    assert speeches["http"].duration == pytest.approx(speeches["websocket"].duration, abs=0.2)
    for one, other in zip(speeches["http"].words, speeches["websocket"].words, strict=True):
        assert one.start == pytest.approx(other.start, abs=0.2)
    assert all(speech.timeline.ttfa is not None for speech in speeches.values())


async def test_streams_of_another_loop_share_a_kept_connection(server: TTSServer) -> None:
    options = fast(server, transport="http", warm=True)
    timelines = [(await events_of("Hello.", **options))[-1].speech.timeline for _ in range(2)]
    assert [timeline.warm for timeline in timelines] == [False, True]


async def test_over_http_the_level_is_chosen_for_the_whole_text(server: TTSServer) -> None:
    text = "One sentence is here. And another one follows it. " * 8
    *_, final = await events_of(text, **fast(server, transport="http", latency="auto"))
    assert final.speech.complete
    assert len(final.speech.timeline.levels) == 1
