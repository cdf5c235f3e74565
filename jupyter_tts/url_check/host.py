"""What is wrong with the scheme and the host."""

from __future__ import annotations

import difflib
import re
from urllib.parse import urlsplit

from ..wire.hosts import HOSTS, is_elevenlabs, is_loopback, server_fault, websocket_url
from .findings import Findings
from .redaction import Secrets
from .text import NETLOC

__all__ = ["examine_host", "is_host_like"]

_OFFICIAL = tuple(urlsplit(url).netloc for url in HOSTS.values())
_DEFAULT_HOST = urlsplit(websocket_url("elevenlabs")).netloc
_DOMAIN = ".".join(_DEFAULT_HOST.split(".")[-2:])

# ElevenLabs documentation, latency: the preview of global routing, now the default.
_OBSOLETE_HOST = f"api-global-preview.{_DOMAIN}"

# A region that this package does not know yet. Never corrected: the law decides where data may be.
_REGION = re.compile(rf"api\.[a-z]{{2}}(\.residency)?\.{re.escape(_DOMAIN)}")

_CLIENT_REFUSES = "A WebSocket client refuses the URL, so no server ever sees it."


def examine_host(
    scheme: str, userinfo: str, netloc: str, secrets: Secrets, findings: Findings
) -> str:
    """Read what stands before the path, and add what is wrong with it to ``findings``.

    Returns
    -------
    str
        ``ws://`` or ``wss://``, host and port.
    """
    if userinfo:
        findings.error(
            "host",
            "A user name or password stands before the host; the key travels in a header instead.",
            "A server does not look for the key there, while logs and histories keep it.",
        )
    host = _corrected_host(netloc, secrets, findings)
    return f"{_corrected_scheme(scheme, host, secrets, findings)}://{host}"


def is_host_like(netloc: str) -> bool:
    """Whether a text without a scheme may be a host; ``hello`` may not."""
    match = NETLOC.fullmatch(netloc)
    if match is None:
        return _nearest_host(netloc) is not None
    host, port = match["host"], match["port"]
    dotted = "." in host.strip(".") or host.startswith("[") or host.lower() == "localhost"
    return bool(dotted or port or _nearest_host(host))


def _corrected_host(netloc: str, secrets: Secrets, findings: Findings) -> str:
    """Return host and port that can be used."""
    if not netloc:
        findings.error("host", "The URL names no host.", _CLIENT_REFUSES)
        return _DEFAULT_HOST
    match = NETLOC.fullmatch(netloc)
    if match and _is_usable(netloc) and not secrets.repeated_in(netloc):
        return _known_host(match["host"], netloc, secrets, findings)
    rest, colon, _ = netloc.rpartition(":")
    rest = rest.rstrip(":")
    match = NETLOC.fullmatch(rest)
    if colon and match and _is_usable(rest) and not secrets.held_by(rest):
        findings.error("host", "The port is not a number from 1 to 65535.", _CLIENT_REFUSES)
        return _known_host(match["host"], rest, secrets, findings)
    if near := _nearest_host(netloc):
        return _corrected_spelling(netloc, near, secrets, findings)
    findings.error("host", f"{secrets.show(netloc)} is not a host.", _CLIENT_REFUSES)
    return _DEFAULT_HOST


def _is_usable(netloc: str) -> bool:
    """Whether a client can connect to it: legal characters, a port, short labels."""
    match = NETLOC.fullmatch(netloc)
    if match is None or server_fault(f"ws://{netloc}"):
        return False
    try:
        match["host"].encode("idna")
    except UnicodeError:
        return False
    return True


def _known_host(host: str, netloc: str, secrets: Secrets, findings: Findings) -> str:
    """Return ``netloc``, or the ElevenLabs host that was meant."""
    name = host.lower()
    if name in _OFFICIAL:
        return netloc.lower()
    if name == _OBSOLETE_HOST:
        findings.note(
            "host",
            f"{_OBSOLETE_HOST} is obsolete.",
            f"What it previewed, global routing, is what {_DEFAULT_HOST} does by default now.",
        )
        return _DEFAULT_HOST
    if _REGION.fullmatch(name):
        findings.warning(
            "host",
            f"{name} is not among the regions that ElevenLabs lists.",
            "Where there is no such region the connection fails; else the key would be sent to it.",
        )
        return netloc
    if near := _nearest_host(name):
        return _corrected_spelling(name, near, secrets, findings)
    if not is_loopback(f"ws://{netloc}"):
        findings.note(
            "host",
            f"{secrets.show(host)} is not an ElevenLabs host: no key will be sent to it.",
            "It must speak ElevenLabs' protocol and do without the key.",
        )
    return netloc


def _nearest_host(host: str) -> str | None:
    """Return the ElevenLabs host that a misspelt one comes closest to."""
    if len(host) > 80:
        return None
    name = host.lower().removeprefix("www.")
    if name.endswith(f".{_DOMAIN}") or difflib.get_close_matches(name, [_DOMAIN], cutoff=0.8):
        close = difflib.get_close_matches(name, _OFFICIAL, n=1, cutoff=0.8)
        return close[0] if close else _DEFAULT_HOST
    close = difflib.get_close_matches(name, _OFFICIAL, n=1, cutoff=0.8)
    return close[0] if close else None


def _corrected_spelling(host: str, near: str, secrets: Secrets, findings: Findings) -> str:
    findings.error(
        "host",
        f"The host is {near}, not {secrets.show(host)}.",
        "The name leads nowhere, or to a server that does not speak this protocol.",
    )
    return near


def _corrected_scheme(written: str, host: str, secrets: Secrets, findings: Findings) -> str:
    """Return ``ws`` or ``wss``."""
    scheme = written.rstrip(":/").lower()
    loopback = is_loopback(f"ws://{host}")
    if scheme not in ("ws", "wss"):
        right = "ws" if loopback and scheme != "https" else "wss"
        instead = f", not with {secrets.show(scheme)}://" if scheme else ""
        findings.error(
            "scheme", f"A WebSocket URL begins with {right}://{instead}.", _CLIENT_REFUSES
        )
        return right
    if written.lower() != f"{scheme}://":
        findings.error("scheme", f"{scheme} and the host are joined by ://.", _CLIENT_REFUSES)
    if scheme == "wss" or loopback:
        return scheme
    if is_elevenlabs(f"wss://{host}"):
        findings.error(
            "scheme",
            "ElevenLabs is reached over wss:// only, not over ws://.",
            "The server does not open a stream that is not encrypted.",
        )
        return "wss"
    findings.warning(
        "scheme",
        "ws:// is not encrypted, and this host is not on this machine.",
        "The server may answer, but anyone on the way can read and change the stream.",
    )
    return scheme
