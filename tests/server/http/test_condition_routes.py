"""The conditions of a running server, changed over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request

from jupyter_tts.server import Conditions, TTSServer, serve
from jupyter_tts.server.http.condition_routes import _is_loopback
from jupyter_tts.wire.conditions import CONDITIONS_PATH

from ..http_client import Answer, ask
from ..serving import speak, stream_url

HELLO = [{"text": " "}, {"text": "Hello there, and good day. "}, {"text": ""}]
GIVEN = {"rtt": 40, "jitter": 10.5, "quota": 9_000, "status": {"503": 0.25}, "seed": 3}


async def put(server: TTSServer, body: object, **headers: str) -> Answer:
    url = server.url + CONDITIONS_PATH
    return await asyncio.to_thread(ask, url, body, method="PUT", **headers)


async def get(server: TTSServer, **headers: str) -> Answer:
    return await asyncio.to_thread(ask, server.url + CONDITIONS_PATH, **headers)


async def test_what_is_put_is_what_get_returns_and_is_what_python_would_have_set() -> None:
    async with serve() as server:
        assert Conditions.of((await get(server)).json) == Conditions()
        answer = await put(server, GIVEN)
        assert answer.status == 200
        answer_to_get = await get(server)
        assert answer_to_get.json == answer.json
        expected = Conditions(rtt=40, jitter=10.5, quota=9_000, status={503: 0.25}, seed=3)
        assert Conditions.of(answer_to_get.json) == expected
        assert server.conditions(rtt=7) == Conditions.of((await get(server)).json)
        await put(server, {})
        assert Conditions.of((await get(server)).json) == Conditions()


async def test_it_holds_from_the_next_stream_on_until_it_is_taken_back() -> None:
    async with serve() as server:
        assert (await speak(stream_url(server.url), HELLO)).code == 1000
        await put(server, {"drop_after": 0.1})
        assert (await speak(stream_url(server.url), HELLO)).code == 1006
        await put(server, {})
        assert (await speak(stream_url(server.url), HELLO)).code == 1000


async def test_another_quota_starts_a_new_count_and_the_same_goes_on() -> None:
    async with serve() as server:
        await speak(stream_url(server.url), HELLO)

        async def account() -> tuple[int, int]:
            answer = await asyncio.to_thread(ask, f"{server.url}/v1/user/subscription")
            return answer.json["character_count"], answer.json["character_limit"]

        await put(server, {"quota": 30})
        assert await account() == (0, 30)
        await speak(stream_url(server.url), HELLO)
        spoken = len("Hello there, and good day. ")
        await put(server, {"quota": 30, "rtt": 1})
        assert await account() == (spoken, 30)
        refused = await speak(stream_url(server.url), HELLO)
        assert (refused.code, "exceeds your quota" in refused.reason) == (1008, True)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"rtt": 9_000}, ["rtt must be 0 to 5000, not 9000"]),
        ({"bandwidth": "fast"}, ["bandwidth must be 40 to 1000000000, not 'fast'"]),
        ({"jitter": -1, "seed": 1.5}, ["jitter must be 0 to 5000", "seed must be 0 to"]),
        ({"latency": 1}, ["there is no condition 'latency'; it must be one of rtt, jitter"]),
        ({"status": {"200": 1}}, ["status must be HTTP statuses of 400 to 599"]),
        ({"status": {"9" * 5_000: 1}}, ["status must be"]),
        ({"status": {"503": "often"}}, ["status must be"]),
        ({"status": [503]}, ["status must be"]),
        ([], ["conditions must be an object"]),
        (b"{", ["the body must be JSON"]),
        (b'{"rtt": NaN}', ["rtt must be 0 to 5000, not nan"]),
        (b"[" * 100_000, ["the body must be JSON"]),
    ],
)
async def test_what_is_refused_is_named_and_nothing_changes(body: Any, named: list[str]) -> None:
    async with serve(conditions=Conditions(rtt=5)) as server:
        answer = await put(server, body)
        assert answer.status == 422
        for sentence, start in zip(answer.json["detail"], named, strict=True):
            assert sentence["msg"].startswith(start)
        assert Conditions.of((await get(server)).json) == Conditions(rtt=5)


async def test_it_needs_the_key_and_no_web_page_may_ask() -> None:
    async with serve(key="SECRET") as server:
        assert (await get(server)).status == 401
        assert (await put(server, {"rtt": 1})).status == 401
        page = {"origin": "https://evil.example"}
        assert (await put(server, {"rtt": 1}, xi_api_key="SECRET", **page)).status == 403
        answer_to_get = await get(server, xi_api_key="SECRET")
        assert Conditions.of(answer_to_get.json) == Conditions()


@pytest.mark.parametrize(
    ("peer", "may"),
    [("127.0.0.1", True), ("::1", True), ("192.0.2.7", False), (None, False)],
)
def test_only_this_machine_may_ask(peer: str | None, may: bool) -> None:
    request = make_mocked_request("GET", CONDITIONS_PATH)
    assert _is_loopback(request.clone(remote=peer)) is may
