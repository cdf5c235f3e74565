"""The Python interface: :func:`say` and :func:`stream`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Any

from ..client.speech import Speech
from ..client.stream import Event, stream_speech
from ..client.text import Text
from .engine import ENGINE
from .magics import show_speeches
from .sockets import source
from .speaking import check_text, make_request, prepare, speak

__all__ = ["say", "stream"]


def say(text: Text, *, play: bool = True, overlap: bool = False, **parameters: Any) -> Speech:
    """Speak a text and return when everything has been received; the sound plays on.

    Parameters
    ----------
    text : str, iterable of str or async iterable of str
        Sent as it comes. An iterable is read in this thread, an async iterable on the event loop
        that runs here (a notebook's own), so both may use what belongs there.
    play : bool, optional
        Whether it is heard, and shown, in a notebook.
    overlap : bool, optional
        Whether it is heard beside what other cells speak, rather than in turn with them.
    **parameters
        ``voice, model, latency, stability, similarity, style, speed, speaker_boost, language,
        format, auto_mode, schedule, normalize, seed, levers, warm, multi, server`` and the rest of
        :class:`SpeechRequest`. The format is pcm_24000 where none is named; the server is
        ElevenLabs where ELEVENLABS_API_KEY is set, and the embedded voice otherwise.

    Returns
    -------
    Speech

    Raises
    ------
    ParameterError
        For settings that are refused, with every fault at once; nothing has been sent.
    TTSError
        For anything else that is foreseeable, as a sentence that says what to do.
    """
    show_speeches()
    return speak(text, parameters, play=play, overlap=overlap)


async def stream(text: Text, **parameters: Any) -> AsyncGenerator[Event, None]:
    """Speak a text, as events on the caller's own event loop. Plays nothing.

    Parameters
    ----------
    text, **parameters
        As for :func:`say`.

    Yields
    ------
    Audio
        With ``pcm`` (s16le mono), ``sample_rate`` (Hz) and ``words``, as it arrives.
    Final
        Once, last.

    Raises
    ------
    TTSError
        As for :func:`say`.
    """
    check_text(text)
    prepared = await asyncio.wrap_future(ENGINE.submit(prepare(make_request(parameters))))
    async with contextlib.aclosing(
        stream_speech(
            prepared.request,
            text,
            key=prepared.key,
            renew=prepared.renew,
            sockets=source(prepared.request),
        )
    ) as events:
        async for event in events:
            yield event
