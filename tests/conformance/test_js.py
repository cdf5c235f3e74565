"""ElevenLabs' own JavaScript SDK speaks with the embedded server."""

from __future__ import annotations

import base64
import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_tts.audio.codecs import decoder
from jupyter_tts.audio.formats import parse_format
from jupyter_tts.server import TTSServer
from jupyter_tts.server.engines.all_voices import AllVoices
from jupyter_tts.server.inprocess import serving_thread
from jupyter_tts.wire.alignment import split_words

from ..missing import missing
from ..node import Node, open_node
from ..server.serving import PATIENCE
from .clients import heard_by_us

pytestmark = pytest.mark.conformance

JS = Path(__file__).with_name("js")
SDK = JS / "sdk.js"
VOICE = "JBFqnCBsd6RMkjVDRZzb"
TEXT = (
    "The quick brown fox jumps over the lazy dog. Then, after a short rest, it does so again; "
    "nobody knows why. In the end they both sleep under the old tree."
)
METHODS = ("convert", "stream", "convertWithTimestamps", "streamWithTimestamps")
# eSpeak NG varies by some 10 ms per segment between calls, and mp3 ends with whole frames.
TOLERANCE = 0.12


@pytest.fixture(scope="module")
def running() -> Iterator[TTSServer]:
    with serving_thread(key="SECRET") as server:
        yield server


@pytest.fixture
def server(running: TTSServer) -> TTSServer:
    """The server under good conditions, in a thread: a call of node blocks."""
    running.conditions()
    return running


@pytest.fixture(scope="module")
def sdk(running: TTSServer) -> Iterator[Node]:
    """The SDK in one node, set to the server; importing it takes a second."""
    if not (JS / "node_modules").is_dir():
        missing("the SDK is not installed; run: npm ci --prefix tests/conformance/js")
    with open_node({"baseUrl": running.url, "apiKey": running.key}) as node:
        yield node


def seconds(name: str, audio: str) -> float:
    coder = decoder(parse_format(name))
    pcm = coder.decode(base64.b64decode(audio)) + coder.flush()
    return len(pcm) / 2 / parse_format(name).sample_rate


@pytest.mark.parametrize("method", ["convert", "stream"])
async def test_the_whole_sound_arrives(sdk: Node, server: TTSServer, method: str) -> None:
    for text in (TEXT, "And a second one, on the same connection."):
        wanted = await heard_by_us(server, [text], voice=VOICE)
        for name in ("pcm_24000", "mp3_44100_128", "opus_48000_64", "ulaw_8000"):
            request = {"text": text, "outputFormat": name, "modelId": "eleven_flash_v2_5"}
            sound = sdk.call(SDK, "spoken", method, VOICE, request)
            assert seconds(name, sound) == pytest.approx(wanted.seconds, abs=TOLERANCE)
    default = sdk.call(SDK, "spoken", method, VOICE, {"text": text})
    assert seconds("mp3_44100_128", default) == pytest.approx(wanted.seconds, abs=TOLERANCE)


@pytest.mark.parametrize("method", ["convertWithTimestamps", "streamWithTimestamps"])
async def test_every_character_has_its_time(sdk: Node, server: TTSServer, method: str) -> None:
    for text in (TEXT, "And a second one, on the same connection."):
        wanted = await heard_by_us(server, [text], voice=VOICE)
        heard = sdk.call(SDK, "timed", method, VOICE, {"text": text, "outputFormat": "pcm_24000"})
        assert seconds("pcm_24000", heard["audio"]) == pytest.approx(wanted.seconds, abs=TOLERANCE)
        assert "".join(heard["characters"]) == text
        starts, ends = heard["starts"], heard["ends"]
        assert len(starts) == len(ends) == len(text)
        assert all(a <= b for a, b in itertools.pairwise(starts))
        said = [(word, end - len(word), end) for word, end in split_words(text)]
        assert [word for word, _, _ in said] == [word.text for word in wanted.words]
        for (_, first, end), word in zip(said, wanted.words, strict=True):
            assert starts[first] == pytest.approx(word.start, abs=TOLERANCE)
            assert ends[end - 1] == pytest.approx(word.end, abs=TOLERANCE)
    assert (heard["parts"] > 1) is method.startswith("stream")


