"""The server's side of one session of ``text-to-dialogue/multi-stream-input``, without I/O."""

from __future__ import annotations

from typing import ClassVar, Final

from ...wire.errors import ProtocolError, ServerError
from ...wire.messages import MOST_CONTEXTS, DialogueMessage, decode_dialogue_client
from .dialogue_context import IDLE_SECONDS, DialogueContext
from .dialogue_session import DialogueSession, refused

__all__ = ["MultiDialogue"]

# Every message repeats its context's id, so a long one would cost the server more than the client.
_LONGEST_ID: Final = 256
_ID: Final = "context_id"


class MultiDialogue(DialogueSession):
    """A session with up to `MOST_CONTEXTS` contexts, those that are closing included.

    Notes
    -----
    Every error closes the whole socket. A context that is silent for 20 seconds speaks what is
    left and ends, and the others go on; a socket that is silent for so long ends with all of them.

    An id may be used again once its final message has been sent, and to close a context that has
    ended, or never began, does nothing. Neither is documented.
    """

    names_contexts: ClassVar[bool] = True
    most_contexts: ClassVar[int] = MOST_CONTEXTS

    @property
    def deadline(self) -> float | None:
        """When the first context, or the socket, has been silent for too long."""
        if self.ended:
            return None
        open_contexts = [context for context in self._contexts if not context.closing]
        deadlines = [context.deadline for context in open_contexts]
        return min([*deadlines, self._last_activity + IDLE_SECONDS])

    def check_clock(self, now: float) -> None:
        """End the contexts that have been silent for too long, or all."""
        if self.ended:
            return
        if now >= self._last_activity + IDLE_SECONDS:
            self._end_all()
            return
        for context in self._contexts:
            if not context.closing and now >= context.deadline:
                context.end()

    def _take(self, frame: str | bytes, now: float) -> None:
        message = decode_dialogue_client(frame)
        self._admit(message)
        if message.context_id is not None or not message.close_socket:
            try:
                self._take_for_context(message, now)
            except ServerError as error:
                error.context_id = message.context_id
                raise
        if message.close_socket:
            self._end_all()

    def _take_for_context(self, message: DialogueMessage, now: float) -> None:
        context = self._context_of(message)
        if context is not None:
            self._take_later(message, context, now)
        elif message.voices is None and message.close_context and not message.inputs:
            return
        else:
            context = self._open_another(message, now)
            self._take_text(message, context, now)
        if message.close_context:
            context.end()

    def _context_of(self, message: DialogueMessage) -> DialogueContext | None:
        """Return the open context that a message names, None for a new one."""
        if message.context_id is None:
            raise refused(
                "missing_required_field", "A message must name its context.", "context_id"
            )
        if len(message.context_id) > _LONGEST_ID:
            raise ProtocolError(
                f'A "context_id" may have {_LONGEST_ID} characters at most.', param=_ID
            )
        for context in self._contexts:
            if context.id == message.context_id:
                if context.closing:
                    raise refused(
                        "context_closing",
                        f"The context {message.context_id[:60]!r} is closing and takes no more "
                        "messages.",
                        _ID,
                    )
                return context
        return None

    def _open_another(self, message: DialogueMessage, now: float) -> DialogueContext:
        self._require_voices(message)
        if len(self._contexts) >= MOST_CONTEXTS:
            raise refused(
                "too_many_contexts",
                f"A socket may have {MOST_CONTEXTS} contexts; one that is closing counts until its "
                "final message.",
                _ID,
            )
        return self._open(message, now)
