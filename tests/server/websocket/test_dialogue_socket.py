"""text-to-dialogue as a client on a real socket meets it: a real process and bare websockets."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from jupyter_tts.audio.codecs import decoder
from jupyter_tts.audio.formats import parse_format
from jupyter_tts.server import serve
from jupyter_tts.wire.parameters import FORMATS

from ..http_client import ask
from ..serving import RunningServer, StartServer, StreamResult, exchange, speak

PLAIN = "model_id=eleven_v4&output_format=pcm_24000"
TIMED = f"{PLAIN}&sync_alignment=true"
TEXT = "[warmly] Are you ready for the journey? "


def url(server: RunningServer, query: str = PLAIN, *, multi: bool = False) -> str:
    base = server.address.replace("http", "ws", 1)
    return f"{base}/v1/text-to-dialogue/{'multi-' * multi}stream-input?{query}"


def line(text: str, voice_id: str, **more: object) -> dict[str, object]:
    return {"text": text, "voice_id": voice_id, **more}


def kinds(result: StreamResult) -> list[str]:
    """What came, in its order; sound in several messages is one."""
    names = ("audio", "is_final_audio_for_turn", "is_final", "error")
    sequence = [next(name for name in names if name in message) for message in result.messages]
    return [name for name, _ in itertools.groupby(sequence)]


def failure(result: StreamResult) -> tuple[Any, ...]:
    """The error that a session ended with."""
    message = result.messages[-1]
    assert result.code == message["code"]
    assert result.reason == message["message"][: len(result.reason)]
    return message["error"], message["code"], message["param"]


async def test_one_line_is_heard_whole_with_its_times(server: RunningServer) -> None:
    messages = [
        {"voices": [server.voice], "voice_settings": {"stability": 0.5}},
        {"inputs": [line(TEXT, server.voice)]},
        {"close_socket": True},
    ]
    result = await speak(url(server, f"{TIMED}&seed=7"), messages)
    assert (result.code, result.text) == (1000, TEXT)
    assert kinds(result)[:2] == ["audio", "is_final_audio_for_turn"]
    assert kinds(result)[-1] == "is_final"
    timed = [message["alignment"] for message in result.messages if "alignment" in message]
    assert all(alignment["char_start_times_ms"][0] == 0 for alignment in timed)
    spans = (
        alignment["char_start_times_ms"][-1] + alignment["char_durations_ms"][-1]
        for alignment in timed
    )
    # A client may count the time by the characters or by the sound.
    assert sum(spans) / 1_000 == pytest.approx(len(result.audio) / 48_000, abs=0.03)


async def test_without_sync_alignment_there_are_no_times(server: RunningServer) -> None:
    messages = [
        {"voices": [server.voice]},
        {"inputs": [line(TEXT, server.voice)], "flush": True},
        {"close_socket": True},
    ]
    result = await speak(url(server), messages)
    assert len(result.audio) > 48_000
    assert not any("alignment" in message for message in result.messages)


async def test_two_voices_take_turns(server: RunningServer) -> None:
    other = "de"
    inputs = [line("Ready? ", server.voice), line("Immer. ", other), line("Go. ", server.voice)]
    async with connect(url(server, TIMED), compression=None, proxy=None) as socket:
        await socket.send(json.dumps({"voices": [server.voice, other]}))
        await socket.send(json.dumps({"inputs": inputs, "flush": True}))
        markers = 0
        result = StreamResult()
        while markers < len(inputs):
            result.messages.append(json.loads(await socket.recv()))
            markers += "is_final_audio_for_turn" in result.messages[-1]
        assert result.text == "Ready? Immer. Go. "
        assert kinds(result) == ["audio", "is_final_audio_for_turn"] * 3
        more = [
            {"keep_alive": True},
            {"inputs": [line("And then? ", server.voice, new_turn=True)]},
            {"close_socket": True},
        ]
        rest = await exchange(socket, more)
    assert rest.text == "And then? "
    assert (kinds(rest)[-1], rest.code) == ("is_final", 1000)


async def test_a_long_text_is_spoken_before_its_end_and_without_a_flush(
    server: RunningServer,
) -> None:
    async with connect(url(server), compression=None, proxy=None) as socket:
        await socket.send(json.dumps({"voices": [server.voice]}))
        await socket.send(json.dumps({"inputs": [line(TEXT * 3, server.voice)]}))
        assert json.loads(await socket.recv())["audio"]


@pytest.mark.parametrize("name", FORMATS)
async def test_every_format_is_spoken(server_process: RunningServer, name: str) -> None:
    messages = [
        {"voices": ["en-us"]},
        {"inputs": [line(TEXT, "en-us")]},
        {"close_socket": True},
    ]
    query = f"model_id=eleven_v3&output_format={name}&sync_alignment=true"
    result = await speak(url(server_process, query), messages)
    assert result.text == TEXT
    coder = decoder(parse_format(name))
    pcm = coder.decode(result.audio) + coder.flush()
    assert 1 < len(pcm) / 2 / parse_format(name).sample_rate < 5


async def test_contexts_are_spoken_at_once_and_each_ends_once(server: RunningServer) -> None:
    messages: list[dict[str, Any]] = []
    for name in ("a", "b"):
        messages.append({"context_id": name, "voices": [server.voice]})
    for name in ("a", "b"):
        messages.append({"context_id": name, "inputs": [line(f"{name}. {TEXT}", server.voice)]})
    messages += [{"context_id": "a", "close_context": True}, {"close_socket": True}]
    result = await speak(url(server, TIMED, multi=True), messages)
    assert result.code == 1000
    for name in ("a", "b"):
        part = StreamResult([sent for sent in result.messages if sent["context_id"] == name])
        assert part.text == f"{name}. {TEXT}"
        assert [message.get("is_final", False) for message in part.messages].count(True) == 1
        assert part.messages[-1]["is_final"]


async def test_an_error_in_one_context_closes_the_socket(server: RunningServer) -> None:
    messages = [
        {"context_id": "a", "voices": [server.voice]},
        {"context_id": "b", "voices": [server.voice]},
        {"context_id": "a", "inputs": [line(TEXT * 9, server.voice)]},
        {"context_id": "a", "close_context": True},
        {"context_id": "a", "flush": True},
    ]
    result = await speak(url(server, multi=True), messages)
    assert failure(result) == ("context_closing", 1008, "context_id")
    assert result.messages[-1]["context_id"] == "a"


@pytest.mark.parametrize(
    ("query", "messages", "error"),
    [
        (PLAIN, [{"flush": True}], ("missing_required_field", 1008, "voices")),
        (PLAIN, [{"voices": "en-us"}], ("invalid_message", 1008, "voices")),
        (PLAIN, [{"voices": ["nobody"]}], ("voice_not_found", 1008, "voices")),
        ("", [{"voices": ["en-us", "de"]}], ("invalid_parameters", 1008, "voices")),
        (
            f"{PLAIN}&language_code=wo-WO",
            [{"voices": ["en-us"]}],
            ("unsupported_language", 1008, "language_code"),
        ),
    ],
)
async def test_errors_name_the_field(
    server_process: RunningServer, query: str, messages: list[Any], error: tuple[Any, ...]
) -> None:
    assert failure(await speak(url(server_process, query), messages)) == error


async def test_unknown_parameters_are_ignored(server_process: RunningServer) -> None:
    query = f"{PLAIN}&optimize_streaming_latency=9&inactivity_timeout=x&anything=1"
    result = await speak(url(server_process, query), [{"voices": ["en-us"], "close_socket": True}])
    assert (kinds(result), result.code) == (["is_final"], 1000)


@pytest.mark.parametrize("multi", [False, True])
async def test_another_model_is_refused_in_the_handshake(
    server_process: RunningServer, multi: bool
) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        await speak(url(server_process, "model_id=eleven_flash_v2_5", multi=multi), [])
    assert refusal.value.response.status_code == 400
    speech = server_process.stream_input("model_id=eleven_v4_turbo")
    with pytest.raises(InvalidStatus) as refusal:
        await speak(speech, [])
    assert refusal.value.response.status_code == 403


async def test_a_token_of_its_own_type_opens_one_socket(keyed_process: RunningServer) -> None:
    def token(token_type: str) -> str:
        address = f"{keyed_process.address}/v1/single-use-token/{token_type}"
        return str(ask(address, method="POST", xi_api_key="SECRET").json["token"])

    first = [{"voices": ["en-us"]}, {"close_socket": True}]
    dialogue = url(keyed_process, f"{PLAIN}&single_use_token={token('ttd_websocket')}")
    assert (await speak(dialogue, first)).code == 1000
    assert failure(await speak(dialogue, first))[0] == "invalid_token"
    speech = await speak(url(keyed_process, f"single_use_token={token('tts_websocket')}"), first)
    assert failure(speech) == ("invalid_token_type", 1008, "single_use_token")
    assert speech.reason == "Token type mismatch: expected 'ttd_websocket', got 'tts_websocket'."
    keyed = [{"voices": ["en-us"], "xi_api_key": "SECRET"}, {"close_socket": True}]
    assert (await speak(url(keyed_process), keyed)).code == 1000
    assert failure(await speak(url(keyed_process), first))[0] == "authentication_required"
    query = f"single_use_token={token('ttd_websocket')}"
    with pytest.raises(InvalidStatus) as refusal:
        await speak(keyed_process.stream_input(query), [])
    assert refusal.value.response.status_code == 401


async def test_a_refusal_and_a_lost_connection_are_simulated() -> None:
    async with serve() as server:
        address = f"{server.url.replace('http', 'ws', 1)}/v1/text-to-dialogue/stream-input?{PLAIN}"
        messages = [
            {"voices": ["en-us"]},
            {"inputs": [line(TEXT * 4, "en-us")]},
            {"close_socket": True},
        ]
        server.conditions(status={503: 1.0})
        with pytest.raises(InvalidStatus) as refusal:
            await speak(address, messages)
        assert refusal.value.response.status_code == 503
        server.conditions(drop_after=1.0)
        lost = await speak(address, messages)
        assert lost.code == 1006
        assert 0 < len(lost.audio) / 48_000 < 2


async def test_the_quota_ends_the_stream(start_server: StartServer) -> None:
    server = start_server("--quota", "50")
    messages = [
        {"voices": ["en-us"]},
        {"inputs": [line(TEXT * 4, "en-us")]},
        {"close_socket": True},
    ]
    assert failure(await speak(url(server), messages))[:2] == ("quota_exceeded", 1008)
