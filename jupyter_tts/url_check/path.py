"""What is wrong with the path, and with the voice in it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from ..wire.hosts import is_elevenlabs
from ..wire.parameters import parameter
from .findings import Findings
from .redaction import Secrets
from .text import (
    MULTI_STREAM_INPUT,
    PATH_WORDS,
    RESOURCE,
    STREAM_INPUT,
    VERSION,
    is_well_formed,
)
from .values import is_placeholder

__all__ = ["PathReading", "examine_path"]

_VERSION = re.compile(r"v\d{1,3}", re.IGNORECASE)
_VOICE_ID = re.compile(r"[A-Za-z0-9]{20}")  # the shape of ElevenLabs' own ids

# RFC 3986, pchar: what a path segment may hold unencoded.
_SEGMENT = re.compile(r"(?:[\w.~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*", re.ASCII)
_ILLEGAL = re.compile(r"%(?![0-9A-Fa-f]{2})|[^\w.~!$&'()*+,;=:@/%-]", re.ASCII)

# ElevenLabs HTTP reference: text-to-speech over HTTP, not over a WebSocket.
_HTTP_ENDPOINTS = ("stream", "with-timestamps")


@dataclass(frozen=True)
class PathReading:
    """What a path says.

    Attributes
    ----------
    prefix : str
        What stands before ``/v1``.
    endpoint : str
        The last segment: stream-input or multi-stream-input.
    voice : str or None
        The voice's id, decoded; None where the path has none that can be used.
    voice_fault : str
        Why not, as the beginning of a sentence.
    """

    prefix: str
    endpoint: str
    voice: str | None
    voice_fault: str


def examine_path(path: str, base: str, secrets: Secrets, findings: Findings) -> PathReading:
    """Read the path of a URL that begins with ``base``, and add what is wrong to ``findings``."""
    prefix, segment, endpoint = _split_path(path, secrets, findings)
    prefix = _corrected_prefix(prefix, base, findings)
    if endpoint == MULTI_STREAM_INPUT:
        findings.note(
            "path",
            f"{MULTI_STREAM_INPUT} is another protocol: several contexts share one socket.",
            "Each message names its context_id, an empty text keeps a context alive instead of "
            "ending the stream, and close_context or close_socket end it.",
        )
    voice, fault = _read_voice(segment, secrets, findings)
    return PathReading(prefix, endpoint, voice, fault)


def _split_path(path: str, secrets: Secrets, findings: Findings) -> tuple[str, str, str]:
    """Return prefix, voice (as written) and endpoint."""
    segments = path.split("/")
    secret = next((at for at, part in enumerate(segments) if secrets.held_by(part)), None)
    if secret is not None:
        findings.error(
            "path",
            "A key or token stands in the path; it travels in the xi-api-key header instead.",
            "The server takes it for a part of the address, and logs and histories keep it.",
        )
        # The rest of a key with a "/" in it follows, so only words of the path are left.
        segments[secret:] = [part for part in segments[secret:] if part in PATH_WORDS]
    if is_well_formed(segments):
        return "/".join(segments[:-4]), segments[-2], segments[-1]
    return _corrected_path(path, [part for part in segments if part], findings)


def _corrected_path(path: str, segments: list[str], findings: Findings) -> tuple[str, str, str]:
    """Find prefix, voice and endpoint in a path that is not of the right shape."""
    faults = []
    endpoint, rest = _cut_endpoint(segments)
    if endpoint not in segments:
        faults.append(f"does not end in /{endpoint}")
    at = _resource_at(rest)
    if at is None:
        voices = [part for part in rest if _VOICE_ID.fullmatch(part) or is_placeholder(part)]
        prefix, voice = "", "".join(voices[-1:])
    else:
        before, voice = rest[:at], "/".join(rest[at + 1 :])
        version = before.pop() if before and _VERSION.fullmatch(before[-1]) else ""
        prefix = "".join(f"/{part}" for part in before)
        if version != VERSION:
            faults.append(f"has no /{VERSION} before /{RESOURCE}")
    if at is None or rest[at] != RESOURCE:
        faults.append(f"has no /{RESOURCE}")
    if voice and not faults and path != f"{prefix}/{VERSION}/{RESOURCE}/{voice}/{endpoint}":
        faults.append("has more in it than that")
    shape = f"{VERSION}/{RESOURCE}/VOICE/{endpoint}"
    for fault in faults:
        findings.error(
            "path",
            f"The path should be /{shape}, but it {fault}.",
            "The server has no WebSocket at this path and refuses the handshake.",
        )
    return prefix, voice, endpoint


def _cut_endpoint(segments: list[str]) -> tuple[str, list[str]]:
    """Return the endpoint that is there or was meant, and the segments before it."""
    endpoints = (MULTI_STREAM_INPUT, STREAM_INPUT)
    for at in range(len(segments) - 1, -1, -1):
        if segments[at] in endpoints:
            return segments[at], segments[:at]
    if segments and (near := difflib.get_close_matches(segments[-1][:40], endpoints, 1, 0.8)):
        return near[0], segments[:-1]
    end = len(segments)
    while end and segments[end - 1] in _HTTP_ENDPOINTS:
        end -= 1
    return STREAM_INPUT, segments[:end]


def _resource_at(segments: list[str]) -> int | None:
    """Return where ``text-to-speech`` stands, well or badly spelt."""
    if RESOURCE in segments:
        return segments.index(RESOURCE)
    short = [part[:40].lower() for part in segments[:20]]
    near = difflib.get_close_matches(RESOURCE, short, n=1, cutoff=0.8)
    return short.index(near[0]) if near else None


def _corrected_prefix(prefix: str, base: str, findings: Findings) -> str:
    """Return the path before the version, where a server that is not ElevenLabs' may have one."""
    if prefix and is_elevenlabs(base):
        findings.error(
            "path",
            f"ElevenLabs has nothing before /{VERSION} in its paths.",
            "The server has no WebSocket at this path and refuses the handshake.",
        )
        return ""
    encoded = _ILLEGAL.sub(lambda sign: quote(sign.group(), safe=""), prefix)
    if encoded == prefix:
        return prefix
    findings.error(
        "path",
        "The path holds characters that must be percent-encoded.",
        "Clients and servers read such a path differently, or refuse it.",
    )
    return encoded


def _read_voice(raw: str, secrets: Secrets, findings: Findings) -> tuple[str | None, str]:
    """Return the decoded voice id, or None and why there is none."""
    if not raw.strip():
        return None, "The path names no voice"
    if is_placeholder(raw):
        return None, f"The placeholder {secrets.show(unquote(raw))} stands where a voice id belongs"
    try:
        voice = parameter("voice").check(unquote(raw, errors="strict"))
    except ValueError:  # not UTF-8 is a ValueError too
        return None, f'"{secrets.show(raw)}" is not a voice id'
    if not _SEGMENT.fullmatch(raw):
        findings.error(
            "voice",
            f'The voice id "{secrets.show(voice)}" must be percent-encoded.',
            'A "/" in it ends the voice id for the server, and clients refuse or alter the rest.'
            if "/" in raw
            else "Clients refuse such a URL or alter it, so the server sees another voice.",
        )
    return str(voice), ""
