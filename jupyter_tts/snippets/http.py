"""An HTTP request as code: curl, Python without packages, the official SDK."""

from __future__ import annotations

import shlex
from typing import Any

from ..wire.hosts import is_loopback
from ..wire.parameters import PARAMETERS, Place
from ..wire.request import SpeechRequest, settings_key
from .literals import json_literal, python_literal
from .parts import (
    NO_KEY,
    file_name,
    is_pcm,
    keywords,
    object_literal,
    saving_code,
    sdk_client,
    sendable,
    server_hint,
    takes_key,
)
from .templates import CURL, PYTHON_HTTP, SDK_HTTP

__all__ = ["curl", "http_python", "http_sdk"]

# Python without a proxy; the environment's is not for this machine.
_DIRECT = "urllib.request.build_opener(urllib.request.ProxyHandler({})).open"


def curl(request: SpeechRequest, text: str) -> str:
    """Return a shell command."""
    header = '${ELEVENLABS_API_KEY:+-H"xi-api-key: $ELEVENLABS_API_KEY"} '
    return CURL.substitute(
        url=shlex.quote(request.url),
        header=header if takes_key(request) else "",
        body=shlex.quote(json_literal(request.body(sendable(text)))),
        file="speech.pcm" if is_pcm(request) else file_name(request),
    )


def http_python(request: SpeechRequest, text: str) -> str:
    """Return a program that needs no package."""
    body = request.body("")
    body.pop("text", None)
    first = ("text", "TEXT")
    if body.pop("inputs", None):
        first = ("inputs", f"[{_dialogue_input(request)}]")
    members = [first, *((name, python_literal(value)) for name, value in body.items())]
    lines = "".join(f"    {python_literal(name)}: {code},\n" for name, code in members)
    return PYTHON_HTTP.substitute(
        hint=server_hint(request, ""),
        endpoint=request.endpoint.resource,
        imports="import os\n" if takes_key(request) else "",
        wave="import wave\n" if is_pcm(request) else "",
        url=python_literal(request.url),
        text=python_literal(sendable(text)),
        body="{\n" + lines + "}",
        key='os.environ.get("ELEVENLABS_API_KEY")' if takes_key(request) else f"None  # {NO_KEY}",
        open=_DIRECT if is_loopback(request.server) else "urllib.request.urlopen",
        save=saving_code(request),
    )


def http_sdk(request: SpeechRequest, text: str) -> str:
    """Return a program for the SDK, whose methods take all that the request has."""
    endpoint, sent = request.endpoint, request.sent
    body = request.body("")
    types: list[str] = []
    arguments: dict[str, str] = {}
    if endpoint.is_dialogue:
        types.append("DialogueInput")
        voice = python_literal(sent["voice"])
        arguments["inputs"] = f"[DialogueInput(text=TEXT, voice_id={voice})]"
    else:
        arguments["voice_id"] = python_literal(sent["voice"])
        arguments["text"] = "TEXT"
    for declared in PARAMETERS:
        if declared.place is Place.QUERY and declared.name in sent:
            arguments[declared.wire] = python_literal(sent[declared.name])
    if settings := body.get(settings_key(endpoint)):
        kind = "ToDialogueSettingsResponseModel" if endpoint.is_dialogue else "VoiceSettings"
        types.append(kind)
        arguments[settings_key(endpoint)] = f"{kind}({keywords(settings)})"
    locators: list[dict[str, Any]] = body.get("pronunciation_dictionary_locators", [])
    if locators:
        types.append("PronunciationDictionaryVersionLocator")
        made = (f"{types[-1]}({keywords(locator)})" for locator in locators)
        arguments["pronunciation_dictionary_locators"] = f"[{', '.join(made)}]"
    return SDK_HTTP.substitute(
        hint=server_hint(request, ""),
        imports="import wave\n" if is_pcm(request) else "",
        types=f"from elevenlabs import {', '.join(sorted(types))}\n" if types else "",
        text=python_literal(sendable(text)),
        client=sdk_client(request),
        method=f"{endpoint.resource.replace('-', '_')}.stream_with_timestamps",
        arguments="".join(f"    {name}={code},\n" for name, code in arguments.items()),
        save=saving_code(request),
    )


def _dialogue_input(request: SpeechRequest) -> str:
    voice = python_literal(request.sent["voice"])
    return object_literal([("text", "TEXT"), ("voice_id", voice)], python_literal)
