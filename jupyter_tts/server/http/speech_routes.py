"""Speech over HTTP: the four routes below ``POST /v1/text-to-speech/{voice_id}``."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterator
from functools import partial
from typing import Any, Final

from aiohttp import web

from ...wire.secrets import redact_target
from ..access.refusals import Refusal
from ..answers import TimedSound
from ..engines.prosody import Prosody
from ..engines.voices import Voice
from ..state import STATE
from ..synthesis.as_made import as_made
from ..synthesis.least_seconds import least_seconds
from ..synthesis.segmenter import Segmenter
from ..synthesis.spoken_parts import at_once, spoken_parts
from ..synthesis.tagged_speech import speak_tagged
from .request_checks import http_error, read_body, require_key, require_voice
from .spoken_answer import AcceptedRequest, SpokenPart, accepted, spoken_routes
from .text_request import QUERY, TextRequest, read_text_request

__all__ = ["ROUTES"]

logger = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def _accepted(
    request: web.Request, formats: Collection[str]
) -> AsyncIterator[AcceptedRequest]:
    """Check a request and charge for it."""
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
    seconds = least_seconds(
        text_request.text,
        voice,
        language=text_request.language,
        speed=text_request.voice_settings.get("speed", 1.0),
        markup=True,
    )
    characters = len(text_request.text)
    async with accepted(request, characters=characters, seconds=seconds) as allowance:
        yield AcceptedRequest(
            request,
            text_request.audio_format,
            text_request.is_wav,
            characters,
            lambda: _parts(request, text_request, voice),
            allowance,
        )


async def _parts(
    request: web.Request, text_request: TextRequest, voice: Voice
) -> AsyncGenerator[SpokenPart, None]:
    """Speak the text, a segment at a time."""
    engine = request.app[STATE].engine
    options: dict[str, Any] = {
        "prosody": Prosody(**text_request.voice_settings, seed=text_request.seed),
        "language": text_request.language,
        "read_digits": text_request.read_digits,
        "markup": True,  # the switch for it, enable_ssml_parsing, is the WebSockets' alone
        "last": False,  # as in a WebSocket, so that the same text sounds the same
    }

    speak = partial(engine.speak, voice=voice, **options)
    tagged = partial(speak_tagged, engine, voice=voice, **options)
    for segment in _segments(text_request):
        if text_request.performs_tags:
            async for speeches, _ in spoken_parts(segment, at_once(tagged)):
                for spoken in speeches:
                    yield SpokenPart(spoken)
        else:
            async with contextlib.aclosing(spoken_parts(segment, as_made(speak))) as parts:
                async for spoken, _ in parts:
                    yield SpokenPart(spoken)


def _segments(request: TextRequest) -> Iterator[str]:
    """Cut a text as auto_mode does: at once if it is short, else sentence by sentence."""
    segmenter = Segmenter(None, markup=True, tags=request.performs_tags)
    yield from segmenter.add(request.text)
    yield from segmenter.finish()


ROUTES: Final = spoken_routes(
    "/v1/text-to-speech/{voice_id}", _accepted, body="speech", timed=TimedSound, query=QUERY
)
