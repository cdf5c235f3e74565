"""The two sockets of ``text-to-dialogue``, as state machines without I/O.

A stream gives the same events as one of ``stream-input``; what the client sends differs: the first
message names the voice, text joins the text before it verbatim, and an empty text ends nothing.
Source: ElevenLabs text-to-dialogue WebSocket references, and what clients of 2026 measured.
"""

from __future__ import annotations

from .alignment import Alignment
from .error_mapping import silence_error
from .errors import ServerError
from .messages import (
    CLOSE_SOCKET,
    MOST_CONTEXTS,
    DialogueInput,
    ServerFault,
    ServerMessage,
    context_of,
    encode_dialogue_close_context,
    encode_dialogue_inputs,
    encode_dialogue_keepalive,
)
from .multi_context import ContextProtocol, MultiContextEndpoint
from .protocol import Chunk, Final, State, StreamProtocol

__all__ = [
    "DIALOGUE_BUFFER",
    "MULTI_DIALOGUE",
    "DialogueContextProtocol",
    "DialogueProtocol",
]

DIALOGUE_BUFFER = 40
"""Characters that the server collects at least before it speaks unasked; and about 8 words."""


class _DialogueExchange(StreamProtocol):
    """What a socket of its own and a context have in common."""

    _has_words = False  # whether text with something to speak was sent
    _has_sound = False

    def text(
        self, text: str, *, flush: bool = False, voice: str | None = None, new_turn: bool = False
    ) -> str:
        """Return the frame that sends a piece of text."""
        self._require(State.OPEN)
        self._has_words = self._has_words or any(map(str.isalnum, text))
        voice = voice or self._request.sent["voice"]
        return encode_dialogue_inputs(
            [DialogueInput(text, voice, new_turn)], flush=flush, context_id=self.context_id
        )

    def keepalive(self) -> str:
        """Return the frame that resets the server's inactivity timer, of 20 seconds."""
        self._require(State.OPEN)
        return encode_dialogue_keepalive(self.context_id)

    def receive(self, frame: str | bytes) -> tuple[Chunk | Final, ...]:
        """Read a frame.

        Raises
        ------
        ServerError
            If the frame reports an error, or ends a speech without a sound.
        ProtocolError
            If the frame is not one of the protocol's.
        """
        events = super().receive(frame)
        for event in events:
            if isinstance(event, Chunk):
                self._has_sound = self._has_sound or bool(event.data)
            elif self._has_words and not self._has_sound:
                raise silence_error()
        return events

    def _times(self, message: ServerMessage) -> Alignment | None:
        return message.alignment  # the reference reserves the other one

    def _server_error(self, fault: ServerFault) -> ServerError:
        error = super()._server_error(fault)
        error.param = fault.param
        if fault.param and fault.param not in error.message:
            error.hint = f"{error.hint} The field at fault is {fault.param}.".lstrip()
        return error


class DialogueProtocol(_DialogueExchange):
    """The client's side of a stream that has its socket to itself.

    Parameters
    ----------
    request : SpeechRequest
    """

    def end(self) -> str:
        """Return the frame that ends the input: what is buffered is spoken, then a final message.

        A frame of its own: nobody has seen text and an end in one.
        """
        self._finish_input()
        return CLOSE_SOCKET


class DialogueContextProtocol(_DialogueExchange, ContextProtocol):
    """The client's side of one context.

    Nothing is sent to a context that has been closed, since that would end the whole socket; nor
    to one that has not begun.

    Parameters
    ----------
    request : SpeechRequest
    context_id : str
        Not used on this socket before.
    """

    def end(self) -> str:
        """Return the frame that ends the input: what is buffered is spoken, then a final message.

        Unlike on ``multi-stream-input`` that takes no flush.
        """
        self._finish_input()
        return encode_dialogue_close_context(self.context_id)

    def interrupt(self) -> str:
        """Return the frame that ends the context; what is buffered is spoken to nobody.

        The endpoint has no way to cancel it.
        """
        self._require(State.OPEN)
        self.state = State.ENDING
        return encode_dialogue_close_context(self.context_id)


MULTI_DIALOGUE = MultiContextEndpoint(
    begin=DialogueContextProtocol,
    context_of=context_of,
    common_settings=lambda request: None,  # each context has its own voices and settings
    most_contexts=MOST_CONTEXTS,
    close_socket=CLOSE_SOCKET,
)
