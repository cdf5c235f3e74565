from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from jupyter_tts.client import http
from jupyter_tts.client.http import get_json
from jupyter_tts.client.keys import Key
from jupyter_tts.wire.errors import ConnectError, HandshakeRefused

from ..loopback import listening
from ..threads import no_thread_left

KEY = Key("sk_canary")


@asynccontextmanager
async def answering(head: str, body: str) -> AsyncIterator[str]:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"{head}\r\nConnection: close\r\n\r\n{body}".encode())
        writer.close()
        await writer.wait_closed()

    async with listening(handler) as port:
        yield f"http://127.0.0.1:{port}"


async def test_an_answer_is_read_and_404_is_none() -> None:
    async with answering("HTTP/1.1 200 OK", '{"voices": []}') as url:
        assert await get_json(url, "/v1/voices", KEY) == {"voices": []}
    async with answering("HTTP/1.1 404 Not Found", "") as url:
        assert await get_json(url, "/v1/voices/x", KEY) is None


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("BAD sk_canary", ""),
        ("HTTP/1.1 200 OK", "sk_canary is no JSON"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", "sk_canary"),
    ],
)
async def test_an_answer_that_is_none_is_said_without_its_words(head: str, body: str) -> None:
    async with answering(head, body) as url:
        with pytest.raises(ConnectError, match="not a speech server's") as caught:
            await get_json(url, "/v1/voices", KEY)
    assert "canary" not in repr(caught.value)


@pytest.mark.parametrize("echo", ["sk_canary", "\\u0073k_canary"])
async def test_a_key_that_a_refusal_echoes_is_hidden(echo: str) -> None:
    body = f'{{"detail": {{"message": "Bad key {echo}"}}}}'
    async with answering("HTTP/1.1 401 Unauthorized", body) as url:
        with pytest.raises(HandshakeRefused, match="Bad key ••••") as caught:
            await get_json(url, "/v1/voices", KEY)
    assert "canary" not in repr(caught.value)


async def test_a_refusal_names_the_request() -> None:
    head = "HTTP/1.1 402 Payment Required\r\nx-trace-id: def"
    body = '{"detail": {"code": "paid_plan_required", "request_id": "abc"}}'
    async with answering(head, body) as url:
        with pytest.raises(HandshakeRefused, match="Request id abc, trace id def") as caught:
            await get_json(url, "/v1/voices", KEY)
    assert caught.value.error == "paid_plan_required"
    assert (caught.value.request_id, caught.value.trace_id) == ("abc", "def")


@pytest.mark.parametrize("levels", [900, 100_000])
@pytest.mark.parametrize("head", ["HTTP/1.1 200 OK", "HTTP/1.1 401 Unauthorized"])
async def test_an_answer_that_is_nested_deeply_is_no_answer(head: str, levels: int) -> None:
    async with answering(head, "[" * levels + "]" * levels) as url:
        with pytest.raises(ConnectError):
            await get_json(url, "/v1/voices", KEY)


@asynccontextmanager
async def trickling(answer: bytes) -> AsyncIterator[int]:
    """The port of a server that begins with an answer, and goes on by bytes that never end it."""

    async def handler(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        while True:
            writer.write(b"1")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with listening(handler) as port:
        yield port


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 ",
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 200 OK\r\n\r\n[",
        b"HTTP/1.1 500 No\r\n\r\n",
        b"\x16\x03\x03\x40\x00",  # of TLS, a record of 16 KiB
    ],
)
async def test_an_answer_that_trickles_ends_in_time(
    monkeypatch: pytest.MonkeyPatch, answer: bytes, scheme: str
) -> None:
    monkeypatch.setattr(http, "TIMEOUT", 0.1)
    async with trickling(answer) as port:
        with no_thread_left(), pytest.raises(ConnectError, match=f"127.0.0.1:{port}"):
            await get_json(f"{scheme}://127.0.0.1:{port}", "/v1/voices", KEY)


async def test_a_proxy_that_trickles_is_cut_off_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TIMEOUT", 0.1)
    async with trickling(b"HTTP/1.1 200 OK\r\nX: ") as port:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("no_proxy", "")
        with no_thread_left(), pytest.raises(ConnectError, match=r"example\.invalid"):
            await get_json("https://example.invalid", "/v1/voices", KEY)


async def test_requests_that_hang_hold_up_nothing_else() -> None:
    async with trickling(b"") as port:
        with no_thread_left(but_the_pool=True):
            asked = [
                asyncio.create_task(get_json(f"http://127.0.0.1:{port}", "/", None))
                for _ in range(40)
            ]
            await asyncio.sleep(0)
            assert await asyncio.wait_for(asyncio.to_thread(lambda: 1), 60) == 1
            for task in asked:
                task.cancel()
            outcomes = await asyncio.gather(*asked, return_exceptions=True)
            assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)


async def test_nobody_there_is_said() -> None:
    with pytest.raises(ConnectError, match=r"No answer from 127\.0\.0\.1:9"):
        await get_json("http://127.0.0.1:9", "/v1/voices", None)
