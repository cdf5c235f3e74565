"""What both WebSocket endpoints of text-to-dialogue share.

The rules are those of the ElevenLabs text-to-dialogue WebSocket reference; where a rule comes from
a public report, it is named. Error ids that nobody has published are this server's own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from ...wire.close_codes import POLICY_VIOLATION
from ...wire.errors import ServerError, VoiceNotFound
from ...wire.messages import DialogueMessage, ServerMessage, encode_dialogue_server
from ...wire.models import DIALOGUE_MODEL, most_voices_of
from ...wire.parameters import PARAMETERS, Parameter, Place, parameter
from ..access.admission import Admission
from ..synthesis.unsupported import unsupported_language
from .dialogue_context import DialogueContext
from .handshake import Handshake
from .session import Session

__all__ = ["DialogueSession", "refused"]

# The parameters of the URL that these endpoints have.
_QUERY: Final = frozenset(
    {"model", "format", "language", "sync_alignment", "normalize", "seed", "logging"}
)
_STABILITY: Final = parameter("stability")

# What only a first message may have, by the names in it and in `DialogueMessage`.
_FIRST_ONLY: Final = ("voices", "voice_settings", "pronunciation_dictionary_locators")


class DialogueSession(Session[DialogueContext]):
    """A session in which the voices that a first message names speak.

    Parameters
    ----------
    handshake
        The accepted handshake.
    knows_voice
        Whether this server has the voice of an id.
    languages
        The codes that the voices of this server know.
    admission
        Who may speak; checked with the first message, as credentials may stand in it.
    now
        The time, in seconds, of any monotonic clock; so in all methods.
    """

    ignored_parameters = frozenset(
        declared.name
        for declared in PARAMETERS
        if declared.place is Place.QUERY and declared.name not in _QUERY
    )

    def __init__(
        self,
        handshake: Handshake,
        *,
        knows_voice: Callable[[str], bool],
        languages: Collection[str],
        admission: Admission,
        now: float,
    ) -> None:
        super().__init__(handshake, now=now)
        self._knows_voice = knows_voice
        self._languages = languages
        self._admission = admission

    def encode(self, message: ServerMessage) -> str:
        """Return a message for the client as a frame."""
        return encode_dialogue_server(message, contexts=self.names_contexts)

    def _admit(self, message: DialogueMessage) -> None:
        """Check the credentials and the language, once, with the first message."""
        if self.admitted:
            return
        self._admission.require(
            (*self.handshake.credentials, message.key, message.authorization),
            self.handshake.token or message.token,
        )
        # What these sockets do then is not established; the text-to-speech ones close with 1008.
        model = self.handshake.model or DIALOGUE_MODEL
        sentence = unsupported_language(model, self.handshake.language, self._languages)
        if sentence:
            raise refused("unsupported_language", sentence, "language_code")
        self.admitted = True

    def _open(self, message: DialogueMessage, now: float) -> DialogueContext:
        """Begin a context with the message that registers its voices."""
        self._require_voices(message)
        settings = _checked(message.voice_settings)
        return self._begin(DialogueContext(message, voice_settings=settings, now=now))

    def _require_voices(self, message: DialogueMessage) -> None:
        if not message.voices:
            whose = "a context" if self.names_contexts else "the session"
            raise refused(
                "missing_required_field",
                f"The first message of {whose} must have the voices that will speak.",
                "voices",
            )
        most = most_voices_of(self.handshake.model)
        if len(set(message.voices)) > most:
            model = self.handshake.model or DIALOGUE_MODEL
            raise refused(
                "invalid_parameters",
                f"The model {model} speaks with {most} voice{'s' * (most > 1)} at most.",
                "voices",
            )
        for voice_id in message.voices:
            if not self._knows_voice(voice_id):
                raise VoiceNotFound(
                    f"A voice for the voice_id {voice_id[:60]!r} was not found.",
                    error="voice_not_found",
                    code=POLICY_VIOLATION,
                    param="voices",
                )

    def _take_later(self, message: DialogueMessage, context: DialogueContext, now: float) -> None:
        """Take a message of a context that has begun."""
        for name in _FIRST_ONLY:
            if getattr(message, name):
                # The sentence for voices is ElevenLabs' (pipecat#5601).
                raise refused(
                    "invalid_parameters", f"{name} can only be set in the first message", name
                )
        self._take_text(message, context, now)

    def _take_text(self, message: DialogueMessage, context: DialogueContext, now: float) -> None:
        for entry in message.inputs:
            if entry.voice_id not in context.voices:
                raise refused(
                    "invalid_voice_id",
                    f"The voice {entry.voice_id[:60]!r} is not one of the voices of the first "
                    "message.",
                    "voice_id",
                )
        context.restart_clock(now)
        context.add(message.inputs, flush=message.flush)

    def _end_all(self) -> None:
        """End the input: every context speaks what is left."""
        self.ended = True
        for context in self._contexts:
            if not context.closing:
                context.end()


def refused(error: str, message: str, param: str | None) -> ServerError:
    """Return an error that closes the socket."""
    return ServerError(message, error=error, code=POLICY_VIOLATION, param=param)


def _checked(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the stability that is set; unknown settings are ignored, as at ElevenLabs."""
    checked: dict[str, Any] = {}
    for wire in (_STABILITY.wire, "clone_strength"):
        value = (values or {}).get(wire)
        if value is None:
            continue
        fault = _fault(_STABILITY, value)  # both go from 0 to 1
        if fault:
            raise refused("invalid_voice_settings", f"voice_settings.{wire} {fault}.", wire)
        if wire == _STABILITY.wire:
            checked[wire] = float(value)
    return checked


def _fault(declared: Parameter, value: Any) -> str:
    try:
        declared.check(value)
    except ValueError as fault:
        return str(fault)
    return ""
