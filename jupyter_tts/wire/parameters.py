"""Every parameter of ``stream-input``, declared once.

The URL, the first message, the magic's options, the panel's controls, the embedded server's
checks and the documentation are all read from these declarations.
"""

from __future__ import annotations

import difflib
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, SupportsFloat, SupportsIndex

from .errors import ParameterError
from .hosts import HOSTS, server_fault

__all__ = [
    "CREDENTIALS",
    "FORMATS",
    "MODELS",
    "PARAMETERS",
    "Credential",
    "Kind",
    "Parameter",
    "Place",
    "check_parameters",
    "parameter",
]


class Place(Enum):
    """Where a parameter travels, and so what a change of it costs."""

    PATH = "path"
    ENDPOINT = "endpoint"
    QUERY = "query"
    VOICE_SETTINGS = "voice_settings"
    GENERATION_CONFIG = "generation_config"
    MESSAGE = "message"
    HOST = "host"
    LOCAL = "local"

    @property
    def in_url(self) -> bool:
        """Whether the parameter is part of the URL, so that a change needs a new socket."""
        return self in (Place.PATH, Place.ENDPOINT, Place.QUERY, Place.HOST)


class Kind(Enum):
    """The type of a parameter's value."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    SWITCH = "switch"
    INTEGERS = "integers"
    TEXTS = "texts"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of the protocol.

    Attributes
    ----------
    name : str
        Keyword in Python; the option is the same with hyphens.
    wire : str
        Its name on the wire.
    place : Place
    kind : Kind
    help : str
        One sentence for a user.
    source : str
        Where the fact comes from.
    low, high : float, optional
        Accepted range, both ends included (of each item, for lists).
    choices : tuple of str, optional
        The only accepted values.
    pattern : str, optional
        Regular expression that the whole value must match; ``expects`` says it in words.
    most : int, optional
        The longest accepted list.
    default : object, optional
        What the server does when the parameter is left out; None where no source says.
    preset : object, optional
        What this package sends when the user sets nothing; None leaves the parameter out.
    short : str, optional
        One-letter option.
    note : str, optional
        What a user should know before relying on it.
    in_multi : bool, optional
        Whether ``multi-stream-input`` takes it, too.
    """

    name: str
    wire: str
    place: Place
    kind: Kind
    help: str
    source: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""
    expects: str = ""
    most: int | None = None
    default: object = None
    preset: object = None
    short: str = ""
    note: str = ""
    in_multi: bool = True

    @property
    def option(self) -> str:
        """The long option of the magics, ``--speaker-boost`` say."""
        return "--" + self.name.replace("_", "-")

    @property
    def accepted(self) -> str:
        """The accepted values, as words: ``"0 to 4"`` or ``"auto, on or off"``."""
        if self.expects:
            return self.expects
        if self.choices:
            return ", ".join(self.choices[:-1]) + f" or {self.choices[-1]}"
        if self.kind is Kind.SWITCH:
            return "True or False"
        number = "a whole number" if self.kind is Kind.INTEGER else "a number"
        span = f" from {self.low:g} to {self.high:.10g}" if self.high is not None else ""
        return {
            Kind.TEXT: "a text that is not empty",
            Kind.INTEGERS: f"whole numbers{span}",
            Kind.TEXTS: "texts that are not empty",
        }.get(self.kind, number + span)

    def check(self, value: object) -> Any:
        """Return the value in its own type.

        Raises
        ------
        ValueError
            If the value is of a wrong type or outside the accepted range: "must be ..., not ...".
        """
        if self.kind not in (Kind.INTEGERS, Kind.TEXTS):
            checked = self._item(value)
        elif isinstance(value, list | tuple) and 0 < len(value) <= (self.most or len(value)):
            items = [self._item(item) for item in value]
            checked = None if None in items else tuple(items)
        else:
            checked = None
        if checked is None:
            raise ValueError(f"must be {self.accepted}, not {_short(value)}")
        return checked

    def parse(self, text: str) -> Any:
        """Return the value written in ``text``, as in an option or a query string.

        Raises
        ------
        ValueError
            If the text is not such a value, or outside the accepted range.
        """
        try:
            value = _READERS[self.kind](text)
        except (ValueError, KeyError):
            value = text  # refused by check(), in its own words
        return self.check(value)

    def write(self, value: object) -> str:
        """Return a checked value as it stands in a query string, before percent-encoding."""
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _item(self, value: object) -> Any:
        """Return one checked item, or None where it is refused."""
        match self.kind:
            case Kind.SWITCH:
                return value if isinstance(value, bool) else None
            case Kind.TEXT | Kind.TEXTS:
                return self._text(value)
            case Kind.INTEGER | Kind.INTEGERS:
                if isinstance(value, bool) or not isinstance(value, SupportsIndex):
                    return None
                return self._within(operator.index(value))
            case Kind.NUMBER:
                if isinstance(value, bool | str) or not isinstance(value, SupportsFloat):
                    return None
                try:
                    return self._within(float(value))
                except OverflowError:  # a whole number has no end, a float has
                    return None

    def _text(self, value: object) -> str | None:
        if not isinstance(value, str) or not value.strip() or _LONE_SURROGATE.search(value):
            return None
        if self.choices and value not in self.choices:
            return None
        if self.pattern and not re.fullmatch(self.pattern, value):
            return None
        return value

    def _within(self, value: float) -> float | None:
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return value if low <= value <= high else None  # NaN compares false, so it is refused


