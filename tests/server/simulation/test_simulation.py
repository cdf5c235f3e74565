"""A bad network and a busy service, as a bare client meets them."""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import math
import socket
import struct
import time
import urllib.parse
from typing import Any

import aiohttp
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from jupyter_tts.server import Conditions, TTSServer, serve
from jupyter_tts.server.simulation.simulation import Simulation
from jupyter_tts.wire.errors import ServerError

from ..serving import PATIENCE, StreamResult, exchange, speak, stream_url, until

SECOND = 48_000  # bytes of pcm_24000
TEXT = "Hello there, this is a sentence of some length. And here comes another one, to be sure. "
MESSAGES = [{"text": " "}, {"text": TEXT}, {"text": ""}]


async def speak_all(server: TTSServer) -> StreamResult:
    return await speak(stream_url(server.url), MESSAGES)


async def status_of(server: TTSServer) -> tuple[int, dict[str, Any], str | None]:
    with pytest.raises(InvalidStatus) as refused:
        await speak_all(server)
    response = refused.value.response
    detail = json.loads(response.body or b"{}")["detail"]
    return response.status_code, detail, response.headers.get("Retry-After")


@pytest.mark.parametrize(
    "conditions",
    [
        Conditions(rtt=20, jitter=20, seed=3),
        Conditions(bandwidth=20_000),
        Conditions(generation_rate=100, first_audio_delay=20),
        Conditions(rtt=10, jitter=10, bandwidth=20_000, generation_rate=100),
    ],
    ids=["far", "narrow", "slow", "all"],
)
async def test_whatever_the_network_every_sample_and_time_arrives(conditions: Conditions) -> None:
    # Each from a new voice: eSpeak NG's sound depends a little on what it spoke before.
    async with serve() as server:
        undisturbed = await speak_all(server)
    async with serve(conditions=conditions) as server:
        disturbed = await speak_all(server)
    assert disturbed.messages == undisturbed.messages
    assert (disturbed.code, disturbed.reason) == (1000, "")
    assert len(undisturbed.audio) > 4 * SECOND


async def test_a_dropped_connection_has_had_so_much_sound_and_no_close_frame() -> None:
    async with serve() as server:
        whole = await speak_all(server)
    async with serve(conditions=Conditions(drop_after=1.5)) as server:
        cut = await speak_all(server)
        assert cut.code == 1006
        assert cut.messages == whole.messages[: len(cut.messages)]
        assert 1.5 * SECOND <= len(cut.audio) < 2.0 * SECOND
        server.conditions()
        assert (await speak_all(server)).code == 1000


