"""The declared parameters as plain data, from which the page makes URLs, messages and controls.

What code decides rather than a declaration (the path, the locators' keys, the levers that a switch
removes) is read from requests that are made for the purpose.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from ...audio.codecs import check_decoder
from ...client.streaming.stream import audio_format
from ...wire.condition_options import STATUS_HELP, STATUS_PATTERN
from ...wire.conditions import CONDITIONS, Condition
from ...wire.errors import UnsupportedFormat
from ...wire.hosts import HOSTS, LOCAL, default_voice, http_url, websocket_url
from ...wire.levels import FLUSHING_LEVEL, LEVELS, Level
from ...wire.models import (
    DIALOGUE_MODEL,
    DIALOGUE_PREFIXES,
    HTTP_SPEECH_MODELS,
    MODEL_IDS,
    PHONEME_MODELS,
    Endpoint,
    IpaForm,
    find_model,
    takes_level_over_http,
)
from ...wire.parameters import PARAMETERS, Kind, Parameter, Place
from ...wire.pronunciations import IPA_PATTERN, pronunciations
from ...wire.request import (
    TEXT_PLACEHOLDER,
    UNTRIED_LEVEL_NOTE,
    ChangeCost,
    SpeechRequest,
    settings_key,
)
from ..output.request_card import HTTP_HEADER, HTTP_METHOD, ONE_REQUEST

__all__ = ["LOCAL_WITHOUT_EFFECT", "declaration", "label", "without_effect"]

_STEPS = {Kind.INTEGER: 1, Kind.NUMBER: 0.01}
_ACRONYMS = {"ssml": "SSML", "pvc": "PVC", "ivc": "IVC"}
_ELSEWHERE = "https://host.invalid"


def declaration() -> dict[str, Any]:
    """Return everything that the page must know about the wire, ready for JSON.

    Returns
    -------
    dict
        ``parameters``, in the order in which they travel: name, wire, place, kind, label, help,
        note, accepted, low, high, step, choices, pattern, most, default, preset, in_url, endpoints,
        http_body: whether over HTTP it is in the body and not in the query.
        ``levels``: value, title, official, meaning, levers.
        ``suppressed``: switch to the levers that are left out while it is on.
        ``hosts``: name to ``wss://`` base; ``local``: the embedded voice's name and its address
        before it runs; ``schemes``: of a server's URL, to that of the socket; ``http_schemes``:
        of a socket, to that of a request.
        ``default_voices``: by server name, ``*`` for any other.
        ``endpoints``, by name: ``label``; ``http``: whether it is one request, whose body is what
        a first message is elsewhere; ``path``, in two parts where the voice stands between them;
        ``first``: the bare first message; ``voice_in_path``, else it is in that message;
        ``settings``: what it calls the voice settings; ``levers``: those that act; ``level_note``:
        what the server does with the level; ``untried``: models that are not sent it;
        ``flushing_level``: from which on each sentence is flushed, the only lever there, or None;
        ``presets``: what is sent there alone where the user sets nothing.
        ``untried_level_note``: for those models.
        ``dialogue_prefixes``: how the models begin that text-to-dialogue serves;
        ``http_speech_models``: those of them that speak on text-to-speech over HTTP.
        ``text``: what stands for the text in a body; ``http``: the method, header and note that
        the card shows of a request.
        ``locator``: the keys of a pronunciation dictionary's ID and VERSION in it.
        ``ipa``: what a pair matches whose pronunciation is IPA; ``phoneme_models``: those that are
        sent it in elements of SSML, as is any model's name on this machine.
        ``conditions``: what can be simulated, declared as parameters are.
        ``costs``: of a change, ``socket`` in the URL and ``message`` elsewhere, ``request`` over
        HTTP.
    """
    return {
        "parameters": [_parameter(declared) for declared in PARAMETERS],
        "levels": [_level(level) for level in LEVELS],
        "suppressed": _suppressed(),
        "hosts": {name: websocket_url(name) for name in HOSTS},
        "local": {"name": LOCAL, "url": websocket_url(LOCAL)},
        "schemes": {name: _socket_scheme(name) for name in ("http", "https", "ws", "wss")},
        "http_schemes": {name: _http_scheme(name) for name in ("ws", "wss")},
        "default_voices": {
            **{name: default_voice(name) for name in (LOCAL, *HOSTS)},
            "*": default_voice(_ELSEWHERE),
        },
        "endpoints": {endpoint.name.lower(): _endpoint(endpoint) for endpoint in Endpoint},
        "untried_level_note": UNTRIED_LEVEL_NOTE,
        "dialogue_prefixes": list(DIALOGUE_PREFIXES),
        "http_speech_models": list(HTTP_SPEECH_MODELS),
        "text": TEXT_PLACEHOLDER,
        "http": {"method": HTTP_METHOD, "header": HTTP_HEADER, "note": ONE_REQUEST},
        "locator": _locator(),
        "ipa": IPA_PATTERN,
        "phoneme_models": list(PHONEME_MODELS),
        "conditions": [*map(_condition, CONDITIONS, CONDITIONS.values()), _status()],
        "costs": {cost.name.lower(): cost.value for cost in ChangeCost},
    }


def _parameter(declared: Parameter) -> dict[str, Any]:
    return {
        "name": declared.name,
        "wire": declared.wire,
        "place": declared.place.value,
        "kind": declared.kind.value,
        "label": label(declared.name),
        "help": declared.help,
        "note": declared.note,
        "accepted": declared.accepted,
        "low": declared.low,
        "high": declared.high,
        "step": _STEPS.get(declared.kind),
        "choices": list(declared.choices),
        "pattern": declared.pattern,
        "most": declared.most,
        "default": _plain(declared.default),
        "preset": _plain(declared.preset),
        "in_url": declared.place.in_url,
        "endpoints": [
            endpoint.name.lower() for endpoint in Endpoint if endpoint in declared.endpoints
        ],
        "http_body": declared.http_body,
    }


def _endpoint(endpoint: Endpoint) -> dict[str, Any]:
    request = SpeechRequest(
        levers=False,
        model=DIALOGUE_MODEL if endpoint.is_dialogue else None,
        multi=endpoint.is_multi,
        transport="http" if endpoint.is_http else "websocket",
    )
    first = request.first_message
    acting = [dataclasses.replace(request, levers=True, latency=level.value) for level in LEVELS]
    return {
        "label": _endpoint_label(endpoint),
        "http": endpoint.is_http,
        "path": [part.text for part in request.url_parts if part.kind == "path"],
        "first": {name: first[name] for name in ("text", "context_id") if name in first},
        "voice_in_path": any(part.kind == "voice" for part in request.url_parts),
        "settings": settings_key(endpoint),
        "levers": list(dict.fromkeys(name for made in acting for name in made.active_levers)),
        "level_note": request.level_note,
        "untried": _untried_models() if endpoint is Endpoint.HTTP_SPEECH else [],
        "flushing_level": FLUSHING_LEVEL if _flushes(acting) else None,
        "presets": {
            name: value
            for name, value in request.sent.items()
            if getattr(request, name) is None and name != "voice"
        },
    }


def _untried_models() -> list[str]:
    return [name for name in MODEL_IDS if not takes_level_over_http(name)]


def _flushes(requests: list[SpeechRequest]) -> bool:
    return any(request.flushes_sentences for request in requests)


def _endpoint_label(endpoint: Endpoint) -> str:
    if endpoint.is_http:
        return "text-to-dialogue over HTTP" if endpoint.is_dialogue else "HTTP"
    return endpoint.resource if endpoint.is_dialogue else endpoint.last_segment


def _condition(name: str, declared: Condition) -> dict[str, Any]:
    unit = f", {declared.unit}" if declared.unit else ""
    number = "a whole number" if declared.whole else "a number"
    return {
        **_status(),
        "name": name,
        "wire": name,
        "kind": (Kind.INTEGER if declared.whole else Kind.NUMBER).value,
        "label": f"{declared.label}{unit}",
        "help": _sentence(declared.help),
        "accepted": f"{number} from {declared.accepted}",
        "low": declared.low,
        "high": declared.high,
        "pattern": "",
        "default": declared.default,
    }


def _status() -> dict[str, Any]:
    return {
        "name": "status",
        "wire": "status",
        "place": "condition",
        "kind": Kind.TEXTS.value,
        "label": "HTTP status",
        "help": f"{_sentence(STATUS_HELP)} 503:0.5, say.",
        "note": "",
        "accepted": "statuses of 400 to 599, each perhaps with its probability: 503:0.5, 429",
        "low": None,
        "high": None,
        "step": None,
        "choices": [],
        "pattern": STATUS_PATTERN,
        "most": None,
        "default": None,
        "preset": None,
        "in_url": False,
        "endpoints": [],
    }


def _sentence(clause: str) -> str:
    return f"{clause[0].upper()}{clause[1:]}."


def label(name: str) -> str:
    """Return a parameter's name for people."""
    words = name.split("_")
    if words[0] not in _ACRONYMS:
        words[0] = words[0].capitalize()
    return " ".join(_ACRONYMS.get(word, word) for word in words)


