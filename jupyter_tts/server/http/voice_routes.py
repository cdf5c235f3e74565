"""The voices and the models over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

from aiohttp import web
from multidict import MultiMapping

from ...audio.codecs import encoder
from ...audio.formats import parse_format
from ...audio.resample import Resampler
from ...wire.models import MODELS, Model
from ..access.refusals import fault, invalid
from ..answers import ModelAnswer, ModelLanguage, VoiceAnswer, VoiceList, VoicePage
from ..engines.timed_speech import TimedSpeech
from ..engines.voices import Voice
from ..state import STATE
from .operation import Option, WholeNumber, operation
from .request_checks import admitted, http_error, require_key, require_voice
from .spoken_answer import content_type

__all__ = ["ROUTES"]

# ElevenLabs API reference, GET /v2/voices: 10 by default, and no more than 100.
_SIZE: Final = WholeNumber("page_size", 10, 1, 100)
# Of a list that has become shorter meanwhile nothing is left.
_START: Final = WholeNumber("next_page_token", 0, 0, 10**9 - 1)

# The kind of every voice here, and the other values of voice_type (the same reference).
_DEFAULT_TYPES: Final = frozenset({"default"})
_OTHER_TYPES: Final = frozenset(
    {"personal", "community", "workspace", "non-default", "non-community", "saved"}
)
_CATEGORY: Final = "premade"

_FILTERS: Final = (
    *map(Option, ("search", "gender", "category")),
    Option("voice_type", (*sorted(_DEFAULT_TYPES), *sorted(_OTHER_TYPES))),
    Option("voice_ids", is_repeated=True),
    Option("language", is_repeated=True),
    Option("sort", ("name", "created_at_unix")),
    Option("sort_direction", ("asc", "desc"), default="asc"),
)

# Numbers are read in every language, so one text shows every voice.
_PREVIEW_TEXT: Final = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10."
_PREVIEW_FORMAT: Final = parse_format("mp3_44100_128")

# ElevenLabs' models of today, all of which are one model here.
_MODELS: Final = tuple(model for model in MODELS if not model.is_removed)


@operation(VoiceList)
async def get_voices(request: web.Request) -> web.Response:
    """List the voices, in the shape of ElevenLabs' GET /v1/voices."""
    require_key(request)
    voices = request.app[STATE].engine.voices
    answer: VoiceList = {"voices": [_describe(voice, request) for voice in voices]}
    return web.json_response(answer)


@operation(VoicePage, query=(_SIZE, _START, *_FILTERS), errors=(422,))
async def search_voices(request: web.Request) -> web.Response:
    """List a page of the voices, in the shape of ElevenLabs' GET /v2/voices."""
    require_key(request)
    query = request.query
    voices = request.app[STATE].engine.voices
    _require_choices(request)
    size, start = _number(request, _SIZE), _number(request, _START)
    matching = _sorted([voice for voice in voices if _matches(voice, query)], query)
    end = start + size
    has_more = end < len(matching)
    page: VoicePage = {
        "voices": [_describe(voice, request) for voice in matching[start:end]],
        "has_more": has_more,
        "total_count": len(matching),
        "next_page_token": str(end) if has_more else None,
    }
    return web.json_response(page)


@operation(VoiceAnswer, errors=(404,))
async def get_voice(request: web.Request) -> web.Response:
    """Describe one voice, in the shape of ElevenLabs' GET /v1/voices/{voice_id}.

    Who looks a voice up is about to speak with it.
    """
    require_key(request)
    voice = require_voice(request)
    request.app[STATE].engine.prepare(voice)
    return web.json_response(_describe(voice, request))


@operation(None, media_type="audio/mpeg", errors=(404, 429, 500), needs_key=False)
async def preview(request: web.Request) -> web.Response:
    """Let a voice count to ten. As ElevenLabs' previews it needs no key, and costs nothing.

    It is made once for each listed voice: a client without the key must not keep the voices busy.
    """
    voice = require_voice(request)
    state = request.app[STATE]
    name = f"preview of {voice.id}"
    sound = state.kept.get(name)
    if sound is None:
        with admitted(request):
            spoken = await state.engine.speak(_PREVIEW_TEXT, voice)
            sound = await asyncio.to_thread(_encode_preview, spoken)
        if voice in state.engine.voices:  # thousands of variants are not: eSpeak's, soon made
            state.kept[name] = sound
    return web.Response(body=sound, content_type=content_type(_PREVIEW_FORMAT))


@operation(list[ModelAnswer])
async def get_models(request: web.Request) -> web.Response:
    """List the models, in the shape of ElevenLabs' GET /v1/models."""
    require_key(request)
    state = request.app[STATE]
    languages: list[ModelLanguage] = [
        {"language_id": code, "name": name} for code, name in state.engine.languages.items()
    ]
    longest = state.limits.text_characters
    return web.json_response(
        [_model(model, state.engine.description, longest, languages) for model in _MODELS]
    )


