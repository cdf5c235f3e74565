"""A text on its way through one socket, and through another where the first is lost.

Each socket is full duplex: audio is read while text is still being sent. When one drops or stalls,
its successor goes on from the first word that has not been received whole.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from ...audio.formats import AudioFormat, parse_format
from ...wire.errors import ConnectionLost, TTSError
from ...wire.hosts import is_elevenlabs
from ...wire.models import Endpoint, most_characters_of
from ...wire.parameters import parameter
from ...wire.request import SpeechRequest
from ..connections.channel import ColdConnections, ConnectionSource
from ..keys import Key
from ..reading.reading import Reading
from ..speech.events import Audio, Event, Final
from ..speech.markup import Markup
from ..speech.timeline import Timeline
from ..speech.turns import Turn
from .attempt import Attempt
from .level_control import LevelController
from .level_switching import LevelSwitcher
from .receiver import Receiver
from .retry import Recovery, RepeatBudget, Retry
from .source_text import SourceText
from .text_sources import Text
from .watchdog import SilenceBudget

__all__ = ["Renew", "audio_format", "in_original", "most_characters", "stream_speech"]

# Characters that a socket is sent at least.
_SHORTEST = 20

Renew = Callable[[], Awaitable[tuple[SpeechRequest, Key | None]]]


def audio_format(request: SpeechRequest) -> AudioFormat:
    """Return the format of a request's audio: the one it names, or the documented default."""
    return parse_format(request.format or str(parameter("format").default))


def most_characters(request: SpeechRequest) -> int | None:
    """Return how much text one socket or request is sent at most, None for any.

    ElevenLabs states a limit for one HTTP request to a model, and none for a socket. A text that is
    longer goes on over another socket after a sentence, so that no limit, wherever it is, is met.
    """
    if not is_elevenlabs(request.server):
        return None
    is_dialogue = request.endpoint is Endpoint.HTTP_DIALOGUE
    return most_characters_of(request.model, dialogue_over_http=is_dialogue)


def in_original(audio: Audio, reading: Reading) -> Audio:
    """Return a sound whose words and place are those of the text, not of its spoken form."""
    if reading.is_verbatim:
        return audio
    return dataclasses.replace(
        audio,
        words=reading.original_words(audio.words),
        spoken=reading.original_position(audio.spoken),
    )


async def stream_speech(
    request: SpeechRequest,
    text: Text,
    *,
    key: Key | None = None,
    timeline: Timeline | None = None,
    retry: Retry | None = None,
    renew: Renew | None = None,
    sockets: ConnectionSource | None = None,
    levels: LevelController | None = None,
    turns: Sequence[Turn] = (),
    reading: Reading | None = None,
) -> AsyncGenerator[Event, None]:
    """Speak a text.

    Parameters
    ----------
    request : SpeechRequest
    text : str, iterable of str or async iterable of str
        Sent as it comes; a sentence whose source pauses behind it is spoken at once, see
        :mod:`jupyter_tts.client.streaming.chunking`.
    key : Key, optional
        The server's key.
    timeline : Timeline, optional
        Stamped as things happen.
    retry : Retry, optional
        How hard to try when a socket is lost.
    renew : callable, optional
        Asked before a lost socket is replaced, for servers that may come back at another address:
        the request and key to go on with, which differ in nothing else.
    sockets : ConnectionSource, optional
        Where its sockets come from; by default each is opened when it is needed.
    levels : LevelController, optional
        Chooses the latency level, at the beginning and between sentences.
    turns : sequence of Turn, optional
        Who speaks what, where the request's ``voices`` are several.
    reading : Reading, optional
        What is sent of the text; one that has it whole need not read it again. Words and places
        are those of the text. By default it is sent as it is.

    Yields
    ------
    Audio
        As it arrives; after a loss, which the timeline has noted by then, possibly empty.
    Final
        Once, last.

    Raises
    ------
    TTSError
        Of the tree in :mod:`jupyter_tts.wire.errors`, once the stream is given up; or whatever the
        text source raised, once what came before is spoken.
    """
    timeline = timeline or Timeline()
    sockets = sockets or ColdConnections()
    # A text that is there at once begins when it is submitted.
    begun = (lambda: None) if isinstance(text, str | list | tuple) else timeline.begin
    source_text = SourceText(
        text,
        begun,
        without_tags=request.removes_tags,
        turns=turns,
        reading=reading,
        ssml=request.sends_ssml,
    )
    # On text-to-dialogue times begin with the sound of their own message.
    running_on = False if request.endpoint.is_dialogue else None
    if request.endpoint.is_http:
        # Clients read those of text-to-speech so (pipecat); of text-to-dialogue nothing is stated.
        running_on = None if request.endpoint.is_dialogue else True
    # Refuses an unknown format.
    markup = Markup(source_text, audio_tags=request.performs_tags, ssml=request.sends_ssml)
    receiver = Receiver(audio_format(request), source_text, timeline, running_on, markup=markup)
    switcher = LevelSwitcher(levels, timeline) if levels else None
    attempts = _Attempts(
        request, key, source_text, receiver, timeline, retry or Retry(), renew, switcher, reading
    )
    fresh = False
    async with source_text.reading():
        while True:
            attempt = attempts.next()
            failure = None
            try:
                async with contextlib.aclosing(
                    attempt.run(timeline, sockets, fresh=fresh)
                ) as sounds:
                    async for sound in sounds:
                        yield attempts.checked(sound)
            except TTSError as error:
                failure = error
            if failure is None:
                if not attempts.unfinished:
                    break
                yield attempts.checked(receiver.finish())
                attempts.go_on()
                continue
            fresh = True  # what ended one socket may have ended the warm ones, too
            if attempt.was_dead(failure):
                timeline.disconnect(attempt.repeated)
                continue
            if receiver.all_spoken:
                break
            last = receiver.cut()
            wait = attempts.plan(attempt, failure)
            yield attempts.checked(last)  # without a sound, too: it tells of the loss
            if isinstance(wait, TTSError):
                if source_text.failure is not None:
                    raise source_text.failure from wait
                raise wait
            await asyncio.sleep(wait)
            await attempts.resume()
        last = receiver.finish()
        if last.pcm or last.words or source_text.failure is not None:
            yield attempts.checked(last)
        if source_text.failure is not None:
            raise source_text.failure
        timeline.finish()
        yield Final()


