"""Hearing a stream to its end, and what must hold of whatever was heard."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any

from jupyter_tts.client.connections.channel import ConnectionSource
from jupyter_tts.client.reading.reading import Reading
from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.streaming.retry import Retry
from jupyter_tts.client.streaming.stream import audio_format, stream_speech
from jupyter_tts.client.streaming.text_sources import Text
from jupyter_tts.wire.errors import TTSError
from jupyter_tts.wire.request import SpeechRequest

from .relay import Relay

__all__ = [
    "BOUND",
    "PATIENT",
    "QUICK",
    "TEXT",
    "Heard",
    "check",
    "check_bounds",
    "check_read",
    "hear",
    "request_to",
]

#: Three segments of some ten messages each, if the server's schedule is [50].
TEXT = (
    "The brown fox ran over the wide green hill. It met an old bear near a long river! "
    "Did they talk of rain? Both shared some bread, then slept."
)
QUICK = Retry(attempts=3, base=0.0, cap=0.0, budget=30.0, patience=0.5, patience_per_character=0.0)
#: Where no socket falls silent, none may be taken for silent, however busy the machine is.
PATIENT = replace(QUICK, patience=8.0)

#: Seconds after which a stream counts as hung.
BOUND = 10.0


@dataclass
class Heard:
    """What came of a stream.

    Attributes
    ----------
    speech : Speech
    error : TTSError or None
        How the stream failed, if it did.
    spoken : tuple of int
        What the stream said it had spoken, every time.
    """

    speech: Speech
    error: TTSError | None
    spoken: tuple[int, ...]


async def hear(
    server: Relay | str,
    text: Text = TEXT,
    *,
    whole: str = TEXT,
    retry: Retry | None = None,
    key: Any = None,
    sockets: ConnectionSource | None = None,
    reading: Reading | None = None,
    **parameters: Any,
) -> Heard:
    """Read a stream to its end; only a TTSError may end it otherwise.

    Parameters
    ----------
    server : Relay or str
        Or its address.
    text : str, iterable or async iterable
    whole : str
        What ``text`` comes to.
    reading : Reading, optional
        What is sent of it.
    """
    address, stalls = (
        (server, False) if isinstance(server, str) else (server.address, server.stalls)
    )
    request = request_to(address, **parameters)
    retry = retry or (QUICK if stalls else PATIENT)
    # Time stands still: a listener who ran dry on a busy machine would get words cut in two.
    timeline = Timeline(clock=lambda: 0.0)
    speech = Speech(whole, request, audio_format(request).sample_rate, timeline)
    speech.reading = reading or speech.reading
    spoken: list[int] = []
    error: TTSError | None = None
    try:
        async with asyncio.timeout(BOUND):
            async for event in stream_speech(
                request,
                text,
                key=key,
                timeline=timeline,
                retry=retry,
                sockets=sockets,
                reading=reading,
            ):
                if isinstance(event, Audio):
                    speech.add(event)
                    spoken.append(event.spoken)
                else:
                    speech.finish()
    except TTSError as failure:
        error = failure
    return Heard(speech, error, tuple(spoken))


def request_to(address: str, **parameters: Any) -> SpeechRequest:
    """Return the request that tests use by default."""
    chosen = {"voice": "en-us", "format": "pcm_22050", "schedule": (50,)} | parameters
    return SpeechRequest(server=address, **chosen)


def check(heard: Heard) -> None:
    """Assert the invariant: what was heard and what is reported unspoken are the text.

    No word is missing, none is there twice, the words' times are right, and the result says of
    itself what it is.
    """
    speech = heard.speech
    words = [word.text for word in speech.words]
    assert [*words, *speech.unspoken.split()] == speech.text.split()
    assert speech.spoken + speech.unspoken == speech.text
    assert speech.complete == (speech.unspoken.strip() == "")
    assert speech.complete == (heard.error is None)
    assert list(heard.spoken) == sorted(heard.spoken)
    assert not heard.error or heard.error.message
    _check_times(speech)


def check_read(heard: Heard) -> None:
    """Assert the same where what was heard is the spoken form of the text.

    The words are those that were sent, and what they stand for is in the text, in its order.
    """
    speech = heard.speech
    sent = speech.spoken_form
    words = [word.text for word in speech.words]
    behind = speech.reading.spoken_position(len(speech.spoken))
    assert [*words, *sent[behind:].split()] == sent.split()
    spans = [word.span for word in speech.words if word.span is not None]
    assert all(0 <= start < stop <= len(speech.text) for start, stop in spans)
    assert spans == sorted(spans)
    assert speech.complete == (heard.error is None)
    assert list(heard.spoken) == sorted(heard.spoken)
    _check_times(speech)


def _check_times(speech: Speech) -> None:
    starts = [word.start for word in speech.words]
    ends = [word.end for word in speech.words]
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    check_bounds(speech)


def check_bounds(speech: Speech) -> None:
    """Assert that every word lies within the sound."""
    assert all(0 <= word.start <= word.end <= speech.duration + 0.001 for word in speech.words)
