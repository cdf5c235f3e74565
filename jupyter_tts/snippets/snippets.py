"""A request as code: Python, the official SDK, ``%%tts``, JavaScript, a shell command, the URL.

Over HTTP the forms are those of `jupyter_tts.snippets.http`, curl first.

Nothing is read from the environment when a text is made, and no text holds a key: each reads
``ELEVENLABS_API_KEY`` when it runs. As in the notebook, the key goes to ElevenLabs' hosts over
TLS and to this machine, and nowhere else.
"""

from __future__ import annotations

import json
import shlex
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from ..wire.hosts import is_loopback
from ..wire.messages import (
    CLOSE_SOCKET,
    END_OF_INPUT,
    FIRST_CONTEXT,
    encode_close_context,
    encode_dialogue_close_context,
)
from ..wire.models import Endpoint
from ..wire.parameters import PARAMETERS, Place, parameter
from ..wire.request import SpeechRequest
from .cell import cell
from .http import curl, http_python, http_sdk
from .literals import javascript_literal, json_literal, python_literal
from .parts import (
    NO_KEY,
    Snippet,
    as_comment,
    codec_and_rate,
    file_name,
    is_pcm,
    keywords,
    object_literal,
    one_per_line,
    saving_code,
    sdk_client,
    sendable,
    server_hint,
    takes_key,
)
from .templates import (
    JAVASCRIPT,
    JAVASCRIPT_WAV,
    PYTHON,
    SDK,
    SDK_DIALOGUE,
    SHELL,
)

__all__ = ["HTTP_SNIPPETS", "SNIPPETS", "Snippet", "snippet", "snippets_for"]


def snippet(name: str, request: SpeechRequest, text: str) -> str:
    """Return a request and a text as the code of this name.

    Raises
    ------
    KeyError
        If there is none.
    """
    return {form.name: form for form in snippets_for(request)}[name].render(request, text)


def snippets_for(request: SpeechRequest) -> tuple[Snippet, ...]:
    """Return the forms that a request can be written in."""
    return HTTP_SNIPPETS if request.endpoint.is_http else SNIPPETS


def _python(request: SpeechRequest, text: str) -> str:
    needed = {"os": takes_key(request), "wave": is_pcm(request)}
    return PYTHON.substitute(
        hint=server_hint(request, ""),
        imports="".join(f"import {module}\n" for module in needed if needed[module]),
        url=python_literal(request.url),
        endpoint=_endpoint(request),
        first_message=one_per_line(request.first_message, python_literal),
        text=python_literal(sendable(text)),
        text_message=_text_message(request, "TEXT", python_literal),
        last_message=python_literal(_last_message(request)),
        final=_final_field(request),
        key='os.environ.get("ELEVENLABS_API_KEY")' if takes_key(request) else f"None  # {NO_KEY}",
        proxy="        proxy=None,  # this machine is reached without one\n"
        if is_loopback(request.server)
        else "",
        save=textwrap.indent(saving_code(request), "    "),
    )


def _sdk(request: SpeechRequest, text: str) -> str:
    if request.endpoint.is_dialogue:
        return _sdk_dialogue(request, text)
    sent = request.sent
    settings = [declared for declared in PARAMETERS if declared.place is Place.VOICE_SETTINGS]
    settings_sent = {
        declared.wire: sent[declared.name] for declared in settings if declared.name in sent
    }
    arguments = {
        declared.wire: python_literal(sent[declared.name])
        for declared in (parameter("model"), parameter("format"))
        if declared.name in sent
    }
    if settings_sent:
        arguments["voice_settings"] = f"VoiceSettings({keywords(settings_sent)})"
    return SDK.substitute(
        hint=server_hint(request, ""),
        imports="import wave\n\n" if is_pcm(request) else "",
        settings="from elevenlabs import VoiceSettings\n" if settings_sent else "",
        text=python_literal(sendable(text)),
        client=sdk_client(request),
        left_out=as_comment(
            "convert_realtime sends a chunk_length_schedule of its own, [50]. It has no argument "
            f"for, and this leaves out: {', '.join(_missing_from_sdk(request))}."
        ),
        voice=python_literal(sent["voice"]),
        arguments="".join(f"        {name}={value},\n" for name, value in arguments.items()),
        save=saving_code(request),
    )


_DIALOGUE_ARGUMENTS = ("model", "format", "language", "seed", "normalize", "logging")


def _sdk_dialogue(request: SpeechRequest, text: str) -> str:
    sent = request.sent
    arguments = {
        declared.wire: python_literal(sent[declared.name])
        for declared in map(parameter, _DIALOGUE_ARGUMENTS)
        if declared.name in sent
    }
    settings = {"stability": sent["stability"]} if "stability" in sent else {}
    if settings:
        arguments["settings"] = f"ToDialogueSettingsResponseModel({keywords(settings)})"
    missing = ", ".join(
        [parameter(name).wire for name in ("sync_alignment", "pronunciation") if name in sent]
    )
    return SDK_DIALOGUE.substitute(
        hint=server_hint(request, ""),
        imports="import wave\n\n" if is_pcm(request) else "",
        settings=", ToDialogueSettingsResponseModel" if settings else "",
        text=python_literal(sendable(text)),
        client=sdk_client(request),
        left_out=as_comment(
            "The SDK speaks dialogues over HTTP. It has no class for the WebSocket, and this "
            f"leaves out: {missing}."
        ),
        voice=python_literal(sent["voice"]),
        arguments="".join(f"        {name}={value},\n" for name, value in arguments.items()),
        save=saving_code(request),
    )


