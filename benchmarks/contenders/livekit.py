"""livekit's ElevenLabs plugin, a stream of its TTS."""

from __future__ import annotations

import asyncio
import contextlib

from livekit.agents import APIConnectOptions, utils
from livekit.agents.tts import SynthesizeStream
from livekit.plugins.elevenlabs import TTS

from . import VOICE, Ear, Target, Tokens

__all__ = ["CONTENDER"]

ONCE = APIConnectOptions(max_retry=0)


class _LiveKit:
    async def open(self, target: Target) -> None:
        self._stack = contextlib.AsyncExitStack()
        await self._stack.enter_async_context(utils.http_context.open())
        self._tts = await self._stack.enter_async_context(
            TTS(
                api_key="loopback",
                base_url=f"{target.address}/v1",
                voice_id=VOICE,
                encoding="pcm_24000",
            )
        )
        if target.ahead:
            self._tts.prewarm()

    async def speak(self, tokens: Tokens, ear: Ear) -> None:
        async with self._tts.stream(conn_options=ONCE) as stream:
            pushing = asyncio.create_task(_push(stream, tokens))
            async for event in stream:
                ear.take(event.frame.data.nbytes)
            await pushing

    async def close(self) -> None:
        await self._stack.aclose()


async def _push(stream: SynthesizeStream, tokens: Tokens) -> None:
    async for token in tokens:
        stream.push_text(token)
    stream.end_input()


CONTENDER = _LiveKit()
