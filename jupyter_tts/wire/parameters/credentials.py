"""The ways in which the protocol carries a secret."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CREDENTIALS", "Credential"]


@dataclass(frozen=True)
class Credential:
    """A way in which the protocol carries a secret. This package uses the header only."""

    wire: str
    place: str
    help: str


CREDENTIALS = (
    Credential("xi-api-key", "header", "The API key."),
    Credential("xi_api_key", "message", "The API key in the first message."),
    Credential("authorization", "query", "A bearer token in the URL."),
    Credential(
        "single_use_token",
        "query",
        "A token that works once, in the URL; its type is tts_websocket, or "
        "ttd_websocket for text-to-dialogue.",
    ),
)
