"""One context of a ``multi-stream-input`` socket, as a state machine without I/O.

Several streams share a socket, each as a context with an id of its own. A context gives the same
events as a socket of ``stream-input``; how it is spoken to differs (ElevenLabs multi-context
WebSocket reference): every message names it, an empty text keeps it alive instead of ending it,
and a flag ends it.
"""

from __future__ import annotations

import json

from .close_codes import POLICY_VIOLATION
from .error_mapping import close_error
from .errors import ConnectionLost
from .messages import (
    FIRST_CONTEXT,
    ServerMessage,
    encode_close_context,
    encode_keepalive,
    encode_text,
)
from .protocol import Final, State, StreamProtocol
from .request import SpeechRequest

__all__ = ["ContextProtocol", "stream_protocol"]


class ContextProtocol(StreamProtocol):
    """The client's side of one context.

    Any message that names a context begins it, with the settings of that message (pipecat#4126):
    so the first one always goes before everything else.

    Parameters
    ----------
    request : SpeechRequest
    context_id : str
        Not used on this socket before: the remains of an earlier context could not be told apart.
    """

    def __init__(self, request: SpeechRequest, context_id: str) -> None:
        super().__init__(request)
        self.context_id: str = context_id
        self._other_failed = False

    def start(self) -> str:
        """Return the first message, which begins the context."""
        self._begin()
        return json.dumps(self._request.first_message_in(self.context_id))

    def text(self, text: str, *, flush: bool = False) -> str:
        """Return the frame that sends a piece of text (not empty, not one space)."""
        self._require(State.OPEN)
        return encode_text(text, flush=flush, context_id=self.context_id)

    def keepalive(self) -> str:
        """Return the frame that resets the context's inactivity timer."""
        self._require(State.OPEN)
        return encode_keepalive(self.context_id)

    def end(self) -> str:
        """Return the frame that ends the input: what is buffered is spoken, then a final message.

        A flush alone would bring no final message (bolna#790).
        """
        self._finish_input()
        return encode_close_context(self.context_id, flush=True)

    def interrupt(self) -> str:
        """Return the frame that ends the context without speaking what is buffered.

        Only before the end of input: after it the server knows the context no more, and a message
        that names it would begin another.
        """
        self._require(State.OPEN)
        self.state = State.ENDING
        return encode_close_context(self.context_id)

    def closed(self, code: int | None, reason: str = "") -> tuple[Final, ...]:
        """Take note that the socket has closed, which is a loss for a context that is not final.

        Raises
        ------
        ConnectionLost
            If the context was not complete; also where the server closed because of another one.
        ServerError
            If the server closes with its code for refusals, 1008, and names no other context.
        TooMuchSound
            If a message was larger than one may be (code 1009).
        """
        if self.state is State.FINAL:
            return ()
        if self._other_failed and code == POLICY_VIOLATION:
            raise ConnectionLost(
                "The server closed the socket because of another stream on it.",
                hint="Run the cell again.",
                code=code,
            )
        raise close_error(code, reason)

    def _concerns(self, message: ServerMessage) -> bool:
        """Whether a message is for this context: if it names it, or is an error that names none."""
        if message.fault is None:
            return message.context_id == self.context_id
        if message.context_id in (None, self.context_id):
            self.state = State.FINAL  # an error ends the context
            return True
        self._other_failed = True
        return False


def stream_protocol(request: SpeechRequest, context_id: str = FIRST_CONTEXT) -> StreamProtocol:
    """Return the client's side of a stream, on the endpoint that its request names.

    Parameters
    ----------
    request : SpeechRequest
    context_id : str, optional
        For ``multi-stream-input``.
    """
    return ContextProtocol(request, context_id) if request.multi else StreamProtocol(request)
