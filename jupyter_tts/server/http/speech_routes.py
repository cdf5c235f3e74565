"""Speech over HTTP: the four routes below ``POST /v1/text-to-speech/{voice_id}``."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from aiohttp import web

from ...audio.files import wav_bytes
from ...audio.formats import AudioFormat
from ...wire.errors import QuotaExceeded, ServerError, TTSError
from ...wire.parameters import FORMATS
from ...wire.secrets import redact_target
from ..access.refusals import Refusal, refused
from ..engines.prosody import Prosody
from ..engines.timed_speech import SAMPLE_BYTES, TimedSpeech
from ..engines.voices import Voice
from ..simulation.link import Generation
from ..state import STATE, ServerState
from ..synthesis.segmenter import Segmenter
from ..synthesis.speech_encoder import SpeechEncoder
from .request_checks import (
    admitted,
    http_error,
    read_body,
    require_key,
    require_voice,
)
from .text_request import WAV_FORMATS, TextRequest, read_text_request

__all__ = ["ROUTES", "content_type"]

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
class _AcceptedRequest:
    """An accepted request."""

    request: web.Request
    state: ServerState
    voice: Voice
    text_request: TextRequest

    @property
    def headers(self) -> dict[str, str]:
        """The answer's headers about the request (ElevenLabs API reference, response headers)."""
        maximum = self.state.simulation.conditions.concurrency or self.state.limits.streams
        return {
            "character-cost": str(len(self.text_request.text)),
            "current-concurrent-requests": str(self.state.speaking),
            "maximum-concurrent-requests": str(maximum),
        }


@dataclass(frozen=True)
class _Piece:
    """A part of the sound, encoded; the first of a segment has the times of all of it."""

    audio: bytes
    times: _Times | None = None
    seconds: float = 0.0


async def convert(request: web.Request) -> web.StreamResponse:
    """Answer with the sound: as it is made, or as a WAV file."""
    async with _accepted(request, (*FORMATS, *WAV_FORMATS)) as accepted:
        if not accepted.text_request.is_wav:
            return await _send_sound(accepted)
        whole = await _whole(accepted)
        return web.Response(body=whole.audio, content_type="audio/wav", headers=accepted.headers)


async def stream(request: web.Request) -> web.StreamResponse:
    """Answer with the sound as it is made."""
    async with _accepted(request, FORMATS) as accepted:
        return await _send_sound(accepted)


async def convert_with_timestamps(request: web.Request) -> web.StreamResponse:
    """Answer with one object: all of the sound, and when each character is heard."""
    async with _accepted(request, (*FORMATS, *WAV_FORMATS)) as accepted:
        return web.json_response(text=_timed(await _whole(accepted)), headers=accepted.headers)


async def stream_with_timestamps(request: web.Request) -> web.StreamResponse:
    """Answer with one object per line, as the sound is made."""
    async with _accepted(request, FORMATS) as accepted:
        return await _send(
            accepted, "application/x-ndjson", lambda piece: f"{_timed(piece)}\n".encode()
        )


ROUTES: Final = (
    web.post("/v1/text-to-speech/{voice_id}", convert),
    web.post("/v1/text-to-speech/{voice_id}/stream", stream),
    web.post("/v1/text-to-speech/{voice_id}/with-timestamps", convert_with_timestamps),
    web.post("/v1/text-to-speech/{voice_id}/stream/with-timestamps", stream_with_timestamps),
)


@contextlib.asynccontextmanager
async def _accepted(
    request: web.Request, formats: Collection[str]
) -> AsyncIterator[_AcceptedRequest]:
    """Check a request and charge for it; answer an error if nothing was sent yet."""
    state = request.app[STATE]
    logger.info("POST %s", redact_target(request.raw_path, [state.key or ""]))
    require_key(request)
    text_request = read_text_request(
        request.query,
        await read_body(request),
        formats=formats,
        longest=state.limits.text_characters,
    )
    if isinstance(text_request, Refusal):
        raise http_error(request, text_request)
    voice = require_voice(request)
    try:
        with admitted(request), state.simulation.generate():
            state.account.charge(len(text_request.text))
            yield _AcceptedRequest(request, state, voice, text_request)
    except ServerError as error:
        status = 401 if isinstance(error, QuotaExceeded) else 429
        raise http_error(request, refused(status, error.error, error.message)) from None


