"""Speaks one context of text-to-dialogue, with several voices."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from ...wire.messages import ServerMessage
from ..engines.prosody import Prosody
from ..engines.timed_speech import TimedSpeech
from ..engines.voices import Voice
from ..synthesis.speech_encoder import DialogueEncoder
from ..synthesis.spoken_parts import at_once, spoken_parts
from ..synthesis.tagged_speech import speak_tagged
from .dialogue_context import DialogueContext, DialogueSegment
from .speaker import Speaker

__all__ = ["DialogueSpeaker", "SpokenSegment"]


@dataclass(frozen=True)
class SpokenSegment:
    """A segment's sound.

    Attributes
    ----------
    parts : sequence of TimedSpeech
        One after the other.
    is_final_for_turn : bool
        Whether the end of the turn is reported after it.
    """

    parts: Sequence[TimedSpeech]
    is_final_for_turn: bool


class DialogueSpeaker(Speaker[DialogueContext, SpokenSegment]):
    """A `Speaker` whose segments have their voices."""

    async def run(self) -> None:
        """Speak the context to its end; its voices get ready at once."""
        for voice_id in self.context.voices:
            self._engine.prepare(self._voice(voice_id))
        await super().run()

    def _encoder(self) -> DialogueEncoder:
        handshake = self._handshake
        return DialogueEncoder(handshake.output_format, sync_alignment=handshake.sync_alignment)

    def _messages(self, encoder: DialogueEncoder, spoken: SpokenSegment) -> Iterator[ServerMessage]:
        for part in spoken.parts:
            yield from encoder.messages(part)
        if spoken.is_final_for_turn:
            yield ServerMessage(is_final_for_turn=True)

    async def _next_segment(self) -> AsyncGenerator[tuple[SpokenSegment, bool], None] | None:
        async with self._changed:
            while (segment := self.context.next_segment()) is None:
                if self.context.finished:
                    return None
                await self._changed.wait()
            self._changed.notify_all()
        return self._spoken(segment)

    async def _spoken(
        self, segment: DialogueSegment
    ) -> AsyncGenerator[tuple[SpokenSegment, bool], None]:
        if not segment.text:
            yield SpokenSegment((), segment.is_final_for_turn), True
            return
        self._charge(len(segment.text))
        speak = partial(
            speak_tagged,
            self._engine,
            voice=self._voice(segment.voice_id),
            prosody=Prosody(**self.context.voice_settings, seed=self._handshake.seed),
            language=self._handshake.language,
            read_digits=self._handshake.read_digits,
            last=False,  # so that the sound does not depend on when the end of the text arrives
        )
        async for parts, is_last in spoken_parts(segment.text, at_once(speak)):
            yield SpokenSegment(parts, is_last and segment.is_final_for_turn), is_last

    def _voice(self, voice_id: str) -> Voice:
        voice = self._engine.find_voice(voice_id)
        assert voice is not None  # the context is refused otherwise
        return voice
