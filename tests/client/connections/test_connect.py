from __future__ import annotations

import asyncio
import contextlib
import http
import logging
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme
from websockets.asyncio.server import Request, Response, ServerConnection, serve
from websockets.datastructures import Headers

from jupyter_tts.client.connections import connect
from jupyter_tts.client.connections.connect import open_connection
from jupyter_tts.client.keys import Key
from jupyter_tts.wire.errors import ConnectError, HandshakeRefused

from ...loopback import listening
from .silent_server import never_answering


@contextlib.asynccontextmanager
async def answering(data: bytes) -> AsyncIterator[str]:
    """A server that answers every connection with these bytes and closes."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(data)
        writer.close()
        await writer.wait_closed()

    async with listening(handler) as port:
        yield f"ws://127.0.0.1:{port}/x"


@contextlib.asynccontextmanager
async def refusing(status: int, body: str, **headers: str) -> AsyncIterator[str]:
    """A server that refuses every handshake."""

    def refuse(_: ServerConnection, __: Request) -> Response:
        return Response(status, http.HTTPStatus(status).phrase, Headers(headers), body.encode())

    async def handler(_: ServerConnection) -> None:
        raise AssertionError("a refused connection was handled")

    async with serve(handler, "127.0.0.1", 0, process_request=refuse) as server:
        yield f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/x"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429, 500, 502, 503])
async def test_a_refused_handshake_says_why_and_what_to_do(status: int) -> None:
    async with refusing(status, '{"detail": {"message": "Because."}}') as url:
        with pytest.raises(HandshakeRefused, match=f"HTTP {status}: Because") as caught:
            await open_connection(url, None)
    assert caught.value.status == status
    assert caught.value.hint


async def test_a_refused_handshake_names_the_request() -> None:
    async with refusing(403, "", **{"request-id": "abc", "x-trace-id": "def"}) as url:
        with pytest.raises(HandshakeRefused, match=r"Request id abc, trace id def\.$") as caught:
            await open_connection(url, None)
    assert (caught.value.request_id, caught.value.trace_id) == ("abc", "def")


async def test_headers_that_come_twice_are_no_failure() -> None:
    twice = b"x-trace-id: a\r\nx-trace-id: b\r\nretry-after: 1\r\nretry-after: 2\r\n"
    async with answering(b"HTTP/1.1 503 No\r\n" + twice + b"content-length: 0\r\n\r\n") as url:
        with pytest.raises(HandshakeRefused) as caught:
            await open_connection(url, None)
    assert caught.value.retry_after == 1


async def test_a_redirect_is_not_followed_since_the_key_would_travel() -> None:
    async with refusing(307, "", Location="ws://127.0.0.1:9/elsewhere") as url:
        with pytest.raises(HandshakeRefused, match="HTTP 307"):
            await open_connection(url, Key("canary"))


@pytest.mark.parametrize(
    "data", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 101 Switching Protocols\r\n\r\n"]
)
async def test_a_server_that_speaks_something_else_is_named(data: bytes) -> None:
    async with answering(data) as url:
        with pytest.raises(ConnectError, match=r"127\.0\.0\.1:\d+"):
            await open_connection(url, None)


async def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(ConnectError, match=r"No connection to 127\.0\.0\.1:9"):
        await open_connection("ws://127.0.0.1:9/x", None)


async def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "OPEN_TIMEOUT", 0.05)
    async with never_answering() as port:
        with pytest.raises(ConnectError, match="did not answer within"):
            await open_connection(f"ws://127.0.0.1:{port}/x", None)


async def test_an_untrusted_certificate_is_refused_and_a_trusted_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)

    async def handler(socket: ServerConnection) -> None:
        await socket.wait_closed()

    async with serve(handler, "localhost", 0, ssl=tls) as server:
        url = f"wss://localhost:{next(iter(server.sockets)).getsockname()[1]}/x"
        connect.tls_context.cache_clear()
        with pytest.raises(ConnectError, match="No secure connection to localhost"):
            await open_connection(url, None)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        connect.tls_context.cache_clear()
        socket = await open_connection(url, None)
        await socket.close()
    connect.tls_context.cache_clear()


async def test_the_key_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    async def handler(socket: ServerConnection) -> None:
        assert socket.request is not None
        await socket.send(socket.request.headers["xi-api-key"])

    quiet = logging.getLogger("test.quiet")
    quiet.setLevel(logging.CRITICAL)
    async with serve(handler, "127.0.0.1", 0, logger=quiet) as server:
        url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/x"
        with caplog.at_level(logging.DEBUG):
            socket = await open_connection(url, Key("secret-canary"))
            assert await socket.recv() == "secret-canary"
            await socket.close()
    assert "secret-canary" not in caplog.text


async def test_a_host_that_does_not_exist_is_named() -> None:
    with pytest.raises(ConnectError, match=r"No connection to nowhere\.invalid"):
        await open_connection("ws://nowhere.invalid/x", None)


async def test_a_captive_portal_is_recognized() -> None:
    async with refusing(200, "<html><script>signIn()</script></html>") as url:
        with pytest.raises(HandshakeRefused, match="captive portal") as caught:
            await open_connection(url, None)
    assert "script" not in str(caught.value)
    assert not caught.value.retryable


async def test_retry_after_is_read() -> None:
    async with refusing(429, "", **{"Retry-After": "7"}) as url:
        with pytest.raises(HandshakeRefused) as caught:
            await open_connection(url, None)
    assert (caught.value.retry_after, caught.value.retryable) == (7.0, True)


async def test_the_proxy_of_the_environment_is_used_but_not_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).splitlines()[0])
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async with listening(proxy) as port:
        address = f"http://127.0.0.1:{port}"
        for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("ALL_PROXY", address)
        with pytest.raises(ConnectError, match=r"The proxy 127.* to voices.example \(HTTP 503\)"):
            await open_connection("wss://voices.example/x", None)
        assert asked == [b"CONNECT voices.example:443 HTTP/1.1"]
        with pytest.raises(ConnectError):
            await open_connection("wss://127.0.0.1:9/x", None)
    assert len(asked) == 1
