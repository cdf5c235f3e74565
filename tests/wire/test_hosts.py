from __future__ import annotations

import pytest

from jupyter_tts.wire.hosts import (
    HOSTS,
    http_url,
    is_elevenlabs,
    is_loopback,
    server_fault,
    websocket_url,
)


@pytest.mark.parametrize("name", HOSTS)
def test_every_named_host_is_elevenlabs_over_tls(name: str) -> None:
    assert is_elevenlabs(name)
    assert not is_loopback(name)
    assert websocket_url(name).startswith("wss://")
    assert http_url(name).startswith("https://")


@pytest.mark.parametrize(
    "server",
    [
        "http://api.elevenlabs.io",  # not over TLS
        "https://elevenlabs.io.example.test",
        "https://notelevenlabs.io",
        "https://example.test/elevenlabs.io",
        "local",
    ],
)
def test_nothing_else_passes_for_elevenlabs(server: str) -> None:
    assert not is_elevenlabs(server)


@pytest.mark.parametrize(
    ("server", "here"),
    [
        ("local", True),
        ("http://127.9.9.9:1", True),
        ("ws://[::1]:1", True),
        ("http://localhost:8", True),
        ("http://127.0.0.1.example.test", False),
        ("http://192.168.0.1", False),
    ],
)
def test_loopback_is_this_machine_only(server: str, here: bool) -> None:
    assert is_loopback(server) is here


@pytest.mark.parametrize("name", ["evil.test%00", "evil.test%2f", "evil.test\\", "evil test", ""])
def test_a_host_that_two_readers_could_read_differently_is_refused(name: str) -> None:
    assert server_fault(f"https://{name}.elevenlabs.io" if name else "https://") is not None


@pytest.mark.parametrize("server", ["https://sprache.bücher.example", "ws://[::1]:8000/x"])
def test_other_hosts_are_accepted(server: str) -> None:
    assert server_fault(server) is None
