"""Answers with sound: as it is made or whole, with or without the times of the characters."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import dataclasses
import itertools
import json
import logging
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from aiohttp import web

from ...audio.formats import AudioFormat
from ...wire.errors import QuotaExceeded, ServerError, TTSError
from ...wire.messages import NOTE
from ...wire.parameters import FORMATS, Parameter, parameter
from ..access.refusals import refused
from ..access.sound_budget import STATUSES, Allowance
from ..answers import TimedSound
from ..engines.timed_speech import SAMPLE_BYTES, TimedSpeech
from ..engines.turns import begin_stream
from ..simulation.link import Generation
from ..state import STATE, ServerState
from ..synthesis.speech_encoder import SpeechEncoder
from .operation import JSON, OPERATIONS, JsonBody, Operation
from .request_checks import admitted, http_error
from .stored_sound import StoredSound
from .text_request import WAV_FORMATS

__all__ = ["AcceptedRequest", "SpokenPart", "accepted", "content_type", "spoken_routes"]

logger = logging.getLogger(__name__)

# RFC 3003 (mp3), RFC 7845 (Opus in Ogg), RFC 2046 (µ-law); the others have none of their own.
_TYPES: Final = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "ulaw": "audio/basic",
    "alaw": "audio/x-alaw-basic",
    "pcm": "audio/pcm",
}

_WAV: Final = "audio/wav"
_LINES: Final = "application/x-ndjson"

# An object's sound where it has none.
_NO_SOUND: Final = b'"audio_base64": ""'

# Character times: characters, character_start_times_seconds, character_end_times_seconds.
_Times = dict[str, list[str | float]]


def content_type(audio_format: AudioFormat) -> str:
    """Return the media type of a format."""
    return _TYPES[audio_format.codec]


@dataclass(frozen=True)
class SpokenPart:
    """A part of what is spoken.

    Attributes
    ----------
    spoken : TimedSpeech
    voice_id : str
        As it was sent.
    line : int or None
        Which of a dialogue's inputs it belongs to; None where there is no dialogue.
    """

    spoken: TimedSpeech
    voice_id: str = ""
    line: int | None = None


@dataclass(frozen=True)
class AcceptedRequest:
    """An accepted request.

    Attributes
    ----------
    request : Request
    audio_format : AudioFormat
    is_wav : bool
        Whether the sound, which is PCM then, is wanted as a WAV file.
    characters : int
        What it costs.
    parts : callable
        Returns the parts, each spoken when it is asked for.
    allowance : Allowance
        How much sound it may have.
    """

    request: web.Request
    audio_format: AudioFormat
    is_wav: bool
    characters: int
    parts: Callable[[], AsyncGenerator[SpokenPart, None]]
    allowance: Allowance

    @property
    def state(self) -> ServerState:
        """The server's."""
        return self.request.app[STATE]

    @property
    def headers(self) -> dict[str, str]:
        """The answer's headers about the request (ElevenLabs API reference, response headers)."""
        maximum = self.state.simulation.conditions.concurrency or self.state.limits.streams
        return {
            "character-cost": str(self.characters),
            "current-concurrent-requests": str(self.state.speaking),
            "maximum-concurrent-requests": str(maximum),
        }

    def stored_sound(self) -> StoredSound:
        """Return what holds its sound until it is sent whole."""
        rate = self.audio_format.sample_rate if self.is_wav else None
        return StoredSound(self.allowance, self.state.limits.memory_bytes, wav_rate=rate)


@dataclass(frozen=True)
class _Piece:
    """A part of the sound, encoded; the first of a spoken part has the times of all of it."""

    audio: bytes
    times: _Times | None = None
    voice_segments: Sequence[Mapping[str, Any]] | None = None
    seconds: float = 0.0
    note: str = ""


@contextlib.asynccontextmanager
async def accepted(
    request: web.Request, *, characters: int, seconds: float
) -> AsyncIterator[Allowance]:
    """Charge for a request and count it; answer an error if nothing was sent yet.

    Parameters
    ----------
    request
    characters
        What it costs.
    seconds
        How long its sound is at least.
    """
    state = request.app[STATE]
    try:
        with (
            admitted(request),
            state.sound.allow(seconds) as allowance,
            state.simulation.generate(),
        ):
            state.account.charge(characters)
            begin_stream()
            yield allowance
    except ServerError as error:
        status = 401 if isinstance(error, QuotaExceeded) else STATUSES.get(error.error, 429)
        refusal = refused(status, error.error, error.message, parameter=error.param)
        raise http_error(request, refusal) from None


Accept = Callable[
    [web.Request, Collection[str]], contextlib.AbstractAsyncContextManager[AcceptedRequest]
]


