"""A text that is longer than the model's requests may be goes on over another socket."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from websockets.asyncio.server import ServerConnection

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.streaming import stream
from jupyter_tts.client.streaming.retry import Retry
from jupyter_tts.client.streaming.stream import most_characters, stream_speech
from jupyter_tts.client.streaming.text_sources import Text
from jupyter_tts.wire.alignment import Alignment
from jupyter_tts.wire.messages import ServerMessage, encode_server
from jupyter_tts.wire.models import most_characters_of
from jupyter_tts.wire.request import SpeechRequest

from ..conftest import ServeWith

MODEL = "eleven_multilingual_v2"
MOST = most_characters_of(MODEL) or 0
SENTENCES = "".join(f"This is sentence number {number} of many. " for number in range(700))
WORDS = " ".join(f"word{number}" for number in range(3000))


class Reader:
    """A server that notes what each socket is sent, and speaks it at 8 ms a character."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def __call__(self, socket: ServerConnection) -> None:
        text = ""
        while part := json.loads(await socket.recv())["text"]:
            text += part
        text = text.lstrip()
        self.texts.append(text)
        for begin in range(0, len(text), 1000):
            part = text[begin : begin + 1000]
            times = tuple(8.0 * index for index in range(len(part)))
            message = ServerMessage(
                bytes(2 * 64 * len(part)),
                alignment=Alignment(tuple(part), times, (8.0,) * len(part)),
            )
            await socket.send(encode_server(message))
        await socket.send(encode_server(ServerMessage(is_final=True)))


async def speak(address: str, text: Text) -> tuple[list[str], Timeline]:
    """Return the words that were spoken, and the timeline."""
    request = SpeechRequest(server=address, model=MODEL, format="pcm_8000")
    timeline, words = Timeline(), []
    async for event in stream_speech(
        request, text, timeline=timeline, retry=Retry(base=0.0, cap=0.0)
    ):
        if isinstance(event, Audio):
            words += [word.text for word in event.words]
    return words, timeline


async def by_token(text: str) -> AsyncIterator[str]:
    for word in text.split(" "):
        yield f"{word} "


@pytest.fixture
def like_elevenlabs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the test's server for one of ElevenLabs'."""
    monkeypatch.setattr(stream, "is_elevenlabs", lambda server: True)


@pytest.mark.usefixtures("like_elevenlabs")
@pytest.mark.parametrize("tokens", [False, True], ids=["whole", "by token"])
async def test_a_long_text_is_cut_behind_sentences(serve_with: ServeWith, tokens: bool) -> None:
    reader = Reader()
    text = by_token(SENTENCES) if tokens else SENTENCES
    words, timeline = await speak(await serve_with(reader), text)
    assert len(reader.texts) >= len(SENTENCES) / MOST
    for sent in reader.texts:
        assert len(sent) <= MOST
        assert sent.rstrip().endswith("many.")
    assert "".join(f"{sent.strip()} " for sent in reader.texts).split() == SENTENCES.split()
    assert words == SENTENCES.split()
    assert timeline.reconnects == []
    assert timeline.repeated == 0


@pytest.mark.usefixtures("like_elevenlabs")
async def test_a_text_without_sentences_is_cut_between_words(serve_with: ServeWith) -> None:
    reader = Reader()
    words, _ = await speak(await serve_with(reader), WORDS)
    assert len(reader.texts) == len(WORDS) // MOST + 1
    assert all(len(sent) <= MOST for sent in reader.texts)
    assert words == WORDS.split()


@pytest.mark.usefixtures("like_elevenlabs")
@pytest.mark.parametrize("length", [MOST - 2500, MOST - 101])
async def test_a_text_that_fits_takes_one_socket(serve_with: ServeWith, length: int) -> None:
    reader = Reader()
    await speak(await serve_with(reader), "x" * 7 + " " + "word " * ((length - 8) // 5))
    assert len(reader.texts) == 1


async def test_another_server_has_no_limit(serve_with: ServeWith) -> None:
    reader = Reader()
    words, _ = await speak(await serve_with(reader), SENTENCES)
    assert len(reader.texts) == 1
    assert words == SENTENCES.split()


@pytest.mark.parametrize(
    ("values", "most"),
    [
        ({}, 10_000),
        ({"model": "eleven_flash_v2_5"}, 40_000),
        ({"model": "eleven_v3", "server": "eu"}, 5_000),
        ({"model": "eleven_v4_turbo"}, None),
        ({"model": "another"}, None),
        ({"model": MODEL, "server": "local"}, None),
    ],
)
def test_the_limit_is_the_models(values: dict[str, str], most: int | None) -> None:
    assert most_characters(SpeechRequest(**values)) == most
