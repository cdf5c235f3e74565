"""Servers: names, addresses, and what the host part of a URL decides."""

from __future__ import annotations

import functools
import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

__all__ = [
    "HOSTS",
    "KEY_VARIABLE",
    "LOCAL",
    "LOCAL_KEY_VARIABLE",
    "default_voice",
    "http_url",
    "is_elevenlabs",
    "is_loopback",
    "server_fault",
    "websocket_url",
]

LOCAL = "local"

KEY_VARIABLE = "ELEVENLABS_API_KEY"

# Passes the embedded voice the key that it asks for; unlike an argument it is not in ps.
LOCAL_KEY_VARIABLE = "JUPYTER_TTS_SERVER_KEY"

# ElevenLabs documentation (data residency) and the environments of the Python SDK 2.78: the
# same host serves https and wss.
HOSTS = {
    "elevenlabs": "wss://api.elevenlabs.io",
    "us": "wss://api.us.elevenlabs.io",
    "eu": "wss://api.eu.residency.elevenlabs.io",
    "in": "wss://api.in.residency.elevenlabs.io",
    "sg": "wss://api.sg.residency.elevenlabs.io",
}

# An address the embedded voice has before it runs and its port is known.
_LOCAL_URL = "ws://127.0.0.1"

# Eldrin, the successor of George, who spoke in ElevenLabs' own quickstart and ends on 2026-12-31;
# and the natural voice of the embedded server.
_ELEVENLABS_VOICE = "6WwXjDDEMyNmFG95zycZ"
_LOCAL_VOICE = "heart"

_WEBSOCKET_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
_HTTP_SCHEMES = {"ws": "http", "wss": "https"}


# No percent, blank, backslash or control character: what one library takes for a part of the name,
# another takes for its end, and the key would go to the wrong host.
_HOST_NAME = re.compile(r"[^\s%\\/@\x00-\x20]+")


def server_fault(server: str) -> str | None:
    """Return what is wrong with a server's name or URL, None if nothing is."""
    if server == LOCAL or server in HOSTS:
        return None
    if "://" not in server:
        names = ", ".join((LOCAL, *HOSTS))
        return f"server must be {names}, or a http(s):// or ws(s):// URL, not {server!r}"
    try:
        parts = urlsplit(server)
        usable = _HOST_NAME.fullmatch(parts.hostname or "") is not None and parts.port != 0
    except ValueError:
        return "server must be a valid URL with a host"
    if parts.scheme not in _WEBSOCKET_SCHEMES or not usable:
        return "server must be a http(s):// or ws(s):// URL with a host"
    if parts.username or parts.password:
        return "server must not carry a user name or password"
    if parts.query or parts.fragment:
        return "server must be a URL without ? or #; parameters have options of their own"
    return None


def websocket_url(server: str) -> str:
    """Return the ``ws://`` or ``wss://`` base of a server, its path prefix kept.

    For ``"local"`` this is the loopback address without a port: the port is known once the
    embedded voice runs.
    """
    if server == LOCAL:
        return _LOCAL_URL
    parts = urlsplit(HOSTS.get(server, server))
    return _base(parts, _WEBSOCKET_SCHEMES[parts.scheme])


def http_url(server: str) -> str:
    """Return the ``http://`` or ``https://`` base of a server."""
    parts = urlsplit(websocket_url(server))
    return _base(parts, _HTTP_SCHEMES[parts.scheme])


@functools.lru_cache
def is_elevenlabs(server: str) -> bool:
    """Whether a server is one of ElevenLabs' hosts, reached over TLS."""
    parts = urlsplit(websocket_url(server))
    host = parts.hostname or ""
    return parts.scheme == "wss" and (host == "elevenlabs.io" or host.endswith(".elevenlabs.io"))


@functools.lru_cache
def is_loopback(server: str) -> bool:
    """Whether a server is on this machine, so that nothing leaves it."""
    host = urlsplit(websocket_url(server)).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def default_voice(server: str) -> str:
    """Return the id of the English voice a server speaks with when none is named."""
    return _LOCAL_VOICE if server == LOCAL else _ELEVENLABS_VOICE


def _base(parts: SplitResult, scheme: str) -> str:
    return f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}"
