"""Requests over HTTP through the recording proxy, and from its recording."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from jupyter_tts.server import Conditions, serve
from jupyter_tts.server.access.limits import Limits
from jupyter_tts.server.recording.recording import read_recording
from jupyter_tts.wire.errors import ProtocolError

from ..http_client import Answer, ask
from ..serving import PATIENCE
from .test_replay import CANARY, TEXT, recording, replaying

SPEECH = "/v1/text-to-speech/en-us"
ROUTES = ("", "/stream", "/with-timestamps", "/stream/with-timestamps")
ASKED = {"text": TEXT, "voice_settings": {"speed": 1.1}}


async def post(address: str, route: str, body: object = None, **headers: str) -> Answer:
    url = f"{address}{SPEECH}{route}?output_format=pcm_22050"
    return await asyncio.to_thread(ask, url, ASKED if body is None else body, **headers)


async def get(address: str, path: str, **headers: str) -> Answer:
    return await asyncio.to_thread(ask, address + path, **headers)


@pytest.mark.parametrize("route", ROUTES)
async def test_an_answer_is_handed_on_recorded_and_replayed(tmp_path: Path, route: str) -> None:
    file = tmp_path / "recording.jsonl"
    async with (
        serve(key=CANARY, conditions=Conditions(generation_rate=100)) as server,
        recording(server.url, file) as proxy,
    ):
        live = await post(proxy, route, xi_api_key=CANARY)
    assert live.status == 200
    assert len(live.body) > 4 * 44_100
    assert CANARY not in file.read_text()
    async with replaying(file) as address:
        again = await post(address, route, {"text": TEXT})
        assert (again.status, again.body) == (live.status, live.body)
        for name in ("content-type", "request-id", "character-cost"):
            assert again.headers[name] == live.headers[name]


@pytest.mark.parametrize("route", ROUTES)
async def test_a_dialogue_is_recorded_and_replayed(tmp_path: Path, route: str) -> None:
    file = tmp_path / "recording.jsonl"
    lines = [{"text": "Ready? ", "voice_id": "en-us"}, {"text": "Immer. ", "voice_id": "de"}]

    async def post_dialogue(address: str, inputs: list[dict[str, str]]) -> Answer:
        url = f"{address}/v1/text-to-dialogue{route}"
        return await asyncio.to_thread(ask, url, {"inputs": inputs})

    async with serve() as server, recording(server.url, file) as proxy:
        live = await post_dialogue(proxy, lines)
    assert live.status == 200
    async with replaying(file) as address:
        assert (await post_dialogue(address, lines)).body == live.body
        assert (await post_dialogue(address, lines[:1])).status == 404


async def test_the_pace_of_an_answer_is_kept_in_the_recording(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    conditions = Conditions(first_audio_delay=200, generation_rate=20)
    async with serve(conditions=conditions) as server, recording(server.url, file) as proxy:
        live = await post(proxy, "/stream")
    (answer,) = read_recording(file.read_text().splitlines()).answers
    times = [at for at, _ in answer.pieces]
    assert times == sorted(times)
    assert times[0] >= 0.2
    # The sound of the first message is made before it is sent.
    sound = sum(len(piece) for _, piece in answer.pieces[1:]) / 44_100
    assert times[-1] - times[0] >= sound / 20 - 0.05
    assert b"".join(piece for _, piece in answer.pieces) == live.body
    assert answer.ended is not None


async def test_a_connection_lost_in_an_answer_is_lost_in_the_replay(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"

    async def lost(address: str) -> bytes:
        return await asyncio.to_thread(_read_to_the_end, address)

    async with (
        serve(conditions=Conditions(drop_after=1.0)) as server,
        recording(server.url, file) as proxy,
    ):
        live = await lost(proxy)
    (answer,) = read_recording(file.read_text().splitlines()).answers
    assert answer.ended is None
    assert len(b"".join(piece for _, piece in answer.pieces)) >= 44_100
    assert not live.endswith(b"0\r\n\r\n")  # the last chunk (RFC 9112 section 7.1)
    async with replaying(file) as address:
        assert not (await lost(address)).endswith(b"0\r\n\r\n")


def _read_to_the_end(address: str) -> bytes:
    """Ask over a plain socket, and read until the connection ends or is reset."""
    host, _, port = address.removeprefix("http://").partition(":")
    body = json.dumps({"text": TEXT}).encode()
    head = (
        f"POST {SPEECH}/stream?output_format=pcm_22050 HTTP/1.1\r\nHost: {host}:{port}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    received = b""
    with socket.create_connection((host, int(port)), PATIENCE) as plain:
        plain.sendall(head.encode() + body)
        try:
            while piece := plain.recv(65_536):
                received += piece
        except ConnectionResetError:
            pass
    return received


async def test_a_refusal_is_replayed_in_its_turn(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    async with serve() as server, recording(server.url, file) as proxy:
        server.conditions(status={429: 1.0})
        busy = await post(proxy, "")
        server.conditions()
        live = await post(proxy, "")
    assert (busy.status, busy.headers["retry-after"], live.status) == (429, "1", 200)
    async with replaying(file) as address:
        first, second = await post(address, ""), await post(address, "")
        assert (first.status, first.body) == (429, busy.body)
        assert first.headers["retry-after"] == "1"
        assert (second.status, second.body) == (200, live.body)


async def test_lists_are_recorded_and_what_is_personal_is_only_handed_on(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    lists = ("/v1/voices", "/v2/voices?page_size=2", "/v1/voices/de", "/v1/models")
    key = {"xi_api_key": CANARY}
    async with serve(key=CANARY) as server, recording(server.url, file) as proxy:
        live = {path: await get(proxy, path, **key) for path in lists}
        user = await get(proxy, "/v1/user", **key)
        assert user.json["user_id"] == "embedded-voice"
        token = "/v1/single-use-token/tts_websocket"
        assert (await asyncio.to_thread(ask, proxy + token, b"", **key)).status == 404
    assert CANARY not in file.read_text()
    assert "embedded-voice" not in file.read_text()
    async with replaying(file) as address:
        for path, answer in live.items():
            assert (answer.status, (await get(address, path)).json) == (200, answer.json)
        assert (await get(address, "/v1/user")).code == "not_recorded"


async def test_other_texts_are_told_what_is_in_the_recording(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    async with serve() as server, recording(server.url, file) as proxy:
        await post(proxy, "")
    async with replaying(file) as address:
        other = await post(address, "", {"text": "Something else."})
        assert (other.status, other.code) == (404, "not_recorded")
        assert TEXT[:30] in other.json["detail"]["message"]
        assert (await post(address, "/stream")).status == 404
        assert (await post(address, "", b"{")).status == 422


async def test_a_server_that_is_not_there_is_an_answer_too(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    async with recording("http://127.0.0.1:9", file) as proxy:
        live = await post(proxy, "")
        assert (live.status, live.code) == (502, "upstream_unreachable")
    async with replaying(file) as address:
        again = await post(address, "")
        assert (again.status, again.body) == (502, live.body)


@contextmanager
def echoing(status: int) -> Iterator[tuple[str, list[str]]]:
    """A server that answers one request with what it was sent, in two halves."""
    received: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)

        def answer() -> None:
            client, _ = listener.accept()
            with client:
                client.settimeout(PATIENCE)
                request = client.recv(65_536)
                received.append(request.decode())
                length = f"Content-Length: {len(request)}"
                client.sendall(f"HTTP/1.1 {status} X\r\n{length}\r\n\r\n".encode())
                middle = request.index(CANARY.encode()) + 3 if CANARY.encode() in request else 9
                client.sendall(request[:middle])
                client.sendall(request[middle:])

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", received
        thread.join()


async def test_a_key_that_an_error_quotes_is_not_recorded(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    with echoing(401) as (upstream, received):
        async with recording(upstream, file) as proxy:
            answer = await post(proxy, "", xi_api_key=CANARY)
    assert CANARY in received[0]
    assert CANARY.encode() in answer.body
    (recorded,) = read_recording(file.read_text().splitlines()).answers
    assert CANARY.encode() not in b"".join(piece for _, piece in recorded.pieces)


async def test_no_key_goes_over_http_to_a_host_that_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_tts.server.recording.upstream.is_loopback", lambda _: False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    body = {"text": "Hello.", "xi_api_key": CANARY}
    with echoing(200) as (upstream, received):
        async with recording(upstream, tmp_path / "recording.jsonl", key="sk_own") as proxy:
            await post(proxy, "", body, xi_api_key=CANARY, authorization=f"Bearer {CANARY}")
    assert CANARY not in received[0]
    assert "sk_own" not in received[0]


async def test_a_recording_sets_no_headers_but_those_that_are_recorded(tmp_path: Path) -> None:
    headers = {
        "Content-Type": "text/html",
        "Character-Cost": "12",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Credentials": "true",
        "Set-Cookie": "a=b",
        "Content-Length": "1",
        "Transfer-Encoding": "chunked",
        "Location": "https://example.org",
        "Refresh": "0",
        "Content-Security-Policy": "x",
    }
    file = tmp_path / "recording.jsonl"
    events: list[dict[str, object]] = [
        {"recording": "jupyter_tts", "version": 1},
        {"stream": 1, "at": 0.0, "opened": "/v1/models", "asked": None},
        {"stream": 1, "at": 0.0, "answered": {"status": 200, "headers": headers}},
        {"stream": 1, "at": 0.0, "body": "PGI+"},
        {"stream": 1, "at": 0.0, "ended": True},
    ]
    file.write_text("".join(f"{json.dumps(event)}\n" for event in events))
    async with replaying(file) as address:
        answer = await get(address, "/v1/models", Origin=address)
    assert answer.body == b"<b>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["character-cost"] == "12"
    own = {"content-type", "character-cost", "x-content-type-options", "date", "server"}
    sent = {name.lower() for name in answer.headers}
    assert sent - own <= {"transfer-encoding", "connection"}


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: b=c", "a\x00", "a\n b"])
def test_a_header_that_cannot_be_one_makes_a_recording_unreadable(value: str) -> None:
    events: list[dict[str, object]] = [
        {"recording": "jupyter_tts", "version": 1},
        {"stream": 1, "at": 0.0, "opened": "/v1/models", "asked": None},
        {"stream": 1, "at": 0.0, "answered": {"status": 200, "headers": {"x-region": value}}},
    ]
    with pytest.raises(ProtocolError, match="Line 3"):
        read_recording([json.dumps(event) for event in events])


async def test_a_client_that_does_not_read_a_replayed_answer_is_cut_off(tmp_path: Path) -> None:
    piece = base64.b64encode(bytes(1_000_000)).decode()
    events: list[dict[str, object]] = [
        {"recording": "jupyter_tts", "version": 1},
        {"stream": 1, "at": 0.0, "opened": "/v1/models", "asked": None},
        {"stream": 1, "at": 0.0, "answered": {"status": 200, "headers": {}}},
        *({"stream": 1, "at": 0.0, "body": piece} for _ in range(20)),
        {"stream": 1, "at": 0.0, "ended": True},
    ]
    file = tmp_path / "recording.jsonl"
    file.write_text("".join(f"{json.dumps(event)}\n" for event in events))
    async with replaying(file, Limits(reader_seconds=0.1, connections=1)) as address:
        parts = urlsplit(address)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=1)
        writer.write(b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await reader.readexactly(1)
        status = 503
        async with asyncio.timeout(PATIENCE):
            while status == 503:  # the only place is taken until then
                status = (await get(address, "/v1/nothing")).status
        assert status == 404
        writer.close()
