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
from ..engines.turns import begin_stream
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
        self._next: asyncio.Task[tuple[Spoken, bool] | None] | None = None
        self._parts: AsyncGenerator[tuple[Spoken, bool], None] | None = None

    @abstractmethod
    def _encoder(self) -> SpeechEncoder:
        """Return what makes the context's sound into messages."""

    @abstractmethod
    def _messages(self, encoder: Any, spoken: Spoken) -> Iterator[ServerMessage]:
        """Yield the messages of a segment, made one by one on demand."""

    @abstractmethod
    async def _next_segment(self) -> AsyncGenerator[tuple[Spoken, bool], None] | None:
        """Wait for the next segment; None at the end of the context.

        Returns
        -------
        async generator or None
            Speaks it, part by part, and says of each whether it is the segment's last.
        """

    async def run(self) -> None:
        """Speak the context to its end."""
        begin_stream()
        encoder = self._encoder()
        async with contextlib.aclosing(self._spoken_parts()) as parts:
            async for spoken, is_last in parts:
                with self._generating():
                    await self._send_part(encoder, spoken, is_last)
        for message in encoder.finish():
            await self._send_named(message)
        await self._send(self.context.closing_message)

    def interrupt(self) -> None:
        """Stop generating: the context is over."""
        if self._next is not None:
            self._next.cancel()

    async def _send_part(self, encoder: SpeechEncoder, spoken: Spoken, is_last: bool) -> None:
        for message in self._messages(encoder, spoken):
            if self.context.over:
                return
            await self._send_named(message)
            await asyncio.sleep(0)  # a fast client must not starve the reader and others
        if is_last:
            async with self._changed:
                self.context.segment_sent()
                self._changed.notify_all()

    async def _send_named(self, message: ServerMessage) -> None:
        await self._send(dataclasses.replace(message, context_id=self.context.id))

    async def _spoken_parts(self) -> AsyncGenerator[tuple[Spoken, bool], None]:
        """Yield the parts of the segments; the next one is generated while one is being sent."""
        self._next = asyncio.create_task(self._speak_next())
        try:
            while True:
                await asyncio.wait({self._next})
                if self._next.cancelled() or (part := self._next.result()) is None:
                    return
                self._next = asyncio.create_task(self._speak_next())
                yield part
        finally:
            self._next.cancel()
            await asyncio.gather(self._next, return_exceptions=True)
            if self._parts is not None:
                await self._parts.aclose()

    async def _speak_next(self) -> tuple[Spoken, bool] | None:
        """Speak the next part; return it and whether it is its segment's last, None at the end."""
        if self.context.over:
            return None
        if self._parts is None:
            self._parts = await self._next_segment()
        if self._parts is None:
            return None
        spoken, is_last = await anext(self._parts)
        if is_last:
            await self._parts.aclose()
            self._parts = None
        return spoken, is_last
