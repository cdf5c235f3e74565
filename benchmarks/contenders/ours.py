"""This package: `jupyter_tts.client`, as the notebook uses it."""

from __future__ import annotations

import contextlib

from jupyter_tts.client.connections.pool import ConnectionPool
from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.streaming.stream import stream_speech
from jupyter_tts.wire.request import SpeechRequest

from . import VOICE, Ear, Target, Tokens

__all__ = ["CONTENDER"]


class _Ours:
    async def open(self, target: Target) -> None:
        self._request = SpeechRequest(server=target.address, voice=VOICE, format="pcm_24000")
        self._pool = ConnectionPool() if target.ahead else None
        if self._pool is not None:
            self._pool.warm(self._request, None)

    async def speak(self, tokens: Tokens, ear: Ear) -> None:
        timeline = Timeline()
        speech = Speech("", self._request, 24_000, timeline) if ear.keep else None
        text = tokens if tokens.texts is None else tokens.texts
        events = stream_speech(self._request, text, timeline=timeline, sockets=self._pool)
        async with contextlib.aclosing(events):
            async for event in events:
                if isinstance(event, Audio):
                    ear.take(len(event.pcm))
                    if speech is not None:
                        speech.add(event)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()


CONTENDER = _Ours()
