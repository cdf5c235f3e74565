"""Which proxy is on the way to a server."""

from __future__ import annotations

import pytest

from jupyter_tts.wire.errors import ConnectError
from jupyter_tts.wire.proxies import proxy_handler, proxy_of, proxy_refusal, tunnel_status

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "WSS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize(
    ("environment", "url", "proxy"),
    [
        ({}, "wss://tts.example/x", None),
        ({"ALL_PROXY": "http://a:1"}, "wss://tts.example/x", "http://a:1"),
        ({"all_proxy": "http://a:1"}, "https://tts.example/x", "http://a:1"),
        ({"ALL_PROXY": "a:1"}, "http://tts.example/x", "http://a:1"),
        ({"ALL_PROXY": "socks5://a:1"}, "wss://tts.example/x", "socks5://a:1"),
        ({"ALL_PROXY": "http://a:1", "HTTPS_PROXY": "http://b:2"}, "wss://t.example", "http://b:2"),
        (
            {"ALL_PROXY": "http://a:1", "HTTPS_PROXY": "http://b:2"},
            "http://t.example",
            "http://a:1",
        ),
        ({"ALL_PROXY": "http://a:1", "NO_PROXY": "tts.example"}, "wss://tts.example/x", None),
        ({"ALL_PROXY": "http://a:1"}, "ws://127.0.0.1:9/x", None),
        ({"ALL_PROXY": "http://a:1"}, "http://localhost:9/x", None),
        ({"ALL_PROXY": " "}, "wss://tts.example/x", None),
    ],
)
def test_the_environment_names_it(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], url: str, proxy: str | None
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_of(url) == proxy


def test_one_that_carries_no_http_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://me:canary@a:1")
    with pytest.raises(ConnectError, match="The proxy a:1 cannot carry HTTP requests") as caught:
        proxy_handler("https://tts.example/x")
    assert "canary" not in str(caught.value)


def test_a_refusal_is_the_proxys_and_says_nothing_of_its_password() -> None:
    refused = proxy_refusal("http://me:canary@a:1", "wss://tts.example/x?key=y", 407)
    assert refused.message == "The proxy a:1 does not connect to tts.example (HTTP 407)."
    assert "http://NAME:PASSWORD@a:1" in refused.hint
    assert "canary" not in str(refused)
    assert "password" not in proxy_refusal("http://a:1", "wss://tts.example").hint
    assert tunnel_status("Tunnel connection failed: 503 Busy") == 503
    assert tunnel_status("refused") is None
