"""A full set of parameters, and the URL and first message it makes."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import quote

from .errors import ParameterError
from .hosts import LOCAL, default_voice, http_url, is_elevenlabs, is_loopback, websocket_url
from .levels import FLUSHING_LEVEL, LEVELS, Level
from .messages import FIRST_CONTEXT, DialogueInput
from .models import (
    Endpoint,
    IpaForm,
    endpoint_of,
    find_model,
    is_dialogue_model,
    language_fault,
    takes_level_over_http,
)
from .parameters import PARAMETERS, Parameter, Place, check_parameters, parameter
from .pronunciations import has_ipa

__all__ = [
    "TEXT_PLACEHOLDER",
    "UNTRIED_LEVEL_NOTE",
    "Change",
    "ChangeCost",
    "SpeechRequest",
    "UrlPart",
    "changes",
    "settings_key",
]

TEXT_PLACEHOLDER = "…"
"""What stands for the text in the body of an HTTP request that is shown."""

UNTRIED_LEVEL_NOTE = "It is not sent: nobody has tried whether the model takes it over HTTP."


@dataclass(frozen=True)
class UrlPart:
    """A piece of the URL: ``kind`` is scheme, host, path, voice, mark, param or value."""

    kind: str
    text: str


@dataclass(frozen=True, init=False, repr=False)
class SpeechRequest:
    """Everything that decides how a text is spoken.

    Parameters
    ----------
    **parameters
        By keyword name, see :data:`jupyter_tts.wire.parameters.PARAMETERS`. What is left out, or
        None, is not sent, except ``latency``, which is always sent.

    Raises
    ------
    ParameterError
        With every fault at once. Nothing has been sent.

    Examples
    --------
    >>> request = SpeechRequest(voice="v", model="eleven_multilingual_v2", latency=3)
    >>> request.url.partition("?")[2]
    'model_id=eleven_multilingual_v2&optimize_streaming_latency=3'
    """

    voice: str | None = None
    model: str | None = None
    latency: int = 2
    stability: float | None = None
    similarity: float | None = None
    style: float | None = None
    speed: float | None = None
    speaker_boost: bool | None = None
    language: str | None = None
    format: str | None = None
    auto_mode: bool | None = None
    schedule: tuple[int, ...] | None = None
    normalize: str | None = None
    seed: int | None = None
    sync_alignment: bool | None = None
    ssml: bool | None = None
    inactivity_timeout: int | None = None
    logging: bool | None = None
    pvc_as_ivc: bool | None = None
    pronunciation: tuple[str, ...] | None = None
    pronounce: tuple[str, ...] | None = None
    read: str = "auto"
    read_code: bool = False
    levers: bool = True
    warm: bool = True
    cache: bool | None = None
    multi: bool = False
    transport: str = "websocket"
    server: str = "elevenlabs"
    voices: tuple[str, ...] = ()
    """The voices of a dialogue, ``voice`` among them; empty where one speaks alone."""

    def __init__(self, **parameters: Any) -> None:
        object.__setattr__(self, "voices", tuple(parameters.pop("voices", ())))
        checked = check_parameters(parameters)
        for declared in PARAMETERS:
            value = checked.get(declared.name, declared.preset)
            object.__setattr__(self, declared.name, value)
        if self.language and is_elevenlabs(self.server):
            fault = language_fault(self.model, self.language)
            if fault is not None:
                raise ParameterError([fault])

    def __repr__(self) -> str:
        shown = (f"{n}={v!r}" for n in _FIELDS if (v := getattr(self, n)) != parameter(n).preset)
        return f"SpeechRequest({', '.join(shown)})"

    # A request never changes, and a stream asks for these again and again.
    @functools.cached_property
    def endpoint(self) -> Endpoint:
        """The endpoint of the transport that serves the model."""
        return endpoint_of(self.model, self.multi, self.transport == "http")

    @property
    def level(self) -> Level:
        """The latency level, with its meaning."""
        return LEVELS[self.latency]

    @property
    def performs_tags(self) -> bool:
        """Whether audio tags such as ``[laughs]`` are performed, and not spoken."""
        model = find_model(self.model)
        return self.endpoint.is_dialogue if model is None else model.performs_tags

    @property
    def reads_ssml(self) -> bool:
        """Whether SSML tags in the text are markup, and not spoken."""
        return bool(self.ssml) and not self.endpoint.is_dialogue

    @property
    def sends_ssml(self) -> bool:
        """Whether there may be SSML in what is sent."""
        return self.reads_ssml or self.writes_elements

    @property
    def removes_tags(self) -> bool:
        """Whether audio tags are not sent, since the model would read them aloud.

        To another server, with a model that is not known, the text goes as it is.
        """
        if find_model(self.model) is None:
            known = is_elevenlabs(self.server) or self.server == LOCAL or is_loopback(self.server)
            return known and self.model is None
        return not self.performs_tags

    @property
    def ipa_form(self) -> IpaForm:
        """How a pronunciation in IPA is written in the text that is sent."""
        if is_dialogue_model(self.model):
            return IpaForm.SLASHES
        if self.ssml is False and not self.endpoint.is_http:
            return IpaForm.NONE
        if self.server == LOCAL or is_loopback(self.server):
            return IpaForm.ELEMENT
        model = find_model(self.model)
        return IpaForm.NONE if model is None else model.ipa

    @property
    def writes_elements(self) -> bool:
        """Whether words of the text may be sent in phoneme elements."""
        return self.ipa_form is IpaForm.ELEMENT and has_ipa(self.pronounce or ())

    @property
    def sent(self) -> dict[str, Any]:
        """What travels, by keyword name: what was set, and the levers of the level.

        Without what the endpoint does not take; on text-to-dialogue with ``sync_alignment``.
        """
        return dict(self._sent)

    @functools.cached_property
    def _sent(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in _FIELDS}
        for name, value in self.active_levers.items():
            values[name] = value
        values["voice"] = self.voice or default_voice(self.server)
        if self.endpoint.is_dialogue and self.sync_alignment is None:
            values["sync_alignment"] = True  # without it the endpoint sends no times
        if self.ssml is None and self.writes_elements:
            values["ssml"] = True
        if self.endpoint.is_http and not takes_level_over_http(self.model):
            del values["latency"]
        return {
            name: value
            for name, value in values.items()
            if value is not None and self.endpoint in parameter(name).endpoints
        }

    @property
    def level_note(self) -> str:
        """What the server does with the level, as a sentence."""
        if self.endpoint is Endpoint.HTTP_DIALOGUE:
            return (
                "It is not sent and has no lever here: text-to-dialogue does not take it over "
                "HTTP, and the v3 models refuse it."
            )
        if self.endpoint.is_http and not takes_level_over_http(self.model):
            return UNTRIED_LEVEL_NOTE
        if self.endpoint.is_dialogue:
            return (
                "It has no effect on the wire: text-to-dialogue takes neither the parameter nor a "
                f"chunk schedule. What remains: from level {FLUSHING_LEVEL} on each sentence is "
                "flushed."
            )
        if self.endpoint.is_multi:
            return "It is not sent, since multi-stream-input does not take it: only levers act."
        return "The parameter is deprecated; a server may ignore or refuse it."

    @property
    def flushes_sentences(self) -> bool:
        """Whether each sentence is flushed, the one lever that a level has on text-to-dialogue."""
        flushes = self.endpoint.is_dialogue and not self.endpoint.is_http
        return flushes and self.levers and self.latency >= FLUSHING_LEVEL

    @property
    def active_levers(self) -> dict[str, Any]:
        """The levers in force: those of the level that the user has not set otherwise."""
        if not self.levers or self.endpoint.is_dialogue:
            return {}
        free = {
            name: value
            for name, value in self.level.levers.items()
            if getattr(self, name) is None and self.endpoint in parameter(name).endpoints
        }
        if self.auto_mode:
            free.pop("schedule", None)  # documented to be switched off by auto_mode
        return free

    @property
    def inactivity_limit(self) -> float:
        """Seconds without text after which the server closes the socket, documented or asked."""
        default = float(str(parameter("inactivity_timeout").default))
        return float(self._sent.get("inactivity_timeout", default))

    @property
    def url_parts(self) -> tuple[UrlPart, ...]:
        """The URL in pieces, in order; joined they are :attr:`url`."""
        base = http_url if self.endpoint.is_http else websocket_url
        scheme, _, rest = base(self.server).partition("://")
        host, slash, prefix = rest.partition("/")
        parts = [
            UrlPart("scheme", f"{scheme}://"),
            UrlPart("host", host),
            *self._path(f"{slash}{prefix}/v1/{self.endpoint.resource}"),
        ]
        for number, (declared, value) in enumerate(self._query):
            parts += [
                UrlPart("mark", "&" if number else "?"),
                UrlPart("param", f"{declared.wire}="),
                UrlPart("value", quote(declared.write(value), safe="")),
            ]
        return tuple(parts)

    @functools.cached_property
    def url(self) -> str:
        """The URL: percent-encoded, one ``?``, then ``&``; never with a key."""
        return "".join(part.text for part in self.url_parts)

    @property
    def first_message(self) -> dict[str, Any]:
        """The first message, over HTTP the body of the request with ``…`` for the text.

        The key travels in a header, not here. Where several contexts share a socket it is the
        message of the first one.
        """
        if self.endpoint.is_http:
            return self.body(TEXT_PLACEHOLDER)
        message: dict[str, Any] = {} if self.endpoint.is_dialogue else {"text": " "}
        if self.multi:
            message["context_id"] = FIRST_CONTEXT
        if self.endpoint.is_dialogue:
            message["voices"] = list(self.voices) or [self._sent["voice"]]
        return message | self._settings

    def body(
        self, text: str, before: str = "", *, inputs: Sequence[DialogueInput] = ()
    ) -> dict[str, Any]:
        """Return the body of the HTTP request for a text.

        Parameters
        ----------
        text : str
        inputs : sequence of DialogueInput, optional
            The same text by who speaks it, which text-to-dialogue is sent; without them the
            request's own voice does.
        before : str, optional
            What is spoken already; left out where it is not known to be taken.
        """
        message: dict[str, Any] = {"text": text}
        if self.endpoint.is_dialogue:
            spoken = inputs or [DialogueInput(text, self._sent["voice"])]
            message = {
                "inputs": [{"text": entry.text, "voice_id": entry.voice_id} for entry in spoken]
            }
        for declared, value in self._sent_in(Place.QUERY):
            if declared.http_body:
                message[declared.wire] = value
        message |= self._settings
        if before and self.endpoint is Endpoint.HTTP_SPEECH:
            message["previous_text"] = before
        return message

    def first_message_in(self, context_id: str | None) -> dict[str, Any]:
        """Return the first message of a context; without an id, that of the first one."""
        message = self.first_message
        is_named = self.endpoint.is_multi and context_id
        return {**message, "context_id": context_id} if is_named else message

    def at(self, server: str) -> SpeechRequest:
        """Return this request for a server's address, still with the voice it has here."""
        return dataclasses.replace(self, server=server, voice=self._sent["voice"])

    def _path(self, before: str) -> Iterator[UrlPart]:
        last = self.endpoint.last_segment
        if self.endpoint.is_dialogue:
            yield UrlPart("path", f"{before}/{last}")
        else:
            yield UrlPart("path", f"{before}/")
            yield UrlPart("voice", quote(self._sent["voice"], safe=""))
            yield UrlPart("path", f"/{last}")

    @property
    def _query(self) -> Iterator[tuple[Parameter, Any]]:
        for declared, value in self._sent_in(Place.QUERY):
            if not (self.endpoint.is_http and declared.http_body):
                yield declared, value

    @property
    def _settings(self) -> dict[str, Any]:
        """What the first message and the body of an HTTP request have in common."""
        message: dict[str, Any] = {}
        for place in (Place.VOICE_SETTINGS, Place.GENERATION_CONFIG):
            values = {declared.wire: _plain(value) for declared, value in self._sent_in(place)}
            if values:
                is_voice = place is Place.VOICE_SETTINGS
                message[settings_key(self.endpoint) if is_voice else place.value] = values
        if self.pronunciation:
            message["pronunciation_dictionary_locators"] = [
                {"pronunciation_dictionary_id": dictionary, "version_id": version}
                for dictionary, _, version in (
                    locator.partition(":") for locator in self.pronunciation
                )
            ]
        return message

    def _sent_in(self, place: Place) -> Iterator[tuple[Parameter, Any]]:
        sent = self._sent
        for declared in PARAMETERS:
            if declared.place is place and declared.name in sent:
                yield declared, sent[declared.name]