def _missing_from_sdk(request: SpeechRequest) -> Iterator[str]:
    """Wire names of what ``convert_realtime`` (elevenlabs 2.78) has no argument for."""
    if request.multi:
        yield _endpoint(request)
    carried = (Place.HOST, Place.PATH, Place.ENDPOINT, Place.VOICE_SETTINGS, Place.LOCAL)
    for declared in PARAMETERS:
        if declared.place in carried or declared.name in ("model", "format"):
            continue
        if declared.name in request.sent:
            yield declared.wire


def _magic(request: SpeechRequest, text: str) -> str:
    return cell(request, sendable(text))


def _javascript(request: SpeechRequest, text: str) -> str:
    _, rate = codec_and_rate(request)
    return JAVASCRIPT.substitute(
        hint=server_hint(request, "// "),
        url=javascript_literal(request.url),
        endpoint=_endpoint(request),
        first_message=one_per_line(request.first_message, javascript_literal, indent="  "),
        text=javascript_literal(sendable(text)),
        text_message=_text_message(request, "text", javascript_literal),
        last_message=javascript_literal(_last_message(request)),
        final=_final_field(request),
        token="ttd_websocket" if request.endpoint.is_dialogue else "tts_websocket",
        key="process.env.ELEVENLABS_API_KEY;" if takes_key(request) else f"null; // {NO_KEY}",
        file=file_name(request),
        content=f"wav(audio, {rate})" if is_pcm(request) else "audio",
        wav=JAVASCRIPT_WAV if is_pcm(request) else "",
    )


def _shell(request: SpeechRequest, text: str) -> str:
    frames = [
        json_literal(request.first_message),
        _text_message(request, json_literal(sendable(text)), json_literal),
        json_literal(_last_message(request)),
    ]
    if request.multi:
        frames.append(CLOSE_SOCKET)  # else the server would wait for another context
    header = '${ELEVENLABS_API_KEY:+--header="xi-api-key: $ELEVENLABS_API_KEY"} '
    return SHELL.substitute(
        frames=" \\\n  ".join(map(shlex.quote, frames)),
        header=header if takes_key(request) else "",
        url=shlex.quote(request.url),
        file="speech.pcm" if is_pcm(request) else file_name(request),
    )


def _url(request: SpeechRequest, text: str) -> str:
    return request.url


SNIPPETS: tuple[Snippet, ...] = (
    Snippet("python", "Python (websockets)", _python),
    Snippet("sdk", "Python (ElevenLabs SDK)", _sdk),
    Snippet("magic", "Notebook (%%tts)", _magic),
    Snippet("javascript", "JavaScript (Node.js)", _javascript),
    Snippet("websocat", "Shell (websocat, jq)", _shell),
    Snippet("url", "URL", _url),
)

HTTP_SNIPPETS: tuple[Snippet, ...] = (
    Snippet("curl", "Shell (curl, jq)", curl),
    Snippet("python", "Python (urllib)", http_python),
    Snippet("sdk", "Python (ElevenLabs SDK)", http_sdk),
    Snippet("magic", "Notebook (%%tts)", _magic),
    Snippet("url", "URL", _url),
)


def _endpoint(request: SpeechRequest) -> str:
    """Return the endpoint's name, which a reader finds in ElevenLabs' reference."""
    endpoint = request.endpoint
    prefix = f"{endpoint.resource} " if endpoint.is_dialogue else ""
    return prefix + endpoint.last_segment


def _text_message(request: SpeechRequest, code: str, write: Callable[[Any], str]) -> str:
    """Return the message that sends the text, whose value is code."""
    context = [("context_id", write(FIRST_CONTEXT))] if request.multi else []
    if not request.endpoint.is_dialogue:
        return object_literal([("text", code), *context], write)
    entry = object_literal([("text", code), ("voice_id", write(request.sent["voice"]))], write)
    return object_literal([*context, ("inputs", f"[{entry}]")], write)


def _final_field(request: SpeechRequest) -> str:
    return "is_final" if request.endpoint.is_dialogue else "isFinal"


def _last_message(request: SpeechRequest) -> dict[str, Any]:
    match request.endpoint:
        case Endpoint.STREAM_INPUT:
            last = END_OF_INPUT
        case Endpoint.MULTI_STREAM_INPUT:
            last = encode_close_context(FIRST_CONTEXT, flush=True)
        case Endpoint.DIALOGUE:
            last = CLOSE_SOCKET
        case _:
            last = encode_dialogue_close_context(FIRST_CONTEXT)
    message: dict[str, Any] = json.loads(last)
    return message
