"""What a connection runs: one socket's session as a state machine without I/O."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from typing import ClassVar, Generic, Protocol, TypeVar

from ...wire.messages import ServerMessage
from .handshake import Handshake

__all__ = ["Session", "SpokenContext"]


class SpokenContext(Protocol):
    """One stream of text on its way to speech, as far as sessions and speakers share it."""

    @property
    def id(self) -> str | None:
        """The client's name of it; None for the only, or default, one."""

    @property
    def waiting_characters(self) -> int:
        """How much text has arrived and is still to be taken as segments."""

    @property
    def finished(self) -> bool:
        """Whether nothing more is to be spoken."""

    @property
    def over(self) -> bool:
        """Whether it was cut short, so that even the segment being spoken is dropped."""

    @property
    def closing_message(self) -> ServerMessage:
        """The last message: the final one, or the error that ended the context."""

    def restart_clock(self, now: float) -> None:
        """Count the inactivity from now."""

    def segment_sent(self) -> None:
        """Note that the next segment, in the order they were taken, has been sent."""


AnyContext = TypeVar("AnyContext", bound=SpokenContext)


class Session(ABC, Generic[AnyContext]):
    """What a client may send on one socket, and the contexts it begins.

    Parameters
    ----------
    handshake
        The accepted handshake.
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

    def __init__(self, handshake: Handshake, *, now: float) -> None:
        self.handshake = handshake
        self._last_activity = now
        self._contexts: list[AnyContext] = []
        self._begun: deque[AnyContext] = deque()
        self.ended = False
        """Whether the client has ended its input; what follows is ignored."""
        self.admitted = False
        """Whether a first message was found good, with its key where one is required."""

    @property
    @abstractmethod
    def deadline(self) -> float | None:
        """When `check_clock` is to be called unless a message arrives; None for never."""

    @abstractmethod
    def check_clock(self, now: float) -> None:
        """End what has been silent for too long; raise InputTimeout where that is an error."""

    @abstractmethod
    def _take(self, frame: str | bytes, now: float) -> None:
        """Take a frame before the end of the input."""

    @abstractmethod
    def encode(self, message: ServerMessage) -> str:
        """Return a message for the client as a frame."""

    @property
    def contexts(self) -> tuple[AnyContext, ...]:
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

    def next_context(self) -> AnyContext | None:
        """Take the next context that has begun, to speak it; None if there is none yet."""
        return self._begun.popleft() if self._begun else None

    def done_with(self, context: AnyContext, now: float) -> None:
        """Note that a context has been spoken, including its closing message."""
        self._contexts.remove(context)

    def _begin(self, context: AnyContext) -> AnyContext:
        self._contexts.append(context)
        self._begun.append(context)
        return context
