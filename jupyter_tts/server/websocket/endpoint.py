"""What both WebSocket endpoints of text-to-speech share."""

from __future__ import annotations

from ...wire.close_codes import POLICY_VIOLATION
from ...wire.errors import AuthenticationError, VoiceNotFound
from ...wire.messages import ClientMessage, ServerMessage, encode_server
from ..access.credentials import accepts_key
from .context import Context
from .handshake import Handshake
from .session import Session

__all__ = ["Endpoint"]


class Endpoint(Session[Context]):
    """A session in which one voice, which the path names, speaks.

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
        The time, in seconds, of any monotonic clock; so in all methods.
    """

    def __init__(
        self, handshake: Handshake, *, voice_known: bool, key: str | None, now: float
    ) -> None:
        super().__init__(handshake, now=now)
        self._voice_known = voice_known
        self._key = key

    def encode(self, message: ServerMessage) -> str:
        """Return a message for the client as a frame."""
        return encode_server(message, contexts=self.names_contexts)

    def done_with(self, context: Context, now: float) -> None:
        """Note that a context has been spoken, including its closing message."""
        self._last_activity = now
        super().done_with(context, now)

    def _admit(self, message: ClientMessage) -> None:
        """Check the key and the voice, once, with the first message.

        Raises
        ------
        ServerError
            If the key is wrong, or the voice unknown.
        """
        if self.admitted:
            return
        if self._key is not None:
            credentials = (*self.handshake.credentials, message.key, message.authorization)
            if not accepts_key(self._key, credentials):
                raise AuthenticationError(
                    "Invalid API key", error="invalid_api_key", code=POLICY_VIOLATION
                )
        if not self._voice_known:
            raise VoiceNotFound(
                f"A voice for the voice_id {self.handshake.voice_id[:60]!r} was not found.",
                error="voice_not_found",
                code=POLICY_VIOLATION,
            )
        self.admitted = True
