"""Who speaks, for a reader."""

from __future__ import annotations

from ...wire.hosts import HOSTS, LOCAL
from ...wire.request import SpeechRequest

__all__ = ["speaker_label"]


def speaker_label(request: SpeechRequest) -> str:
    """Return the service and the voice of a request whose server is as its user names it."""
    if request.server == LOCAL:
        service = "Embedded voice (eSpeak NG)"
    else:
        service = "ElevenLabs" if request.server in HOSTS else request.url_parts[1].text
    return f"{service} · {request.sent['voice']}"
