"""Endpoints whose sockets several streams share, each as a context, without I/O.

A context has an id of its own and gives the same events as a socket of ``stream-input``. What the
client sends differs (ElevenLabs multi-context WebSocket reference): every message names the
context, an empty text keeps it alive instead of ending it, and a flag ends it.

A `MultiContextEndpoint` describes all that differs between such endpoints, so another one needs
no other code.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from .close_codes import POLICY_VIOLATION
from .error_mapping import close_error
from .errors import ConnectionLost
from .messages import (
    CLOSE_SOCKET,
    MOST_CONTEXTS,
    ServerMessage,
    context_of,
    encode_close_context,
    encode_keepalive,
    encode_text,
)
from .protocol import Final, State, StreamProtocol
from .request import SpeechRequest

__all__ = [
    "MULTI_STREAM_INPUT",
    "ContextProtocol",
    "MultiContextEndpoint",
]


class ContextProtocol(StreamProtocol):
    """The client's side of one context of ``multi-stream-input``.

    Any message that names a context begins it, with the settings of that message (pipecat#4126):
    so the first one always goes before everything else.

    Parameters
    ----------
    request : SpeechRequest
    context_id : str
        Not used on this socket before: late messages of an earlier context would be taken for its
        own.
    """

    def __init__(self, request: SpeechRequest, context_id: str) -> None:
        super().__init__(request)
        self.context_id: str = context_id
        self._other_failed = False

    def start(self) -> str:
        """Return the first message, which begins the context."""
        self._begin()
        return json.dumps(self._request.first_message_in(self.context_id))

    def text(
        self, text: str, *, flush: bool = False, voice: str | None = None, new_turn: bool = False
    ) -> str:
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

        Only before the end of input: after it the server has dropped the context, and a message
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


def _voice_settings(request: SpeechRequest) -> object:
    return request.first_message.get("voice_settings")


@dataclass(frozen=True, slots=True)
class MultiContextEndpoint:
    """How an endpoint carries several contexts on one socket.

    Attributes
    ----------
    begin : callable
        Returns the client's side of a context, for a request and an id.
    context_of : callable
        Returns the id of the context that a server's frame names, None if it names none.
    common_settings : callable
        Returns what of a request must be the same for all contexts that are open at once.
    most_contexts : int
        How many may be open at once.
    close_socket : str
        The frame that ends every context and the socket.
    """

    begin: Callable[[SpeechRequest, str], ContextProtocol]
    context_of: Callable[[bytes], str | None]
    common_settings: Callable[[SpeechRequest], object]
    most_contexts: int
    close_socket: str


MULTI_STREAM_INPUT = MultiContextEndpoint(
    begin=ContextProtocol,
    context_of=context_of,
    # By the reference every context has its own voice settings, but others were seen to be refused
    # while an earlier context was open (pipecat#4556).
    common_settings=_voice_settings,
    most_contexts=MOST_CONTEXTS,
    close_socket=CLOSE_SOCKET,
)
