"""What both WebSocket endpoints share: one socket's session as a state machine without I/O."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from typing import ClassVar

from ...wire.close_codes import POLICY_VIOLATION
from ...wire.errors import AuthenticationError, VoiceNotFound
from ...wire.messages import ClientMessage
from ..access.credentials import accepts_key
from .context import Context
from .handshake import Handshake

__all__ = ["Endpoint"]


class Endpoint(ABC):
    """What a client may send on one socket, and the contexts it begins.

    Parameters
    ----------
    handshake
        The accepted handshake.
    voice_known
        Whether this server has the voice; if not, the first message gets an in-band error, as a
        wrong voice does at ElevenLabs (pipecat#1006).
    key
        The key this server requires, or None. It may come in the handshake or the first message.
    now
        The time, in seconds, of any monotonic clock; so in all methods.

    Notes
    -----
    After an error (any of the raising methods) the session is over: the error is to be sent
    in-band, and the socket closed with the error's code.
    """

    names_contexts: ClassVar[bool]
    """Whether messages name their context."""

    most_contexts: ClassVar[int]
    """How many contexts may be open at once."""

    ignored_parameters: ClassVar[frozenset[str]] = frozenset()
    """The names of URL parameters that the endpoint does not have, unlike others of its kind."""

    def __init__(
        self, handshake: Handshake, *, voice_known: bool, key: str | None, now: float
    ) -> None:
        self._handshake = handshake
        self._voice_known = voice_known
        self._key = key
        self._admitted = False
        self._last_activity = now
        self._contexts: list[Context] = []
        self._begun: deque[Context] = deque()
        self.ended = False
        """Whether the client has ended its input; what follows is ignored."""

    @property
    @abstractmethod
    def deadline(self) -> float | None:
        """When `check_clock` is to be called unless a message arrives; None for never."""

    @abstractmethod
    def check_clock(self, now: float) -> None:
        """Raise InputTimeout if the client has been silent for too long."""

    @abstractmethod
    def _take(self, frame: str | bytes, now: float) -> None:
        """Take a frame before the end of the input."""

    @property
    def contexts(self) -> tuple[Context, ...]:
        """Those that have begun and have not been spoken to their end."""
        return tuple(self._contexts)

    @property
    def finished(self) -> bool:
        """Whether the input has ended and every context has been spoken."""
        return self.ended and not self._contexts

    @property
    def waiting_characters(self) -> int:
        """How much text has arrived and is still to be taken as segments."""
        return sum(context.waiting_characters for context in self._contexts)

    @property
    def crowded(self) -> bool:
        """Whether too many closed contexts are still being spoken to their end."""
        return len(self._contexts) >= 2 * self.most_contexts

    def receive(self, frame: str | bytes, now: float) -> None:
        """Take a frame from the client.

        Raises
        ------
        ServerError
            If the client may not speak (its key, its voice), changes what only a first message
            may set or sets it out of range, or opens one context too many.
        ProtocolError
            If the frame is not one of the protocol's.
        """
        if not self.ended:
            self._last_activity = now
            self._take(frame, now)

    def restart_clock(self, now: float) -> None:
        """Count the inactivity from now: the client was not being read."""
        self._last_activity = now
        for context in self._contexts:
            context.restart_clock(now)

    def next_context(self) -> Context | None:
        """Take the next context that has begun, to speak it; None if there is none yet."""
        return self._begun.popleft() if self._begun else None

    def done_with(self, context: Context, now: float) -> None:
        """Note that a context has been spoken, including its closing message."""
        self._last_activity = now
        self._contexts.remove(context)

    def _begin(self, context: Context) -> Context:
        self._contexts.append(context)
        self._begun.append(context)
        return context

    def _admit(self, message: ClientMessage) -> None:
        """Check the key and the voice, once, with the first message.

        Raises
        ------
        ServerError
            If the key is wrong, or the voice unknown.
        """
        if self._admitted:
            return
        if self._key is not None:
            credentials = (*self._handshake.credentials, message.key, message.authorization)
            if not accepts_key(self._key, credentials):
                raise AuthenticationError(
                    "Invalid API key", error="invalid_api_key", code=POLICY_VIOLATION
                )
        if not self._voice_known:
            raise VoiceNotFound(
                f"A voice for the voice_id {self._handshake.voice_id[:60]!r} was not found.",
                error="voice_not_found",
                code=POLICY_VIOLATION,
            )
        self._admitted = True
