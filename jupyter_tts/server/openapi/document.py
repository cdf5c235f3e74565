"""The OpenAPI document, made of the routes and of what is declared beside their handlers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from ... import __version__
from ...wire.parameters import CREDENTIALS, Parameter
from ..access.tokens import TOKEN_TYPES
from ..answers import Error
from ..http.operation import JSON, OPERATIONS, Operation, Option, WholeNumber
from ..state import ServerState
from .bodies import body_schema
from .schemas import Schema, Schemas, parameter_schema

__all__ = ["document"]

_TITLE: Final = "jupyter_tts, the embedded server"
_DESCRIPTION: Final = """\
An embedded server that speaks ElevenLabs' protocol with its own voices, for programs on this \
machine. It is not ElevenLabs, and this is not ElevenLabs' description of their service: it has \
what this server answers.

Its WebSockets, which OpenAPI cannot describe, are `/v1/text-to-speech/{voice_id}/stream-input` \
and `/multi-stream-input`, and `/v1/text-to-dialogue/stream-input` and `/multi-stream-input`.
"""

# Every request may be refused for its Host or Origin; one with a body also for the body.
_ALWAYS: Final = (403,)
_WITH_KEY: Final = (401,)
_WITH_BODY: Final = (400, 408, 413, 422)

_BEARER: Final = {"type": "http", "scheme": "bearer", "description": "The API key."}
_PATH_NAMES: Final = re.compile(r"\{(\w+)\}")
_SCHEMA_OF_PATH: Final[dict[str, Schema]] = {
    "voice_id": {"type": "string", "minLength": 1},
    "token_type": {"type": "string", "enum": [*TOKEN_TYPES]},
}


def document(routes: Iterable[web.AbstractRoute], state: ServerState) -> dict[str, Any]:
    """Return the document.

    Parameters
    ----------
    routes
        The application's. WebSockets, and what is there for HEAD, are left out.
    state
        The server's: whether it requires a key, and its bounds.
    """
    schemas = Schemas()
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        described = OPERATIONS.get(route.handler)
        if described is None or route.method == "HEAD" or route.resource is None:
            continue
        path = route.resource.canonical
        operation = _operation(path, route.method.lower(), described, state, schemas)
        paths.setdefault(path, {})[route.method.lower()] = operation
    keys = {
        credential.wire: {
            "type": "apiKey",
            "in": "header",
            "name": credential.wire,
            "description": credential.help,
        }
        for credential in CREDENTIALS
        if credential.place == "header"
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": _TITLE, "version": __version__, "description": _DESCRIPTION},
        "paths": paths,
        "components": {
            "schemas": schemas.named,
            "securitySchemes": {**keys, "bearer": _BEARER},
        },
        "security": [{name: []} for name in (*keys, "bearer")] if state.key is not None else [],
    }


def _operation(
    path: str, method: str, described: Operation, state: ServerState, schemas: Schemas
) -> dict[str, Any]:
    names = _PATH_NAMES.findall(path)
    operation: dict[str, Any] = {
        "operationId": "_".join([method, *re.findall(r"\w+", path.replace("-", "_"))]),
        "summary": described.summary,
        "parameters": [
            *(
                {"name": name, "in": "path", "required": True, "schema": _SCHEMA_OF_PATH[name]}
                for name in names
            ),
            *map(_query, described.query),
        ],
        "responses": _responses(described, schemas),
    }
    if described.body:
        content = {JSON: {"schema": body_schema(described.body, state)}}
        operation["requestBody"] = {"required": True, "content": content}
    if not described.needs_key:
        operation["security"] = []
    return operation


def _query(declared: Parameter | Option | WholeNumber) -> dict[str, Any]:
    if isinstance(declared, Parameter):
        described = {"name": declared.wire, "schema": parameter_schema(declared)}
        return {"in": "query", "description": declared.help, **described}
    if isinstance(declared, WholeNumber):
        bounds = {"minimum": declared.low, "maximum": declared.high, "default": declared.default}
        return {"in": "query", "name": declared.name, "schema": {"type": "integer", **bounds}}
    schema: Schema = {"type": "string"}
    if declared.choices:
        schema["enum"] = [*declared.choices]
    if declared.is_repeated:
        schema = {"type": "array", "items": schema}
    if declared.default:
        schema["default"] = declared.default
    return {"in": "query", "name": declared.name, "schema": schema}


def _responses(described: Operation, schemas: Schemas) -> dict[str, Any]:
    content = {
        media_type: {"schema": {} if answer is None else schemas.of(answer)}
        for media_type, answer in described.answers.items()
    }
    statuses = {*_ALWAYS, *described.errors}
    statuses.update(_WITH_KEY if described.needs_key else ())
    statuses.update(_WITH_BODY if described.body else ())
    errors = {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {JSON: {"schema": schemas.of(Error)}},
        }
        for status in sorted(statuses)
    }
    return {"200": {"description": "OK", "content": content}, **errors}
