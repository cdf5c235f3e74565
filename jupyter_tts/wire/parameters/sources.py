"""The public sources of the declarations, as their ``source`` names them."""

from __future__ import annotations

__all__ = ["DOCS", "HTTP", "SDK"]

DOCS = "ElevenLabs WebSocket reference"
"""As AsyncAPI, 2025-08 and later."""
SDK = "elevenlabs Python SDK 2.78 types"
"""The official Python SDK's."""
HTTP = "ElevenLabs HTTP reference"
"""As OpenAPI, where the WebSocket reference is silent."""
