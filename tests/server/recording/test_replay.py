"""Record with the proxy, then replay: bare clients, and the command line."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_websockets
from websockets.exceptions import InvalidStatus

from jupyter_tts.server import Conditions, serve
from jupyter_tts.server.access.limits import Limits
from jupyter_tts.server.access.middleware import single_handler_app
from jupyter_tts.server.access.policy import AccessPolicy
from jupyter_tts.server.listener import bind, listening
from jupyter_tts.server.recording.proxy import Proxy
from jupyter_tts.server.recording.recording import Recorder, read_recording
from jupyter_tts.server.recording.replay import Replay
from jupyter_tts.server.recording.upstream import Upstream
from jupyter_tts.wire.hosts import KEY_VARIABLE

from ..http_client import ask
from ..serving import StartServer, StreamResult, speak, stream_url
from ..test_cli import run
from ..websocket.test_multi_socket import multi_url

CANARY = "sk_canary_7Qm2vT9x"
TEXT = "Hello there, this is a sentence of some length. And here comes another one, to be sure. "
MESSAGES = [{"text": " ", "xi_api_key": CANARY}, {"text": TEXT}, {"text": ""}]
IN_PIECES = [{"text": " "}, *({"text": word + " "} for word in TEXT.split()), {"text": ""}]
LIMITS = Limits()


@asynccontextmanager
async def serving(
    handler: Any, key: str | None = None, limits: Limits = LIMITS
) -> AsyncIterator[str]:
    listener = await bind("127.0.0.1", 0, limits=limits)
    app = single_handler_app(handler, AccessPolicy(), key=key)
    async with listening(app, listener, limits=limits) as address:
        yield address


@asynccontextmanager
async def recording(
    upstream: str, file: Path, *, key: str | None = None, own_key: str | None = None
) -> AsyncIterator[str]:
    with file.open("x") as opened:
        other = Upstream(upstream, key=key, own_key=own_key)
        proxy = Proxy(other, Recorder(opened), limits=LIMITS)
        async with serving(proxy.handle, own_key) as address:
            yield address


@asynccontextmanager
async def replaying(file: Path, limits: Limits = LIMITS) -> AsyncIterator[str]:
    with file.open() as opened:
        replay = Replay(read_recording(opened), limits=limits)
    async with serving(replay.handle, limits=limits) as address:
        yield address


async def refused(url: str, **options: Any) -> tuple[int, dict[str, Any]]:
    with pytest.raises(InvalidStatus) as refusal:
        await speak(url, MESSAGES, **options)
    response = refusal.value.response
    return response.status_code, json.loads(response.body or b"{}")["detail"]


async def recorded(
    file: Path, messages: list[dict[str, Any]] = MESSAGES, **changes: Any
) -> StreamResult:
    """Record one stream of the embedded voice."""
    async with (
        serve(key=CANARY, conditions=Conditions(**changes)) as server,
        recording(server.url, file) as proxy,
    ):
        query = f"output_format=pcm_24000&authorization={CANARY}"
        headers = {"xi-api-key": CANARY}
        return await speak(stream_url(proxy, query), messages, additional_headers=headers)


async def test_what_is_recorded_is_replayed_frame_by_frame_and_holds_no_key(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    live = await recorded(file, rtt=10, generation_rate=50)
    assert live.code == 1000
    assert len(live.audio) > 4 * 48_000
    assert CANARY not in file.read_text()
    async with replaying(file) as address:
        for messages in (MESSAGES, IN_PIECES):
            again = await speak(stream_url(address), messages)
            assert again == live


async def test_the_pace_is_kept_in_the_recording(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    await recorded(file, first_audio_delay=200, generation_rate=20)
    (stream,) = read_recording(file.read_text().splitlines()).streams
    delays = [frame.delay for frame in stream.frames if frame.after == stream.transcript.progress]
    assert delays == sorted(delays)
    assert delays[0] >= 0.2 - 0.05  # from the end of the input on, which comes a little later
    assert delays[-1] - delays[0] >= 4 / 20 - 0.05


async def test_an_error_in_the_stream_is_replayed_as_well(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    wrong = [{"text": " ", "voice_settings": {"stability": 7}}]
    live = await recorded(file, wrong)
    assert live.code == 1008
    async with replaying(file) as address:
        assert await speak(stream_url(address), wrong) == live


async def test_many_contexts_on_one_socket_are_replayed_as_well(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    texts = {"a": "The first one speaks. ", "b": "The second one speaks as well. "}
    messages: list[dict[str, Any]] = [{"text": " ", "context_id": name} for name in texts]
    messages += [{"text": text, "context_id": name} for name, text in texts.items()]
    messages += [{"text": "", "context_id": "a"}, {"context_id": "a", "flush": True}]
    messages += [{"context_id": "a", "close_context": True}, {"close_socket": True}]
    async with serve() as server, recording(server.url, file) as proxy:
        live = await speak(multi_url(proxy), messages)
    assert live.code == 1000
    assert {message["contextId"] for message in live.messages} == set(texts)
    async with replaying(file) as address:
        assert await speak(multi_url(address), messages) == live
        other = [{"text": " ", "context_id": "a"}, {"text": "Another. ", "context_id": "a"}]
        assert (await speak(multi_url(address), other)).messages[-1]["error"] == "not_recorded"


@pytest.mark.parametrize("multi", [False, True])
async def test_a_dialogue_is_replayed_as_well(tmp_path: Path, multi: bool) -> None:
    file = tmp_path / "recording.jsonl"
    context = {"context_id": "a"} if multi else {}
    lines = [{"text": "Ready? ", "voice_id": "en-us"}, {"text": "Immer. ", "voice_id": "de"}]
    messages: list[dict[str, Any]] = [
        {"voices": ["en-us", "de"], "xi_api_key": CANARY, **context},
        {"inputs": lines, "flush": True, **context},
        {"close_socket": True},
    ]

    def url(address: str) -> str:
        path = f"/v1/text-to-dialogue/{'multi-' * multi}stream-input"
        return address.replace("http", "ws", 1) + f"{path}?model_id=eleven_v4&sync_alignment=true"

    async with serve(key=CANARY) as server, recording(server.url, file) as proxy:
        live = await speak(url(proxy), messages)
    assert (live.code, live.text) == (1000, "Ready? Immer. ")
    assert CANARY not in file.read_text()
    async with replaying(file) as address:
        assert await speak(url(address), messages) == live
        in_pieces = [messages[0], *({"inputs": [line], **context} for line in lines), messages[2]]
        assert await speak(url(address), in_pieces) == live


async def test_a_close_frame_without_a_code_is_replayed_as_a_normal_one(tmp_path: Path) -> None:
    async def upstream(socket: ServerConnection) -> None:
        await socket.recv()
        socket.protocol.send_close()
        socket.transport.write(b"".join(socket.protocol.data_to_send()))
        await socket.wait_closed()

    file = tmp_path / "recording.jsonl"
    async with serve_websockets(upstream, "127.0.0.1", 0) as other:
        port = other.sockets[0].getsockname()[1]
        async with recording(f"ws://127.0.0.1:{port}", file) as proxy:
            assert (await speak(stream_url(proxy), MESSAGES[:1])).code == 1000
    async with replaying(file) as address:
        assert (await speak(stream_url(address), MESSAGES[:1])).code == 1000


async def test_a_lost_connection_is_replayed_as_well(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    live = await recorded(file, drop_after=1.0)
    assert live.code == 1006
    async with replaying(file) as address:
        assert await speak(stream_url(address), MESSAGES) == live


async def test_a_refusal_is_handed_on_recorded_and_replayed(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    busy = Conditions(status={429: 1.0})
    async with serve(conditions=busy) as server, recording(server.url, file) as proxy:
        live = await refused(stream_url(proxy))
    assert live[0] == 429
    async with replaying(file) as address:
        assert await refused(stream_url(address)) == live


async def test_a_server_that_is_not_there_is_a_refusal(tmp_path: Path) -> None:
    async with recording("ws://127.0.0.1:9", tmp_path / "recording.jsonl") as proxy:
        status, detail = await refused(stream_url(proxy))
        assert (status, detail["code"]) == (502, "upstream_unreachable")


async def test_other_texts_and_urls_are_told_what_is_in_the_recording(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    await recorded(file)
    async with replaying(file) as address:
        other = await speak(stream_url(address), [{"text": " "}, {"text": "Something else. "}])
        assert (other.code, other.messages[-1]["error"]) == (1008, "not_recorded")
        assert TEXT[:30] in other.messages[-1]["message"]
        assert other.messages[-1]["message"].startswith(other.reason)
        status, detail = await refused(stream_url(address, "output_format=pcm_8000"))
        assert (status, detail["code"]) == (404, "not_recorded")
        assert "output_format=pcm_24000" in detail["message"]


async def test_a_client_that_leaves_ends_the_stream_of_the_other_server(tmp_path: Path) -> None:
    left = asyncio.Event()

    async def upstream(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send('{"audio": null}')
        await socket.wait_closed()
        left.set()

    file = tmp_path / "recording.jsonl"
    async with serve_websockets(upstream, "127.0.0.1", 0) as other:
        port = other.sockets[0].getsockname()[1]
        async with recording(f"ws://127.0.0.1:{port}", file) as proxy:
            async with connect(stream_url(proxy)) as client:
                await client.send('{"text": " "}')
                await client.recv()
            await left.wait()
    (stream,) = read_recording(file.read_text().splitlines()).streams
    assert stream.end is None


@asynccontextmanager
async def witness() -> AsyncIterator[tuple[str, list[str]]]:
    """A server that records all it receives, and its URL."""
    received: list[str] = []

    async def note(socket: ServerConnection) -> None:
        assert socket.request is not None
        received.append(socket.request.path)
        received.append(str(socket.request.headers))
        received.append(str(await socket.recv()))

    async with serve_websockets(note, "127.0.0.1", 0) as other:
        yield f"ws://127.0.0.1:{other.sockets[0].getsockname()[1]}", received


async def test_the_clients_key_goes_on_and_the_proxys_only_where_the_client_has_none(
    tmp_path: Path,
) -> None:
    async with (
        witness() as (upstream, received),
        recording(upstream, tmp_path / "recording.jsonl", key="sk_of_the_proxy") as proxy,
    ):
        with_key = {"xi-api-key": CANARY}
        await speak(stream_url(proxy), MESSAGES[:1], additional_headers=with_key)
        assert CANARY in received[1]
        assert CANARY in received[2]
        assert "sk_of_the_proxy" not in str(received)
        received.clear()
        await speak(stream_url(proxy), IN_PIECES[:1])
        assert "xi-api-key: sk_of_the_proxy" in received[1]
    assert "sk_" not in (tmp_path / "recording.jsonl").read_text()


async def test_no_key_goes_to_a_host_that_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As it would be for another machine.
    monkeypatch.setattr("jupyter_tts.server.recording.upstream.is_loopback", lambda _: False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    async with (
        witness() as (upstream, received),
        recording(upstream, tmp_path / "recording.jsonl", key=CANARY) as proxy,
    ):
        url = stream_url(proxy, f"output_format=pcm_24000&authorization={CANARY}")
        await speak(url, MESSAGES[:1], additional_headers={"xi-api-key": CANARY})
    assert received[0].endswith("stream-input?output_format=pcm_24000")
    assert CANARY not in str(received)


async def test_the_proxys_own_key_is_asked_for_and_goes_no_further(tmp_path: Path) -> None:
    async with (
        witness() as (upstream, received),
        recording(upstream, tmp_path / "r.jsonl", key="sk_upstream", own_key=CANARY) as proxy,
    ):
        status, detail = await refused(stream_url(proxy))
        assert (status, detail["code"]) == (401, "invalid_api_key")
        own = {"xi-api-key": CANARY}
        await speak(stream_url(proxy), MESSAGES[:1], additional_headers=own)
    assert CANARY not in str(received)
    assert "sk_upstream" in received[1]


async def test_the_command_line_records_and_replays_websockets_and_http(
    start_server: StartServer, tmp_path: Path
) -> None:
    body = {"text": TEXT}
    route = "/v1/text-to-speech/en-us/stream/with-timestamps?output_format=pcm_22050"
    file = tmp_path / "recording.jsonl"
    async with serve(key=CANARY) as voice:
        proxy = start_server(
            "--record", str(file), "--upstream", voice.url, environment={KEY_VARIABLE: CANARY}
        )
        live = await speak(proxy.stream_input(), IN_PIECES)
        answer = await asyncio.to_thread(ask, proxy.address + route, body)
        assert live.code == 1000
    assert CANARY not in file.read_text() + proxy.log
    replay = start_server("--replay", str(file))
    assert await speak(replay.stream_input(), IN_PIECES) == live
    again = await asyncio.to_thread(ask, replay.address + route, body)
    assert again.body == answer.body
    first = json.loads(again.body.splitlines()[0])
    assert base64.b64decode(first["audio_base64"])


def test_files_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("not a recording")
    for arguments in (
        ["--record", str(there), "--upstream", "eu"],
        ["--replay", str(there)],
        ["--replay", str(tmp_path / "missing")],
    ):
        done = run(*arguments)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
    assert there.read_text() == "not a recording"