# Half of a UTF-16 pair: a str can hold it, UTF-8 (and so a URL or a frame) cannot.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

_READERS: Mapping[Kind, Callable[[str], object]] = {
    Kind.TEXT: str,
    Kind.INTEGER: int,
    Kind.NUMBER: float,
    Kind.SWITCH: lambda text: {"true": True, "1": True, "false": False, "0": False}[text.lower()],
    Kind.INTEGERS: lambda text: [int(item) for item in text.split(",")],
    Kind.TEXTS: lambda text: [item.strip() for item in text.split(",")],
}

# docs: ElevenLabs WebSocket reference (asyncapi), 2025-08 and later; sdk: the official Python
# SDK's types, 2.78; http: the HTTP reference (openapi), where the WebSocket one is silent.
_DOCS = "ElevenLabs WebSocket reference"
_SDK = "elevenlabs Python SDK 2.78 types"
_HTTP = "ElevenLabs HTTP reference"

# The WebSocket enumeration of 18, and three more that the HTTP endpoint lists.
FORMATS = (
    *("mp3_22050_32", "mp3_24000_48"),
    *(f"mp3_44100_{rate}" for rate in (32, 64, 96, 128, 192)),
    *(f"pcm_{rate}" for rate in (8000, 16000, 22050, 24000, 32000, 44100, 48000)),
    *("ulaw_8000", "alaw_8000"),
    *(f"opus_48000_{rate}" for rate in (32, 64, 96, 128, 192)),
)

