"""The official Python SDK: ``convert_realtime``, in a thread per stream since it blocks."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
from elevenlabs.client import ElevenLabs

from . import VOICE, Ear, Target, Tokens

__all__ = ["CONTENDER"]

STREAMS = 512  # at once


class _SDK:
    async def open(self, target: Target) -> None:
        self._http = httpx.Client()
        self._sdk = ElevenLabs(api_key="loopback", base_url=target.address, httpx_client=self._http)
        # It makes wss:// of any base URL; where the others speak without TLS, so does it.
        self._sdk.text_to_speech._ws_base_url = target.websocket
        self._threads = ThreadPoolExecutor(STREAMS)

    async def speak(self, tokens: Tokens, ear: Ear) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads, self._speak, tokens, ear)

    def _speak(self, tokens: Tokens, ear: Ear) -> None:
        chunks = []
        for chunk in self._sdk.text_to_speech.convert_realtime(
            VOICE, text=iter(tokens), model_id="eleven_flash_v2_5", output_format="pcm_24000"
        ):
            ear.take(len(chunk))
            if ear.keep:
                chunks.append(chunk)
        b"".join(chunks)  # as its play() does

    async def close(self) -> None:
        self._threads.shutdown()
        self._http.close()


CONTENDER = _SDK()