def spoken_routes(
    path: str,
    accept: Accept,
    *,
    body: JsonBody,
    timed: type[TimedSound],
    query: Sequence[Parameter],
) -> tuple[web.RouteDef, ...]:
    """Return the four routes that speak: as sound or with times, whole or as it is made.

    Parameters
    ----------
    path
        Of the first route; the others are below it.
    accept
        Checks a request, whose ``output_format`` may be one of the names given, and charges for it.
    body, timed, query
        For the description: what it takes, and what it answers with times.
    """
    format_ = parameter("format")

    def route(
        below: str,
        formats: Collection[str],
        send: Callable[[AcceptedRequest], Awaitable[web.StreamResponse]],
        summary: str,
        answers: Mapping[str, object],
    ) -> web.RouteDef:
        async def answer(request: web.Request) -> web.StreamResponse:
            async with accept(request, formats) as spoken:
                return await send(spoken)

        OPERATIONS[answer] = Operation(
            summary=summary,
            answers=answers,
            query=(*query, dataclasses.replace(format_, choices=tuple(formats))),
            body=body,
            errors=(403, 404, 429, 500, 503),
        )
        return web.post(path + below, answer)

    whole_formats = (*FORMATS, *WAV_FORMATS)
    sounds = dict.fromkeys(_TYPES.values())
    whole_sounds = {**sounds, _WAV: None}
    whole_timed, lines = {JSON: timed}, {_LINES: timed}
    what = f"a {body}" if body == "dialogue" else "a text"
    return (
        route("", whole_formats, _send_whole, f"Speak {what}.", whole_sounds),
        route("/stream", FORMATS, _send_sound, f"Speak {what} as it is made.", sounds),
        route(
            "/with-timestamps",
            whole_formats,
            _send_whole_timed,
            f"Speak {what}, with the times of its characters.",
            whole_timed,
        ),
        route(
            "/stream/with-timestamps",
            FORMATS,
            _send_timed,
            f"Speak {what} as it is made, with the times of its characters: an object a line.",
            lines,
        ),
    )


async def _send_whole(request: AcceptedRequest) -> web.StreamResponse:
    """Answer with the sound: as it is made, or as a WAV file."""
    if not request.is_wav:
        return await _send_sound(request)
    with request.stored_sound() as sound:
        await _store(request, sound)
        return await _send_stored(request, _WAV, sound.size, sound.blocks())


async def _send_sound(request: AcceptedRequest) -> web.StreamResponse:
    """Answer with the sound as it is made."""
    return await _send(request, content_type(request.audio_format), lambda piece: piece.audio)


async def _send_whole_timed(request: AcceptedRequest) -> web.StreamResponse:
    """Answer with one object: all of the sound, and when each character is heard."""
    with request.stored_sound() as sound:
        whole = await _store(request, sound)
        # The object is sent without being held: what is before the sound, the sound, the rest.
        before, _, after = _timed(whole).encode().partition(_NO_SOUND)
        before, after = before + _NO_SOUND[:-1], _NO_SOUND[-1:] + after
        size = len(before) + sound.base64_size + len(after)
        blocks = itertools.chain([before], sound.base64_blocks(), [after])
        return await _send_stored(request, JSON, size, blocks)


async def _send_timed(request: AcceptedRequest) -> web.StreamResponse:
    """Answer with one object per line, as the sound is made."""
    return await _send(request, _LINES, lambda piece: f"{_timed(piece)}\n".encode())


async def _send(
    request: AcceptedRequest, media_type: str, encode: Callable[[_Piece], bytes]
) -> web.StreamResponse:
    """Send the pieces as they are made; an error after the first one cuts the answer off."""
    response = web.StreamResponse(headers=request.headers)
    response.content_type = media_type
    transport = request.request.transport
    if transport is None:
        raise ConnectionResetError("The client left.")
    outlet = request.state.simulation.outlet(transport, round_trip=False)
    try:
        async with contextlib.aclosing(_pieces(request)) as pieces:
            async for piece in pieces:
                if not response.prepared:
                    await response.prepare(request.request)
                if data := encode(piece):  # an encoder may buffer a message's sound
                    send = partial(response.write, data)
                    async with asyncio.timeout(request.state.limits.reader_seconds):
                        await outlet.send(len(data), send, sound=piece.seconds)
        async with asyncio.timeout(request.state.limits.reader_seconds):
            await outlet.delivered()
        await response.write_eof()
    except (TTSError, TimeoutError) as error:
        if not response.prepared:
            raise
        logger.warning("an answer was cut off: %s", type(error).__name__)
        transport.abort()
    finally:
        await outlet.close()
    return response