# Models that stream-input serves, of the ElevenLabs model pages; it takes others, too.
MODELS = (
    "eleven_flash_v2_5",
    "eleven_flash_v2",
    "eleven_turbo_v2_5",
    "eleven_turbo_v2",
    "eleven_multilingual_v2",
    "eleven_monolingual_v1",
)

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        name="voice",
        wire="voice_id",
        place=Place.PATH,
        kind=Kind.TEXT,
        short="v",
        # A path segment of dots would be resolved away by URL parsers.
        pattern=r"(?!\.{1,2}$).+",
        expects="a voice id",
        help="Id of the voice that speaks.",
        note="Left out, an English voice of the chosen server speaks.",
        source=f"{_DOCS}, path parameter",
    ),
    Parameter(
        name="model",
        wire="model_id",
        place=Place.QUERY,
        kind=Kind.TEXT,
        short="m",
        # Refused with HTTP 403 on this endpoint: livekit/agents#3235, #4901.
        pattern=r"(?!eleven_v[34]).*",
        expects="a model that stream-input serves (the eleven_v3 and v4 families are refused)",
        help="Model that makes the speech, eleven_flash_v2_5 say.",
        note="The embedded voice has one model and accepts every name of this family.",
        source=_DOCS,
    ),
    Parameter(
        name="latency",
        wire="optimize_streaming_latency",
        place=Place.QUERY,
        kind=Kind.INTEGER,
        short="l",
        low=0,
        high=4,
        default=0,
        preset=2,
        help="Latency level: 0 favours quality, 4 an early first sound.",
        note="Deprecated by ElevenLabs on 2024-07-31 and taken out of the WebSocket reference on "
        "2025-05-16: a server may ignore it. The level therefore also sets levers that work.",
        in_multi=False,
        source=f"{_DOCS} until 2025-05-16; {_HTTP}",
    ),
    Parameter(
        name="stability",
        wire="stability",
        place=Place.VOICE_SETTINGS,
        kind=Kind.NUMBER,
        low=0,
        high=1,
        default=0.5,
        help="Low is livelier and less predictable, high is even.",
        source=f"{_SDK}; range from the {_HTTP}",
    ),
    Parameter(
        name="similarity",
        wire="similarity_boost",
        place=Place.VOICE_SETTINGS,
        kind=Kind.NUMBER,
        low=0,
        high=1,
        default=0.75,
        help="How closely the speech keeps to the original voice.",
        source=f"{_SDK}; range from the {_HTTP}",
    ),
    Parameter(
        name="style",
        wire="style",
        place=Place.VOICE_SETTINGS,
        kind=Kind.NUMBER,
        low=0,
        high=1,
        default=0.0,
        help="Exaggeration of the voice's style; above 0 adds latency.",
        note="The reference states no range; 0 to 1 is customary.",
        source=_SDK,
    ),
    Parameter(
        name="speed",
        wire="speed",
        place=Place.VOICE_SETTINGS,
        kind=Kind.NUMBER,
        low=0.7,
        high=1.2,
        default=1.0,
        help="Pace of the speech, 1 is the voice's own.",
        source=_DOCS,
    ),
    Parameter(
        name="speaker_boost",
        wire="use_speaker_boost",
        place=Place.VOICE_SETTINGS,
        kind=Kind.SWITCH,
        default=True,
        help="Boost the likeness to the speaker; adds some latency.",
        source=_SDK,
    ),
    Parameter(
        name="language",
        wire="language_code",
        place=Place.QUERY,
        kind=Kind.TEXT,
        pattern=r"[a-z]{2,3}",
        expects="an ISO 639-1 code such as en or zh",
        help="Language to speak, as an ISO 639-1 code.",
        note="Ignored where the model does not support it.",
        source=_DOCS,
    ),
    Parameter(
        name="format",
        wire="output_format",
        place=Place.QUERY,
        kind=Kind.TEXT,
        choices=FORMATS,
        expects="an output format such as pcm_24000, mp3_44100_128, ulaw_8000 or opus_48000_64",
        default="mp3_44100_128",
        help="Codec, sample rate in Hz and, for mp3 and opus, kbit/s of the audio.",
        note="The notebook asks for pcm_24000, which needs no decoder.",
        source=f"{_DOCS}; {_SDK}, TextToSpeechOutputFormatEnum; {_HTTP}",
    ),
    Parameter(
        name="auto_mode",
        wire="auto_mode",
        place=Place.QUERY,
        kind=Kind.SWITCH,
        default=False,
        help="Generate at once what each message brings; for whole sentences.",
        note="Switches the chunk schedule off.",
        source=_DOCS,
    ),
    Parameter(
        name="schedule",
        wire="chunk_length_schedule",
        place=Place.GENERATION_CONFIG,
        kind=Kind.INTEGERS,
        low=50,
        high=500,
        default=(120, 160, 250, 290),
        help="Characters to collect before each generation; the last one repeats.",
        source=f"{_DOCS}, generation_config",
    ),
    Parameter(
        name="normalize",
        wire="apply_text_normalization",
        place=Place.QUERY,
        kind=Kind.TEXT,
        choices=("auto", "on", "off"),
        default="auto",
        help="Whether numbers, dates and the like are spelled out before they are spoken.",
        source=_DOCS,
    ),
    Parameter(
        name="seed",
        wire="seed",
        place=Place.QUERY,
        kind=Kind.INTEGER,
        low=0,
        high=4294967295,
        help="Ask for repeatable sound, as far as the model can.",
        source=_DOCS,
    ),
    Parameter(
        name="sync_alignment",
        wire="sync_alignment",
        place=Place.QUERY,
        kind=Kind.SWITCH,
        default=False,
        help="Send the characters' times with every audio message, not once per segment.",
        source=_DOCS,
    ),
    Parameter(
        name="ssml",
        wire="enable_ssml_parsing",
        place=Place.QUERY,
        kind=Kind.SWITCH,
        default=False,
        help="Read SSML tags in the text instead of speaking them.",
        source=_DOCS,
    ),
    Parameter(
        name="inactivity_timeout",
        wire="inactivity_timeout",
        place=Place.QUERY,
        kind=Kind.INTEGER,
        low=1,
        high=180,
        default=20,
        help="Seconds without text after which the server closes the socket.",
        source=f"{_DOCS}; the lower bound is ours",
    ),
    Parameter(
        name="logging",
        wire="enable_logging",
        place=Place.QUERY,
        kind=Kind.SWITCH,
        default=True,
        help="Off asks for zero retention, which ElevenLabs offers to enterprises.",
        source=_DOCS,
    ),
    Parameter(
        name="pvc_as_ivc",
        wire="use_pvc_as_ivc",
        place=Place.QUERY,
        kind=Kind.SWITCH,
        help="Use the instant version of a professional voice clone.",
        note="No longer in the WebSocket reference.",
        in_multi=False,
        source=f"{_DOCS}, 2025-05; {_HTTP}",
    ),
    Parameter(
        name="pronunciation",
        wire="pronunciation_dictionary_locators",
        place=Place.MESSAGE,
        kind=Kind.TEXTS,
        pattern=r"[^:\s]+:[^:\s]+",
        expects="1 to 3 dictionaries, each as ID:VERSION",
        most=3,
        help="Pronunciation dictionaries, each as ID:VERSION.",
        source=f"{_DOCS}; the limit of 3 from the {_HTTP}",
    ),
    Parameter(
        name="levers",
        wire="",
        place=Place.LOCAL,
        kind=Kind.SWITCH,
        preset=True,
        help="Let the latency level also set the schedule and normalization that go with it.",
        source="this package",
    ),
    Parameter(
        name="warm",
        wire="",
        place=Place.LOCAL,
        kind=Kind.SWITCH,
        preset=True,
        help="Begin on a socket that was opened ahead, and open one for the next stream.",
        note="It is replaced before its inactivity_timeout is over, and closed after two minutes "
        "without use.",
        source="this package",
    ),
    Parameter(
        name="cache",
        wire="",
        place=Place.LOCAL,
        kind=Kind.SWITCH,
        help="Play what was made before of the same text and settings, and keep what is made.",
        note="Left out, the embedded voice's speeches are kept, and any other server's for the "
        "notebook that asked for them; panels, stream() and servers on this machine begin anew.",
        source="this package",
    ),
    Parameter(
        name="multi",
        wire="",
        place=Place.ENDPOINT,
        kind=Kind.SWITCH,
        preset=False,
        help="Speak over multi-stream-input: up to five streams at a time share a socket.",
        note="It does not take optimize_streaming_latency: a level then acts by its levers only.",
        source=f"{_DOCS}, multi-context",
    ),
    Parameter(
        name="server",
        wire="",
        place=Place.HOST,
        kind=Kind.TEXT,
        preset="elevenlabs",
        expects=f"{', '.join(('local', *HOSTS))}, or a http(s):// or ws(s):// URL",
        help="Who speaks: local is the embedded voice; the others are ElevenLabs' regions.",
        source="ElevenLabs documentation, data residency; SDK 2.78 environments",
    ),
)


