"""Speaks one context of text-to-speech, with one voice."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Iterator
from functools import partial

from ...wire.messages import ServerMessage
from ..engines.engine import Engine
from ..engines.prosody import Prosody
from ..engines.timed_speech import TimedSpeech, spaced
from ..engines.voices import Voice
from ..synthesis.as_made import as_made
from ..synthesis.speech_encoder import SpeechEncoder
from ..synthesis.spoken_parts import spoken_parts
from ..synthesis.ssml_speech import speak_ssml
from .context import Context
from .handshake import Handshake
from .speaker import Delivery, Speaker

__all__ = ["ContextSpeaker"]


class ContextSpeaker(Speaker[Context, TimedSpeech]):
    """A `Speaker` whose voice is the handshake's.

    Parameters
    ----------
    context
    handshake
        Of its socket.
    engine
        Started.
    delivery
    voice
    """

    def __init__(
        self,
        context: Context,
        handshake: Handshake,
        engine: Engine,
        delivery: Delivery,
        voice: Voice,
    ) -> None:
        super().__init__(context, handshake, engine, delivery)
        self._voice = voice

    def _encoder(self) -> SpeechEncoder:
        handshake = self._handshake
        return SpeechEncoder(handshake.output_format, sync_alignment=handshake.sync_alignment)

    def _messages(self, encoder: SpeechEncoder, spoken: TimedSpeech) -> Iterator[ServerMessage]:
        return encoder.messages(spoken)

    async def _next_segment(self) -> AsyncGenerator[tuple[TimedSpeech, bool], None] | None:
        async with self._changed:
            while (segment := self.context.next_segment()) is None:
                if self.context.finished:
                    return None
                await self._changed.wait()
            is_last = self.context.is_caught_up
            self._changed.notify_all()
        return self._spoken(segment, is_last=is_last)

    async def _spoken(
        self, segment: str, *, is_last: bool
    ) -> AsyncGenerator[tuple[TimedSpeech, bool], None]:
        self._charge(len(segment))
        # Never with `last`, which leaves out the pause at the end: whether a segment is the last
        # depends on when the end of input arrives, and the sound must not.
        speak = partial(speak_ssml, self._engine) if self._handshake.ssml else self._engine.speak
        speak = partial(
            speak,
            voice=self._voice,
            prosody=Prosody(**self.context.voice_settings, seed=self._handshake.seed),
            language=self._handshake.language,
            read_digits=self._handshake.read_digits,
            last=False,
        )
        async with contextlib.aclosing(spoken_parts(segment, as_made(speak))) as parts:
            async for spoken, ends_segment in parts:
                yield spaced(spoken) if is_last and ends_segment else spoken, ends_segment