def _level(level: Level) -> dict[str, Any]:
    return {
        "value": level.value,
        "title": level.title,
        "official": level.official,
        # Level 0 is the server's own way, of which articles say nothing.
        "meaning": level.common if level.value else level.official,
        "levers": {name: _plain(value) for name, value in level.levers.items()},
    }


def _suppressed() -> dict[str, list[str]]:
    """Return which levers each switch removes, over all levels."""
    suppressed: dict[str, list[str]] = {}
    for switch in PARAMETERS:
        if switch.kind is not Kind.SWITCH or switch.place is Place.LOCAL:
            continue
        lost = {
            name: None  # in order, once
            for level in LEVELS
            for name in level.levers
            if name not in _active(level, **{switch.name: True})
        }
        if lost:
            suppressed[switch.name] = list(lost)
    return suppressed


def _active(level: Level, **switched: bool) -> dict[str, Any]:
    return SpeechRequest(latency=level.value, **switched).active_levers


def _socket_scheme(scheme: str) -> str:
    return websocket_url(f"{scheme}://host.invalid").partition("://")[0]


def _http_scheme(scheme: str) -> str:
    return http_url(f"{scheme}://host.invalid").partition("://")[0]


def _locator() -> list[str]:
    message = SpeechRequest(pronunciation=["id:version"]).first_message
    return list(message["pronunciation_dictionary_locators"][0])


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


