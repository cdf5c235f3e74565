"""ElevenLabs' models: where each is spoken, what it takes, and what came after it.

Confidence of the facts: those about endpoints and limits are stated by ElevenLabs, in its
documentation or in the reference of the sockets, or were measured by others in 2026. Nothing here
was tried on the live service.

===========================  ======================================================================
Fact                         Source
===========================  ======================================================================
Dialogue sockets             The reference names eleven_v3*; eleven_v4* is used there by pipecat-ai
                             1.14.0 and livekit-plugins-elevenlabs 1.8.9, which route by the prefix.
Text-to-speech sockets       Refuse v3 and v4: livekit/agents#3235, #4901; later with HTTP 400.
HTTP                         Measured for every model of today.
Dialogue over HTTP           Documented for v3 and v4; v3_conversational in livekit PR#6838;
                             eleven_v4_turbo is not established.
Languages                    See `jupyter_tts.wire.languages`.
Characters in a request      ElevenLabs' model pages, over HTTP. None is stated for eleven_v4_turbo
                             and eleven_v3_conversational, nor for any socket.
Latency level                Refused over HTTP with eleven_v3 and eleven_v3_conversational
                             (measured); nobody tried it with v4, and the dialogue sockets lack it.
Settings                     Multilingual v2 is the only one in which style and speaker boost were
                             measured to act; v3's from the SDK's types and from measurements.
Voices on a dialogue socket  v3 stated, v4 from digests of the documentation.
Audio tags                   Performed by v3 and v4, read aloud by the others (measured).
Phoneme elements             ElevenLabs' guides to pronunciation; other models skip the word.
IPA between slashes          The same for v3; for v4 pipecat-ai 1.14.0 and digests of the guide.
Deprecated and removed       ElevenLabs' model pages, and GET /v1/models (2026-10-04).
===========================  ======================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from .languages import (
    ENGLISH,
    FLASH_LANGUAGES,
    LANGUAGES,
    MULTILINGUAL_LANGUAGES,
    THREE_LETTERS,
    V3_LANGUAGES,
)

__all__ = [
    "DIALOGUE_MODEL",
    "DIALOGUE_PREFIXES",
    "HTTP_SPEECH_MODELS",
    "MODELS",
    "MODEL_IDS",
    "PHONEME_MODELS",
    "SOCKETS",
    "STREAM_INPUT_MODEL",
    "Endpoint",
    "IpaForm",
    "Model",
    "endpoint_of",
    "find_model",
    "is_dialogue_model",
    "language_fault",
    "languages_of",
    "level_fault",
    "most_characters_of",
    "most_voices_of",
    "takes_level_over_http",
]


class Endpoint(Enum):
    """A WebSocket or HTTP endpoint, by the resource and the end of its path."""

    STREAM_INPUT = ("text-to-speech", "stream-input")
    MULTI_STREAM_INPUT = ("text-to-speech", "multi-stream-input")
    DIALOGUE = ("text-to-dialogue", "stream-input")
    MULTI_DIALOGUE = ("text-to-dialogue", "multi-stream-input")
    HTTP_SPEECH = ("text-to-speech", "stream/with-timestamps")
    HTTP_DIALOGUE = ("text-to-dialogue", "stream/with-timestamps")

    @property
    def resource(self) -> str:
        """The path segment after the version: text-to-speech or text-to-dialogue."""
        return self.value[0]

    @property
    def last_segment(self) -> str:
        """The end of the path: stream-input, multi-stream-input or stream/with-timestamps."""
        return self.value[1]

    @property
    def label(self) -> str:
        """Its name in a sentence: stream-input, or text-to-dialogue/stream-input."""
        whole = self.is_dialogue or self.is_http
        return f"{self.resource}/{self.last_segment}" if whole else self.last_segment

    @property
    def is_dialogue(self) -> bool:
        """Whether it is text-to-dialogue, whose path names no voice."""
        return self.resource == "text-to-dialogue"

    @property
    def is_http(self) -> bool:
        """Whether a speech is one HTTP request, with the whole text in its body."""
        return self in (Endpoint.HTTP_SPEECH, Endpoint.HTTP_DIALOGUE)

    @property
    def is_multi(self) -> bool:
        """Whether several contexts share a socket."""
        return self in (Endpoint.MULTI_STREAM_INPUT, Endpoint.MULTI_DIALOGUE)


class IpaForm(Enum):
    """How a pronunciation in IPA is written for a model."""

    NONE = "not at all"
    ELEMENT = "as a phoneme element of SSML"
    SLASHES = "between slashes, in place of the word"


SOCKETS: Final = tuple(endpoint for endpoint in Endpoint if not endpoint.is_http)
"""The WebSockets among the endpoints."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """One model of ElevenLabs'.

    Attributes
    ----------
    id : str
        As sent.
    name : str
        As shown.
    generation : str
        "v4", "v3", "v2.5", "v2" or "v1".
    languages : mapping of str to str
        What ``language_code`` may be, code to name in English. Empty where no source lists them.
    settings : frozenset of str
        The voice settings that act on a socket, by keyword name; clone_strength is not a
        parameter of this package.
    http_settings : frozenset of str
        Those that act over HTTP.
    most_characters : int or None
        The longest text of one HTTP request; None where none is stated.
    speech_sockets, speech_http, dialogue_sockets, dialogue_http : bool
        Whether the model is served there; False also where that is not established.
    refuses_level_over_http : bool or None
        Whether a request with optimize_streaming_latency is refused; None where nobody tried.
    takes_language : bool
        Whether ``language_code`` chooses the language; else the text does.
    performs_tags : bool
        Whether audio tags as [laughs] are performed; else they are read aloud.
    ipa : IpaForm
        How IPA is written for it.
    most_voices : int
        The most voices on one dialogue socket, or in one context of it.
    is_deprecated : bool
        Whether ElevenLabs advises another model.
    removed_on : date or None
        When it was taken away, if it was.
    successor : str
        The id of the model to take instead, "" for a current one.
    """

    id: str
    name: str
    generation: str
    languages: Mapping[str, str]
    settings: frozenset[str]
    http_settings: frozenset[str]
    most_characters: int | None = None
    speech_sockets: bool = True
    speech_http: bool = True
    dialogue_sockets: bool = False
    dialogue_http: bool = False
    refuses_level_over_http: bool | None = False
    takes_language: bool = True
    performs_tags: bool = False
    ipa: IpaForm = IpaForm.NONE
    most_voices: int = 1
    is_deprecated: bool = False
    removed_on: date | None = None
    successor: str = ""

    @property
    def is_removed(self) -> bool:
        """Whether the service no longer has it."""
        return self.removed_on is not None


_FLASH_SETTINGS: Final = frozenset({"stability", "similarity", "speed"})
_ALL_SETTINGS: Final = _FLASH_SETTINGS | {"style", "speaker_boost"}
_V4_SETTINGS: Final = frozenset({"stability", "clone_strength"})
_V4_HTTP_SETTINGS: Final = frozenset({"stability", "similarity", "clone_strength"})
_V3_SETTINGS: Final = frozenset({"stability"})
_V1_SETTINGS: Final = frozenset({"stability", "similarity"})
_REMOVED: Final = date(2026, 7, 9)

MODELS: Final = (
    Model(
        id="eleven_flash_v2_5",
        name="Eleven Flash v2.5",
        generation="v2.5",
        languages=FLASH_LANGUAGES,
        settings=_FLASH_SETTINGS,
        http_settings=_FLASH_SETTINGS,
        most_characters=40_000,
    ),
    Model(
        id="eleven_flash_v2",
        name="Eleven Flash v2",
        generation="v2",
        languages=ENGLISH,
        settings=_FLASH_SETTINGS,
        http_settings=_FLASH_SETTINGS,
        most_characters=30_000,
        ipa=IpaForm.ELEMENT,
    ),
    Model(
        id="eleven_multilingual_v2",
        name="Eleven Multilingual v2",
        generation="v2",
        languages=MULTILINGUAL_LANGUAGES,
        settings=_ALL_SETTINGS,
        http_settings=_ALL_SETTINGS,
        most_characters=10_000,
        takes_language=False,
    ),
    Model(
        id="eleven_v4_turbo",
        name="Eleven v4 Turbo",
        generation="v4",
        languages=LANGUAGES,
        settings=_V4_SETTINGS,
        http_settings=_V4_HTTP_SETTINGS,
        speech_sockets=False,
        dialogue_sockets=True,
        refuses_level_over_http=None,
        performs_tags=True,
        ipa=IpaForm.SLASHES,
    ),
    Model(
        id="eleven_v4",
        name="Eleven v4",
        generation="v4",
        languages=LANGUAGES,
        settings=_V4_SETTINGS,
        http_settings=_V4_HTTP_SETTINGS,
        most_characters=10_000,
        speech_sockets=False,
        dialogue_sockets=True,
        dialogue_http=True,
        refuses_level_over_http=None,
        performs_tags=True,
        ipa=IpaForm.SLASHES,
        most_voices=10,
    ),
    Model(
        id="eleven_v3_conversational",
        name="Eleven v3 Conversational",
        generation="v3",
        languages=V3_LANGUAGES,
        settings=_V3_SETTINGS,
        http_settings=_V3_SETTINGS,
        speech_sockets=False,
        dialogue_sockets=True,
        dialogue_http=True,
        refuses_level_over_http=True,
        performs_tags=True,
        ipa=IpaForm.SLASHES,
    ),
    Model(
        id="eleven_v3",
        name="Eleven v3",
        generation="v3",
        languages=V3_LANGUAGES,
        settings=_V3_SETTINGS,
        http_settings=_V3_SETTINGS,
        most_characters=5_000,
        speech_sockets=False,
        dialogue_sockets=True,
        dialogue_http=True,
        refuses_level_over_http=True,
        performs_tags=True,
        ipa=IpaForm.SLASHES,
        most_voices=10,
    ),
    Model(
        id="eleven_turbo_v2_5",
        name="Eleven Turbo v2.5",
        generation="v2.5",
        languages=FLASH_LANGUAGES,
        settings=_FLASH_SETTINGS,
        http_settings=_FLASH_SETTINGS,
        most_characters=40_000,
        is_deprecated=True,
        successor="eleven_flash_v2_5",
    ),
    Model(
        id="eleven_turbo_v2",
        name="Eleven Turbo v2",
        generation="v2",
        languages=ENGLISH,
        settings=_FLASH_SETTINGS,
        http_settings=_FLASH_SETTINGS,
        most_characters=30_000,
        ipa=IpaForm.ELEMENT,
        is_deprecated=True,
        successor="eleven_flash_v2",
    ),
    Model(
        id="eleven_monolingual_v1",
        name="Eleven English v1",
        generation="v1",
        languages=ENGLISH,
        settings=_V1_SETTINGS,
        http_settings=_V1_SETTINGS,
        ipa=IpaForm.ELEMENT,
        is_deprecated=True,
        removed_on=_REMOVED,
        successor="eleven_flash_v2",
    ),
    Model(
        id="eleven_multilingual_v1",
        name="Eleven Multilingual v1",
        generation="v1",
        languages={},
        settings=_V1_SETTINGS,
        http_settings=_V1_SETTINGS,
        is_deprecated=True,
        removed_on=_REMOVED,
        successor="eleven_multilingual_v2",
    ),
)
"""Every model that is known: first those of today, by how soon a socket speaks."""

MODEL_IDS: Final = tuple(model.id for model in MODELS if not model.is_removed)
"""The ids that the service has."""

STREAM_INPUT_MODEL: Final = "eleven_multilingual_v2"
"""What the text-to-speech sockets take where no model is named (two digests of the reference)."""

DIALOGUE_MODEL: Final = "eleven_v3_conversational"
"""What the dialogue sockets take where no model is named (stated)."""

PHONEME_MODELS: Final = tuple(model.id for model in MODELS if model.ipa is IpaForm.ELEMENT)
"""Those that speak a word in a phoneme element by its pronunciation."""

_BY_ID: Final[Mapping[str, Model]] = {model.id: model for model in MODELS}

# The rule of the service for ids: a model that is not in the table yet goes by it, too.
DIALOGUE_PREFIXES: Final = ("eleven_v3", "eleven_v4")

HTTP_SPEECH_MODELS: Final = tuple(
    model.id for model in MODELS if model.dialogue_sockets and not model.dialogue_http
)
"""Models of the dialogue sockets that over HTTP were seen to speak on text-to-speech alone."""
_MANY_VOICES: Final = 10
_HTTP_DIALOGUE: Final = 2_000  # characters


def find_model(model_id: str | None) -> Model | None:
    """Return the model of an id, None for an unknown one."""
    return _BY_ID.get(model_id or "")


def is_dialogue_model(model_id: str | None) -> bool:
    """Whether a model's sockets are those of text-to-dialogue; None is a text-to-speech socket's.

    A model that is not known is judged by the beginning of its id, as the service does.
    """
    return (model_id or "").startswith(DIALOGUE_PREFIXES)


def endpoint_of(model_id: str | None, multi: bool, http: bool = False) -> Endpoint:
    """Return the endpoint that serves a model.

    Parameters
    ----------
    model_id : str or None
        None, and any name that is not ElevenLabs', is served by the text-to-speech sockets.
    multi : bool
        Whether several contexts share the socket; without a meaning over HTTP.
    http : bool, optional
        Whether it is to be an HTTP endpoint.
    """
    if http:
        is_dialogue = is_dialogue_model(model_id) and model_id not in HTTP_SPEECH_MODELS
        return Endpoint.HTTP_DIALOGUE if is_dialogue else Endpoint.HTTP_SPEECH
    if is_dialogue_model(model_id):
        return Endpoint.MULTI_DIALOGUE if multi else Endpoint.DIALOGUE
    return Endpoint.MULTI_STREAM_INPUT if multi else Endpoint.STREAM_INPUT


def languages_of(model_id: str | None) -> Mapping[str, str]:
    """Return the languages of a model, code to name.

    Without a model these are those of the text-to-speech sockets, for an unknown one all.
    """
    if model_id is None:
        return FLASH_LANGUAGES
    model = find_model(model_id)
    return (model.languages if model else {}) or LANGUAGES


def language_fault(model_id: str | None, language: str) -> str | None:
    """Return why ElevenLabs refuses a language with a model, as a clause; None if it does not.

    Nothing is known of a model that is not in the table, so it may have any language. Without a
    model the text-to-speech sockets take one of their own.
    """
    if model_id is not None and not (find_model(model_id) and languages_of(model_id)):
        return None
    code = THREE_LETTERS.get(language, language)
    languages = languages_of(model_id)
    if code in languages:
        if code == language:
            return None
        return (
            f"language must be {code!r}, not {language!r}: ElevenLabs refuses three letters where "
            "a language has two"
        )
    speakers = [m.id for m in MODELS if code in m.languages and not m.is_deprecated]
    alternatives = (
        f"models that do: {', '.join(speakers)}" if speakers else "no model of ElevenLabs' does"
    )
    name = f"{LANGUAGES[code]} ({code})" if code in LANGUAGES else repr(language)
    speaker = model_id or "the default model"
    return (
        f"{speaker} does not speak {name}; {alternatives}; languages that {speaker} speaks: "
        f"{', '.join(sorted(languages))}"
    )


def level_fault(model_id: str | None) -> str | None:
    """Return why ElevenLabs refuses the latency level over HTTP, as a clause; None if it does not.

    None, too, where nobody has tried. The WebSockets of text-to-speech were never seen to refuse
    it, and those of text-to-dialogue do not have it.
    """
    model = find_model(model_id)
    if model is None or not model.refuses_level_over_http:
        return None
    return f"{model.id} refuses optimize_streaming_latency over HTTP"


def takes_level_over_http(model_id: str | None) -> bool:
    """Whether a request over HTTP may have a latency level: not where nobody tried, either."""
    model = find_model(model_id)
    return model is None or model.refuses_level_over_http is False


def most_characters_of(model_id: str | None, *, dialogue_over_http: bool = False) -> int | None:
    """Return the most characters of one request to a model, None where none are stated.

    Without a model it is that which the text-to-speech sockets take. For a dialogue over HTTP
    ElevenLabs advises fewer: what is longer may end early, or be refused.
    """
    model = find_model(model_id or STREAM_INPUT_MODEL)
    most = model.most_characters if model else None
    return min(most or _HTTP_DIALOGUE, _HTTP_DIALOGUE) if dialogue_over_http else most


def most_voices_of(model_id: str | None) -> int:
    """Return the most voices on one dialogue socket; many for an unknown model."""
    model = find_model(model_id or DIALOGUE_MODEL)
    return model.most_voices if model else _MANY_VOICES
