"""A request as code: Python, the official SDK, ``%%tts``, JavaScript, a shell command, the URL.

Nothing is read from the environment when a text is made, and no text holds a key: each reads
``ELEVENLABS_API_KEY`` when it runs. As in the notebook, the key goes to ElevenLabs' hosts over
TLS and to this machine, and nowhere else.
"""

from __future__ import annotations

import json
import shlex
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..wire.hosts import http_url, is_elevenlabs, is_loopback, websocket_url
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
from .literals import javascript_literal, json_literal, python_literal
from .templates import (
    JAVASCRIPT,
    JAVASCRIPT_WAV,
    PYTHON,
    SAVE_RAW,
    SAVE_WAV,
    SDK,
    SDK_DIALOGUE,
    SHELL,
)

__all__ = ["SNIPPETS", "Snippet", "snippet"]


@dataclass(frozen=True)
class Snippet:
    """One way to write a request down.

    Attributes
    ----------
    name : str
        What :func:`snippet` takes.
    title : str
        What a menu shows.
    render : callable
        From a request and a text to the code, which is valid for whatever both hold. A request
        for the server ``"local"`` has no port: move it with :meth:`SpeechRequest.at`.
    """

    name: str
    title: str
    render: Callable[[SpeechRequest, str], str]


def snippet(name: str, request: SpeechRequest, text: str) -> str:
    """Return a request and a text as the code of this name.

    Raises
    ------
    KeyError
        If there is none.
    """
    return {form.name: form for form in SNIPPETS}[name].render(request, text)


