"""The Python interface: :func:`say` and :func:`stream`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Any

from ..client.speech.events import Audio, Event, Final
from ..client.speech.speech import Speech
from ..client.speech.timeline import Timeline
from ..client.streaming.stream import stream_speech
from ..client.streaming.text_sources import Text
from .runtime.event_loop import EVENT_LOOP
from .servers.connection_pool import source
from .speaking.cache_policy import keep, recall
from .speaking.pipeline import check_text, show_speeches, speak
from .speaking.preparation import prepare
from .speaking.request import begin_request

__all__ = ["say", "stream"]


def say(
    text: Text, *, play: bool = True, overlap: bool = False, yes: bool = False, **parameters: Any
) -> Speech:
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
    yes : bool, optional
        Whether a text that costs much at a paid server is sent without a question.
    **parameters
        ``voice, model, latency, stability, similarity, style, speed, speaker_boost, language,
        format, auto_mode, schedule, normalize, seed, levers, warm, cache, multi, server`` and the
        rest of :class:`SpeechRequest`. ``latency`` may be "auto": the level is then chosen, and
        changed between sentences, so that the first sound is heard after ``target`` seconds (0.4,
        or a text such as "400ms") at the best quality. What is left out is as ``%config TTS`` has
        it. Otherwise the format is pcm_24000, and the server ElevenLabs where ELEVENLABS_API_KEY
        is set, else the embedded voice.

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
    return speak(text, parameters, play=play, overlap=overlap, yes=yes)


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
    timeline = Timeline()
    request, levels = begin_request(parameters, timeline)
    # By itself this gives a real stream: that is what it is for.
    cached = text if isinstance(text, str) and request.cache and levels is None else ""
    kept = await asyncio.to_thread(recall, request, cached) if cached else None
    if kept is not None:
        yield Audio(kept.pcm, kept.sample_rate, kept.words, len(cached))
        yield Final()
        return
    prepared = await asyncio.wrap_future(EVENT_LOOP.submit(prepare(request)))
    async with contextlib.aclosing(
        stream_speech(
            prepared.request,
            text,
            key=prepared.key,
            renew=prepared.renew,
            timeline=timeline,
            sockets=source(prepared.request),
            levels=levels,
        )
    ) as events:
        speech = prepared.speech(cached, timeline)
        async for event in events:
            if cached and isinstance(event, Audio):
                speech.add(event)
            elif cached:
                speech.finish()
                await asyncio.to_thread(keep, request, cached, speech)
            yield event
