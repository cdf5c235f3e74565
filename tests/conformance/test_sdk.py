"""ElevenLabs' own Python SDK speaks with the embedded server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import trustme
from elevenlabs import VoiceSettings
from elevenlabs.client import ElevenLabs
from elevenlabs.core.api_error import ApiError
from elevenlabs.realtime_tts import text_chunker
from websockets.sync.client import connect

from ..server.serving import RunningServer, StartServer, StreamResult

pytestmark = [
    pytest.mark.conformance,
    # The SDK reads an attribute that websockets has deprecated.
    pytest.mark.filterwarnings("ignore:ConnectionClosed.code is deprecated"),
]

TEXT = (
    "The quick brown fox jumps over the lazy dog. Then, after a short rest, it does so again; "
    "nobody knows why. In the end they both sleep under the old tree."
)


@pytest.fixture
def server(
    start_server: StartServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> RunningServer:
    """A server over TLS: whatever the base URL, convert_realtime connects with wss."""
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    certificate.private_key_pem.write_to_path(tmp_path / "server.key")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "server.crt")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return start_server(
        "--certfile",
        str(tmp_path / "server.crt"),
        "--keyfile",
        str(tmp_path / "server.key"),
        environment={"JUPYTER_TTS_SERVER_KEY": "SECRET"},
    )


@contextmanager
def client(server: RunningServer, key: str = "SECRET") -> Iterator[ElevenLabs]:
    port = server.address.rpartition(":")[2]
    with httpx.Client() as http:
        yield ElevenLabs(api_key=key, base_url=f"https://localhost:{port}", httpx_client=http)


def spoken_by_sdk(sdk: ElevenLabs, text: Iterator[str]) -> list[bytes]:
    return list(
        sdk.text_to_speech.convert_realtime(
            "JBFqnCBsd6RMkjVDRZzb",
            text=text,
            model_id="eleven_flash_v2_5",
            output_format="pcm_24000",
            voice_settings=VoiceSettings(stability=0.5, similarity_boost=0.75),
        )
    )


def spoken_by_plain_client(server: RunningServer, text: Iterator[str]) -> StreamResult:
    """Send what the SDK sends, and read everything."""
    url = server.stream_input("output_format=pcm_24000", voice="JBFqnCBsd6RMkjVDRZzb")
    heard = StreamResult()
    with connect(url, additional_headers={"xi-api-key": "SECRET"}, proxy=None) as socket:
        first = {"text": " ", "generation_config": {"chunk_length_schedule": [50]}}
        socket.send(json.dumps(first))
        for piece in text_chunker(text):
            socket.send(json.dumps({"text": piece, "try_trigger_generation": True}))
        socket.send(json.dumps({"text": ""}))
        heard.messages = [json.loads(frame) for frame in socket]
    return heard


@pytest.mark.parametrize("pieces", [[TEXT], TEXT.split(" "), list(TEXT)], ids=["one", "w", "c"])
def test_convert_realtime_hears_as_much_as_a_plain_client(
    server: RunningServer, pieces: list[str]
) -> None:
    with client(server) as sdk:
        chunks = spoken_by_sdk(sdk, iter(pieces))
    heard = spoken_by_plain_client(server, iter(pieces))
    duration = sum(map(len, chunks)) / 48_000
    # eSpeak NG varies by some 10 ms per segment between calls.
    assert duration == pytest.approx(len(heard.audio) / 48_000, abs=0.1)
    assert 8 < duration < 14
    assert len(chunks) > 10


def test_a_wrong_key_is_the_sdks_own_error(server: RunningServer) -> None:
    with client(server, "wrong") as sdk, pytest.raises(ApiError) as refusal:
        spoken_by_sdk(sdk, iter([TEXT]))
    assert refusal.value.status_code == 1008
    assert "Invalid API key" in str(refusal.value.body)


def test_the_sdk_lists_the_voices(server: RunningServer) -> None:
    with client(server) as sdk:
        voices = sdk.voices.get_all().voices
    assert "en-us" in {voice.voice_id for voice in voices}