def read_to_the_end(address: str) -> bytes:
    """Speak over a plain socket, and read until the server ends the connection."""
    parts = urllib.parse.urlsplit(stream_url(address))
    with socket.create_connection((parts.hostname, parts.port), PATIENCE) as plain:
        plain.sendall(
            f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        for message in MESSAGES:
            payload = json.dumps(message).encode()
            # A masked text frame of up to 125 bytes (RFC 6455 section 5.2), the mask being zero.
            plain.sendall(struct.pack("!BB4x", 0x81, 0x80 | len(payload)) + payload)
        received = b""
        while piece := plain.recv(65_536):
            received += piece
        return received


async def test_a_drop_is_a_reset_and_not_an_end() -> None:
    async with serve(conditions=Conditions(drop_after=0.5)) as server:
        with pytest.raises(ConnectionResetError):
            await asyncio.to_thread(read_to_the_end, server.url)


async def test_a_stalled_connection_stays_open_and_silent_even_to_pings() -> None:
    async with (
        serve(conditions=Conditions(stall_after=1.5)) as server,
        connect(stream_url(server.url), compression=None, ping_interval=None) as client,
    ):
        for message in MESSAGES:
            await client.send(json.dumps(message))
        audio = b""
        while len(audio) < 1.5 * SECOND:
            audio += base64.b64decode(json.loads(await client.recv())["audio"])
        pong = await client.ping()
        silent = asyncio.create_task(client.recv())
        # The same server goes on speaking to others all the while.
        server.conditions()
        assert (await speak_all(server)).code == 1000
        assert not silent.done()
        assert not pong.done()
        client.transport.abort()
        await asyncio.wait({silent})
        assert silent.exception() is not None


async def test_a_server_ends_while_a_stream_is_stalled() -> None:
    async with serve(conditions=Conditions(stall_after=0.1)) as server:
        client = await connect(stream_url(server.url), compression=None)
        for message in MESSAGES:
            await client.send(json.dumps(message))
        await client.recv()
    await client.wait_closed()
    assert client.close_code == 1001


async def test_a_handshake_is_answered_with_a_status() -> None:
    async with serve(conditions=Conditions(status={503: 1.0})) as server:
        status, detail, retry_after = await status_of(server)
        assert (status, detail["status"], retry_after) == (503, "system_busy", "1")
        server.conditions(status={401: 1.0})
        status, detail, retry_after = await status_of(server)
        assert (status, detail["code"], retry_after) == (401, "invalid_api_key", None)
        server.conditions(status={599: 1.0})
        assert (await status_of(server))[0] == 599


def statuses(seed: int) -> list[int]:
    simulation = Simulation(Conditions(status={503: 0.25, 429: 0.25}, seed=seed))
    drawn = (simulation.refusal() for _ in range(1_000))
    return [refusal.status if refusal else 101 for refusal in drawn]


def test_statuses_come_as_often_as_asked_for_and_the_same_seed_repeats_them() -> None:
    drawn = statuses(1)
    assert drawn == statuses(1)
    assert drawn != statuses(2)
    for status in (503, 429):
        assert 200 < drawn.count(status) < 300


def test_other_conditions_begin_from_their_beginning() -> None:
    simulation = Simulation(Conditions(status={500: 0.5}, seed=1))
    first = [simulation.refusal() is None for _ in range(20)]
    simulation.use(Conditions(status={500: 0.5}, seed=1))
    assert [simulation.refusal() is None for _ in range(20)] == first


async def test_above_the_concurrency_handshakes_get_429_while_sound_is_made() -> None:
    async with serve() as server:
        server.conditions(concurrency=1, generation_rate=1)
        async with connect(stream_url(server.url), compression=None) as client:
            # Open, but nothing is made for it yet: not counted.
            async with connect(stream_url(server.url), compression=None):
                pass
            await client.send(json.dumps(MESSAGES[0]))
            await client.send(json.dumps({"text": TEXT, "flush": True}))
            await client.recv()
            status, detail, _ = await status_of(server)
            assert (status, detail["code"]) == (429, "too_many_concurrent_requests")
            client.transport.abort()
        await until_free(server)
        server.conditions(concurrency=1)
        assert (await speak_all(server)).code == 1000


async def until_free(server: TTSServer) -> None:
    """Wait until nothing is being made for anybody."""
    await until(lambda: server._simulation.generating == 0)


async def test_a_socket_that_waits_for_its_first_message_is_not_counted() -> None:
    async with (
        serve(conditions=Conditions(concurrency=1)) as server,
        connect(stream_url(server.url), compression=None) as waiting,
    ):
        assert (await speak_all(server)).code == 1000
        assert (await exchange(waiting, MESSAGES)).code == 1000


async def test_a_stream_that_is_open_already_gets_the_limit_in_band() -> None:
    async with serve(conditions=Conditions(concurrency=1, generation_rate=20)) as server:
        both = await asyncio.gather(speak_all(server), speak_all(server))
    first, second = sorted(both, key=lambda answer: answer.code or 0)
    assert first.code == 1000
    assert second.code == 1008
    assert second.messages[-1]["error"] == "too_many_concurrent_requests"


async def test_a_simulated_refusal_has_the_id_of_its_request() -> None:
    async with serve(conditions=Conditions(status={503: 1.0})) as server:
        _, detail, retry_after = await status_of(server)
    assert (detail["code"], retry_after) == ("system_busy", "1")
    assert detail["request_id"]


def test_those_who_generate_are_counted() -> None:
    simulation = Simulation(Conditions(concurrency=2))
    with simulation.generate(), simulation.generate():
        assert simulation.generating == 2
        refusal = simulation.refusal()
        assert refusal is not None
        assert refusal.status == 429
        with pytest.raises(ServerError), simulation.generate():
            pass
    assert simulation.generating == 0
    assert simulation.refusal() is None


def post(server: TTSServer) -> bytes:
    """Ask for the sound over HTTP, and read as much as comes."""
    parts = urllib.parse.urlsplit(server.url)
    assert parts.hostname
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    try:
        path = "/v1/text-to-speech/en-us/stream?output_format=pcm_24000"
        headers = {"Content-Type": "application/json"}
        connection.request("POST", path, json.dumps({"text": TEXT}), headers)
        response = connection.getresponse()
        assert response.status == 200
        try:
            return response.read()
        except http.client.IncompleteRead as cut:
            return cut.partial + b"..."
    finally:
        connection.close()


async def test_sound_over_http_meets_the_same_network() -> None:
    async with serve() as server:
        whole = await asyncio.to_thread(post, server)
    disturbing = Conditions(rtt=10, jitter=10, bandwidth=20_000, generation_rate=100)
    async with serve(conditions=disturbing) as server:
        assert await asyncio.to_thread(post, server) == whole
        server.conditions(drop_after=1.5)
        with pytest.raises(ConnectionResetError):
            await asyncio.to_thread(post, server)


@pytest.mark.parametrize(("tls", "first"), [(False, 0.2), (True, 0.3)])
def test_a_new_connection_pays_for_the_round_trips_before_its_request(
    tls: bool, first: float
) -> None:
    class Transport(asyncio.Transport):
        pass

    transport = Transport(extra={"sslcontext": object()} if tls else {})
    simulation = Simulation(Conditions(rtt=100))
    assert simulation.answer_seconds(transport) == pytest.approx(first)
    assert simulation.answer_seconds(transport) == pytest.approx(0.1)


async def test_an_answer_over_http_waits_for_one_round_trip_and_not_for_two() -> None:
    async with serve(conditions=Conditions(rtt=500)) as server, aiohttp.ClientSession() as session:
        url = f"{server.url}/v1/text-to-speech/en-us/stream/with-timestamps"
        took = [math.inf]
        # The first one opens the connection, and starts the voice. Two round trips are 1 s at
        # least; a busy machine may be late, but not each time.
        while min(took) >= 0.95 and len(took) < 20:
            began = time.perf_counter()
            async with session.post(url, json={"text": "Hello."}) as answer:
                await answer.content.readline()
                took.append(time.perf_counter() - began)
                await answer.read()
    assert 0.5 <= min(took) < 0.95
