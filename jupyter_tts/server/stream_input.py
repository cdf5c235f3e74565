"""The server's side of one ``stream-input`` session, as a state machine without I/O.

The rules are those of the ElevenLabs WebSocket reference; where it and the service differ, the
service's behaviour in public reports is followed and named.
"""

from __future__ import annotations

import hmac
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from ..wire.errors import (
    AuthenticationError,
    InputTimeout,
    ProtocolError,
    ServerError,
    VoiceNotFound,
)
from ..wire.messages import ClientMessage, decode_client
from ..wire.parameters import PARAMETERS, Kind, Place, parameter
from .handshake import Handshake
from .segments import Segmenter

__all__ = ["POLICY_VIOLATION", "StreamInput", "accepts_key"]

# The close code of every in-band error seen on this endpoint (RFC 6455 section 7.4.1).
POLICY_VIOLATION: Final = 1008

_BEARER: Final = re.compile(r"bearer\s+", re.IGNORECASE)

_SCHEDULE: Final = parameter("schedule")
_VOICE_SETTINGS: Final = {
    each.wire: each for each in PARAMETERS if each.place is Place.VOICE_SETTINGS
}
# The settings a first message may have, by the object they stand in.
_KNOWN: Final = {
    "voice_settings": frozenset(_VOICE_SETTINGS),
    "generation_config": frozenset({_SCHEDULE.wire}),
}


@dataclass(frozen=True, slots=True)
class _Text:
    """What of a message is kept until it is spoken."""

    text: str
    flush: bool
    trigger: bool


class StreamInput:
    """One session: what the client may send, and what is to be spoken when.

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
        The time, in seconds, of any monotonic clock.

    Notes
    -----
    After an error (any of the raising methods) the session is over: the error is to be sent
    in-band, and the socket closed with the error's code.
    """

    def __init__(
        self, handshake: Handshake, *, voice_known: bool, key: str | None, now: float
    ) -> None:
        self._handshake = handshake
        self._voice_known = voice_known
        self._key = key
        self._last_input = now
        self._begun = False
        # Of the first message only what later ones are compared with: it may have been large.
        self._settled: dict[str, dict[str, Any]] = {}
        self._segmenter = Segmenter(None)
        # Text is cut only as it is spoken: to cut all of a long message at once would hold up
        # whoever else is served.
        self._texts: deque[_Text] = deque()
        self._queued_characters = 0
        self._due: Iterator[str] = iter(())
        self._ahead: str | None = None
        self._ended = False
        self.voice_settings: Mapping[str, Any] = MappingProxyType({})
        """Checked voice settings by wire name; what the client left out is missing."""

    @property
    def deadline(self) -> float | None:
        """When the session ends unless text arrives; None after the end of input."""
        return None if self._ended else self._last_input + self._handshake.inactivity_timeout

    @property
    def finished(self) -> bool:
        """Whether the input has ended and every segment has been taken."""
        return self._ended and self._look_ahead() is None

    @property
    def waiting_characters(self) -> int:
        """How much text has arrived and not been taken as segments."""
        ahead = len(self._ahead or "")
        return self._queued_characters + self._segmenter.buffered_characters + ahead

    def receive(self, frame: str | bytes, now: float) -> None:
        """Take a frame from the client. What follows the end of input is ignored.

        Raises
        ------
        ServerError
            If the client may not speak (its key, its voice), or changes what only the first
            message may set, or sets it out of range.
        ProtocolError
            If the frame is not one of the protocol's.
        """
        if self._ended:
            return
        self._last_input = now
        message = decode_client(frame)
        if not self._begun:
            self._begin(message)
        else:
            self._require_unchanged(message)
            self._take_text(message)

    def restart_clock(self, now: float) -> None:
        """Forgive the time in which the client was not read."""
        self._last_input = now

    def check_clock(self, now: float) -> None:
        """Raise InputTimeout if the deadline has passed."""
        if self.deadline is not None and now >= self.deadline:
            # Word for word as ElevenLabs sends it (livekit/agents#218).
            raise InputTimeout(
                "Have not received a new text input within the timeout of "
                f"{float(self._handshake.inactivity_timeout)} seconds. Streaming input "
                "terminated. Please make sure to either feed the input in the timely manner, or "
                'to send the end of input text (empty string "") when done.',
                error="input_timeout_exceeded",
                code=POLICY_VIOLATION,
            )

    def next_segment(self) -> str | None:
        """Take the next text to be spoken, or None if there is none yet."""
        segment = self._look_ahead()
        self._ahead = None
        return segment

    def _look_ahead(self) -> str | None:
        """Cut the next segment, unless that has been done, and leave it where it is."""
        while self._ahead is None:
            self._ahead = next(self._due, None)
            if self._ahead is None:
                if not self._texts:
                    break
                taken = self._texts.popleft()
                self._queued_characters -= len(taken.text)
                self._due = self._segments(taken)
        return self._ahead

    def _begin(self, message: ClientMessage) -> None:
        if self._key is not None:
            given = (*self._handshake.credentials, message.key, message.authorization)
            if not accepts_key(self._key, given):
                raise AuthenticationError(
                    "Invalid API key", error="invalid_api_key", code=POLICY_VIOLATION
                )
        if not self._voice_known:
            raise VoiceNotFound(
                f"A voice for the voice_id {self._handshake.voice_id[:60]!r} was not found.",
                error="voice_not_found",
                code=POLICY_VIOLATION,
            )
        if message.text not in (" ", ""):
            raise ProtocolError('The text of the first message must be " ", one space.')
        self.voice_settings = MappingProxyType(_check_settings(message.voice_settings))
        schedule = _check_schedule(message.generation_config)
        self._segmenter = Segmenter(None if self._handshake.auto_mode else schedule)
        self._settled = {name: _known(getattr(message, name), name) for name in _KNOWN}
        self._begun = True
        self._take_text(message)

    def _require_unchanged(self, message: ClientMessage) -> None:
        """Refuse a change, in the words of ElevenLabs (pipecat#4541)."""
        for name, settled in self._settled.items():
            later = _known(getattr(message, name), name)
            if later and later != settled:
                raise _invalid(
                    f"{name} field must be provided in the first message and then either be not "
                    "provided or not change."
                )

    def _take_text(self, message: ClientMessage) -> None:
        self._ended = message.text == ""
        if message.text == " " and not (message.flush or message.try_trigger_generation):
            return  # the keep-alive
        self._texts.append(_Text(message.text, message.flush, message.try_trigger_generation))
        self._queued_characters += len(message.text)

    def _segments(self, taken: _Text) -> Iterator[str]:
        """Yield what a message completes."""
        if taken.text == "":  # the end of input
            yield from self._segmenter.finish()
            return
        if taken.text != " ":  # one space is the keep-alive, not text
            yield from self._segmenter.add(taken.text)
        if taken.flush:
            yield from self._segmenter.flush()
        elif taken.trigger:
            yield from self._segmenter.trigger()


