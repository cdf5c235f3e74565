"""A bare `websockets` loop: what the wire itself costs.

It knows what a client has to find out: it sends a sentence as one message, with ``flush`` where
its source is going to pause, and has its socket opened before the clock starts. From the package
it has only the URL and the first message, so that the server does the same for both.
"""

from __future__ import annotations

import asyncio
import base64
import json

from websockets.asyncio.client import ClientConnection, connect

from jupyter_tts.wire.request import SpeechRequest

from . import VOICE, Ear, Target, Tokens

__all__ = ["CONTENDER"]


class _Bare:
    async def open(self, target: Target) -> None:
        self._target = target
        request = SpeechRequest(server=target.address, voice=VOICE, format="pcm_24000")
        self._url, self._first = request.url, json.dumps(request.first_message)
        self._ahead = await self._connect() if target.ahead else None

    async def speak(self, tokens: Tokens, ear: Ear) -> None:
        socket, self._ahead = self._ahead or await self._connect(), None
        sending = asyncio.create_task(self._send(socket, tokens))
        sound = bytearray()
        async for frame in socket:
            message = json.loads(frame)
            if message.get("audio"):
                pcm = base64.b64decode(message["audio"])
                ear.take(len(pcm))
                if ear.keep:
                    sound += pcm
            if message.get("isFinal"):
                break
        await sending
        await socket.close()
        if self._target.ahead:
            self._ahead = await self._connect()

    async def close(self) -> None:
        if self._ahead is not None:
            await self._ahead.close()

    async def _connect(self) -> ClientConnection:
        return await connect(self._url, compression=None, proxy=None, max_size=2**24)

    async def _send(self, socket: ClientConnection, tokens: Tokens) -> None:
        await socket.send(self._first)
        bursts = tokens.bursts
        for number, (pause, text) in enumerate(bursts, 1):
            await asyncio.sleep(pause)
            more = number < len(bursts)
            await socket.send(json.dumps({"text": text, **({"flush": True} if more else {})}))
        await socket.send(json.dumps({"text": ""}))


CONTENDER = _Bare()