async def _store(request: AcceptedRequest, sound: StoredSound) -> _Piece:
    """Store all of the sound, and return all of the times."""
    times = _times((), 0.0)
    voice_segments: list[dict[str, Any]] | None = None
    note = ""
    async with contextlib.aclosing(_pieces(request)) as pieces:
        async for piece in pieces:
            if request.request.transport is None:
                raise ConnectionResetError("The client left.")
            sound.add(piece.audio)
            note = note or piece.note
            if piece.voice_segments is not None:
                voice_segments = voice_segments or []
                _add_segments(voice_segments, piece.voice_segments, len(times["characters"]))
            for name, values in (piece.times or {}).items():
                times[name] += values
    return _Piece(b"", times, voice_segments, note=note)


async def _send_stored(
    request: AcceptedRequest, media_type: str, size: int, blocks: Iterable[bytes]
) -> web.StreamResponse:
    """Send what has been stored, as fast as the client reads it; cut off one that does not read."""
    response = web.StreamResponse(headers=request.headers)
    response.content_type = media_type
    if media_type == JSON:
        response.charset = "utf-8"
    response.content_length = size
    transport = request.request.transport
    if transport is None:
        raise ConnectionResetError("The client left.")
    seconds = request.state.limits.reader_seconds
    try:
        async with asyncio.timeout(seconds):
            await response.prepare(request.request)
        for block in blocks:
            async with asyncio.timeout(seconds):
                await response.write(block)
            await asyncio.sleep(0)  # a fast client must not starve the others
        async with asyncio.timeout(seconds):
            await response.write_eof()
    except TimeoutError:
        logger.warning("an answer was cut off: it was not read")
        transport.abort()
    return response


async def _pieces(request: AcceptedRequest) -> AsyncGenerator[_Piece, None]:
    """Yield the sound as it is made, at the simulated speed."""
    speech = SpeechEncoder(request.audio_format, sync_alignment=False)
    rate = request.audio_format.bytes_per_second
    generation = Generation(request.state.simulation.conditions)
    is_dialogue = False
    spoken_before = 0.0  # seconds
    async with contextlib.aclosing(request.parts()) as parts:
        async for part in parts:
            is_dialogue = part.line is not None
            spoken = part.spoken
            times: _Times | None = _times([spoken], spoken_before)
            begin = spoken_before
            spoken_before += len(spoken.pcm) // SAMPLE_BYTES / spoken.sample_rate
            segments = [_voice_segment(part, begin, spoken_before)] if is_dialogue else None
            for message in speech.messages(spoken):
                seconds = len(message.audio) / rate
                request.allowance.make(seconds)
                await generation.made(seconds)
                yield _Piece(message.audio, times, segments, seconds, message.note)
                times, segments = None, [] if is_dialogue else None
                await asyncio.sleep(0)  # a fast client must not starve the others
    for message in speech.finish():
        seconds = len(message.audio) / rate
        await generation.made(seconds)
        yield _Piece(message.audio, None, [] if is_dialogue else None, seconds)


def _times(parts: Sequence[TimedSpeech], at: float) -> _Times:
    """Return when characters are heard, in seconds from the beginning of the answer's sound.

    Clients read the times of a streamed answer so (pipecat, ElevenLabsHttpTTSService).
    """
    return {
        "characters": [character for part in parts for character in part.characters],
        "character_start_times_seconds": _seconds(
            at + start / part.sample_rate for part in parts for start in part.starts
        ),
        "character_end_times_seconds": _seconds(
            at + end / part.sample_rate for part in parts for end in part.ends
        ),
    }


def _seconds(times: Iterator[float]) -> list[str | float]:
    return [round(time, 3) for time in times]


def _voice_segment(part: SpokenPart, begin: float, end: float) -> dict[str, Any]:
    """Return whose part it is; the indexes count in the characters of the same object."""
    return {
        "voice_id": part.voice_id,
        "start_time_seconds": round(begin, 3),
        "end_time_seconds": round(end, 3),
        "character_start_index": 0,
        "character_end_index": len(part.spoken.characters),
        "dialogue_input_index": part.line,
    }


def _add_segments(
    whole: list[dict[str, Any]], more: Sequence[Mapping[str, Any]], offset: int
) -> None:
    """Add voice segments whose characters begin at an offset; those of one input become one."""
    for segment in more:
        end = segment["character_end_index"] + offset
        last = whole[-1] if whole else {}
        if last.get("dialogue_input_index") == segment["dialogue_input_index"]:
            last["end_time_seconds"] = segment["end_time_seconds"]
            last["character_end_index"] = end
        else:
            whole.append({**segment, "character_start_index": offset, "character_end_index": end})


def _timed(piece: _Piece) -> str:
    """Return a piece as an object of the answers with timestamps."""
    fields: dict[str, Any] = {
        "audio_base64": base64.b64encode(piece.audio).decode("ascii"),
        "alignment": piece.times,
        "normalized_alignment": piece.times,
    }
    if piece.voice_segments is not None:
        fields["voice_segments"] = piece.voice_segments
    if piece.note:
        fields[NOTE] = piece.note
    return json.dumps(fields)
