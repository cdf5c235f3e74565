"""What is wrong with the path, and with the voice in it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from ..wire.hosts import is_elevenlabs
from ..wire.models import SOCKETS, Endpoint
from ..wire.parameters import parameter
from .findings import Findings
from .redaction import Secrets
from .text import LAST_SEGMENTS, PATH_WORDS, RESOURCES, VERSION, split_path
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
    endpoint : Endpoint
    voice : str or None
        The voice's id, decoded; None where the path has none that can be used.
    voice_fault : str
        Why not, as the beginning of a sentence; "" on text-to-dialogue, whose paths name none.
    """

    prefix: str
    endpoint: Endpoint
    voice: str | None
    voice_fault: str


def examine_path(path: str, base: str, secrets: Secrets, findings: Findings) -> PathReading:
    """Read the path of a URL that begins with ``base``, and add what is wrong to ``findings``."""
    prefix, segment, endpoint = _split_path(path, secrets, findings)
    prefix = _corrected_prefix(prefix, base, findings)
    _note_protocol(endpoint, findings)
    voice, fault = _read_voice(segment, secrets, findings)
    return PathReading(prefix, endpoint, voice, "" if endpoint.is_dialogue else fault)


def _note_protocol(endpoint: Endpoint, findings: Findings) -> None:
    """Say in which protocol the endpoint differs from stream-input, where it does in contexts."""
    last = endpoint.last_segment
    if endpoint is Endpoint.MULTI_STREAM_INPUT:
        findings.note(
            "path",
            f"{last} is another protocol: several contexts share one socket.",
            "Each message names its context_id, an empty text keeps a context alive instead of "
            "ending the stream, and close_context or close_socket end it.",
        )
    elif endpoint is Endpoint.MULTI_DIALOGUE:
        findings.note(
            "path",
            f"{last} is another protocol: up to five contexts share one socket.",
            "Each message names its context_id, the first one of a context its voices, and "
            "close_context or close_socket end it; an error ends all contexts.",
        )


def _split_path(path: str, secrets: Secrets, findings: Findings) -> tuple[str, str, Endpoint]:
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
    if well_formed := split_path(segments):
        return well_formed
    return _corrected_path(path, [part for part in segments if part], findings)


def _corrected_path(
    path: str, segments: list[str], findings: Findings
) -> tuple[str, str, Endpoint]:
    """Find prefix, voice and endpoint in a path that is not of the right shape."""
    faults = []
    last, rest = _cut_endpoint(segments)
    if last not in segments:
        faults.append(f"does not end in /{last}")
    at, resource = _find_resource(rest)
    endpoint = next(e for e in SOCKETS if e.value == (resource, last))
    if at is None:
        voices = [part for part in rest if _VOICE_ID.fullmatch(part) or is_placeholder(part)]
        prefix, voice = "", "".join(voices[-1:])
    else:
        before, voice = rest[:at], "/".join(rest[at + 1 :])
        version = before.pop() if before and _VERSION.fullmatch(before[-1]) else ""
        prefix = "".join(f"/{part}" for part in before)
        if version != VERSION:
            faults.append(f"has no /{VERSION} before /{resource}")
    if at is None or rest[at] != resource:
        faults.append(f"has no /{resource}")
    if endpoint.is_dialogue and voice:
        faults.append(f"has something between /{resource} and /{last}, where no voice belongs")
    inside = "" if endpoint.is_dialogue else f"/{voice}"
    whole = f"{prefix}/{VERSION}/{resource}{inside}/{last}"
    if (voice or endpoint.is_dialogue) and not faults and path != whole:
        faults.append("has more in it than that")
    shape = f"{VERSION}/{resource}{'' if endpoint.is_dialogue else '/VOICE'}/{last}"
    for fault in faults:
        findings.error(
            "path",
            f"The path should be /{shape}, but it {fault}.",
            "The server has no WebSocket at this path and refuses the handshake.",
        )
    return prefix, voice, endpoint


def _cut_endpoint(segments: list[str]) -> tuple[str, list[str]]:
    """Return the last segment that is there or was meant, and the segments before it."""
    for at in range(len(segments) - 1, -1, -1):
        if segments[at] in LAST_SEGMENTS:
            return segments[at], segments[:at]
    if segments and (near := difflib.get_close_matches(segments[-1][:40], LAST_SEGMENTS, 1, 0.8)):
        return near[0], segments[:-1]
    end = len(segments)
    while end and segments[end - 1] in _HTTP_ENDPOINTS:
        end -= 1
    return Endpoint.STREAM_INPUT.last_segment, segments[:end]


def _find_resource(segments: list[str]) -> tuple[int | None, str]:
    """Return where ``text-to-speech`` or ``text-to-dialogue`` stands, well or badly spelt."""
    for resource in RESOURCES:
        if resource in segments:
            return segments.index(resource), resource
    short = [part[:40].lower() for part in segments[:20]]
    for resource in RESOURCES:
        if near := difflib.get_close_matches(resource, short, n=1, cutoff=0.8):
            return short.index(near[0]), resource
    return None, Endpoint.STREAM_INPUT.resource


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
