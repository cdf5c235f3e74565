"""`/openapi.json` says what the server does, whatever is sent."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from jupyter_tts.server.app import create_app
from jupyter_tts.server.http.operation import OPERATIONS
from jupyter_tts.server.inprocess import TTSServer, serving_thread
from jupyter_tts.server.openapi.document import document
from jupyter_tts.server.state import STATE

from .http_client import ask
from .slow_speech import VOICE, LongEngine

KEY = "KEY"
EXAMPLES = int(os.environ.get("EXAMPLES", "4"))
"""Requests of each kind to each route."""

WEBSOCKETS = {
    "/v1/text-to-speech/{voice_id}/stream-input",
    "/v1/text-to-speech/{voice_id}/multi-stream-input",
    "/v1/text-to-dialogue/stream-input",
    "/v1/text-to-dialogue/multi-stream-input",
}


@pytest.fixture(scope="module")
def server() -> Iterator[TTSServer]:
    with serving_thread(engine=LongEngine(0.001), key=KEY) as running:
        yield running


@pytest.fixture(scope="module")
def operations(server: TTSServer) -> dict[str, Any]:
    schema = schemathesis.openapi.from_dict(ask(f"{server.url}/openapi.json").json)
    schema.config.update(base_url=server.url)
    return {operation.ok().label: operation.ok() for operation in schema.get_all_operations()}


ROUTES = [
    (f"{route.method} {route.resource.canonical}", route.handler)
    for route in create_app(LongEngine(0.0)).router.routes()
    if route.resource is not None
    and route.method != "HEAD"
    and route.resource.canonical not in WEBSOCKETS
]
CASES = [(label, GenerationMode.POSITIVE) for label, _ in ROUTES]
CASES += [
    (label, GenerationMode.NEGATIVE)
    for label, handler in ROUTES
    if (described := OPERATIONS.get(handler)) and (described.query or described.body)
]


def test_every_route_is_described_but_for_the_websockets(operations: dict[str, Any]) -> None:
    assert sorted(operations) == sorted(label for label, _ in ROUTES)


def test_it_needs_no_key_and_has_none_and_is_not_for_foreign_pages(server: TTSServer) -> None:
    address = f"{server.url}/openapi.json"
    answer = ask(address)
    assert answer.status == 200
    assert f'"{KEY}"' not in json.dumps(answer.json)
    assert "It is not ElevenLabs" in answer.json["info"]["description"]
    assert ask(address, origin="https://evil.example").status == 403


@pytest.mark.parametrize("key", [None, KEY])
def test_it_asks_for_a_key_where_there_is_one(key: str | None) -> None:
    app = create_app(LongEngine(0.0), key=key)
    described = document(app.router.routes(), app[STATE])
    assert described["security"] == ([{"xi-api-key": []}, {"bearer": []}] if key else [])
    assert described["paths"]["/openapi.json"]["get"]["security"] == []


def make_consistent(body: dict[str, Any]) -> None:
    """Make a body keep the rules that no schema can say."""
    for entry in body.get("inputs", ()):
        entry["voice_id"] = VOICE.id  # at most 10 of those there are
    if status := body.get("status"):  # together at most 1
        body["status"] = {code: often / len(status) for code, often in status.items()}


@pytest.mark.parametrize(
    ("label", "mode"), CASES, ids=[f"{label}-{mode.value}" for label, mode in CASES]
)
def test_whatever_is_sent_is_answered_as_described(
    server: TTSServer, operations: dict[str, Any], label: str, mode: GenerationMode
) -> None:
    operation = operations[label]
    is_negative = mode is GenerationMode.NEGATIVE
    fixed = {"path_parameters": {"voice_id": VOICE.id}} if "{voice_id}" in label else {}

    @given(operation.as_strategy(mode, **fixed))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    def check(case: Any) -> None:
        if not is_negative and isinstance(case.body, dict):
            make_consistent(case.body)
        case.call_and_validate(headers={"xi-api-key": KEY})

    try:
        check()
    finally:
        server.conditions()
