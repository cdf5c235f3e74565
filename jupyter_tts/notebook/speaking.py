"""From a text and parameters to a Speech: what the magics and :func:`say` share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from IPython.core.getipython import get_ipython
from IPython.display import publish_display_data

from ..audio.codecs import decoder
from ..client.keys import default_server, find_key
from ..client.speech import Speech
from ..client.stream import audio_format
from ..client.text import Text
from ..client.timeline import Timeline
from ..wire.errors import ParameterError
from ..wire.hosts import HOSTS, LOCAL
from ..wire.request import SpeechRequest
from .engine import ENGINE
from .frontend import Frontend, detect
from .local import LOCAL_VOICE
from .utterance import Utterance, wait
from .view import view_bundle

__all__ = ["Prepared", "make_request", "prepare", "show", "speak"]

# What the notebook asks for when no format is named: needs no decoder, and every plan has it.
NOTEBOOK_FORMAT = "pcm_24000"


@dataclass(frozen=True)
class Prepared:
    """A request with the address it goes to, the key it takes, and who will speak."""

    request: SpeechRequest
    key: str | None = field(repr=False)
    label: str


def make_request(parameters: Mapping[str, Any]) -> SpeechRequest:
    """Return a request with the notebook's defaults, before any server is asked.

    Raises
    ------
    ParameterError
        With every fault at once.
    """
    given = {name: value for name, value in parameters.items() if value is not None}
    return SpeechRequest(**{"server": default_server(), "format": NOTEBOOK_FORMAT, **given})


async def prepare(request: SpeechRequest) -> Prepared:
    """Find the server's address and key; starts the embedded voice where it is wanted.

    Raises
    ------
    TTSError
        If there is no key, no embedded voice, no such voice, or no decoder for the format.
    """
    decoder(audio_format(request))  # refuses a format that cannot be decoded here
    voice = request.sent["voice"]
    if request.server != LOCAL:
        who = "ElevenLabs" if request.server in HOSTS else request.url_parts[1].text
        return Prepared(request, find_key(request.server), f"{who} · {voice}")
    url, key = await LOCAL_VOICE.start()
    await LOCAL_VOICE.check_voice(voice)
    return Prepared(request.at(url), key, f"Embedded voice (eSpeak NG) · {voice}")


def speak(
    text: Text,
    parameters: Mapping[str, Any],
    *,
    play: bool = True,
    background: bool = False,
    then: Callable[[Speech], object] = lambda speech: None,
) -> Speech:
    """Speak a text, showing it in whatever front end there is.

    Parameters
    ----------
    text : str, iterable of str or async iterable of str
    parameters : mapping
        By keyword name.
    play : bool, optional
        Whether it is to be heard.
    background : bool, optional
        Return at once rather than when everything has been received.
    then : callable, optional
        Called with the speech once it has been received, however far it got.

    Raises
    ------
    TTSError
        A sentence for the reader; and whatever the text source raises.
    """
    if isinstance(text, str) and not text.strip():
        raise ParameterError(["the text is empty"])
    timeline = Timeline()
    preparing = ENGINE.submit(prepare(make_request(parameters)))
    frontend = detect()
    if play and frontend is Frontend.LIVE:
        from . import playback  # noqa: F401  # widgets load while the embedded voice starts
    prepared = wait(preparing)
    speech = Speech(
        text if isinstance(text, str) else "",
        prepared.request,
        audio_format(prepared.request).sample_rate,
        timeline,
        label=prepared.label,
        keyed=prepared.key is not None,
    )
    utterance = Utterance(speech, prepared.key, frontend, play=play)
    if background and frontend is Frontend.LIVE:
        utterance.start(text, then)
        return speech
    try:
        utterance.speak(text)
    finally:
        if speech.frames:
            utterance.show()
            then(speech)
    if play and frontend is not Frontend.TERMINAL:
        _JUST_SHOWN[speech] = _execution()
    return speech


# Speeches shown by the call that made them, and in which execution.
_JUST_SHOWN: WeakKeyDictionary[Speech, int] = WeakKeyDictionary()


def _execution() -> int:
    shell = get_ipython()
    return shell.execution_count if shell else 0


def show(speech: Speech) -> None:
    """Show a speech, and play it where it can be heard.

    A cell that ends in ``say(...)`` displays what it has just played: once is enough.
    """
    frontend = detect()
    if _JUST_SHOWN.pop(speech, None) == _execution():
        return
    if frontend is Frontend.LIVE:
        utterance = Utterance(speech, None, frontend, play=True)
        ENGINE.submit(utterance.replay())
    elif frontend is Frontend.HEADLESS:
        publish_display_data(view_bundle(speech))
    else:
        print(repr(speech))