async def _send_sound(accepted: _AcceptedRequest) -> web.StreamResponse:
    return await _send(
        accepted, content_type(accepted.text_request.audio_format), lambda piece: piece.audio
    )


async def _send(
    accepted: _AcceptedRequest, media_type: str, encode: Callable[[_Piece], bytes]
) -> web.StreamResponse:
    """Send the pieces as they are made; an error after the first one cuts the answer off."""
    response = web.StreamResponse(headers=accepted.headers)
    response.content_type = media_type
    transport = accepted.request.transport
    if transport is None:
        raise ConnectionResetError("The client left.")
    outlet = accepted.state.simulation.outlet(transport)
    try:
        async with contextlib.aclosing(_pieces(accepted)) as pieces:
            async for piece in pieces:
                if not response.prepared:
                    await response.prepare(accepted.request)
                if data := encode(piece):  # an encoder may buffer a message's sound
                    send = partial(response.write, data)
                    async with asyncio.timeout(accepted.state.limits.reader_seconds):
                        await outlet.send(len(data), send, sound=piece.seconds)
        async with asyncio.timeout(accepted.state.limits.reader_seconds):
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


async def _whole(accepted: _AcceptedRequest) -> _Piece:
    """Return all of the sound, and all of the times."""
    audio = bytearray()
    times = _times(())
    async for piece in _pieces(accepted):
        if accepted.request.transport is None:
            raise ConnectionResetError("The client left.")
        audio += piece.audio
        for name, values in (piece.times or {}).items():
            times[name] += values
    if accepted.text_request.is_wav:
        return _Piece(
            wav_bytes(bytes(audio), accepted.text_request.audio_format.sample_rate), times
        )
    return _Piece(bytes(audio), times)


async def _pieces(accepted: _AcceptedRequest) -> AsyncGenerator[_Piece, None]:
    """Yield the sound as it is made, at the simulated speed."""
    speech = SpeechEncoder(accepted.text_request.audio_format, sync_alignment=False)
    rate = accepted.text_request.audio_format.bytes_per_second
    generation = Generation(accepted.state.simulation.conditions)
    spoken_before = 0.0  # seconds
    for segment in _segments(accepted.text_request.text):
        spoken = await accepted.state.engine.speak(
            segment,
            accepted.voice,
            prosody=Prosody(
                **accepted.text_request.voice_settings, seed=accepted.text_request.seed
            ),
            language=accepted.text_request.language,
            read_digits=accepted.text_request.read_digits,
            markup=True,  # the switch for it, enable_ssml_parsing, is the WebSockets' alone
            last=False,  # as in a WebSocket, so that the same text sounds the same
        )
        times: _Times | None = _times([(spoken, spoken_before)])
        spoken_before += len(spoken.pcm) // SAMPLE_BYTES / spoken.sample_rate
        for message in speech.messages(spoken):
            seconds = len(message.audio) / rate
            await generation.made(seconds)
            yield _Piece(message.audio, times, seconds)
            times = None
            await asyncio.sleep(0)  # a fast client must not starve the others
    for message in speech.finish():
        seconds = len(message.audio) / rate
        await generation.made(seconds)
        yield _Piece(message.audio, seconds=seconds)


def _segments(text: str) -> Iterator[str]:
    """Cut a text as auto_mode does: at once if it is short, else sentence by sentence."""
    segmenter = Segmenter(None, markup=True)
    yield from segmenter.add(text)
    yield from segmenter.finish()


def _times(spoken: Collection[tuple[TimedSpeech, float]]) -> _Times:
    """Return when characters are heard, in seconds from the beginning of the answer's sound.

    Clients read the times of a streamed answer so (pipecat, ElevenLabsHttpTTSService).
    """
    return {
        "characters": [character for part, _ in spoken for character in part.characters],
        "character_start_times_seconds": _seconds(
            at + start / part.sample_rate for part, at in spoken for start in part.starts
        ),
        "character_end_times_seconds": _seconds(
            at + end / part.sample_rate for part, at in spoken for end in part.ends
        ),
    }


def _seconds(times: Iterator[float]) -> list[str | float]:
    return [round(time, 3) for time in times]


def _timed(piece: _Piece) -> str:
    """Return a piece as an object of the answers with timestamps."""
    return json.dumps(
        {
            "audio_base64": base64.b64encode(piece.audio).decode("ascii"),
            "alignment": piece.times,
            "normalized_alignment": piece.times,
        }
    )
