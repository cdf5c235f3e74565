"""The server's side of one ``multi-stream-input`` session, as a state machine without I/O.

Several contexts share one socket. A context begins with the first message that names it, has its
own settings and clock, and ends with its own message. The rules are those of the ElevenLabs
multi-context WebSocket reference and guide; where a rule comes from a public report, it is named.
"""

from __future__ import annotations

from typing import ClassVar, Final

from ...wire.close_codes import POLICY_VIOLATION
from ...wire.errors import ProtocolError, ServerError
from ...wire.messages import (
    MOST_CONTEXTS,
    ClientMessage,
    ContextMessage,
    decode_context_client,
)
from ...wire.parameters import PARAMETERS
from .context import Context, input_timeout
from .endpoint import Endpoint
from .handshake import Handshake

__all__ = ["MultiStreamInput"]

# Every message repeats its context's id, so a long one would cost the server more than the client.
_LONGEST_ID: Final = 256


class MultiStreamInput(Endpoint):
    """A session with up to `MOST_CONTEXTS` open contexts.

    Notes
    -----
    A context that is silent for ``inactivity_timeout`` ends with the error as its last message,
    and the others go on. When it was the only one left, or there is none at all, the socket closes
    with it.

    A closed context is spoken to the end of what was flushed, and its id may be used again. One
    that is closed again meanwhile stops: pipecat closes it at the end of a turn and again
    when it is interrupted. What ElevenLabs does then is not documented.
    """

    names_contexts: ClassVar[bool] = True
    most_contexts: ClassVar[int] = MOST_CONTEXTS
    ignored_parameters: ClassVar[frozenset[str]] = frozenset(
        declared.name for declared in PARAMETERS if not declared.in_multi
    )

    def __init__(
        self, handshake: Handshake, *, voice_known: bool, key: str | None, now: float
    ) -> None:
        super().__init__(handshake, voice_known=voice_known, key=key, now=now)
        self._open: dict[str | None, Context] = {}

    @property
    def deadline(self) -> float | None:
        """When the first open context, or a socket without any context, has been silent too long.

        None after the end of input, and while only closed contexts are spoken to their end.
        """
        if self.ended:
            return None
        if self._open:
            return min(context.deadline for context in self._open.values())
        if self._contexts:
            return None
        return self._last_activity + self.handshake.inactivity_timeout

    def check_clock(self, now: float) -> None:
        """End the contexts that have been silent for too long.

        Raises
        ------
        InputTimeout
            If no context is left.
        """
        if self.deadline is None or now < self.deadline:
            return
        expired = [context for context in self._open.values() if context.deadline <= now]
        if len(expired) == len(self._contexts):
            last = expired[-1].id if expired else None
            raise input_timeout(self.handshake.inactivity_timeout, context_id=last)
        for context in expired:
            del self._open[context.id]
            context.expire()

    def _take(self, frame: str | bytes, now: float) -> None:
        received = decode_context_client(frame)
        self._admit(received.message)
        if received.close_socket:
            self._close_socket(flush=received.message.flush)
            return
        if len(received.context_id or "") > _LONGEST_ID:
            raise ProtocolError(f'A "context_id" may have {_LONGEST_ID} characters at most.')
        try:
            self._take_for_context(received, now)
        except ServerError as error:
            error.context_id = received.context_id
            raise

    def _take_for_context(self, received: ContextMessage, now: float) -> None:
        message, text = received.message, received.message.text
        context = self._open.get(received.context_id)
        if context is None:
            if self._is_closed_again(received):
                return
            # Any message opens a context, also a keep-alive or a bare flush (pipecat#4126, #4527).
            context = self._begin_open(received.context_id, message, now)
            text = "" if text == " " else text  # the blank text of initializeConnection
        else:
            context.require_unchanged(message)
        context.restart_clock(now)
        context.add(text, flush=message.flush)
        if received.close_context:
            self._close(context, flush=message.flush)

    def _is_closed_again(self, received: ContextMessage) -> bool:
        """Stop a context that is being spoken to its end, if it is only closed once more."""
        if not received.close_context or received.message.text or received.message.flush:
            return False
        closing = [context for context in self._contexts if context.id == received.context_id]
        for context in closing:
            context.stop()
        return bool(closing)

    def _begin_open(self, context_id: str | None, message: ClientMessage, now: float) -> Context:
        if len(self._open) >= MOST_CONTEXTS:
            raise ServerError(
                f"Maximum simultaneous contexts per WebSocket connection exceeded "
                f"({MOST_CONTEXTS}). Please close an existing context before opening a new one.",
                error="max_active_conversations",
                code=POLICY_VIOLATION,
            )
        context = self._begin(Context(self.handshake, message, context_id=context_id, now=now))
        self._open[context_id] = context
        return context

    def _close(self, context: Context, *, flush: bool) -> None:
        """End a context; without a flush, now or before, its speech is cut off."""
        del self._open[context.id]
        if flush:
            context.end()
        else:
            context.cut_short()

    def _close_socket(self, *, flush: bool) -> None:
        self.ended = True
        for context in tuple(self._open.values()):
            self._close(context, flush=flush)