@dataclass(frozen=True)
class Credential:
    """A way in which the protocol carries a secret. This package uses the header only."""

    wire: str
    place: str
    help: str


CREDENTIALS = (
    Credential("xi-api-key", "header", "The API key."),
    Credential("xi_api_key", "message", "The API key in the first message."),
    Credential("authorization", "query", "A bearer token in the URL."),
    Credential("single_use_token", "query", "A token that works once, in the URL."),
)

_BY_NAME = {each.name: each for each in PARAMETERS}


def parameter(name: str) -> Parameter:
    """Return the parameter of this keyword name.

    Raises
    ------
    KeyError
        If there is none.
    """
    return _BY_NAME[name]


def check_parameters(values: Mapping[str, object]) -> dict[str, Any]:
    """Return checked values by keyword name; None stands for "not set" and is left out.

    Raises
    ------
    ParameterError
        With every fault at once, each with the accepted range or the nearest name.
    """
    checked: dict[str, Any] = {}
    faults: list[str] = []
    for name, value in values.items():
        declared = _BY_NAME.get(name)
        if declared is None:
            faults.append(_unknown(name))
        elif value is not None:
            try:
                checked[name] = declared.check(value)
            except ValueError as fault:
                faults.append(f"{name} {fault}")
    if "server" in checked and (wrong := server_fault(checked["server"])):
        faults.append(wrong)
    if faults:
        raise ParameterError(faults)
    return checked


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, _BY_NAME, n=1)
    near = near or [each.name for each in PARAMETERS if each.wire == name]
    return f"there is no parameter {name!r}" + (f" (did you mean {near[0]!r}?)" if near else "")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