ROUTES: Final = (
    web.get("/v1/voices", get_voices),
    web.get("/v2/voices", search_voices),
    web.get("/v1/voices/{voice_id}", get_voice),
    web.get("/v1/voices/{voice_id}/preview", preview),
    web.get("/v1/models", get_models),
)


def _encode_preview(spoken: TimedSpeech) -> bytes:
    resampler = Resampler(spoken.sample_rate, _PREVIEW_FORMAT.sample_rate)
    coder = encoder(_PREVIEW_FORMAT)
    return coder.encode(resampler.convert(spoken.pcm)) + coder.flush()


def _describe(voice: Voice, request: web.Request) -> VoiceAnswer:
    """Return a voice with the keys the API reference requires."""
    labels = {"language": voice.language, "gender": voice.gender, "kind": voice.kind}
    if voice.without_effect:
        labels["without_effect"] = " ".join(voice.without_effect)
    path = f"/v1/voices/{quote(voice.id, safe='')}/preview"
    return {
        "voice_id": voice.id,
        "name": voice.name,
        "category": _CATEGORY,
        "description": _description(voice),
        "labels": labels,
        "preview_url": f"{request.url.origin()}{path}",
        "available_for_tiers": [],
        "high_quality_base_model_ids": [model.id for model in _MODELS],
    }


def _description(voice: Voice) -> str:
    return f"{voice.engine}'s {voice.kind} voice {voice.engine_voice}"


def _matches(voice: Voice, query: MultiMapping[str]) -> bool:
    """Whether a voice passes all filters; filters on what no voice here has are ignored."""
    texts = (voice.name, _description(voice), voice.language, voice.gender, _CATEGORY)
    sought = query.get("search", "").lower()
    kind = query.get("voice_type")
    return (
        any(sought in text.lower() for text in texts)
        and query.get("gender", voice.gender) == voice.gender
        and query.get("category", _CATEGORY) == _CATEGORY
        and kind not in _OTHER_TYPES
        and _is_of(voice.id, query.getall("voice_ids", []))
        and any(_speaks(voice, language) for language in query.getall("language", [voice.language]))
    )


def _is_of(value: str, wanted: Iterable[str]) -> bool:
    names = [name for listed in wanted for name in listed.split(",")]
    return not names or value in names


def _speaks(voice: Voice, language: str) -> bool:
    """Whether a voice speaks a language (``en``), or this variety of it (``en-us``)."""
    return f"{voice.language}-".startswith(f"{language.lower()}-")


def _sorted(voices: list[Voice], query: Mapping[str, str]) -> list[Voice]:
    """Sort by name if requested: no voice here has a date of creation."""
    if query.get("sort") == "name":
        voices = sorted(voices, key=lambda voice: voice.name.casefold())
    return voices[::-1] if query.get("sort_direction") == "desc" else voices


def _require_choices(request: web.Request) -> None:
    """Raise HTTPUnprocessableEntity if a filter is not one of its values."""
    wrong = [
        fault(["query", option.name], f"{option.name} must be one of {', '.join(option.choices)}.")
        for option in _FILTERS
        if option.choices and not {*request.query.getall(option.name, ())} <= {*option.choices}
    ]
    if wrong:
        raise http_error(request, invalid(wrong))


def _number(request: web.Request, number: WholeNumber) -> int:
    """Return a whole number from the query, or raise HTTPUnprocessableEntity."""
    name, low, high = number.name, number.low, number.high
    text = request.query.get(name, str(number.default))
    if text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high:
        return int(text)
    wrong = fault(["query", name], f"{name} must be a whole number from {low} to {high}.")
    raise http_error(request, invalid([wrong]))


def _model(model: Model, engine: str, longest: int, languages: list[ModelLanguage]) -> ModelAnswer:
    return {
        "model_id": model.id,
        "name": f"{model.name} (embedded voice)",
        "description": f"{engine}: it is the same whatever the model.",
        "can_be_finetuned": False,
        "can_do_text_to_speech": True,
        "can_do_voice_conversion": False,
        "can_use_style": True,
        "can_use_speaker_boost": True,
        "serves_pro_voices": False,
        "requires_alpha_access": False,
        "token_cost_factor": 1.0,
        "model_rates": {"character_cost_multiplier": 1.0},
        "max_characters_request_free_user": longest,
        "max_characters_request_subscribed_user": longest,
        "maximum_text_length_per_request": longest,
        "concurrency_group": "standard",
        "languages": languages,
    }
