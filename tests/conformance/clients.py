"""Where the other clients come from, and what they are measured against."""

from __future__ import annotations

import base64
import importlib
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from jupyter_tts.client.keys import Key
from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.streaming.stream import stream_speech
from jupyter_tts.server import TTSServer
from jupyter_tts.wire.alignment import Word
from jupyter_tts.wire.request import SpeechRequest

from ..faults.relay import Received
from ..missing import missing

__all__ = [
    "LONG",
    "SENTENCES",
    "TOLERANCE",
    "Heard",
    "assert_same",
    "contexts",
    "heard_by_us",
    "require",
]

SENTENCES = (
    "Hello there, general.",
    "How are you today?",
    "I hope that the long journey has left you well.",
)

#: Some minutes of speech.
LONG = tuple(
    f"This is sentence number {number}, and it is not the last one." for number in range(60)
)

#: Of pcm_24000.
BYTES_PER_SECOND = 48_000

#: Seconds. eSpeak NG varies by some 10 ms per segment between calls.
TOLERANCE = 0.05


@dataclass(frozen=True)
class Heard:
    """What a stream brought: how much sound, in seconds, and its words."""

    seconds: float
    words: tuple[Word, ...]

    @property
    def texts(self) -> list[str]:
        return [word.text for word in self.words]

    @property
    def starts(self) -> list[float]:
        """Seconds from the first word's."""
        return [word.start - self.words[0].start for word in self.words]


def require(*modules: str) -> None:
    """Import a client; without it, skip the module that asks, or fail where CI is set."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what its own imports deprecate is not ours to fix
        try:
            for module in modules:
                importlib.import_module(module)
        except ModuleNotFoundError as error:
            missing(f"{error}; run: pip install -r tests/conformance/requirements.txt")


async def heard_by_us(
    server: TTSServer, sentences: Iterable[str], *, voice: str = "en-us"
) -> Heard:
    """Speak sentences, one message each, with this project's own client."""
    request = SpeechRequest(server=server.url, voice=voice, format="pcm_24000", auto_mode=True)
    pcm, words = b"", list[Word]()
    text = (sentence + " " for sentence in sentences)
    async for event in stream_speech(request, text, key=Key(server.key or "")):
        if isinstance(event, Audio):
            pcm += event.pcm
            words += event.words
    return Heard(len(pcm) / BYTES_PER_SECOND, tuple(words))


def assert_same(heard: Heard, expected: Heard, *, tolerance: float = TOLERANCE) -> None:
    """Compare the sound, the words, and when each is heard after the first one."""
    assert heard.seconds == pytest.approx(expected.seconds, abs=tolerance)
    assert heard.texts == expected.texts
    assert heard.starts == pytest.approx(expected.starts, abs=TOLERANCE)


def contexts(received: Received) -> dict[str, Heard]:
    """Return what one socket brought of each context, in the order in which they were begun.

    The words are left out, and a context that has not come to its end.
    """
    seconds = dict.fromkeys((message.get("context_id", "") for message in received.messages), 0.0)
    ended: dict[str, Heard] = {}
    for message in received.sent:
        name = message.get("contextId", message.get("context_id"))  # of speech, of dialogue
        sound = base64.b64decode(message.get("audio") or "")
        seconds[name] += len(sound) / BYTES_PER_SECOND
        if message.get("isFinal") or message.get("is_final"):
            ended[name] = Heard(seconds[name], ())
    return ended
