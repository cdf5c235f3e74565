"""Python and JavaScript are run, against the embedded server and one that a test decides."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import trustme
from websockets.asyncio.server import ServerConnection, serve

from jupyter_tts.wire.request import SpeechRequest

from ..server.serving import RunningServer, speak, start, stop
from .running import FINAL, HARD_TEXTS, TEXT, messages, node, peer, run, sound, wav

T = TypeVar("T")


@pytest.fixture(params=["python", "javascript"])
def script(request: pytest.FixtureRequest) -> str:
    """A language whose programs can be run here."""
    name: str = request.param
    if name == "javascript" and not node():
        pytest.skip("there is no node with a WebSocket (20 or newer)")
    return name


async def for_each(
    cases: Iterable[T], check: Callable[[T, Path], Awaitable[None]], folder: Path
) -> None:
    """Check every case in a folder of its own, a few programs at a time; report all that fail."""
    turn = asyncio.Semaphore(3)

    async def check_one(number: int, case: T) -> None:
        own = folder / str(number)
        own.mkdir()
        async with turn:
            await check(case, own)

    cases = list(cases)
    outcomes = await asyncio.gather(
        *map(check_one, range(len(cases)), cases), return_exceptions=True
    )
    failures = {case: outcome for case, outcome in zip(cases, outcomes, strict=True) if outcome}
    assert not failures


@pytest.mark.parametrize("multi", [False, True])
@pytest.mark.parametrize("model", ["eleven_flash_v2_5", "eleven_v4_turbo"])
async def test_a_program_hears_as_much_as_a_plain_client(
    script: str, server: RunningServer, tmp_path: Path, model: str, *, multi: bool
) -> None:
    request = SpeechRequest(
        voice="de", model=model, latency=3, speed=0.9, format="pcm_24000", multi=multi
    ).at(server.address)
    code, said = await run(script, request, TEXT, tmp_path)
    assert code == 0, said
    rate, pcm = wav(tmp_path / "speech.wav")
    goodbye = [{"close_socket": True}] if multi else []
    heard = await speak(request.url, [*messages(request, TEXT), *goodbye])
    assert rate == 24_000
    # eSpeak NG varies by some 10 ms between calls.
    assert len(pcm) / 48_000 == pytest.approx(len(heard.audio) / 48_000, abs=0.1)
    assert len(pcm) > 48_000
    target = request.url.removeprefix(server.address.replace("http", "ws", 1))
    assert server.log.splitlines()[-2:] == [f"INFO GET {target}"] * 2


async def test_a_program_sends_the_first_message_the_text_and_the_end(
    script: str, tmp_path: Path
) -> None:
    async def send(text: str, folder: Path) -> None:
        request = SpeechRequest(
            voice='a "b"/?&{x}',
            stability=0.1,
            similarity=0.8,
            speaker_boost=False,
            pronunciation=["a'b\\:1"],
            format="pcm_16000",
        )
        async with peer(sound(b"\1\2\3\4"), FINAL) as heard:
            request = request.at(heard.address)
            code, said = await run(script, request, text, folder)
        assert code == 0, said
        assert heard.received == messages(request, text)
        assert request.url.endswith(heard.path)
        assert "xi-api-key" not in heard.headers
        assert wav(folder / "speech.wav") == (16_000, b"\1\2\3\4")

    await for_each(HARD_TEXTS[2:], send, tmp_path)


async def test_a_program_sends_the_key_of_its_environment_in_the_header_alone(
    script: str, tmp_path: Path
) -> None:
    async with peer(FINAL) as heard:
        request = SpeechRequest().at(heard.address)
        code, said = await run(script, request, TEXT, tmp_path, ELEVENLABS_API_KEY="SECRET")
    assert code == 0, said
    assert heard.headers["xi-api-key"] == "SECRET"
    assert "SECRET" not in json.dumps(heard.received) + heard.path


async def test_a_program_saves_encoded_sound_as_it_came(script: str, tmp_path: Path) -> None:
    files = {
        None: "speech.mp3",
        "mp3_22050_32": "speech.mp3",
        "opus_48000_64": "speech.opus",
        "ulaw_8000": "speech.ulaw",
        "alaw_8000": "speech.alaw",
    }
    pieces = [b"\xff\xfb\1", b"\2", b"\0" * 5]

    async def save(format_name: str | None, folder: Path) -> None:
        async with peer(*map(sound, pieces), FINAL) as heard:
            request = SpeechRequest(format=format_name).at(heard.address)
            code, said = await run(script, request, TEXT, folder)
        assert code == 0, said
        assert (folder / files[format_name]).read_bytes() == b"".join(pieces)

    await for_each(files, save, tmp_path)


async def test_a_program_takes_messages_of_several_megabytes(script: str, tmp_path: Path) -> None:
    audio = bytes(range(256)) * 2**13  # 2 MiB, and a third more as base64
    async with peer(sound(audio), FINAL) as heard:
        request = SpeechRequest(format="pcm_48000").at(heard.address)
        code, said = await run(script, request, TEXT, tmp_path)
    assert code == 0, said
    assert wav(tmp_path / "speech.wav") == (48_000, audio)


async def test_python_hears_while_its_text_is_still_on_the_way(tmp_path: Path) -> None:
    text = "word " * 2_500_000  # more than the buffers between two processes take
    audio = bytes(2**19)
    received: list[Any] = []

    async def handle(socket: ServerConnection) -> None:
        await socket.recv()
        socket.transport.pause_reading()
        for _ in range(40):
            await socket.send(json.dumps(sound(audio)))
        socket.transport.resume_reading()
        received.extend([json.loads(await socket.recv()) for _ in range(2)])
        await socket.send(json.dumps(FINAL))
        await socket.wait_closed()

    async with serve(handle, "127.0.0.1", 0, max_size=None) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        request = SpeechRequest(format="pcm_24000").at(f"http://127.0.0.1:{port}")
        code, said = await run("python", request, text, tmp_path)
    assert code == 0, said
    assert received == [{"text": text}, {"text": ""}]
    assert wav(tmp_path / "speech.wav") == (24_000, audio * 40)


async def test_python_does_not_compress(tmp_path: Path) -> None:
    async with peer(FINAL) as heard:
        await run("python", SpeechRequest().at(heard.address), TEXT, tmp_path)
    assert "sec-websocket-extensions" not in heard.headers


@pytest.mark.parametrize(
    "error", [{"message": "No such voice", "error": "x"}, {"error": "No such voice"}]
)
async def test_a_program_fails_with_the_words_of_the_server(
    script: str, error: dict[str, str], tmp_path: Path
) -> None:
    async with peer({**error, "code": 1008}, close=(1008, "cut off")) as heard:
        code, said = await run(script, SpeechRequest().at(heard.address), TEXT, tmp_path)
    assert code != 0
    assert "Error: No such voice" in said
    assert not (tmp_path / "speech.mp3").exists()


async def test_a_program_does_not_take_half_a_speech_for_a_whole_one(
    script: str, tmp_path: Path
) -> None:
    async def close(code: int, folder: Path) -> None:
        async with peer(sound(b"\0\0"), close=(code, "no more")) as heard:
            failed, said = await run(script, SpeechRequest().at(heard.address), TEXT, folder)
        assert failed != 0
        assert str(code) in said
        assert "no more" in said
        assert not (folder / "speech.mp3").exists()

    await for_each([1000, 1001, 1008, 1011], close, tmp_path)


async def test_a_program_says_that_there_is_no_server(script: str, tmp_path: Path) -> None:
    async with peer() as heard:
        pass
    code, said = await run(script, SpeechRequest().at(heard.address), TEXT, tmp_path)
    assert code != 0
    assert "Error" in said


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    """A server over TLS that wants a key; its authority is trusted through SSL_CERT_FILE."""
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    arguments = ["--certfile", str(tmp_path / "server.pem")]
    running = start(tmp_path / "log", arguments, {"JUPYTER_TTS_SERVER_KEY": "SECRET"})
    port = running.address.rpartition(":")[2]
    yield dataclasses.replace(running, address=f"https://localhost:{port}")
    stop(running)


@pytest.fixture(params=["tls", "server"])
def sdk_server(request: pytest.FixtureRequest) -> RunningServer:
    """A server with TLS, and one without."""
    running: RunningServer = request.getfixturevalue(request.param)
    return running


async def test_the_sdk_hears_as_much_as_a_plain_client(
    sdk_server: RunningServer, tmp_path: Path
) -> None:
    request = SpeechRequest(voice="de", stability=0.4, speaker_boost=True, format="pcm_24000")
    request = request.at(sdk_server.address)
    code, said = await run("sdk", request, TEXT, tmp_path, ELEVENLABS_API_KEY="SECRET")
    assert code == 0, said
    rate, pcm = wav(tmp_path / "speech.wav")
    heard = await speak(
        request.url,
        [request.first_message, {"text": TEXT}, {"text": ""}],
        additional_headers={"xi-api-key": "SECRET"},
    )
    assert rate == 24_000
    assert len(pcm) / 48_000 == pytest.approx(len(heard.audio) / 48_000, abs=0.1)
    assert len(pcm) > 48_000
    target = "/v1/text-to-speech/de/stream-input?output_format=pcm_24000"
    assert f"INFO GET {target}\n" in sdk_server.log


async def test_the_sdk_speaks_a_dialogue(sdk_server: RunningServer, tmp_path: Path) -> None:
    request = SpeechRequest(
        voice="de", model="eleven_v4", stability=0.4, language="de", format="pcm_24000"
    )
    request = request.at(sdk_server.address)
    code, said = await run("sdk", request, TEXT, tmp_path, ELEVENLABS_API_KEY="SECRET")
    assert code == 0, said
    rate, pcm = wav(tmp_path / "speech.wav")
    assert rate == 24_000
    assert len(pcm) > 48_000
    assert "INFO POST /v1/text-to-dialogue/stream?output_format=pcm_24000" in sdk_server.log


@pytest.mark.parametrize("model", ["eleven_flash_v2_5", "eleven_v4"])
async def test_the_sdk_speaks_over_http(
    sdk_server: RunningServer, tmp_path: Path, model: str
) -> None:
    request = SpeechRequest(
        voice="de", model=model, stability=0.4, seed=7, format="pcm_24000", transport="http"
    ).at(sdk_server.address)
    code, said = await run("sdk", request, TEXT, tmp_path, ELEVENLABS_API_KEY="SECRET")
    assert code == 0, said
    rate, pcm = wav(tmp_path / "speech.wav")
    assert (rate, len(pcm) > 48_000) == (24_000, True)
    path, _, query = request.url.removeprefix(sdk_server.address).partition("?")
    (asked,) = (line for line in sdk_server.log.splitlines() if f"POST {path}" in line)
    assert sorted(asked.partition("?")[2].split("&")) == sorted(query.split("&"))


async def test_the_sdk_sends_the_settings_and_the_text_as_they_are(tmp_path: Path) -> None:
    text = "It's \"5 o'clock\"\n{x} \\ 👩‍👩‍👧"
    request = SpeechRequest(
        voice="a/'b'", model='m"\\', stability=0.1, speed=1.1, speaker_boost=False
    )
    async with peer(sound(b"\1\2"), FINAL, close=(1000, "")) as heard:
        code, said = await run("sdk", request.at(heard.address), text, tmp_path)
    assert code == 0, said
    assert heard.path.startswith("/v1/text-to-speech/a%2F%27b%27/stream-input?model_id=m%22%5C&")
    assert "xi-api-key" not in heard.headers
    first, *texts, end = heard.received
    assert first["voice_settings"] == request.first_message["voice_settings"]
    assert [each["text"] for each in texts] == [text + " "]  # the SDK adds the space
    assert end == {"text": ""}
    assert (tmp_path / "speech.mp3").read_bytes() == b"\1\2"