def accepts_key(key: str, given: Sequence[str | None]) -> bool:
    """Whether one of the given keys or bearer tokens is `key`."""
    expected = _bytes(key)
    return any(
        hmac.compare_digest(_bytes(_BEARER.sub("", token, count=1)), expected)
        for token in given
        if token
    )


def _bytes(token: str) -> bytes:
    return token.encode("utf-8", "surrogatepass")  # a client's token may be any JSON string


def _check_settings(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the known voice settings, checked against their declared ranges."""
    checked: dict[str, Any] = {}
    for wire, value in _set_values(given).items():
        declared = _VOICE_SETTINGS.get(wire)
        if declared is None:
            continue  # a setting of another model, clone_strength say
        if isinstance(value, bool) and declared.kind is Kind.NUMBER:
            value = float(value)  # ElevenLabs' older examples send "similarity_boost": true
        try:
            checked[wire] = declared.check(value)
        except ValueError as fault:
            raise _invalid(f"voice_settings.{wire} {fault}.") from None
    return checked


def _check_schedule(given: Mapping[str, Any] | None) -> Sequence[int]:
    schedule = _set_values(given).get(_SCHEDULE.wire, _SCHEDULE.default)
    if isinstance(schedule, list):  # JSON has one kind of number, so 120.0 is a whole one
        schedule = [int(x) if isinstance(x, float) and x.is_integer() else x for x in schedule]
    try:
        checked: Sequence[int] = _SCHEDULE.check(schedule)
    except ValueError as fault:
        raise _invalid(f"generation_config.{_SCHEDULE.wire} {fault}.") from None
    return checked


def _set_values(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """What an object sets: null stands for "not set", as the official SDK sends it."""
    return {name: value for name, value in (given or {}).items() if value is not None}


def _known(given: Mapping[str, Any] | None, name: str) -> dict[str, Any]:
    """What an object sets among the settings there are."""
    return {wire: value for wire, value in _set_values(given).items() if wire in _KNOWN[name]}


def _invalid(message: str) -> ServerError:
    return ServerError(message, error="invalid_settings", code=POLICY_VIOLATION)
