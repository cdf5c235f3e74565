"""The fixture, as tests of other projects have it."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import httpx
from elevenlabs.client import ElevenLabs

from jupyter_tts.server import TTSServer

from .serving import PATIENCE

FOREIGN = """
import asyncio
import json
import sys

from websockets.sync.client import connect


def test_nothing_is_loaded_before_the_fixture_is_asked_for():
    assert not {"aiohttp", "numpy"} & set(sys.modules)


def spoken(server):
    url = f"{server.websocket_url}/v1/text-to-speech/en-us/stream-input?output_format=pcm_24000"
    headers = {"xi-api-key": server.key}
    with connect(url, additional_headers=headers, compression=None, proxy=None) as socket:
        for text in (" ", "Hello there. ", ""):
            socket.send(json.dumps({"text": text}))
        return [json.loads(frame) for frame in socket]


def test_it_speaks(tts_server):
    assert spoken(tts_server)[-1]["isFinal"]


async def spoken_async(server):
    return await asyncio.to_thread(spoken, server)


def test_it_speaks_beside_a_running_loop(tts_server):
    assert asyncio.run(spoken_async(tts_server))[-1]["isFinal"]
"""


def test_the_official_sdk_speaks_with_the_fixture(tts_server: TTSServer) -> None:
    with httpx.Client() as http:
        client = ElevenLabs(base_url=tts_server.url, api_key=tts_server.key, httpx_client=http)
        pieces = client.text_to_speech.stream("en-us", text="Hello.", output_format="pcm_24000")
        assert len(b"".join(pieces)) > 24_000


def test_every_test_has_a_server_and_a_key_of_its_own(tts_server: TTSServer) -> None:
    assert tts_server.key
    tts_server.conditions(drop_after=1.0)


def test_a_foreign_project_has_the_fixture_with_warnings_as_errors(tmp_path: Path) -> None:
    (tmp_path / "test_foreign.py").write_text(FOREIGN)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:asyncio", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE,
        check=False,
    )
    assert "3 passed" in done.stdout, done.stdout
    assert done.returncode == 0


def test_it_is_registered_with_pytest() -> None:
    (entry,) = (
        entry_point
        for entry_point in importlib.metadata.entry_points(group="pytest11")
        if entry_point.name == "jupyter_tts"
    )
    assert entry.value == "jupyter_tts.server.pytest_plugin"