def _python(request: SpeechRequest, text: str) -> str:
    needed = {"os": _takes_key(request), "wave": _is_pcm(request)}
    return PYTHON.substitute(
        hint=_server_hint(request, ""),
        imports="".join(f"import {module}\n" for module in needed if needed[module]),
        url=python_literal(request.url),
        endpoint=_endpoint(request),
        first_message=_one_per_line(request.first_message, python_literal),
        text=python_literal(_sendable(text)),
        text_message=_text_message(request, "TEXT", python_literal),
        last_message=python_literal(_last_message(request)),
        final=_final_field(request),
        key='os.environ.get("ELEVENLABS_API_KEY")' if _takes_key(request) else f"None  # {_NO_KEY}",
        proxy="        proxy=None,  # this machine is reached without one\n"
        if is_loopback(request.server)
        else "",
        save=textwrap.indent(_saving_code(request), "    "),
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
        arguments["voice_settings"] = f"VoiceSettings({_keywords(settings_sent)})"
    return SDK.substitute(
        hint=_server_hint(request, ""),
        imports="import wave\n\n" if _is_pcm(request) else "",
        settings="from elevenlabs import VoiceSettings\n" if settings_sent else "",
        text=python_literal(_sendable(text)),
        client=_sdk_client(request),
        left_out=_as_comment(
            "convert_realtime sends a chunk_length_schedule of its own, [50]. It has no argument "
            f"for, and this leaves out: {', '.join(_missing_from_sdk(request))}."
        ),
        voice=python_literal(sent["voice"]),
        arguments="".join(f"        {name}={value},\n" for name, value in arguments.items()),
        save=_saving_code(request),
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
        arguments["settings"] = f"ToDialogueSettingsResponseModel({_keywords(settings)})"
    missing = ", ".join(
        [parameter(name).wire for name in ("sync_alignment", "pronunciation") if name in sent]
    )
    return SDK_DIALOGUE.substitute(
        hint=_server_hint(request, ""),
        imports="import wave\n\n" if _is_pcm(request) else "",
        settings=", ToDialogueSettingsResponseModel" if settings else "",
        text=python_literal(_sendable(text)),
        client=_sdk_client(request),
        left_out=_as_comment(
            "The SDK speaks dialogues over HTTP. It has no class for the WebSocket, and this "
            f"leaves out: {missing}."
        ),
        voice=python_literal(sent["voice"]),
        arguments="".join(f"        {name}={value},\n" for name, value in arguments.items()),
        save=_saving_code(request),
    )


def _sdk_client(request: SpeechRequest) -> str:
    arguments: dict[str, str | None] = {}
    if request.server != parameter("server").preset:
        arguments["base_url"] = http_url(request.server)
    if not _takes_key(request):
        arguments["api_key"] = None
    lines = [f"client = ElevenLabs({_keywords(arguments)})"]
    address = websocket_url(request.server)
    if address.startswith("ws:") and not request.endpoint.is_dialogue:
        lines += [
            "# The SDK opens every WebSocket with wss://; this server has no TLS.",
            f"client.text_to_speech._ws_base_url = {python_literal(address)}",
        ]
    return "\n".join(lines)


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
    return cell(request, _sendable(text))


def _javascript(request: SpeechRequest, text: str) -> str:
    _, rate = _format(request)
    return JAVASCRIPT.substitute(
        hint=_server_hint(request, "// "),
        url=javascript_literal(request.url),
        endpoint=_endpoint(request),
        first_message=_one_per_line(request.first_message, javascript_literal, indent="  "),
        text=javascript_literal(_sendable(text)),
        text_message=_text_message(request, "text", javascript_literal),
        last_message=javascript_literal(_last_message(request)),
        final=_final_field(request),
        token="ttd_websocket" if request.endpoint.is_dialogue else "tts_websocket",
        key="process.env.ELEVENLABS_API_KEY;" if _takes_key(request) else f"null; // {_NO_KEY}",
        file=_file(request),
        content=f"wav(audio, {rate})" if _is_pcm(request) else "audio",
        wav=JAVASCRIPT_WAV if _is_pcm(request) else "",
    )


def _shell(request: SpeechRequest, text: str) -> str:
    frames = [
        json_literal(request.first_message),
        _text_message(request, json_literal(_sendable(text)), json_literal),
        json_literal(_last_message(request)),
    ]
    if request.multi:
        frames.append(CLOSE_SOCKET)  # else the server would wait for another context
    header = '${ELEVENLABS_API_KEY:+--header="xi-api-key: $ELEVENLABS_API_KEY"} '
    return SHELL.substitute(
        frames=" \\\n  ".join(map(shlex.quote, frames)),
        header=header if _takes_key(request) else "",
        url=shlex.quote(request.url),
        file="speech.pcm" if _is_pcm(request) else _file(request),
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

_NO_KEY = "ELEVENLABS_API_KEY is not for this host"


def _endpoint(request: SpeechRequest) -> str:
    """Return the endpoint's name, which a reader finds in ElevenLabs' reference."""
    endpoint = request.endpoint
    prefix = f"{endpoint.resource} " if endpoint.is_dialogue else ""
    return prefix + endpoint.last_segment


def _text_message(request: SpeechRequest, code: str, write: Callable[[Any], str]) -> str:
    """Return the message that sends the text, whose value is code."""
    context = [("context_id", write(FIRST_CONTEXT))] if request.multi else []
    if not request.endpoint.is_dialogue:
        return _object([("text", code), *context], write)
    entry = _object([("text", code), ("voice_id", write(request.sent["voice"]))], write)
    return _object([*context, ("inputs", f"[{entry}]")], write)


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
        case Endpoint.MULTI_DIALOGUE:
            last = encode_dialogue_close_context(FIRST_CONTEXT)
    message: dict[str, Any] = json.loads(last)
    return message


def _takes_key(request: SpeechRequest) -> bool:
    return is_elevenlabs(request.server) or is_loopback(request.server)


def _server_hint(request: SpeechRequest, mark: str) -> str:
    """Return how to start the embedded voice, where the request goes to this machine."""
    address = urlsplit(websocket_url(request.server))
    if address.scheme == "wss" or not address.port or address.path:
        return ""
    if not is_loopback(request.server):
        return ""
    return f"{mark}The server there: python -m jupyter_tts.server --port {address.port}\n"


def _format(request: SpeechRequest) -> tuple[str, int]:
    """Return the codec, and the sample rate in Hz."""
    name = request.format or str(parameter("format").default)
    codec, rate, *_ = name.split("_")
    return codec, int(rate)


def _is_pcm(request: SpeechRequest) -> bool:
    return _format(request)[0] == "pcm"


def _file(request: SpeechRequest) -> str:
    codec, _ = _format(request)
    return f"speech.{'wav' if codec == 'pcm' else codec}"


def _saving_code(request: SpeechRequest) -> str:
    _, rate = _format(request)
    return (SAVE_WAV if _is_pcm(request) else SAVE_RAW).substitute(file=_file(request), rate=rate)


def _sendable(text: str) -> str:
    """Return a text without lone surrogates, which cannot be sent."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _as_comment(text: str) -> str:
    return textwrap.fill(text, 88, initial_indent="# ", subsequent_indent="# ")


def _keywords(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{name}={python_literal(value)}" for name, value in arguments.items())


def _object(members: list[tuple[str, str]], write: Callable[[Any], str]) -> str:
    """Return an object whose values are code."""
    return "{" + ", ".join(f"{write(name)}: {code}" for name, code in members) + "}"


def _one_per_line(
    message: dict[str, Any], write: Callable[[Any], str], indent: str = "    "
) -> str:
    lines = (f"{indent}{write(key)}: {write(value)},\n" for key, value in message.items())
    return "{\n" + "".join(lines) + "}"
