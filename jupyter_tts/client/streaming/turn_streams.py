"""A text that several speakers share, as one stream or as one after another."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

from ...wire.alignment import Word
from ...wire.models import most_voices_of
from ...wire.request import SpeechRequest
from ..keys import Key
from ..reading.reading import Reading, joined_reading, reading_of
from ..speech.events import Audio, Event, Final
from ..speech.turns import Part, Turn, joined_text, parts_of, voices_of
from .stream import Renew, in_original, stream_speech

__all__ = ["read_turns_aloud", "request_of_turns", "stream_turns"]


def read_turns_aloud(
    request: SpeechRequest, turns: Sequence[Turn]
) -> tuple[Reading, tuple[Turn, ...]]:
    """Read each turn by itself.

    Returns
    -------
    Reading
        Of all turns, as `joined_text` has them.
    tuple of Turn
        As they are sent, without those of which nothing is spoken.
    """
    readings: list[Reading] = []
    spoken: list[Turn] = []
    start = 0
    for turn in turns:
        reading = reading_of(dataclasses.replace(request, voice=turn.voice))
        reading.feed(turn.text, ended=True)
        readings.append(reading)
        if reading.spoken.strip():
            spoken.append(dataclasses.replace(turn, start=start, text=reading.spoken))
            start += len(reading.spoken) + 1
    return joined_reading(readings), tuple(spoken)


def request_of_turns(request: SpeechRequest, turns: Sequence[Turn]) -> SpeechRequest:
    """Return a request with the first voice, and with all of them where one socket takes them."""
    voices = voices_of(turns)
    on_socket = request.endpoint.is_dialogue and not request.endpoint.is_http
    together = on_socket and 1 < len(voices) <= most_voices_of(request.model)
    return dataclasses.replace(request, voice=voices[0], voices=voices if together else ())


async def stream_turns(
    request: SpeechRequest,
    turns: Sequence[Turn],
    *,
    renew: Renew | None = None,
    open_ahead: Callable[[SpeechRequest], object] = lambda request: None,
    reading: Reading | None = None,
    **options: Any,
) -> AsyncGenerator[Event, None]:
    """Speak the turns of several speakers, without a gap between them.

    Where one socket takes all their voices it is one stream; elsewhere each voice has a stream of
    its own, and the next one begins when the one before has ended.

    Parameters
    ----------
    request : SpeechRequest
        As `request_of_turns` returns it.
    turns : sequence of Turn
    open_ahead : callable, optional
        Called with the request of the next stream while one is heard.
    renew : callable, optional
    reading : Reading, optional
        Of the text that the turns are the spoken form of.
    **options
        As for `stream_speech`.

    Yields
    ------
    Audio
        With times, and places in the text, of the whole, and as it is written.
    Final
        Once, last.

    Raises
    ------
    TTSError
        As `stream_speech`.
    """
    reading = reading or Reading()
    text = joined_text(turns)
    parts = parts_of(turns)
    if request.voices or len(parts) == 1:
        whole = stream_speech(request, text, renew=renew, turns=turns, **options)
        async with contextlib.aclosing(whole) as events:
            async for event in events:
                yield in_original(event, reading) if isinstance(event, Audio) else event
        return
    frames = 0
    requests = [dataclasses.replace(request, voice=part.voice) for part in parts]
    for number, part in enumerate(parts):
        stream = stream_speech(
            requests[number],
            text[part.start : part.stop],
            renew=_renewing(renew, part),
            **options,
        )
        before = frames
        following = requests[number + 1 : number + 2]
        async with contextlib.aclosing(stream) as events:
            async for event in events:
                if isinstance(event, Audio):
                    while following:
                        open_ahead(following.pop())
                    frames += len(event.pcm) // 2
                    moved = _shifted(event, before / event.sample_rate, part.start)
                    yield in_original(moved, reading)
    yield Final()


def _renewing(renew: Renew | None, part: Part) -> Renew | None:
    if renew is None:
        return None

    async def renewed() -> tuple[SpeechRequest, Key | None]:
        request, key = await renew()
        return dataclasses.replace(request, voice=part.voice), key

    return renewed


def _shifted(audio: Audio, seconds: float, characters: int) -> Audio:
    """Return a sound with the times and places that it has in the whole."""

    def moved(word: Word) -> Word:
        span = word.span and (word.span[0] + characters, word.span[1] + characters)
        return dataclasses.replace(
            word, start=word.start + seconds, end=word.end + seconds, span=span
        )

    return dataclasses.replace(
        audio, words=tuple(map(moved, audio.words)), spoken=audio.spoken + characters
    )
