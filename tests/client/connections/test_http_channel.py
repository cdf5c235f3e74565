from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from jupyter_tts.client.connections import connect, http_channel
from jupyter_tts.client.connections.channel import ColdConnections
from jupyter_tts.client.connections.http_channel import HttpChannel, HttpConnections
from jupyter_tts.client.connections.pool import ConnectionPool, Readiness
from jupyter_tts.client.keys import Key
from jupyter_tts.wire.errors import ChannelClosed, ConnectError, HandshakeRefused, ServerIds
from jupyter_tts.wire.http_exchange import END_OF_ANSWER, NOTHING
from jupyter_tts.wire.request import SpeechRequest

from ...threads import no_thread_left
from .silent_server import never_answering

LINES = b'{"audio_base64": ""}\n{"audio_base64": "AAA="}\n'
ANSWER = b"HTTP/1.1 200 OK\r\nx-trace-id: t1\r\nContent-Length: %d\r\n\r\n%b" % (len(LINES), LINES)


@asynccontextmanager
async def answering(
    answer: bytes = ANSWER, host: str = "127.0.0.1", **options: Any
) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Answer every request so; yield the address, and what was asked."""
    asked: list[bytes] = []
    tasks: set[asyncio.Task[Any] | None] = set()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
                asked.append(head + await reader.readexactly(int(length or 0)))
                writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async with await asyncio.start_server(handler, host, 0, **options) as server:
        scheme = "https" if options else "http"
        port = server.sockets[0].getsockname()[1]
        yield f"{scheme}://{host}:{port}", asked
        if not options:  # whoever came before this one has been accepted, too
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(b"\r\n\r\n")
            await reader.readexactly(1)
            writer.close()
        await asyncio.gather(*filter(None, tasks))


def request_to(server: str) -> SpeechRequest:
    return SpeechRequest(server=server, voice="a b", transport="http")


async def ask(channel: HttpChannel, server: str) -> list[bytes]:
    """Ask, and return what comes, up to the end of the answer."""
    exchange = channel.begin(request_to(server))
    await channel.send(exchange.start())
    await channel.send(exchange.text("Hé."))
    await channel.send(exchange.end())
    frames: list[bytes] = []
    while not frames or frames[-1] != END_OF_ANSWER:
        frames.append(await channel.recv())
    assert exchange.server_ids == ServerIds(trace_id="t1")
    await channel.close()
    return frames


async def test_a_request_has_the_text_and_the_key_and_its_answer_comes_in_objects() -> None:
    with no_thread_left():
        async with answering() as (server, asked):
            channel = await HttpConnections(kept=0).take(request_to(server), Key("sk_canary"))
            assert await ask(channel, server) == [*LINES.splitlines(), END_OF_ANSWER]
    head, _, body = asked[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/text-to-speech/a%20b/stream/with-timestamps?optimize")
    assert b"xi-api-key: sk_canary" in head
    assert body == '{"text": "Hé."}'.encode()


async def test_a_connection_waits_for_the_next_request_of_its_key() -> None:
    connections = HttpConnections()
    with no_thread_left():
        async with answering() as (server, _):
            request = request_to(server)
            first = await connections.take(request, None)
            await ask(first, server)
            assert connections.is_ready(request, None)
            assert not connections.is_ready(request, Key("other"))
            second = await connections.take(request, None)
            assert (first.warm, second.warm) == (False, True)
            await ask(second, server)
            third = await connections.take(request, None, fresh=True)
            assert not third.warm
            assert not connections.is_ready(request, None)
            await third.close()
            assert connections.is_ready(request, None)
            connections.drop(None)
            assert not connections.is_ready(request, None)
            connections.close()


async def test_a_connection_does_not_wait_for_ever() -> None:
    connections = HttpConnections(kept=0.05)
    with no_thread_left():
        async with answering() as (server, _):
            changes: asyncio.Queue[bool] = asyncio.Queue()
            request = request_to(server)
            connections.changed = lambda: changes.put_nowait(connections.is_ready(request, None))
            await ask(await connections.take(request, None), server)
            async with asyncio.timeout(60):
                assert [await changes.get(), await changes.get()] == [True, False]


async def test_a_channel_that_was_closed_or_given_up_brings_nothing() -> None:
    async with answering() as (server, _):
        for end in ("close", "abort"):
            channel = await ColdConnections().take(request_to(server), None)
            reading = asyncio.create_task(channel.recv())
            await asyncio.sleep(0)
            if end == "close":
                await channel.close()
            else:
                channel.abort()
            with pytest.raises(ChannelClosed):
                await reading
            with pytest.raises(ChannelClosed):
                await channel.send("{}")
            await channel.send(NOTHING)
            await channel.close()


async def test_a_read_that_is_cancelled_loses_nothing() -> None:
    async with answering() as (server, _):
        channel = await HttpConnections(kept=0).take(request_to(server), None)
        exchange = channel.begin(request_to(server))
        exchange.start()
        exchange.text("One.")
        reading = asyncio.create_task(channel.recv())
        await asyncio.sleep(0)
        reading.cancel()
        await channel.send(exchange.end())
        reading = asyncio.create_task(channel.recv())
        await asyncio.sleep(0)
        reading.cancel()
        assert await channel.recv() == LINES.splitlines()[0]
        await channel.close()


async def test_the_pool_keeps_connections_for_http_too() -> None:
    pool = ConnectionPool()
    with no_thread_left():
        async with answering() as (server, _):
            request = request_to(server)
            pool.warm(request, None)
            assert pool.readiness(request, None) is Readiness.NONE  # none is opened ahead
            channel = await pool.take(request, None)
            assert isinstance(channel, HttpChannel)
            await ask(channel, server)
            assert pool.readiness(request, None) is Readiness.READY
            pool.drop(None)
            assert pool.readiness(request, None) is Readiness.NONE
            await pool.close()


async def test_a_server_that_is_not_there_is_named() -> None:
    with no_thread_left(), pytest.raises(ConnectError, match=r"No connection to 127\.0\.0\.1:9"):
        await ColdConnections().take(request_to("http://127.0.0.1:9"), None)


async def test_a_server_that_never_answers_a_handshake_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_channel, "OPEN_TIMEOUT", 0.05)
    async with never_answering() as port:
        with no_thread_left(), pytest.raises(ConnectError, match="did not answer"):
            await ColdConnections().take(request_to(f"https://127.0.0.1:{port}"), None)


async def test_a_redirect_is_not_followed_since_the_key_would_travel() -> None:
    answer = b"HTTP/1.1 307 No\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
    async with answering(answer) as (server, _):
        channel = await ColdConnections().take(request_to(server), Key("canary"))
        channel.begin(request_to(server))
        await channel.send('{"text": "One."}')
        with pytest.raises(HandshakeRefused, match="HTTP 307"):
            await channel.recv()
        await channel.close()


async def test_an_untrusted_certificate_is_refused_and_a_trusted_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    async with answering(host="localhost", ssl=tls) as (server, _):
        connect.tls_context.cache_clear()
        with pytest.raises(ConnectError, match="No secure connection to localhost"):
            await ColdConnections().take(request_to(server), None)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        connect.tls_context.cache_clear()
        channel = await HttpConnections(kept=0).take(request_to(server), None)
        assert len(await ask(channel, server)) == 3
        await asyncio.sleep(0.1)  # the server's end of the handshake that failed, for no handler
    connect.tls_context.cache_clear()


@pytest.fixture
def set_proxy(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def set_to(address: str) -> None:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            monkeypatch.setenv(name, address)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)

    return set_to


async def test_the_proxy_of_the_environment_is_used_but_not_for_this_machine(
    set_proxy: Callable[[str], None],
) -> None:
    async with answering() as (proxy, asked), answering() as (server, _):
        set_proxy(proxy.replace("://", "://me:pass%20word@"))
        voices = "http://voices.example"
        channel = await HttpConnections(kept=0).take(request_to(voices), None)
        assert len(await ask(channel, voices)) == 3
        (head,) = asked
        assert head.startswith(b"POST http://voices.example/v1/text-to-speech/a%20b/stream")
        credentials = base64.b64encode(b"me:pass word")
        assert b"Proxy-Authorization: Basic " + credentials in head
        await ask(await HttpConnections(kept=0).take(request_to(server), None), server)
        assert len(asked) == 1


async def test_a_proxy_that_refuses_is_named_without_its_words(
    set_proxy: Callable[[str], None],
) -> None:
    refusal = b"HTTP/1.1 407 canary\r\nContent-Length: 0\r\n\r\n"
    async with answering(refusal) as (proxy, asked):
        set_proxy(proxy.replace("://", "://me:canary@"))
        with pytest.raises(ConnectError, match="proxy") as caught:
            await ColdConnections().take(request_to("https://voices.example"), Key("sk"))
        assert asked[0].startswith(b"CONNECT voices.example:443 HTTP/1.")
        assert b"sk" not in asked[0]
    assert "canary" not in str(caught.value)
