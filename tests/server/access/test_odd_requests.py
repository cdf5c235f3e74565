"""What is answered to requests that no honest client sends: a table, and whatever else comes."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict

from jupyter_tts.server.access.policy import AccessPolicy

from ..serving import PATIENCE, in_process
from ..slow_speech import LongEngine

KEY = "KEY-CANARY"
VOICES = "GET /v1/voices/en-us HTTP/1.1"
SPEECH = "POST /v1/text-to-speech/en-us HTTP/1.1"
SOCKET = "GET /v1/text-to-speech/en-us/stream-input HTTP/1.1"
OWN, EVIL = "http://localhost", "https://evil.example"
NONCE = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="
UPGRADE = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")


def request(first: str, *headers: str, key: str = KEY, body: bytes = b"") -> bytes:
    lines = [first, "Host: localhost", f"xi-api-key: {key}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


async def answered(address: str, sent: bytes, *, upto: int = -1, leaves: bool = False) -> bytes:
    """What comes until the server closes, or its first bytes; perhaps the client leaves before."""
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(sent)
    if leaves:
        writer.write_eof()
    try:
        async with asyncio.timeout(PATIENCE):
            return await reader.read(upto)
    except ConnectionError:
        return b""
    finally:
        writer.close()


@asynccontextmanager
async def keyed() -> AsyncIterator[str]:
    async with in_process(engine=LongEngine(0.0), key=KEY) as address:
        yield address


TABLE = [
    (request(VOICES), 200),
    (request(VOICES, key="another"), 401),
    (request(VOICES, f"xi-api-key: {KEY}", key="another"), 401),  # the first counts
    (request(VOICES, key="\xff\xfe"), 401),
    (request(VOICES, f"Origin: {OWN}"), 200),
    (request(VOICES, f"Origin: {OWN}", f"Origin: {OWN}"), 200),
    (request(VOICES, f"Origin: {OWN}", f"Origin: {EVIL}"), 403),
    (request(VOICES, f"Origin: {EVIL}", f"Origin: {OWN}"), 403),
    (request(VOICES, f"Origin: {OWN} {EVIL}"), 403),
    (request(VOICES, "Origin: null"), 403),
    (request(VOICES, "Origin:"), 403),
    (request(VOICES, "Sec-Fetch-Site: none", "Sec-Fetch-Site: cross-site"), 403),
    (request(VOICES, "Sec-Fetch-Site: same-site"), 403),
    (request("OPTIONS /v1/voices HTTP/1.1", f"Origin: {EVIL}"), 403),
    (request(VOICES, "Host: evil.example"), 400),
    (request(VOICES, "X-Forwarded-Host: evil.example", "Forwarded: host=evil.example"), 200),
    (f"{VOICES}\r\nHost: 127.0.0.1.evil.example\r\n\r\n".encode(), 403),
    (f"{VOICES}\r\nHost: 2130706433\r\n\r\n".encode(), 403),
    (f"{VOICES}\r\nHost: localhost:x\r\n\r\n".encode(), 403),
    (f"{VOICES}\r\nHost:\r\n\r\n".encode(), 403),
    (f"{VOICES}\r\nHost: LOCALHOST.\r\nxi-api-key: {KEY}\r\n\r\n".encode(), 200),
    (f"{VOICES}\r\nHost: [::1]:80\r\nxi-api-key: {KEY}\r\n\r\n".encode(), 200),
    (f"{VOICES}\r\nHost: localhost, evil.example\r\n\r\n".encode(), 403),
    (f"{VOICES}\r\nHost: evil@localhost\r\n\r\n".encode(), 403),
    (f"{VOICES}\r\n\r\n".encode(), 400),
    (request("GET http://evil.example/v1/voices HTTP/1.1"), 403),
    (request("GET http://localhost/v1/voices/en-us HTTP/1.1"), 200),
    (request(f"GET http://user:{KEY}@localhost/v1/voices HTTP/1.1"), 403),
    (request("GET http://localhost:99999/v1/voices HTTP/1.1"), 400),
    (request("GET //evil.example/v1/voices HTTP/1.1"), 404),
    (request("GET /v1/voices/../user HTTP/1.1"), 404),
    (request("GET /v1/voices/..%2fuser HTTP/1.1"), 404),
    (request("GET /v1/voices/a%00%zz%ff HTTP/1.1"), 404),
    (request("GET /v1/voices/a\x00 HTTP/1.1"), 400),
    (request("GET /v1/voices/en us HTTP/1.1"), 400),
    (request("GET v1/voices/en-us HTTP/1.1"), 400),
    (request("GET /v1/voices/en-us/ HTTP/1.1"), 404),
    (request("GET /v1//voices/en-us HTTP/1.1"), 404),
    (request("GET /V1/voices/en-us HTTP/1.1"), 404),
    (request("GET /v1/voices%2fen-us HTTP/1.1"), 404),
    (request("GET /v1/%76oices/en-us HTTP/1.1"), 200),  # RFC 3986: the same path
    (request("GET /v1/voices/en-us?a=%ff&=&&b=1?c=2 HTTP/1.1"), 200),
    (request("GET /" + "a" * 20_000 + " HTTP/1.1"), 400),
    (request(VOICES, *[f"X-{number}: a" for number in range(500)]), 400),
    (request(VOICES, "X: a", " folded"), 400),
    (request(VOICES, "X : a"), 400),
    (request(VOICES, ": a"), 400),
    (request(VOICES, "X: a\x00b"), 400),
    (request(VOICES, "X: a\rb"), 400),
    (request(VOICES, "X: " + "a" * 9_000), 400),
    (request(VOICES, "X:"), 200),
    (request(VOICES).replace(b"\r\n", b"\n"), 400),
    (b"\r\n\r\n" + request(VOICES), 200),
    (request("GET /v1/voices/en-us HTTP/1.0"), 200),
    (request("GET /v1/voices/en-us HTTP/0.9"), 505),
    (request("GET /v1/voices/en-us HTTP/2.0"), 505),
    (request("GET /v1/voices/en-us"), 505),
    (request("get /v1/voices/en-us HTTP/1.1"), 400),
    (request("HEAD /v1/voices/en-us HTTP/1.1"), 200),
    (request("DELETE /v1/voices/en-us HTTP/1.1"), 405),
    (request("OPTIONS * HTTP/1.1"), 404),
    (request("TRACE /v1/voices HTTP/1.1"), 405),
    (request("CONNECT evil.example:443 HTTP/1.1"), 403),
    (request("FOO /v1/voices HTTP/1.1"), 400),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    (request(SPEECH, "Content-Length: 4", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"), 400),
    (request(SPEECH, "Content-Length: 2", "Content-Length: 3", body=b"{}"), 400),
    (request(SPEECH, "Content-Length: 2", "Content-Length: 2", body=b"{}"), 400),
    (request(SPEECH, "Content-Length: 2, 2", body=b"{}"), 400),
    (request(SPEECH, "Content-Length: +2", body=b"{}"), 400),
    (request(SPEECH, "Content-Length: -2", body=b"{}"), 400),
    (request(SPEECH, "Transfer-Encoding: chunked", body=b"2\r\n{}\r\n0\r\n\r\n"), 422),
    (request(SPEECH, "Transfer-Encoding: chunked", body=b"z\r\n{}\r\n0\r\n\r\n"), 400),
    (request(SPEECH, "Transfer-Encoding: chunked, identity", body=b"2\r\n{}\r\n"), 400),
    (request(SPEECH, "Content-Length: 2", "Content-Encoding: odd", body=b"{}"), 422),
    (request(SPEECH, "Content-Length: 2", "Expect: 100-continue", body=b"{}"), 100),
    (request(VOICES, "Content-Length: 5", body=b"hello"), 200),
    (request(VOICES, "Upgrade: h2c", "Connection: Upgrade"), 200),
    (request(SPEECH, "Content-Length: 2", "Expect: what", body=b"{}"), 417),
    (request(SPEECH, "Content-Length: 2", "Content-Encoding: gzip", body=b"{}"), 400),
    (request(SPEECH, "Content-Length: 2", body=b"{}"), 422),
    (request(SPEECH, "Content-Length: 10000000", body=bytes(2**20 + 1)), 413),
    (request(SOCKET), 400),
    (request(SOCKET, *UPGRADE), 400),
    (request(SOCKET, *UPGRADE, "Sec-WebSocket-Key: short"), 400),
    (request(SOCKET, *UPGRADE, NONCE), 101),
    (request(SOCKET, *UPGRADE, NONCE, f"Origin: {OWN}", f"Origin: {EVIL}"), 403),
    (request(SOCKET.replace("GET", "POST"), "Content-Length: 0"), 405),
]


async def test_the_table_of_odd_requests(caplog: pytest.LogCaptureFixture) -> None:
    statuses = []
    async with keyed() as address:
        for sent, _ in TABLE:
            status = (await answered(address, sent, upto=100)).partition(b" ")[2][:3]
            statuses.append((sent[:300], int(status or 0)))
    assert statuses == [(sent[:300], status) for sent, status in TABLE]
    assert "Traceback" not in caplog.text
    assert KEY not in caplog.text  # aiohttp quotes what it cannot read


async def test_a_body_that_is_small_on_its_way_and_large_afterwards_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    sent = request(SPEECH, "Content-Encoding: gzip", f"Content-Length: {len(bomb)}", body=bomb)
    async with keyed() as address:
        assert (await answered(address, sent, upto=100)).startswith(b"HTTP/1.1 413 ")


async def test_requests_in_one_go_are_each_checked_and_answered_in_their_order() -> None:
    sent = [
        request(VOICES),
        request(VOICES, key="another"),
        request(VOICES, f"Origin: {EVIL}"),
        request(SPEECH, "Content-Length: 2", body=b"{}"),
        request(VOICES, "Connection: close"),
    ]
    async with keyed() as address:
        answers = (await answered(address, b"".join(sent))).split(b"HTTP/1.1 ")[1:]
    assert [int(answer[:3]) for answer in answers] == [200, 401, 403, 422, 200]


async def test_a_request_behind_a_websockets_handshake_is_no_request() -> None:
    sent = request(SOCKET, *UPGRADE, NONCE) + request(VOICES)
    async with keyed() as address:
        parts = urlsplit(address)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(sent)
        got = b""
        async with asyncio.timeout(PATIENCE):
            while b"protocol" not in got:
                got += await reader.read(1_000)
        writer.transport.abort()
    assert got.startswith(b"HTTP/1.1 101 ")
    assert got.count(b"HTTP/1.1 ") == 1


async def test_requests_without_end_that_are_not_read_are_not_read_either() -> None:
    async with keyed() as address:
        parts = urlsplit(address)
        _, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=1)
        flood = 2_000 * request("GET /v1/voices HTTP/1.1")
        for _ in range(100):  # 15 MB
            writer.write(flood)
            await asyncio.sleep(0)
        # The system holds some of it; the rest stays here.
        assert writer.transport.get_write_buffer_size() > 5_000_000
        writer.transport.abort()


NAMES = st.sampled_from(["Host", "Origin", "Sec-Fetch-Site", "xi-api-key", "Connection", "Upgrade"])
VALUES = st.sampled_from(
    ["localhost", OWN, EVIL, "null", "cross-site", "", KEY, "close", "websocket", "[::1]", ":80"]
)
HEADERS = st.lists(st.tuples(NAMES, VALUES | st.text(max_size=8)), max_size=6)


@given(HEADERS)
def test_whatever_headers_come_no_page_gets_in(headers: list[tuple[str, str]]) -> None:
    refusal = AccessPolicy().refusal(CIMultiDict(headers), scheme="http")
    origins = [value for name, value in headers if name == "Origin"]
    hosts = [value for name, value in headers if name == "Host"]
    if any(origin.lower() != f"http://{hosts[0].lower()}" for origin in origins if hosts):
        assert refusal is not None
    if len(hosts) != 1 and refusal is None:
        assert len(hosts) > 1
        assert all(host.partition(":")[0] in ("localhost", "[") for host in hosts)


PIECES = st.lists(
    st.sampled_from([VOICES, SPEECH, SOCKET, "\r\n", "\n", ": ", "Host: localhost\r\n", " "])
    | st.sampled_from(["Content-Length: 1\r\n", "Transfer-Encoding: chunked\r\n", "0\r\n\r\n"])
    | st.text(max_size=6),
    max_size=12,
)


def test_whatever_bytes_come_the_server_serves_on(caplog: pytest.LogCaptureFixture) -> None:
    with asyncio.Runner() as runner:
        server = keyed()
        address = runner.run(server.__aenter__())

        @given(PIECES)
        @settings(max_examples=60, deadline=None)
        def check(pieces: list[str]) -> None:
            sent = "".join(pieces).encode("utf-8", "surrogatepass")
            got = runner.run(answered(address, sent, leaves=True))
            # Whole lines: an answer may say what was asked for, which ends in HTTP/1.1, too.
            assert set(re.findall(rb"HTTP/1\.[01] (\d)\d\d [\w -]+\r\n", got)) <= {b"1", b"2", b"4"}

        check()
        last = runner.run(answered(address, request(VOICES), upto=100))
        runner.run(server.__aexit__(None, None, None))
    assert last.startswith(b"HTTP/1.1 200 ")
    assert "Traceback" not in caplog.text
