"""Answers with sound: as it is made or whole, with or without the times of the characters."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from aiohttp import web

from ...audio.files import wav_bytes
from ...audio.formats import AudioFormat
from ...wire.errors import QuotaExceeded, ServerError, TTSError
from ...wire.messages import NOTE
from ...wire.parameters import FORMATS
from ..access.refusals import refused
from ..engines.timed_speech import SAMPLE_BYTES, TimedSpeech
from ..simulation.link import Generation
from ..state import STATE, ServerState
from ..synthesis.speech_encoder import SpeechEncoder
from .request_checks import admitted, http_error
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
    """

    request: web.Request
    audio_format: AudioFormat
    is_wav: bool
    characters: int
    parts: Callable[[], AsyncIterator[SpokenPart]]

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


@dataclass(frozen=True)
class _Piece:
    """A part of the sound, encoded; the first of a spoken part has the times of all of it."""

    audio: bytes
    times: _Times | None = None
    voice_segments: Sequence[Mapping[str, Any]] | None = None
    seconds: float = 0.0
    note: str = ""


@contextlib.asynccontextmanager
async def accepted(request: AcceptedRequest) -> AsyncIterator[AcceptedRequest]:
    """Charge for a request and count it; answer an error if nothing was sent yet."""
    state = request.state
    try:
        with admitted(request.request), state.simulation.generate():
            state.account.charge(request.characters)
            yield request
    except ServerError as error:
        status = 401 if isinstance(error, QuotaExceeded) else 429
        refusal = refused(status, error.error, error.message)
        raise http_error(request.request, refusal) from None


Accept = Callable[
    [web.Request, Collection[str]], contextlib.AbstractAsyncContextManager[AcceptedRequest]
]


def spoken_routes(path: str, accept: Accept) -> tuple[web.RouteDef, ...]:
    """Return the four routes that speak: as sound or with times, whole or as it is made.

    Parameters
    ----------
    path
        Of the first route; the others are below it.
    accept
        Checks a request, whose ``output_format`` may be one of the names given, and charges for it.
    """

    def route(
        below: str,
        formats: Collection[str],
        send: Callable[[AcceptedRequest], Awaitable[web.StreamResponse]],
    ) -> web.RouteDef:
        async def answer(request: web.Request) -> web.StreamResponse:
            async with accept(request, formats) as spoken:
                return await send(spoken)

        return web.post(path + below, answer)

    whole_formats = (*FORMATS, *WAV_FORMATS)
    return (
        route("", whole_formats, _send_whole),
        route("/stream", FORMATS, _send_sound),
        route("/with-timestamps", whole_formats, _send_whole_timed),
        route("/stream/with-timestamps", FORMATS, _send_timed),
    )


async def _send_whole(request: AcceptedRequest) -> web.StreamResponse:
    """Answer with the sound: as it is made, or as a WAV file."""
    if not request.is_wav:
        return await _send_sound(request)
    whole = await _whole(request)
    return web.Response(body=whole.audio, content_type="audio/wav", headers=request.headers)


async def _send_sound(request: AcceptedRequest) -> web.StreamResponse:
    """Answer with the sound as it is made."""
    return await _send(request, content_type(request.audio_format), lambda piece: piece.audio)


async def _send_whole_timed(request: AcceptedRequest) -> web.StreamResponse:
    """Answer with one object: all of the sound, and when each character is heard."""
    return web.json_response(text=_timed(await _whole(request)), headers=request.headers)


async def _send_timed(request: AcceptedRequest) -> web.StreamResponse:
    """Answer with one object per line, as the sound is made."""
    return await _send(request, "application/x-ndjson", lambda piece: f"{_timed(piece)}\n".encode())


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


async def _whole(request: AcceptedRequest) -> _Piece:
    """Return all of the sound, and all of the times."""
    audio = bytearray()
    times = _times((), 0.0)
    voice_segments: list[dict[str, Any]] | None = None
    note = ""
    async for piece in _pieces(request):
        if request.request.transport is None:
            raise ConnectionResetError("The client left.")
        audio += piece.audio
        note = note or piece.note
        if piece.voice_segments is not None:
            voice_segments = voice_segments or []
            _add_segments(voice_segments, piece.voice_segments, len(times["characters"]))
        for name, values in (piece.times or {}).items():
            times[name] += values
    sound = bytes(audio)
    if request.is_wav:
        sound = wav_bytes(sound, request.audio_format.sample_rate)
    return _Piece(sound, times, voice_segments, note=note)


async def _pieces(request: AcceptedRequest) -> AsyncGenerator[_Piece, None]:
    """Yield the sound as it is made, at the simulated speed."""
    speech = SpeechEncoder(request.audio_format, sync_alignment=False)
    rate = request.audio_format.bytes_per_second
    generation = Generation(request.state.simulation.conditions)
    is_dialogue = False
    spoken_before = 0.0  # seconds
    async for part in request.parts():
        is_dialogue = part.line is not None
        spoken = part.spoken
        times: _Times | None = _times([spoken], spoken_before)
        begin = spoken_before
        spoken_before += len(spoken.pcm) // SAMPLE_BYTES / spoken.sample_rate
        segments = [_voice_segment(part, begin, spoken_before)] if is_dialogue else None
        for message in speech.messages(spoken):
            seconds = len(message.audio) / rate
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
