from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from jupyter_tts.client.connections.channel import Channel
from jupyter_tts.client.connections.limits import IDLE, ConnectionLimits
from jupyter_tts.client.connections.pool import ConnectionPool, Readiness
from jupyter_tts.client.connections.warm_connection import MARGIN
from jupyter_tts.client.keys import Key
from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.streaming.retry import Retry
from jupyter_tts.client.streaming.stream import stream_speech
from jupyter_tts.wire.errors import AuthenticationError, ConnectError
from jupyter_tts.wire.messages import ServerFault, ServerMessage, encode_server
from jupyter_tts.wire.request import SpeechRequest

from ...faults.leaks import no_leaks
from ...server.serving import until
from ..diary import SOUND, DiaryServer, serving

AT_ONCE = Retry(base=0.0, cap=0.0)
KEY = Key("secret-canary")

PassTime = Callable[[float], None]


@pytest.fixture
async def server() -> AsyncIterator[DiaryServer]:
    async with no_leaks(), serving() as running:
        yield running


@pytest.fixture
async def pool(server: DiaryServer) -> AsyncIterator[ConnectionPool]:
    made = ConnectionPool()
    yield made
    await made.close()


async def ready(pool: ConnectionPool, request: SpeechRequest, key: Key | None = None) -> None:
    await until(lambda: pool.readiness(request, key) is Readiness.READY)


async def warm(pool: ConnectionPool, request: SpeechRequest, key: Key | None = None) -> None:
    pool.warm(request, key)
    await ready(pool, request, key)


async def hear(
    pool: ConnectionPool, request: SpeechRequest, text: str = "One.", key: Key | None = None
) -> tuple[bytes, Timeline]:
    timeline = Timeline()
    events = stream_speech(request, text, key=key, timeline=timeline, retry=AT_ONCE, sockets=pool)
    return b"".join([e.pcm async for e in events if isinstance(e, Audio)]), timeline


async def test_nothing_is_sent_on_a_waiting_socket_and_a_stream_begins_on_it(
    server: DiaryServer, pool: ConnectionPool
) -> None:
    request = server.request(latency=3, stability=0.4)
    await warm(pool, request)
    assert server.diary == [(0, "open")]
    pcm, timeline = await hear(pool, request)
    assert pcm == SOUND
    assert timeline.warm
    assert server.diary[:4] == [(0, "open"), (0, " "), (0, "One."), (0, "")]


async def test_a_second_stream_finds_a_socket_open_before_its_text(
    server: DiaryServer, pool: ConnectionPool
) -> None:
    request = server.request()
    _, first = await hear(pool, request)
    await ready(pool, request)
    _, second = await hear(pool, request, "Two.")
    assert (first.warm, second.warm) == (False, True)
    # The next socket may be open before the server has read the last of this one.
    texts = [[text for number, text in server.texts if number == socket] for socket in (0, 1)]
    assert texts == [["open", " ", "One.", ""], ["open", " ", "Two.", ""]]


async def test_another_url_or_key_is_another_socket(server: DiaryServer) -> None:
    pool = ConnectionPool(ConnectionLimits(concurrency=4))
    request, other = server.request(latency=1), server.request(latency=2)
    await warm(pool, request, KEY)
    assert pool.readiness(request, None) is Readiness.NONE
    assert pool.readiness(other, KEY) is Readiness.NONE
    same_url = server.request(latency=1, stability=0.1)  # what the first message sets
    assert pool.readiness(same_url, KEY) is Readiness.READY
    _, timeline = await hear(pool, other, key=KEY)
    assert not timeline.warm
    headers = [
        socket.request.headers.get("xi-api-key") for socket in server.sockets if socket.request
    ]
    assert set(headers) == {KEY}
    await pool.close()


@pytest.mark.parametrize("concurrency", [1, 2])
async def test_a_waiting_socket_is_replaced_before_the_server_would_close_it(
    server: DiaryServer, pass_time: PassTime, concurrency: int
) -> None:
    pool = ConnectionPool(ConnectionLimits(concurrency=concurrency))
    request = server.request(inactivity_timeout=30)
    await warm(pool, request)
    pass_time(30 - MARGIN - 1)
    await asyncio.sleep(0)
    assert server.diary == [(0, "open")]
    pass_time(1)
    await until(lambda: len(server.diary) == 3)
    await ready(pool, request)
    overlap = [(0, "open"), (1, "open"), (0, "closed 1000")]
    in_turn = [(0, "open"), (0, "closed 1000"), (1, "open")]
    assert server.diary == (overlap if concurrency > 1 else in_turn)
    _, timeline = await hear(pool, request)
    assert timeline.warm
    assert (1, "One.") in server.diary
    await pool.close()


