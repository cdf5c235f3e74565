"""Preparing a request: the address it goes to, its key, and the label of its voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...audio.codecs import check_decoder
from ...client.keys import Key
from ...client.speech.speech import Speech
from ...client.speech.timeline import Timeline
from ...client.speech.turns import Turn, voices_of
from ...client.streaming.stream import Renew, audio_format
from ...client.threads import in_thread
from ...wire.hosts import HOSTS, LOCAL
from ...wire.request import SpeechRequest
from ..runtime.session import Session
from ..servers.account_voices import ChosenVoice, account_voices
from ..servers.connections import connections
from ..servers.embedded import embedded_server

__all__ = ["PreparedRequest", "prepare", "speaker_label"]

# Speakers in a label.
_MOST_NAMES = 4


@dataclass(frozen=True)
class PreparedRequest:
    """A request with the address it goes to, its key, and the label of its voice.

    ``renew`` starts the embedded voice again if it has to; ``simulated`` is the
    `Conditions.summary` of what it simulates; ``voice`` is what was chosen where none was named,
    and ``turns`` who speaks what, where several do.
    """

    request: SpeechRequest
    key: Key | None
    label: str
    renew: Renew | None = None
    simulated: str = ""
    voice: ChosenVoice | None = None
    turns: Sequence[Turn] = ()

    @property
    def account(self) -> Key | None:
        """The key that is charged; the embedded voice's is not."""
        return None if self.renew else self.key

    def speech(self, text: str, timeline: Timeline) -> Speech:
        """Return an empty speech for a text."""
        speech = Speech(
            text,
            self.request,
            audio_format(self.request).sample_rate,
            timeline,
            label=self.label,
            keyed=self.account is not None,
        )
        speech.voice_note = self.voice.note if self.voice else ""
        speech.turns = tuple(self.turns)
        return speech


async def prepare(
    session: Session,
    request: SpeechRequest,
    voice: ChosenVoice | None = None,
    turns: Sequence[Turn] = (),
    *,
    ahead: bool = False,
) -> PreparedRequest:
    """Find the server's address, key and voice; starts the embedded voice if it is the server.

    On the event loop.

    Parameters
    ----------
    session : Session
    request : SpeechRequest
    voice : ChosenVoice, optional
        What was chosen for a request that named none; else it is chosen here.
    turns : sequence of Turn, optional
        Who speaks what, where several do.
    ahead : bool, optional
        Whether nobody has asked for a speech yet.

    Raises
    ------
    TTSError
        If there is no key, no embedded voice, no such voice, or no decoder for the format.
    """
    check_decoder(audio_format(request))
    voice = voice or await account_voices(session).choose(request)
    if voice is not None:
        request = voice.apply(request)
    label = speaker_label(request, voice, turns)
    server = embedded_server(session)
    if request.server != LOCAL:
        if session.default_server != LOCAL:  # a key was set since, say
            session.event_loop.submit(server.stop_unused())
        if session.keys.withheld(request.server):
            label += " · without your key, since %config TTS.trusted_hosts does not name this host"
        key = await in_thread(session.keys.find, request.server)
        return PreparedRequest(request, key, label, voice=voice, turns=turns)
    server.used |= not ahead
    for voice_id in voices_of(turns) or (request.sent["voice"],):
        await server.check_voice(voice_id)
    url, key = await server.start()
    connections(session).follow_simulation(key, server.playing)
    simulated = server.playing.summary
    if simulated:
        label += f" · simulated: {simulated}"

    async def renew() -> tuple[SpeechRequest, Key | None]:
        # The stream may run on its caller's loop; the process belongs to the session's.
        url, key = await session.event_loop.run(server.start())
        return request.at(url), key

    return PreparedRequest(request.at(url), key, label, renew, simulated, turns=turns)


def speaker_label(
    request: SpeechRequest, voice: ChosenVoice | None = None, turns: Sequence[Turn] = ()
) -> str:
    """Return the service, with its server as the user names it, and who speaks."""
    if request.server == LOCAL:
        service = "Embedded voice"
    else:
        service = "ElevenLabs" if request.server in HOSTS else request.url_parts[1].text
    if turns:
        return f"{service} · {_names(turns)}"
    return f"{service} · {request.sent['voice'] if voice is None else voice.label}"


def _names(turns: Sequence[Turn]) -> str:
    names = [*dict.fromkeys(turn.speaker for turn in turns)]
    others = len(names) - _MOST_NAMES
    more = f" and {others} more" if others > 0 else ""
    return f"{', '.join(names[:_MOST_NAMES])}{more}"
