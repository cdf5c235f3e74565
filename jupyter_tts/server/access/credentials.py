"""The keys and tokens that a request carries, and whether one of them is the server's key."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from typing import Final

from ...wire.parameters import CREDENTIALS

__all__ = ["SINGLE_USE_TOKEN", "accepts_key", "credentials_in"]

SINGLE_USE_TOKEN: Final = "single_use_token"
"""The URL parameter of a token that opens one socket, and so is never the key."""

_BEARER: Final = re.compile(r"bearer\s+", re.IGNORECASE)


def credentials_in(headers: Mapping[str, str], query: Mapping[str, str]) -> tuple[str, ...]:
    """Return every key or bearer token that came with a request, as it was sent."""
    values = [headers.get("xi-api-key"), headers.get("authorization")]
    values += [
        query.get(parameter.wire)
        for parameter in CREDENTIALS
        if parameter.place == "query" and parameter.wire != SINGLE_USE_TOKEN
    ]
    return tuple(value for value in values if value)


def accepts_key(key: str, credentials: Sequence[str | None]) -> bool:
    """Whether one of the keys or bearer tokens is `key`."""
    expected = _bytes(key)
    return any(
        hmac.compare_digest(_bytes(_BEARER.sub("", credential, count=1)), expected)
        for credential in credentials
        if credential
    )


def _bytes(credential: str) -> bytes:
    return credential.encode("utf-8", "surrogatepass")  # a client may send any JSON string