LOCAL_WITHOUT_EFFECT = {
    "model": "The embedded voice has one model; the name chooses the endpoint alone.",
    "logging": "The embedded voice logs no text in any case.",
    "pvc_as_ivc": "No embedded voice is a clone.",
    "pronunciation": "The embedded voice has no dictionaries.",
}


def _lacking(voice: str, voices: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return the settings that a voice lacks, as its server lists it."""
    listed = next((entry for entry in voices if entry["id"] == voice), {})
    lacking = listed.get("without_effect", "").split()
    return {
        declared.name: f"The voice {voice} does not have it."
        for declared in PARAMETERS
        if declared.wire in lacking
    }


def without_effect(
    request: SpeechRequest, voices: Sequence[Mapping[str, str]] = ()
) -> dict[str, str]:
    """Return the controls without effect, each with a sentence that says why.

    Facts about models are those of `jupyter_tts.wire.models`; the level parameter's deprecation is
    a note of its own.
    """
    reasons = dict(LOCAL_WITHOUT_EFFECT) if request.server == LOCAL else {}
    reasons |= _lacking(request.sent["voice"], voices)
    if request.auto_mode:
        reasons["schedule"] = "Auto mode switches the schedule off."
    if request.server != LOCAL and (model := find_model(request.model)) is not None:
        acting = model.http_settings if request.endpoint.is_http else model.settings
        for declared in PARAMETERS:
            if declared.place is Place.VOICE_SETTINGS and declared.name not in acting:
                reasons[declared.name] = f"{model.name} does not have it."
    pairs = [*pronunciations(request.pronounce or ())]
    if pairs and request.ipa_form is IpaForm.NONE and all(pair.is_ipa for pair in pairs):
        reasons["pronounce"] = "The model reads no IPA: a respelling works."
    lacking = f"{_endpoint_label(request.endpoint)} does not take it"
    for declared in PARAMETERS:
        if request.endpoint not in declared.endpoints:
            reasons[declared.name] = f"{lacking}."
    if "latency" not in request.sent:
        if request.levers and (request.active_levers or not request.endpoint.is_http):
            reasons.pop("latency", None)  # its levers act
        elif request.endpoint.is_http:
            reasons["latency"] = request.level_note
        else:
            reasons["latency"] = f"{lacking}, and levers are off."
    try:
        check_decoder(audio_format(request))
    except UnsupportedFormat as error:
        reasons["format"] = str(error)
    return reasons
