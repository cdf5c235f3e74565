"""Speaks one context: the next segment is generated while the last one is being sent."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncGenerator, Awaitable, Callable

from ...wire.messages import ServerMessage
from ..engines.engine import Engine
from ..engines.prosody import Prosody
from ..engines.timed_speech import TimedSpeech, spaced
from ..engines.voices import Voice
from ..synthesis.speech_encoder import SpeechEncoder
from .context import Context
from .handshake import Handshake

__all__ = ["ContextSpeaker"]


class ContextSpeaker:
    """Sends the sound of a context's text, then its closing message.

    Parameters
    ----------
    context
    handshake
        Of its socket.
    voice
    engine
        Started.
    changed
        Notified whenever the context may have changed; also notified here.
    send
        Hands a message to the client, and waits until there is room for the next.
    generating
        A context that is open while sound is made for the client.
    charge
        Called with the number of characters before they are spoken; may raise ServerError.
    """

    def __init__(
        self,
        context: Context,
        handshake: Handshake,
        voice: Voice,
        engine: Engine,
        *,
        changed: asyncio.Condition,
        send: Callable[[ServerMessage], Awaitable[None]],
        generating: Callable[[], contextlib.AbstractContextManager[None]],
        charge: Callable[[int], None],
    ) -> None:
        self.context = context
        self._handshake = handshake
        self._voice = voice
        self._engine = engine
        self._changed = changed
        self._send = send
        self._generating = generating
        self._charge = charge
        self._next: asyncio.Task[TimedSpeech | None] | None = None

    async def run(self) -> None:
        """Speak the context to its end."""
        speech = SpeechEncoder(
            self._handshake.output_format,
            sync_alignment=self._handshake.sync_alignment,
        )
        async with contextlib.aclosing(self._spoken_segments()) as segments:
            async for spoken in segments:
                with self._generating():
                    await self._send_segment(speech, spoken)
        for message in speech.finish():
            await self._send_named(message)
        await self._send(self.context.closing_message)

    def interrupt(self) -> None:
        """Stop generating: the context is over."""
        if self._next is not None:
            self._next.cancel()

    async def _send_segment(self, speech: SpeechEncoder, spoken: TimedSpeech) -> None:
        for message in speech.messages(spoken):
            if self.context.over:
                return
            await self._send_named(message)
            await asyncio.sleep(0)  # a fast client must not starve the reader and others
        async with self._changed:
            self.context.segment_sent()
            self._changed.notify_all()

    async def _send_named(self, message: ServerMessage) -> None:
        await self._send(dataclasses.replace(message, context_id=self.context.id))

    async def _spoken_segments(self) -> AsyncGenerator[TimedSpeech, None]:
        """Yield the spoken segments; the next one is generated while one is being sent."""
        self._next = asyncio.create_task(self._speak_next())
        try:
            while True:
                await asyncio.wait({self._next})
                if self._next.cancelled() or (spoken := self._next.result()) is None:
                    return
                self._next = asyncio.create_task(self._speak_next())
                yield spoken
        finally:
            self._next.cancel()
            await asyncio.gather(self._next, return_exceptions=True)

    async def _speak_next(self) -> TimedSpeech | None:
        async with self._changed:
            while (segment := self.context.next_segment()) is None:
                if self.context.finished:
                    return None
                await self._changed.wait()
            is_last = self.context.is_caught_up
            self._changed.notify_all()
        self._charge(len(segment))
        # Never with `last`, which leaves out the pause at the end: whether a segment is the last
        # depends on when the end of input arrives, and the sound must not.
        spoken = await self._engine.speak(
            segment,
            self._voice,
            prosody=Prosody(**self.context.voice_settings, seed=self._handshake.seed),
            language=self._handshake.language,
            read_digits=self._handshake.read_digits,
            markup=self._handshake.ssml,
            last=False,
        )
        return spaced(spoken) if is_last else spoken