async def test_a_pool_that_nobody_uses_keeps_no_socket(
    server: DiaryServer, pool: ConnectionPool, pass_time: PassTime
) -> None:
    request = server.request()
    await warm(pool, request)
    pass_time(IDLE)
    await until(lambda: pool.readiness(request, None) is Readiness.NONE)
    await until(lambda: (0, "closed 1000") in server.diary)
    assert server.opened == 1


async def test_use_keeps_a_pool_in_use(
    server: DiaryServer, pool: ConnectionPool, pass_time: PassTime
) -> None:
    request = server.request(inactivity_timeout=180)
    await warm(pool, request)
    pass_time(IDLE - 1)
    pool.warm(request, None)
    pass_time(2)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert pool.readiness(request, None) is Readiness.READY
    pass_time(IDLE)
    await until(lambda: pool.readiness(request, None) is Readiness.NONE)


async def test_a_socket_that_the_server_closes_is_dropped_at_once(
    server: DiaryServer, pool: ConnectionPool
) -> None:
    request = server.request()
    await warm(pool, request)
    seen: list[Readiness] = []
    pool.watchers.append(lambda: seen.append(pool.readiness(request, None)))
    await server.sockets[0].close(1001)
    await until(lambda: seen[-1:] == [Readiness.NONE])
    assert server.opened == 1
    assert not (await hear(pool, request))[1].warm


async def break_off(socket: ServerConnection) -> None:
    socket.transport.abort()


async def time_out(socket: ServerConnection) -> None:
    fault = ServerFault("Have not received a new text input", "input_timeout_exceeded", 1008)
    await socket.send(encode_server(ServerMessage(fault=fault)))
    await socket.close(1008)


async def go_away(socket: ServerConnection) -> None:
    await socket.close(1001)


@pytest.mark.parametrize("fault", [break_off, time_out, go_away])
async def test_a_waiting_socket_found_dead_costs_one_silent_retry(
    server: DiaryServer, pool: ConnectionPool, fault: Any
) -> None:
    request = server.request()
    server.faults[0] = fault
    await warm(pool, request)
    pcm, timeline = await hear(pool, request)
    assert pcm == SOUND
    assert timeline.reconnects == []
    assert timeline.sent == len("One.")
    assert not timeline.warm
    assert timeline.connected is not None
    assert timeline.connected > timeline.submitted
    assert [text for number, text in server.diary if number == 1][:4] == ["open", " ", "One.", ""]


async def test_only_the_first_retry_is_silent(server: DiaryServer, pool: ConnectionPool) -> None:
    request = server.request()
    server.faults = {0: break_off, 1: break_off}
    await warm(pool, request)
    pcm, timeline = await hear(pool, request)
    assert pcm == SOUND
    assert len(timeline.reconnects) == 1


async def test_a_warm_socket_lost_in_mid_stream_is_a_reconnect(
    server: DiaryServer, pool: ConnectionPool
) -> None:
    async def speak_and_break(socket: ServerConnection) -> None:
        await socket.send(encode_server(ServerMessage(SOUND)))
        await socket.close(1011)

    request = server.request()
    server.faults[0] = speak_and_break
    await warm(pool, request)
    _, timeline = await hear(pool, request)
    assert timeline.warm
    assert len(timeline.reconnects) == 1


async def test_a_refusal_on_a_warm_socket_is_final_and_opens_no_other(
    server: DiaryServer, pool: ConnectionPool
) -> None:
    async def refuse(socket: ServerConnection) -> None:
        fault = ServerFault("Invalid API key", "invalid_api_key", 1008)
        await socket.send(encode_server(ServerMessage(fault=fault)))
        await socket.close(1008)

    request = server.request()
    server.faults[0] = refuse
    await warm(pool, request)
    with pytest.raises(AuthenticationError):
        await hear(pool, request)
    assert pool.readiness(request, None) is Readiness.NONE
    assert server.opened == 1


async def test_a_machine_that_slept_does_not_trust_what_waited(server: DiaryServer) -> None:
    now = [0.0]
    pool = ConnectionPool(clock=lambda: now[0])
    request = server.request()
    await warm(pool, request)
    now[0] = 3600.0
    assert pool.readiness(request, None) is Readiness.OPENING
    assert not (await hear(pool, request))[1].warm
    assert (0, " ") not in server.diary
    await pool.close()


