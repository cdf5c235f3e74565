"""The schemas of the JSON bodies, made of what checks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ...wire.models import DIALOGUE_PREFIXES, languages_of
from ...wire.parameters import Parameter, parameter
from ..http import dialogue_request, text_request
from ..http.operation import JsonBody
from ..state import ServerState
from ..synthesis.first_settings import VOICE_SETTINGS
from ..synthesis.unsupported import MODEL_NAME
from .schemas import Schema, conditions_schema, nullable, parameter_schema, whole

__all__ = ["body_schema"]

_TYPES: Final = {dict: {"type": "object"}, str: {"type": "string"}}


def body_schema(body: JsonBody, state: ServerState) -> Schema:
    """Return the schema of a route's body."""
    if body == "conditions":
        return conditions_schema()
    return _speech(state) if body == "speech" else _dialogue(state)


def _speech(state: ServerState) -> Schema:
    optional = {
        "model_id": {"type": "string", "pattern": whole(MODEL_NAME.pattern)},
        "voice_settings": _object(
            {declared.wire: nullable(_in_body(declared)) for declared in VOICE_SETTINGS.values()}
        ),
        **_parameters(text_request.BODY),
        **_texts(text_request.TEXTS),
        **_lists(),
    }
    return _object({"text": _text(state), **_all_nullable(optional)}, required=["text"])


def _dialogue(state: ServerState) -> Schema:
    entry = _object(
        {"text": _text(state), "voice_id": {"type": "string"}}, required=["text", "voice_id"]
    )
    prefixes = "|".join(DIALOGUE_PREFIXES)
    stability = _in_body(parameter("stability"))
    optional = {
        "model_id": {
            "type": "string",
            "pattern": whole(f"(?:{prefixes}){MODEL_NAME.pattern.removesuffix('+')}*"),
        },
        "settings": _object(dict.fromkeys(dialogue_request.SETTINGS, nullable(stability))),
        **_parameters(dialogue_request.BODY),
        "language_code": {"type": "string", "enum": _languages(state)},
        **_texts(dialogue_request.TEXTS, longest=dialogue_request.LONGEST_TEXT),
        **_lists(),
    }
    inputs = {"type": "array", "items": entry, "minItems": 1}
    return _object({"inputs": inputs, **_all_nullable(optional)}, required=["inputs"])


def _languages(state: ServerState) -> list[str]:
    return sorted({*state.engine.languages, *languages_of("eleven_v3")})


def _text(state: ServerState) -> Schema:
    return {"type": "string", "pattern": r"\S", "maxLength": state.limits.text_characters}


def _in_body(declared: Parameter) -> Schema:
    return {**parameter_schema(declared, in_body=True), "description": declared.help}


def _parameters(declared: Sequence[Parameter]) -> dict[str, Schema]:
    return {one.wire: _in_body(one) for one in declared}


def _texts(names: Sequence[str], *, longest: int | None = None) -> dict[str, Schema]:
    bound = {} if longest is None else {"maxLength": longest}
    return {name: {"type": "string", **bound} for name in names}


def _lists() -> dict[str, Schema]:
    return {
        name: {"type": "array", "items": _TYPES[kind], "maxItems": text_request.LONGEST_LIST}
        for name, kind in text_request.LISTS.items()
    }


def _all_nullable(properties: Mapping[str, Schema]) -> dict[str, Schema]:
    return {name: nullable(schema) for name, schema in properties.items()}


def _object(properties: Mapping[str, Any], *, required: Sequence[str] = ()) -> Schema:
    schema: Schema = {"type": "object", "properties": dict(properties)}
    return {**schema, "required": [*required]} if required else schema
