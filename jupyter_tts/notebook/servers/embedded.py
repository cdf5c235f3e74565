"""The embedded voice as a process of its own, started with the extension or on first use."""

from __future__ import annotations

import difflib
from typing import Any
from urllib.parse import quote

import traitlets

from ...client.embedded_process import EmbeddedProcess
from ...client.http import get_json
from ...client.keys import Key
from ...voice_files.store import VoiceStore
from ...wire.conditions import Conditions
from ...wire.errors import VoiceNotFound
from ...wire.hosts import LOCAL
from ...wire.request import SpeechRequest
from ..runtime.session import Session

__all__ = ["EmbeddedServer", "embedded_server"]


class EmbeddedServer(traitlets.HasTraits, EmbeddedProcess):
    """The server process. All methods run on the event-loop thread.

    Attributes
    ----------
    conditions : Conditions
        What it simulates from the next stream on, also after a restart. May be set and observed
        from any thread.
    used : bool
        Whether it was asked for a speech, or for its voices.
    """

    conditions = traitlets.Instance(Conditions, args=())

    def __init__(self) -> None:
        super().__init__()
        self._known_voices: set[str] = set()
        self.used = False

    @property
    def simulates(self) -> bool:
        """Whether the next stream meets anything that is simulated."""
        return bool(self.conditions.summary)

    def addressed(self, request: SpeechRequest) -> SpeechRequest:
        """Return a request as it would be sent now: with the voice's address, if it runs."""
        return request.at(self.url) if request.server == LOCAL and self.url else request

    async def start_for_use(self) -> tuple[str, Key]:
        """Start it as :meth:`start` does, and have :meth:`stop_unused` leave it alone."""
        self.used = True
        return await self.start()

    async def stop_unused(self) -> None:
        """End the process if it was started ahead for nothing."""
        if not self.used:
            await self.stop()

    async def check_voice(self, voice: str) -> None:
        """Make sure that the embedded voice has this voice.

        Raises
        ------
        VoiceNotFound
            If it has not; the message names near ones.
        """
        if voice in self._known_voices:
            return
        if await self._get(f"/v1/voices/{quote(voice, safe='')}") is None:
            listing = await self._get("/v1/voices") or {"voices": []}
            ids = [str(entry["voice_id"]) for entry in listing["voices"]]
            near = difflib.get_close_matches(voice, ids, n=3)
            hint = f"Try {' or '.join(near or ['en-us', 'de', 'cmn'])}."
            if (known := VoiceStore().known.get(voice.lower())) is not None:
                hint = f"%tts_voices add {known.name} fetches it."
            raise VoiceNotFound(
                f"The embedded voice has no voice {voice!r}.", hint=f"{hint} Nothing was sent."
            )
        self._known_voices.add(voice)

    def forget_voices(self) -> None:
        """Ask again whether it has a voice: files may have come or gone."""
        self._known_voices.clear()

    async def _get(self, path: str) -> Any:
        """Return the JSON at a path of the server, None for HTTP 404."""
        url, key = await self.start()
        return await get_json(url, path, key)


def embedded_server(session: Session) -> EmbeddedServer:
    """Return a session's embedded server, which ends with it."""
    return session.part(_make_server)


def _make_server(session: Session) -> EmbeddedServer:
    server = EmbeddedServer()
    session.on_close(server.stop)
    session.on_fork(server.forget)
    return server
