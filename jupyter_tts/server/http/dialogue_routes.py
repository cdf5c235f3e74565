"""Dialogues over HTTP: ``POST /v1/text-to-dialogue`` and the three routes below it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterator
from functools import partial
from typing import Final

from aiohttp import web

from ...wire.messages import DialogueInput
from ...wire.secrets import redact_target
from ..access.refusals import Refusal
from ..answers import TimedDialogue
from ..engines.prosody import Prosody
from ..engines.voices import Voice
from ..state import STATE
from ..synthesis.least_seconds import least_seconds
from ..synthesis.segmenter import Segmenter
from ..synthesis.spoken_parts import at_once, spoken_parts
from ..synthesis.tagged_speech import speak_tagged
from ..synthesis.unsupported import language_refusal
from .dialogue_request import QUERY, DialogueRequest, read_dialogue_request
from .request_checks import find_voice, http_error, read_body, require_key
from .spoken_answer import AcceptedRequest, SpokenPart, accepted, spoken_routes

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
    dialogue = read_dialogue_request(
        request.query,
        await read_body(request),
        formats=formats,
        longest=state.limits.text_characters,
    )
    if isinstance(dialogue, Refusal):
        raise http_error(request, dialogue)
    refusal = language_refusal(dialogue.model, dialogue.language, state.engine.languages)
    if refusal is not None:
        raise http_error(request, refusal)
    voices = {entry.voice_id: find_voice(request, entry.voice_id) for entry in dialogue.inputs}
    seconds = sum(
        least_seconds(entry.text, voices[entry.voice_id], language=dialogue.language)
        for entry in dialogue.inputs
    )
    characters = dialogue.characters
    async with accepted(request, characters=characters, seconds=seconds) as allowance:
        yield AcceptedRequest(
            request,
            dialogue.audio_format,
            dialogue.is_wav,
            characters,
            lambda: _parts(request, dialogue, voices),
            allowance,
        )


async def _parts(
    request: web.Request, dialogue: DialogueRequest, voices: dict[str, Voice]
) -> AsyncGenerator[SpokenPart, None]:
    """Speak the inputs one after the other, a segment at a time."""
    for line, entry in enumerate(dialogue.inputs):
        speak = partial(
            speak_tagged,
            request.app[STATE].engine,
            voice=voices[entry.voice_id],
            prosody=Prosody(**dialogue.settings, seed=dialogue.seed),
            language=dialogue.language,
            read_digits=dialogue.read_digits,
            last=False,  # as in a WebSocket, so that the same text sounds the same
        )
        for segment in _segments(entry):
            async for speeches, _ in spoken_parts(segment, at_once(speak)):
                for spoken in speeches:
                    yield SpokenPart(spoken, entry.voice_id, line)


def _segments(entry: DialogueInput) -> Iterator[str]:
    """Cut a text as auto_mode does: at once if it is short, else sentence by sentence."""
    segmenter = Segmenter(None, tags=True)
    yield from segmenter.add(entry.text)
    yield from segmenter.finish()


ROUTES: Final = spoken_routes(
    "/v1/text-to-dialogue", _accepted, body="dialogue", timed=TimedDialogue, query=QUERY
)
