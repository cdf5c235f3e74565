"""The account over HTTP, and tokens instead of its key."""

from __future__ import annotations

import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from ..http_client import ask
from ..serving import RunningServer, speak

HELLO = [{"text": " "}, {"text": "Hello. "}, {"text": ""}]


def token(server: RunningServer) -> str:
    address = f"{server.address}/v1/single-use-token/tts_websocket"
    return str(ask(address, b"", xi_api_key="SECRET").json["token"])


async def test_what_is_spoken_counts_wherever_it_is_spoken(keyed: RunningServer) -> None:
    address = f"{keyed.address}/v1/user/subscription"
    before = ask(address, xi_api_key="SECRET").json["character_count"]
    await speak(keyed.stream_input(), HELLO, additional_headers={"xi-api-key": "SECRET"})
    ask(f"{keyed.address}/v1/text-to-speech/de", {"text": "Hallo"}, xi_api_key="SECRET")
    subscription = ask(address, xi_api_key="SECRET").json
    assert subscription["character_count"] - before == len("Hello. ") + len("Hallo")
    assert subscription["character_limit"] == 1_000_000
    user = ask(f"{keyed.address}/v1/user", xi_api_key="SECRET").json
    assert user["subscription"] == subscription


@pytest.mark.parametrize("path", ["/v1/user", "/v1/user/subscription"])
def test_the_account_needs_the_key(keyed: RunningServer, path: str) -> None:
    assert ask(keyed.address + path).status == 401


async def test_a_token_opens_one_websocket(keyed: RunningServer) -> None:
    url = keyed.stream_input(f"output_format=pcm_8000&single_use_token={token(keyed)}")
    result = await speak(url, HELLO)
    assert result.code == 1000
    assert result.text == "Hello. "
    with pytest.raises(InvalidStatus) as refusal:
        await speak(url, HELLO)
    assert refusal.value.response.status_code == 401
    assert json.loads(refusal.value.response.body or b"")["detail"]["code"] == "invalid_token"


async def test_a_token_is_no_key(keyed: RunningServer) -> None:
    once = token(keyed)
    assert ask(f"{keyed.address}/v1/voices?single_use_token={once}").status == 401
    assert ask(f"{keyed.address}/v1/voices", xi_api_key=once).status == 401
    query = "output_format=pcm_8000&single_use_token=SECRET"
    with pytest.raises(InvalidStatus):
        await connect(keyed.stream_input(query), proxy=None)
    assert once not in keyed.log
    assert "SECRET" not in keyed.log


async def test_a_handshake_that_is_refused_leaves_the_token(keyed: RunningServer) -> None:
    once = token(keyed)
    with pytest.raises(InvalidStatus):
        await speak(keyed.stream_input(f"seed=-1&single_use_token={once}"), HELLO)
    url = keyed.stream_input(f"output_format=pcm_8000&single_use_token={once}")
    assert (await speak(url, HELLO)).code == 1000


def test_a_token_needs_the_key_and_a_type_there_is(keyed: RunningServer) -> None:
    tokens = f"{keyed.address}/v1/single-use-token"
    assert ask(f"{tokens}/tts_websocket", b"").status == 401
    answer = ask(f"{tokens}/batch_scribe", b"", xi_api_key="SECRET")
    assert (answer.status, answer.code) == (400, "invalid_parameters")
