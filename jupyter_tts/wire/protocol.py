"""One ``stream-input`` exchange, as a state machine without I/O.

The machine makes the frames to send and reads those that arrive; its caller owns the socket.
The directions are independent: text may still be sent while audio is being read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum

from .alignment import Alignment
from .close_codes import NORMAL_CLOSURE
from .error_mapping import close_error, server_error
from .errors import ProtocolError, ServerError, ServerIds
from .messages import (
    END_OF_INPUT,
    KEEPALIVE,
    ServerFault,
    ServerMessage,
    decode_server,
    encode_text,
)
from .request import SpeechRequest

__all__ = ["Chunk", "Final", "State", "StreamProtocol"]


class State(Enum):
    """Where an exchange stands."""

    NEW = "new"
    OPEN = "open"
    ENDING = "ending"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Audio in the stream's output format, with the times and the note it came with."""

    data: bytes
    alignment: Alignment | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Final:
    """The server has sent everything."""


class StreamProtocol:
    """The client's side of one stream.

    Parameters
    ----------
    request : SpeechRequest
    """

    context_id: str | None = None
    """The stream's id on a socket with several."""

    server_ids = ServerIds()
    """What the server called the handshake of the socket."""

    text_before = ""
    """What is spoken already, as far as it gives a context; only HTTP has a field for it."""

    def __init__(self, request: SpeechRequest) -> None:
        self._request = request
        self.state = State.NEW
        self.ended = False
        """Whether the end of input has been sent."""
        self._half = ""  # of a character that two messages share

    def start(self) -> str:
        """Return the first message; nothing else may be sent before it."""
        self._begin()
        return json.dumps(self._request.first_message)

    def text(
        self, text: str, *, flush: bool = False, voice: str | None = None, new_turn: bool = False
    ) -> str:
        """Return the frame that sends a piece of text (not empty, not one space).

        Parameters
        ----------
        text : str
        flush : bool, optional
            Whether what is buffered is spoken now.
        voice : str, optional
            Who speaks it, where several do: on text-to-dialogue only.
        new_turn : bool, optional
            Whether it ends what the same voice was saying before; also there only.
        """
        self._require(State.OPEN)
        return encode_text(text, flush=flush)

    def keepalive(self) -> str:
        """Return the frame that resets the server's inactivity timer."""
        self._require(State.OPEN)
        return KEEPALIVE

    def end(self) -> str:
        """Return the frame that ends the input; the socket must stay open to be read."""
        self._finish_input()
        return END_OF_INPUT

    def receive(self, frame: str | bytes) -> tuple[Chunk | Final, ...]:
        """Read a frame.

        Raises
        ------
        ServerError
            If the frame reports an error.
        ProtocolError
            If the frame is not one of the protocol's.
        """
        message = self._decode(frame)
        if not self._concerns(message):
            return ()
        if message.fault is not None:
            raise self._server_error(message.fault)
        if self.state in (State.NEW, State.FINAL):
            raise ProtocolError("The server sent a message outside the stream.")
        events: list[Chunk | Final] = []
        alignment = self._times(message)
        if alignment is not None:
            self._half = alignment.half
        if message.audio or alignment is not None:
            events.append(Chunk(message.audio, alignment, message.note))
        if message.is_final:
            self.state = State.FINAL
            events.append(Final())
        return tuple(events)

    def closed(self, code: int | None, reason: str = "") -> tuple[Final, ...]:
        """Take note that the socket has closed.

        A normal closure after the end of input counts as final, since not every server sends
        ``isFinal`` (the official SDK relies on the closure alone).

        Raises
        ------
        ConnectionLost
            If the stream was not complete.
        ServerError
            If the server closes with its code for refusals, 1008.
        TooMuchSound
            If a message was larger than one may be (code 1009).
        """
        if self.state is State.FINAL:
            return ()
        if self.state is State.ENDING and code == NORMAL_CLOSURE:
            self.state = State.FINAL
            return (Final(),)
        raise close_error(code, reason)

    def _decode(self, frame: str | bytes) -> ServerMessage:
        return decode_server(frame, self._half)

    def _times(self, message: ServerMessage) -> Alignment | None:
        return _whole(message.alignment, message.normalized_alignment)

    def _server_error(self, fault: ServerFault) -> ServerError:
        return server_error(
            fault.message, error=fault.error, code=fault.code, request_id=fault.request_id
        )

    def _concerns(self, message: ServerMessage) -> bool:
        """Whether a message is for this stream."""
        return True

    def _begin(self) -> None:
        self._require(State.NEW)
        self.state = State.OPEN

    def _finish_input(self) -> None:
        self._require(State.OPEN)
        self.state = State.ENDING
        self.ended = True

    def _require(self, state: State) -> None:
        if self.state is not state:
            raise ProtocolError(f"An exchange that is {self.state.value} cannot do this.")


# Milliseconds by which the times of one alignment end before the other's.
_EARLIER = 50


def _whole(alignment: Alignment | None, normalized: Alignment | None) -> Alignment | None:
    """Return the times of a message: of the text as sent, unless they end before its sound does."""
    if alignment is normalized:
        return alignment
    if alignment is None or normalized is None or not normalized.starts:
        return alignment or normalized
    if not alignment.starts:
        return normalized
    end = alignment.starts[-1] + alignment.durations[-1]
    spoken_end = normalized.starts[-1] + normalized.durations[-1]
    return normalized if end + _EARLIER < spoken_end else alignment
