"""A Piper voice through the server, as a client hears it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from jupyter_tts.server import serve
from jupyter_tts.server.engines.piper.engine import PiperEngine
from jupyter_tts.voice_files.store import VoiceStore

from ...serving import speak
from .tiny_voice import write_voice

TEXT = "Hello there, Dr. Smith. It costs $9.99! "


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    write_voice(tmp_path / "tiny.onnx")
    async with serve(engines=[PiperEngine(store=VoiceStore(tmp_path))]) as server:
        yield server.url


def url(address: str, **parameters: str | int) -> str:
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    base = address.replace("http", "ws", 1)
    return f"{base}/v1/text-to-speech/tiny/stream-input?{query}"


@pytest.mark.parametrize("output_format", ["pcm_16000", "pcm_24000"])
async def test_every_character_is_heard(address: str, output_format: str) -> None:
    sounds = []
    for seed in (1, 1, 2):
        stream = url(address, output_format=output_format, seed=seed)
        result = await speak(stream, [{"text": " "}, {"text": TEXT}, {"text": ""}])
        assert result.text.strip() == TEXT.strip()
        sounds.append(result.audio)
    assert len(sounds[0]) > 2 * 16_000
    assert sounds[0] == sounds[1]
    assert sounds[0] != sounds[2]


async def test_what_the_voice_does_not_speak_is_spoken_by_another(address: str) -> None:
    result = await speak(
        url(address, output_format="pcm_24000"),
        [{"text": " "}, {"text": "Hello, 你好。 "}, {"text": ""}],
    )
    assert result.text.strip() == "Hello, 你好。"
    assert "Chinese" in str(result.messages[0])


async def test_it_is_listed(address: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{address}/v1/voices") as answer:
        voices = {voice["voice_id"]: voice for voice in (await answer.json())["voices"]}
    assert voices["tiny"]["name"] == "tiny"