DIALOGUE = [
    {"text": "[warmly] Are you ready for the journey? ", "voiceId": VOICE},
    {"text": "Ja, immer. ", "voiceId": "de"},
    {"text": "Then let us go. ", "voiceId": VOICE},
]


def test_a_dialogue_is_heard_whole_with_its_times_and_voices(sdk: Node, server: TTSServer) -> None:
    """The SDK has no client for the dialogue sockets."""
    request = {"inputs": DIALOGUE, "outputFormat": "pcm_24000", "modelId": "eleven_v4"}
    lengths = [
        seconds("pcm_24000", sdk.call(SDK, "dialogue", method, request))
        for method in ("convert", "stream")
    ]
    for method in ("convertWithTimestamps", "streamWithTimestamps"):
        heard = sdk.call(SDK, "timedDialogue", method, request)
        lengths.append(seconds("pcm_24000", heard["audio"]))
        assert heard["text"] == "".join(line["text"] for line in DIALOGUE)
        assert heard["lines"] == [f"0 {VOICE}", "1 de", f"2 {VOICE}"]
    assert lengths[0] > 3
    assert lengths == pytest.approx([lengths[0]] * 4, abs=TOLERANCE)


def test_voices_models_and_the_account_are_there(sdk: Node, server: TTSServer) -> None:
    server.conditions(quota=5_000)
    sdk.call(SDK, "spoken", "convert", VOICE, {"text": "Hello."})
    looked = sdk.call(SDK, "looked", VOICE, "german")
    assert len(looked["all"]) == len(AllVoices().voices)
    first, second = map(set, looked["pages"])
    assert len(first) == 100
    assert second
    assert not first & second
    assert looked["found"] == ["de"]
    assert looked["name"] == "George (embedded voice)"
    assert "eleven_flash_v2_5" in looked["models"]
    assert looked["account"] == [len("Hello."), 5_000]


@pytest.mark.parametrize(("way", "error"), [("signal", "AbortError"), ("loop", None)])
def test_a_stream_that_is_left_ends_the_servers_work(
    sdk: Node, server: TTSServer, way: str, error: str | None
) -> None:
    server.conditions(generation_rate=2.0)  # as it is, it takes minutes
    left = sdk.call(
        SDK, "interrupted", way, VOICE, {"text": 20 * TEXT, "outputFormat": "pcm_24000"}
    )
    assert left == {"during": 1, "error": error}
    deadline = time.monotonic() + PATIENCE
    while sdk.call(SDK, "others", VOICE):
        assert time.monotonic() < deadline, "the server goes on speaking to nobody"
    server.conditions()
    assert sdk.call(SDK, "spoken", "stream", VOICE, {"text": TEXT})


def refused(sdk: Node, method: str, voice: str = VOICE, **request: Any) -> tuple[str, int, Any]:
    error = sdk.call(SDK, "refusal", method, voice, {"text": "x", **request})
    detail = error["body"]["detail"]
    told = detail if isinstance(detail, dict) else detail[0] | {"message": detail[0]["msg"]}
    assert told["message"] in error["message"]
    return error["type"], error["status"], told


def test_errors_are_the_sdks_own_and_say_what_the_server_says(sdk: Node, server: TTSServer) -> None:
    for method in METHODS:
        kind, status, told = refused(sdk, method, "nobody")
        assert (kind, status, told["code"]) == ("ElevenLabsError", 404, "voice_not_found")
        assert "'nobody' was not found" in told["message"]
        kind, status, told = refused(sdk, method, voiceSettings={"stability": 7})
        assert (kind, status) == ("UnprocessableEntityError", 422)
        assert "stability" in told["message"]
    server.conditions(quota=10)
    for method in METHODS:
        kind, status, told = refused(sdk, method, text="eleven long")
        assert (kind, status, told["code"]) == ("ElevenLabsError", 401, "quota_exceeded")
        assert "exceeds your quota of 10" in told["message"]
    server.conditions(status={429: 1.0})
    for method in METHODS:
        assert refused(sdk, method)[:2] == ("ElevenLabsError", 429)


def test_a_wrong_key_is_refused(sdk: Node, server: TTSServer) -> None:
    with open_node({"baseUrl": server.url, "apiKey": "wrong"}) as stranger:
        kind, status, told = refused(stranger, "stream")
    assert (kind, status, told["message"]) == ("ElevenLabsError", 401, "Invalid API key")