async def test_a_stream_takes_over_a_socket_that_is_being_opened(
    server: DiaryServer, pool: ConnectionPool
) -> None:
    request = server.request()
    server.gate.clear()
    pool.warm(request, None)
    assert pool.readiness(request, None) is Readiness.OPENING
    hearing = asyncio.create_task(hear(pool, request))
    await asyncio.sleep(0)
    server.gate.set()
    pcm, timeline = await hearing
    assert (pcm, timeline.warm) == (SOUND, False)
    assert [entry for entry in server.diary if entry[1] in ("open", " ")][:2] == [
        (0, "open"),
        (0, " "),
    ]


async def test_there_are_never_more_sockets_than_the_plan_has(
    server: DiaryServer, pool: ConnectionPool
) -> None:
    one, two, three = (server.request(latency=level) for level in (1, 2, 3))
    await warm(pool, one)
    await warm(pool, two)
    pool.warm(one, None)  # used again
    await warm(pool, three)
    assert [pool.readiness(wanted, None).value for wanted in (one, two, three)] == [
        "ready",
        "none",
        "ready",
    ]
    taken = await pool.take(two, None)
    assert pool.readiness(one, None) is Readiness.NONE  # made room
    other = await pool.take(two, None)
    more = await pool.take(two, None)  # one that speaks is never refused
    pool.warm(one, None)
    assert pool.readiness(one, None) is Readiness.NONE
    for channel in (taken, other, more):
        await channel.close()
    await ready(pool, two)


async def test_streams_in_parallel_and_in_turn_keep_to_the_plan(
    server: DiaryServer, pool: ConnectionPool
) -> None:
    requests = [server.request(latency=level) for level in range(5)]
    for request in requests:
        await asyncio.gather(hear(pool, request), hear(pool, request, "Two."))
        await until(lambda: server.now <= 2)
    assert server.most <= 3  # the third is on its way out


async def test_a_server_that_is_not_there_is_no_error_ahead_and_one_for_the_stream(
    pool: ConnectionPool, caplog: pytest.LogCaptureFixture
) -> None:
    request = SpeechRequest(server="http://127.0.0.1:9", format="pcm_8000")
    with caplog.at_level(logging.DEBUG):
        pool.warm(request, KEY)
        await until(lambda: pool.readiness(request, KEY) is Readiness.NONE)
        with pytest.raises(ConnectError):
            await hear(pool, request, key=KEY)
    assert "No socket could be opened ahead" in caplog.text


async def test_the_key_is_in_no_log_and_no_repr(
    server: DiaryServer, pool: ConnectionPool, caplog: pytest.LogCaptureFixture
) -> None:
    request = server.request()
    with caplog.at_level(logging.DEBUG):
        await warm(pool, request, KEY)
        shown = [repr(pool), repr(vars(pool))]
        shown += [repr(vars(connection)) for connection in pool._warm_connections.values()]
        await hear(pool, request, key=KEY)
        await ready(pool, request, KEY)
    assert KEY not in caplog.text + "".join(shown)


@pytest.mark.parametrize("inactivity_timeout", [1, 8])
async def test_a_limit_that_is_soon_over_is_not_worth_a_socket(
    server: DiaryServer, pool: ConnectionPool, inactivity_timeout: int
) -> None:
    request = server.request(inactivity_timeout=inactivity_timeout)
    pool.warm(request, None)
    assert pool.readiness(request, None) is Readiness.NONE


async def test_bounds_that_are_lowered_close_what_they_do_not_allow(server: DiaryServer) -> None:
    bounds = ConnectionLimits(concurrency=3)
    pool = ConnectionPool(bounds)
    one, two = server.request(latency=1), server.request(latency=2)
    await warm(pool, one)
    await warm(pool, two)
    bounds.concurrency = 1
    pool.settle()
    assert [pool.readiness(wanted, None).value for wanted in (one, two)] == ["none", "ready"]
    bounds.wanted = False
    pool.settle()
    assert pool.readiness(two, None) is Readiness.NONE
    await until(lambda: server.now == 0)
    await pool.close()


async def test_a_stream_that_is_given_up_while_it_waits_for_its_socket_leaves_nothing(
    server: DiaryServer, pool: ConnectionPool
) -> None:
    request = server.request()
    server.gate.clear()
    pool.warm(request, None)
    taking: asyncio.Task[Channel] = asyncio.create_task(pool.take(request, None))
    await asyncio.sleep(0)
    taking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taking
    server.gate.set()
    await warm(pool, request)


async def test_a_closed_pool_opens_nothing_ahead(server: DiaryServer, pool: ConnectionPool) -> None:
    request = server.request()
    pool.warm(request, None)
    await pool.close()
    pool.warm(request, None)
    assert pool.readiness(request, None) is Readiness.NONE
    await hear(pool, request)
    assert pool.readiness(request, None) is Readiness.NONE
