"""A speech as one HTTP request and its answer, as a state machine without I/O.

It has the interface of a WebSocket's: the text is collected, and the end of input is the body of
the request. A request for each sentence would read each without the melody of the one before.
"""

from __future__ import annotations

import json

from .close_codes import MESSAGE_TOO_BIG, NORMAL_CLOSURE
from .error_mapping import close_error, silence_error
from .errors import ConnectionLost
from .messages import DialogueInput, ServerMessage, decode_timed_audio
from .models import Endpoint
from .protocol import Chunk, Final, State, StreamProtocol
from .request import SpeechRequest

__all__ = ["END_OF_ANSWER", "NOTHING", "NO_REQUEST", "HttpExchange"]

NOTHING = ""
"""A frame that stands for nothing: the text of a request is collected first."""

NO_REQUEST = "{}"
"""Stands for the request of a text in which there is nothing: a server would refuse it."""

END_OF_ANSWER = b""
"""Stands for the end of an answer that is complete by HTTP's own rules."""


class HttpExchange(StreamProtocol):
    """The client's side of one request.

    Parameters
    ----------
    request : SpeechRequest
    """

    def __init__(self, request: SpeechRequest) -> None:
        super().__init__(request)
        self._inputs: list[DialogueInput] = []
        self._has_sound = False

    def start(self) -> str:
        """Begin to collect the text."""
        self._begin()
        return NOTHING

    def text(
        self, text: str, *, flush: bool = False, voice: str | None = None, new_turn: bool = False
    ) -> str:
        """Collect a piece of text; it cannot be flushed.

        Parameters
        ----------
        text : str
        flush : bool, optional
            Without effect.
        voice : str, optional
            Who speaks it, where several do: on text-to-dialogue only.
        new_turn : bool, optional
            Whether it is an input of its own, though the same voice was speaking.
        """
        self._require(State.OPEN)
        voice = voice or self._request.sent["voice"]
        last = self._inputs[-1] if self._inputs else None
        if last is not None and last.voice_id == voice and not new_turn:
            self._inputs[-1] = DialogueInput(last.text + text, voice)
        else:
            self._inputs.append(DialogueInput(text, voice))
        return NOTHING

    def keepalive(self) -> str:
        """Do nothing: no request waits yet."""
        self._require(State.OPEN)
        return NOTHING

    def end(self) -> str:
        """Return the body of the request, `NO_REQUEST` where there is no text."""
        self._finish_input()
        if not self._whole_text.strip():
            return NO_REQUEST
        body = self._request.body(self._whole_text, self.text_before, inputs=self._inputs)
        return json.dumps(body, ensure_ascii=False)

    def receive(self, frame: str | bytes) -> tuple[Chunk | Final, ...]:
        """Read one object of the answer, or its end.

        Raises
        ------
        ServerError
            If the object reports an error, or the answer ends without a sound.
        ProtocolError
            If it is not one of the answer's.
        """
        if frame == END_OF_ANSWER:
            return self._finish()
        events = super().receive(frame)
        self._has_sound = self._has_sound or any(
            isinstance(event, Chunk) and event.data for event in events
        )
        return events

    def closed(self, code: int | None, reason: str = "") -> tuple[Final, ...]:
        """Take note that the connection has closed.

        Raises
        ------
        ConnectionLost
            If the answer was not complete.
        TooMuchSound
            If one of its objects was larger than it may be.
        """
        if self.state is State.FINAL:
            return ()
        if code == MESSAGE_TOO_BIG:
            raise close_error(code)
        if code == NORMAL_CLOSURE and self.state is State.ENDING:
            return self._finish()
        raise ConnectionLost(
            "The connection was lost before the answer was complete.", hint="Run the cell again."
        )

    @property
    def _whole_text(self) -> str:
        return "".join(entry.text for entry in self._inputs)

    def _finish(self) -> tuple[Final, ...]:
        self.state = State.FINAL
        words = any(map(str.isalnum, self._whole_text))
        if words and not self._has_sound and self._request.endpoint is Endpoint.HTTP_DIALOGUE:
            raise silence_error()
        return (Final(),)

    def _decode(self, frame: str | bytes) -> ServerMessage:
        return decode_timed_audio(frame, self._half)