class _Attempts:
    """The attempts of one stream: which follows which, and with what request."""

    def __init__(
        self,
        request: SpeechRequest,
        key: Key | None,
        source_text: SourceText,
        receiver: Receiver,
        timeline: Timeline,
        retry: Retry,
        renew: Renew | None,
        switcher: LevelSwitcher | None,
        reading: Reading | None,
    ) -> None:
        self._request = switcher.begin(request) if switcher else request
        self._key = key
        self._source_text = source_text
        self._receiver = receiver
        self._timeline = timeline
        self._retry = retry
        self._renew = renew
        self._reading = reading
        # A request over HTTP has all of the text, and so one level.
        self._switcher = None if request.endpoint.is_http else switcher
        self._silence = SilenceBudget(retry)
        self._repeats = RepeatBudget(retry, receiver.markup.bare)
        self._noted = False  # whether the tags that are not sent were
        self._lost = False  # whether a socket was lost that had brought sound
        self._limit: int | None = None  # characters for the next socket
        self._most = most_characters(request)  # for any socket

    @functools.cached_property
    def _recovery(self) -> Recovery:
        """Made with the first failure, which most streams never see."""
        return Recovery(self._retry)

    def next(self) -> Attempt:
        """Return the next attempt."""
        return Attempt(
            self._request,
            self._key,
            self._source_text,
            self._receiver,
            self._retry,
            self._switcher,
            self._silence,
            self._limit,
            self._most,
        )

    def checked(self, sound: Audio) -> Audio:
        """Return a sound as it is given to its reader.

        Its places are those of the text, a note says what is not sent, and the key is no word.
        """
        if self._source_text.removed and not self._noted and not sound.note:
            self._noted = True
            sound = dataclasses.replace(sound, note=_tag_note(self._request.model))
        if self._reading is not None:
            sound = in_original(sound, self._reading)
        if self._key is None or not sound.words:
            return sound
        return dataclasses.replace(sound, words=tuple(map(self._key.hide_word, sound.words)))

    @property
    def unfinished(self) -> bool:
        """Whether the last attempt has ended in order, with more of the text to speak."""
        return self._receiver.until is not None

    def go_on(self) -> None:
        """Go on behind what the last attempt has spoken."""
        self._receiver.begin()
        if self._limit is not None:
            self._limit *= 2
        self._switch_level()

    def plan(self, attempt: Attempt, failure: TTSError) -> float | TTSError:
        """Return the seconds to wait before the next attempt, or why the stream is given up."""
        receiver, recovery = self._receiver, self._recovery
        recovery.connected = recovery.connected or attempt.connected or self._renew is not None
        if receiver.progress or self._source_text.waits(receiver.position):
            recovery.progress()  # losing a socket that owed nothing is no failure
        if (wait := recovery.delay(failure)) is None:
            return failure
        if not self._repeats.allow(receiver.position, receiver.heard_until):
            return _ambiguous(failure)
        self._shorten(attempt)
        self._timeline.reconnect(failure.message, receiver.position, attempt.repeated)
        return wait

    def _shorten(self, attempt: Attempt) -> None:
        """Send less at once where sockets are lost again and again."""
        receiver = self._receiver
        if not receiver.seconds:
            return
        if self._lost:
            again = receiver.heard_until - receiver.position
            self._limit = again + max(_SHORTEST, receiver.heard_until - attempt.begin)
        self._lost = True

    async def resume(self) -> None:
        """Go on behind what has been received, as soon as there is text."""
        await self._source_text.more(self._receiver.position)
        self._receiver.begin()
        if self._renew is not None:
            self._request, self._key = await self._renew()
        self._switch_level()

    def _switch_level(self) -> None:
        if self._switcher:
            self._request = self._switcher.apply(self._request)


def _tag_note(model: str | None) -> str:
    name = model or "the model"
    return f"Audio tags are not sent, since {name} would read them aloud."


def _ambiguous(failure: TTSError) -> TTSError:
    """Return the failure of a stream that could go on only by speaking again what was heard."""
    return ConnectionLost(
        f"{failure.message} Which words its last sound was of the server had not told, so too much "
        "of the text would have had to be spoken, and paid, twice.",
        hint="Allow it with %config TTS.repeats = 1.0, or run the cell again.",
        code=failure.code if isinstance(failure, ConnectionLost) else None,
    )
