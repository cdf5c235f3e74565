"""Speaking the rows of a batch with a session's own keys, sockets, cache and embedded voice."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import os
from collections import defaultdict

from ....client.speech.events import Audio
from ....client.speech.speech import Speech
from ....client.speech.timeline import Timeline
from ....client.streaming.retry import Retry
from ....client.streaming.stream import audio_format, stream_speech
from ....client.sweep.batch.items import Item
from ....client.sweep.batch.rate_limit import RateLimit
from ....client.sweep.batch.remote import Workers
from ....client.sweep.batch.runner import Spoken
from ....wire.errors import TTSError
from ....wire.request import SpeechRequest
from ...runtime.session import Session
from ...servers.account_voices import ChosenVoice, account_voices
from ...servers.connections import connections
from ...servers.embedded import embedded_server
from ...speaking.cache_policy import CACHE_VARIABLE, cache_policy
from ...speaking.preparation import prepare, speaker_label

__all__ = ["SessionSpeaker", "kept"]


def kept(request: SpeechRequest) -> SpeechRequest:
    """Return a request whose speech goes into the cache, unless its user or service refuses that.

    A batch is begun again where it stopped, so what is paid for is kept until it is in its files.
    """
    refused = request.cache is not None or request.logging is False
    if refused or os.environ.get(CACHE_VARIABLE) == "off":
        return request
    return dataclasses.replace(request, cache=True)


class SessionSpeaker:
    """Speaks items on this machine, or has workers do it. All methods run on the event loop.

    Parameters
    ----------
    session : Session
    limit : RateLimit
        Waited for before each socket.
    workers : Workers, optional
    """

    def __init__(self, session: Session, limit: RateLimit, workers: Workers | None = None) -> None:
        self._session = session
        self._limit = limit
        self._workers = workers
        self._alike: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def speak(self, item: Item) -> Spoken:
        """Return the speech of an item, from the cache if it is there.

        Raises
        ------
        TTSError
            Its ``speech`` holds what came before.
        """
        async with self._alike[item.key]:  # the second of two equal texts is in the cache
            return await self._speak(item)

    async def _speak(self, item: Item) -> Spoken:
        policy = cache_policy(self._session)
        request, reading = kept(item.request), item.reading
        voice = await account_voices(self._session).choose(request)
        if voice is not None:
            request = voice.apply(request)
        speech = await asyncio.to_thread(policy.find, request, reading, voice)
        if speech is not None:
            return Spoken(speech, cached=True)
        if self._workers is None:
            speech, has_seam = await self._receive(item, request, voice), False
        else:
            speech = self._empty(item, request, voice)
            has_seam = not await self._workers.speak(request, speech)
        if not has_seam:
            await asyncio.to_thread(policy.store, request, reading.spoken, speech)
        # Thousands of texts would drive out what notebooks have in the cache.
        written = functools.partial(policy.demote, request, reading.spoken)
        return Spoken(speech, written=written)

    def _empty(self, item: Item, request: SpeechRequest, voice: ChosenVoice | None) -> Speech:
        """Return what a worker's sound goes into."""
        speech = Speech(
            item.text,
            embedded_server(self._session).addressed(request),
            audio_format(request).sample_rate,
            Timeline(),
            label=speaker_label(request, voice),
        )
        speech.reading = item.reading
        speech.voice_note = voice.note if voice else ""
        return speech

    async def _receive(
        self, item: Item, request: SpeechRequest, voice: ChosenVoice | None
    ) -> Speech:
        prepared = await prepare(self._session, request, voice)
        speech = prepared.speech(item.text, Timeline())
        reading = speech.reading = item.reading
        stream = stream_speech(
            prepared.request,
            item.text,
            key=prepared.key,
            timeline=speech.timeline,
            retry=Retry(repeats=self._session.settings.repeats),
            renew=prepared.renew,
            sockets=self._limit.source(connections(self._session).source(prepared.request)),
            reading=reading,
        )
        try:
            async with contextlib.aclosing(stream) as arriving:
                async for event in arriving:
                    if isinstance(event, Audio):
                        speech.add(event)
                    else:
                        speech.finish()
        except TTSError as error:
            error.speech = speech
            raise
        return speech