_FIELDS = tuple(field.name for field in dataclasses.fields(SpeechRequest) if field.name != "voices")

# What help and completion show instead of **parameters.
SpeechRequest.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # set for inspect
    [
        inspect.Parameter(declared.name, inspect.Parameter.KEYWORD_ONLY, default=declared.preset)
        for declared in PARAMETERS
    ]
)


class ChangeCost(Enum):
    """What it takes to apply a change."""

    SOCKET = "new socket"
    MESSAGE = "first message only"
    REQUEST = "next request"


@dataclass(frozen=True)
class Change:
    """One parameter whose sent value differs between two requests."""

    parameter: Parameter
    before: Any = field(compare=False)
    after: Any = field(compare=False)
    cost: ChangeCost = ChangeCost.SOCKET
    """A URL parameter needs a new socket, any other a new first message.

    Over HTTP every speech is a request of its own.
    """


def changes(before: SpeechRequest, after: SpeechRequest) -> tuple[Change, ...]:
    """Return what differs on the wire between two requests, levers included."""
    old, new = before.sent, after.sent
    # The dialogue endpoints have the voice in the first message.
    voice_in_url = not (before.endpoint.is_dialogue and after.endpoint.is_dialogue)

    def cost(declared: Parameter) -> ChangeCost:
        if after.endpoint.is_http:
            return ChangeCost.REQUEST
        in_url = voice_in_url if declared.place is Place.PATH else declared.place.in_url
        return ChangeCost.SOCKET if in_url else ChangeCost.MESSAGE

    return tuple(
        Change(declared, old.get(declared.name), new.get(declared.name), cost(declared))
        for declared in PARAMETERS
        if declared.place is not Place.LOCAL and old.get(declared.name) != new.get(declared.name)
    )


def settings_key(endpoint: Endpoint) -> str:
    """Return what an endpoint calls the voice settings."""
    return "settings" if endpoint is Endpoint.HTTP_DIALOGUE else Place.VOICE_SETTINGS.value


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
