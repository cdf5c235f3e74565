"""Dialogues over HTTP: ``POST /v1/text-to-dialogue`` and the three routes below it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Collection, Iterator
from typing import Final

from aiohttp import web

from ...wire.messages import DialogueInput
from ...wire.secrets import redact_target
from ..access.refusals import Refusal
from ..engines.prosody import Prosody
from ..engines.voices import Voice
from ..state import STATE
from ..synthesis.segmenter import Segmenter
from ..synthesis.tagged_speech import speak_tagged
from ..synthesis.unsupported import language_refusal
from .dialogue_request import DialogueRequest, read_dialogue_request
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
    answer = AcceptedRequest(
        request,
        dialogue.audio_format,
        dialogue.is_wav,
        dialogue.characters,
        lambda: _parts(request, dialogue, voices),
    )
    async with accepted(answer):
        yield answer


async def _parts(
    request: web.Request, dialogue: DialogueRequest, voices: dict[str, Voice]
) -> AsyncIterator[SpokenPart]:
    """Speak the inputs one after the other, a segment at a time."""
    for line, entry in enumerate(dialogue.inputs):
        for segment in _segments(entry):
            parts = await speak_tagged(
                request.app[STATE].engine,
                segment,
                voices[entry.voice_id],
                prosody=Prosody(**dialogue.settings, seed=dialogue.seed),
                language=dialogue.language,
                read_digits=dialogue.read_digits,
                last=False,  # as in a WebSocket, so that the same text sounds the same
            )
            for spoken in parts:
                yield SpokenPart(spoken, entry.voice_id, line)


def _segments(entry: DialogueInput) -> Iterator[str]:
    """Cut a text as auto_mode does: at once if it is short, else sentence by sentence."""
    segmenter = Segmenter(None, tags=True)
    yield from segmenter.add(entry.text)
    yield from segmenter.finish()


ROUTES: Final = spoken_routes("/v1/text-to-dialogue", _accepted)
