"""Who may ask: the Host a request names and the Origin it comes from."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import ClientSession
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from jupyter_tts.server.access.policy import AccessPolicy, check_host, check_origin

from ..serving import in_process, speak, stream_url

PAGE = "https://example.org"
SAY: list[dict[str, Any]] = [{"text": " "}, {"text": "Hello. "}, {"text": ""}]


def refused(policy: AccessPolicy, host: str | None, **headers: str) -> str | None:
    """The machine id of the refusal, or None."""
    given_ = {name.replace("_", "-"): value for name, value in headers.items()}
    if host is not None:
        given_["host"] = host
    refusal = policy.refusal(given_, scheme="http")
    if refusal is None:
        return None
    assert refusal.status == 403
    detail: Any = refusal.body["detail"]
    assert detail["status"] == detail["code"]
    assert detail["message"].endswith(".")
    return str(detail["code"])


# Hosts


@pytest.mark.parametrize(
    "host",
    ["localhost", "LocalHost:80", "localhost.:80", "127.0.0.1:8000", "127.1.2.3", "[::1]:8000"],
)
@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1"])
def test_on_loopback_every_loopback_name_is_answered(address: str, host: str) -> None:
    assert refused(AccessPolicy.of(address), host) is None


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil.localhost",
        "192.168.1.5",
        "0.0.0.0",
        "[::]",
        "2130706433",
        "localhost@evil.example",
        "user@localhost",
        "localhost/evil",
        "localhost:80:80",
        "[::1",
        "local host",
        "localhost, evil.example",
    ],
)
def test_on_loopback_no_other_host_is_answered(host: str | None) -> None:
    assert refused(AccessPolicy.of("127.0.0.1"), host) == "host_not_allowed"


def test_elsewhere_only_the_address_and_the_names_given_are_answered() -> None:
    policy = AccessPolicy.of("192.168.1.5", ["Voice.Example", "other.example."])
    for host in (
        "192.168.1.5",
        "192.168.1.5:80",
        "voice.example:80",
        "VOICE.example.",
        "other.example",
    ):
        assert refused(policy, host) is None
    for host in ("192.168.1.6", "localhost", "127.0.0.1", "evil.example", "a.voice.example"):
        assert refused(policy, host) == "host_not_allowed"


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
def test_on_all_addresses_any_address_is_answered_but_no_unknown_name(address: str) -> None:
    policy = AccessPolicy.of(address, [address, "voice.example"])
    for host in ("192.168.1.5:80", "[fe80::1]:80", "127.0.0.1", "localhost", "voice.example"):
        assert refused(policy, host) is None
    assert refused(policy, "evil.example") == "host_not_allowed"


@given(st.text())
def test_any_host_and_origin_is_answered_or_refused(text: str) -> None:
    policy = AccessPolicy()
    refused(policy, text, origin=text)
    assert refused(policy, "localhost", origin=text) in (None, "origin_not_allowed")


# Origins


def test_a_program_has_no_origin_and_is_served() -> None:
    assert refused(AccessPolicy(), "127.0.0.1:8000") is None


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", "HTTP://127.0.0.1:8000"])
def test_the_servers_own_origin_is_served(origin: str) -> None:
    assert refused(AccessPolicy(), "127.0.0.1:8000", origin=origin) is None


@pytest.mark.parametrize(
    "origin",
    [
        PAGE,
        "null",
        "",
        "http://localhost:8000",
        "http://127.0.0.1:8888",
        "http://127.0.0.1",
        "https://127.0.0.1:8000",
        "file://",
    ],
)
def test_pages_of_other_origins_are_refused(origin: str) -> None:
    assert refused(AccessPolicy(), "127.0.0.1:8000", origin=origin) == "origin_not_allowed"


def test_an_origin_that_is_let_in_is_served_and_no_other() -> None:
    policy = AccessPolicy.of("127.0.0.1", origins=[PAGE.upper()])
    assert refused(policy, "127.0.0.1", origin=PAGE) is None
    assert refused(policy, "127.0.0.1", origin=PAGE + ":444") == "origin_not_allowed"
    assert refused(policy, "127.0.0.1", origin="http://example.org") == "origin_not_allowed"


@pytest.mark.parametrize(
    ("site", "code"),
    [
        ("cross-site", "origin_not_allowed"),
        ("same-site", "origin_not_allowed"),
        ("same-origin", None),
        ("none", None),
    ],
)
def test_an_image_or_a_script_of_another_page_has_no_origin_and_is_refused(
    site: str, code: str | None
) -> None:
    assert refused(AccessPolicy(), "127.0.0.1", sec_fetch_site=site) == code


# What an option may say


@pytest.mark.parametrize("text", ["https://example.org", "http://a.b:80", "chrome-extension://abc"])
def test_an_origin_is_a_scheme_and_a_host(text: str) -> None:
    assert check_origin(text) == text


@pytest.mark.parametrize(
    "text", ["*", "null", "example.org", "https://", "https://a/", "https://*.a"]
)
def test_what_is_no_origin_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is not an origin"):
        check_origin(text)


def test_a_host_is_a_name_without_a_port() -> None:
    assert check_host("voice.example") == "voice.example"
    assert check_host("[fe80::1]") == "fe80::1"
    for text in ("http://voice.example", "voice.example:80", "a/b", "", "[::1]:80"):
        with pytest.raises(ValueError, match="is not a host name"):
            check_host(text)


# Over the wire


async def test_a_page_of_another_origin_can_use_neither_socket_nor_http() -> None:
    async with in_process(key="SECRET") as address, ClientSession() as session:
        with pytest.raises(InvalidStatus) as refusal:
            await connect(stream_url(address), origin=Origin(PAGE), proxy=None)
        assert refusal.value.response.status_code == 403
        body = json.loads(refusal.value.response.body or b"")
        assert body["detail"]["code"] == "origin_not_allowed"
        headers = {"Origin": PAGE, "xi-api-key": "SECRET"}
        for method, path in (
            ("GET", "/v1/voices"),
            ("GET", "/v1/voices/en-us"),
            ("POST", "/v1/voices"),
            ("OPTIONS", "/v1/voices"),
            ("GET", "/nothing"),
        ):
            async with session.request(method, address + path, headers=headers) as answer:
                assert answer.status == 403
                assert (await answer.json())["detail"]["code"] == "origin_not_allowed"
                assert not [name for name in answer.headers if name.startswith("Access-Control")]


async def test_a_rebound_name_is_refused() -> None:
    async with in_process() as address, ClientSession() as session:
        headers = {"Host": "evil.example:8000", "Origin": "http://evil.example:8000"}
        async with session.get(f"{address}/v1/voices", headers=headers) as answer:
            assert answer.status == 403
            assert (await answer.json())["detail"]["code"] == "host_not_allowed"


async def test_a_page_that_is_let_in_can_use_the_socket_and_read_answers() -> None:
    access = AccessPolicy.of("127.0.0.1", origins=[PAGE])
    async with in_process(key="SECRET", access=access) as address, ClientSession() as session:
        result = await speak(
            stream_url(address),
            [{**SAY[0], "xi_api_key": "SECRET"}, *SAY[1:]],
            origin=Origin(PAGE),
        )
        assert (result.text, result.code) == ("Hello. ", 1000)
        for key, status in (("SECRET", 200), ("wrong", 401)):
            headers = {"Origin": PAGE, "xi-api-key": key}
            async with session.get(f"{address}/v1/voices", headers=headers) as answer:
                assert answer.status == status
                assert answer.headers["Access-Control-Allow-Origin"] == PAGE
                assert answer.headers["Vary"] == "Origin"
        headers = {"Origin": PAGE, "Access-Control-Request-Method": "GET"}
        async with session.options(f"{address}/v1/voices", headers=headers) as answer:
            assert answer.status == 204
            assert "xi-api-key" in answer.headers["Access-Control-Allow-Headers"]
        async with session.get(f"{address}/v1/voices", headers={"xi-api-key": "SECRET"}) as answer:
            assert "Access-Control-Allow-Origin" not in answer.headers
