"""Speaks a context: the next segment is generated while the last one is being sent."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ...wire.messages import ServerMessage
from ..engines.engine import Engine
from ..synthesis.speech_encoder import SpeechEncoder
from .handshake import Handshake
from .session import SpokenContext

__all__ = ["Delivery", "Speaker"]

AnyContext = TypeVar("AnyContext", bound=SpokenContext)
Spoken = TypeVar("Spoken")


@dataclass(frozen=True)
class Delivery:
    """How what is spoken reaches the client.

    Attributes
    ----------
    changed : Condition
        Notified whenever a context may have changed; by speakers, too.
    send : callable
        Hands a message to the client, and waits until there is room for the next.
    generating : callable
        Returns a context that is open while sound is made for the client.
    charge : callable
        Called with the number of characters before they are spoken; may raise ServerError.
    """

    changed: asyncio.Condition
    send: Callable[[ServerMessage], Awaitable[None]]
    generating: Callable[[], contextlib.AbstractContextManager[None]]
    charge: Callable[[int], None]


class Speaker(ABC, Generic[AnyContext, Spoken]):
    """Sends the sound of a context's text, then its closing message.

    Parameters
    ----------
    context
    handshake
        Of its socket.
    engine
        Started.
    delivery
    """

    def __init__(
        self, context: AnyContext, handshake: Handshake, engine: Engine, delivery: Delivery
    ) -> None:
        self.context = context
        self._handshake = handshake
        self._engine = engine
        self._changed = delivery.changed
        self._send = delivery.send
        self._generating = delivery.generating
        self._charge = delivery.charge
        self._next: asyncio.Task[Spoken | None] | None = None

    @abstractmethod
    def _encoder(self) -> SpeechEncoder:
        """Return what makes the context's sound into messages."""

    @abstractmethod
    def _messages(self, encoder: Any, spoken: Spoken) -> Iterator[ServerMessage]:
        """Yield the messages of a segment, made one by one on demand."""

    @abstractmethod
    async def _speak_next(self) -> Spoken | None:
        """Wait for the next segment and speak it; None at the end of the context."""

    async def run(self) -> None:
        """Speak the context to its end."""
        encoder = self._encoder()
        async with contextlib.aclosing(self._spoken_segments()) as segments:
            async for spoken in segments:
                with self._generating():
                    await self._send_segment(encoder, spoken)
        for message in encoder.finish():
            await self._send_named(message)
        await self._send(self.context.closing_message)

    def interrupt(self) -> None:
        """Stop generating: the context is over."""
        if self._next is not None:
            self._next.cancel()

    async def _send_segment(self, encoder: SpeechEncoder, spoken: Spoken) -> None:
        for message in self._messages(encoder, spoken):
            if self.context.over:
                return
            await self._send_named(message)
            await asyncio.sleep(0)  # a fast client must not starve the reader and others
        async with self._changed:
            self.context.segment_sent()
            self._changed.notify_all()

    async def _send_named(self, message: ServerMessage) -> None:
        await self._send(dataclasses.replace(message, context_id=self.context.id))

    async def _spoken_segments(self) -> AsyncGenerator[Spoken, None]:
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
