"""Parameters in the query of the URL: a change of one needs a new socket."""

from __future__ import annotations

from ..languages import LANGUAGES
from ..models import MODEL_IDS, SOCKETS, Endpoint
from .schema import SPEECH_SOCKETS, Kind, Parameter, Place
from .sources import DOCS, HTTP, SDK

__all__ = [
    "AUTO_MODE",
    "FORMAT",
    "FORMATS",
    "INACTIVITY_TIMEOUT",
    "LANGUAGE",
    "LATENCY",
    "LOGGING",
    "MODEL",
    "NORMALIZE",
    "PVC_AS_IVC",
    "SEED",
    "SSML",
    "SYNC_ALIGNMENT",
    "UNLISTED_FORMATS",
]

# The WebSocket enumeration of 18, and three more from the HTTP endpoint.
FORMATS = (
    *("mp3_22050_32", "mp3_24000_48"),
    *(f"mp3_44100_{rate}" for rate in (32, 64, 96, 128, 192)),
    *(f"pcm_{rate}" for rate in (8000, 16000, 22050, 24000, 32000, 44100, 48000)),
    *("ulaw_8000", "alaw_8000"),
    *(f"opus_48000_{rate}" for rate in (32, 64, 96, 128, 192)),
)

UNLISTED_FORMATS = ("mp3_24000_48", "pcm_32000", "pcm_48000")
"""Those three: the reference of the text-to-dialogue WebSockets has them, too."""

MODEL = Parameter(
    name="model",
    wire="model_id",
    place=Place.QUERY,
    kind=Kind.TEXT,
    short="m",
    # ElevenLabs writes its names in lower case; the page reads the pattern, too, which leaves no
    # flag for it.
    pattern=r"eleven_[^A-Z]*|(?![Ee][Ll][Ee][Vv][Ee][Nn]_).*",
    known=MODEL_IDS,
    expects="the id of a model, ElevenLabs' in lower case",
    help="Model that makes the speech, eleven_flash_v2_5 say.",
    note="The eleven_v3 and v4 families are spoken over text-to-dialogue, which is chosen by "
    "itself. The embedded voice has one model and accepts every name.",
    source=DOCS,
    http_body=True,
)

LATENCY = Parameter(
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
    "2025-05-16: a server may ignore or refuse it. The level therefore also sets levers that work.",
    endpoints=frozenset({Endpoint.STREAM_INPUT, Endpoint.HTTP_SPEECH}),
    source=f"{DOCS} until 2025-05-16; {HTTP}",
)

LANGUAGE = Parameter(
    name="language",
    wire="language_code",
    place=Place.QUERY,
    kind=Kind.TEXT,
    pattern=r"[a-z]{2,3}",
    known=tuple(LANGUAGES),
    expects="an ISO 639-1 code such as en or zh",
    help="Language to speak, as an ISO 639-1 code.",
    note="ElevenLabs refuses one that the model does not speak, a region (es-ES), and three "
    "letters where a language has two; for its servers these are refused here, before anything is "
    "sent. eleven_multilingual_v2 chooses by the text.",
    source=DOCS,
    http_body=True,
)

FORMAT = Parameter(
    name="format",
    wire="output_format",
    place=Place.QUERY,
    kind=Kind.TEXT,
    choices=FORMATS,
    expects="an output format such as pcm_24000, mp3_44100_128, ulaw_8000 or opus_48000_64",
    default="mp3_44100_128",
    help="Codec, sample rate in Hz and, for mp3 and opus, kbit/s of the audio.",
    note="The notebook asks for pcm_24000, which needs no decoder.",
    source=f"{DOCS}; {SDK}, TextToSpeechOutputFormatEnum; {HTTP}",
)

AUTO_MODE = Parameter(
    name="auto_mode",
    wire="auto_mode",
    place=Place.QUERY,
    kind=Kind.SWITCH,
    default=False,
    help="Generate at once what each message brings; for whole sentences.",
    note="Switches the chunk schedule off.",
    endpoints=SPEECH_SOCKETS,
    source=DOCS,
)

NORMALIZE = Parameter(
    name="normalize",
    wire="apply_text_normalization",
    place=Place.QUERY,
    kind=Kind.TEXT,
    choices=("auto", "on", "off"),
    default="auto",
    help="Whether numbers, dates and the like are spelled out before they are spoken.",
    source=DOCS,
    http_body=True,
)

SEED = Parameter(
    name="seed",
    wire="seed",
    place=Place.QUERY,
    kind=Kind.INTEGER,
    low=0,
    high=4294967295,
    help="Ask for repeatable sound, as far as the model can.",
    source=DOCS,
    http_body=True,
)

SYNC_ALIGNMENT = Parameter(
    name="sync_alignment",
    wire="sync_alignment",
    place=Place.QUERY,
    kind=Kind.SWITCH,
    default=False,
    help="Send the characters' times with every audio message, not once per segment.",
    note="Text-to-dialogue sends times only with it, so there it is on unless you say otherwise.",
    endpoints=frozenset(SOCKETS),
    source=DOCS,
)

SSML = Parameter(
    name="ssml",
    wire="enable_ssml_parsing",
    place=Place.QUERY,
    kind=Kind.SWITCH,
    default=False,
    help="Read SSML tags in the text instead of speaking them.",
    endpoints=SPEECH_SOCKETS,
    source=DOCS,
)

INACTIVITY_TIMEOUT = Parameter(
    name="inactivity_timeout",
    wire="inactivity_timeout",
    place=Place.QUERY,
    kind=Kind.INTEGER,
    low=1,
    high=180,
    default=20,
    help="Seconds without text after which the server closes the socket.",
    endpoints=SPEECH_SOCKETS,
    source=f"{DOCS}; the lower bound is ours",
)

LOGGING = Parameter(
    name="logging",
    wire="enable_logging",
    place=Place.QUERY,
    kind=Kind.SWITCH,
    default=True,
    help="Off asks for zero retention, which ElevenLabs offers to enterprises.",
    source=DOCS,
)

PVC_AS_IVC = Parameter(
    name="pvc_as_ivc",
    wire="use_pvc_as_ivc",
    place=Place.QUERY,
    kind=Kind.SWITCH,
    help="Use the instant version of a professional voice clone.",
    note="No longer in the WebSocket reference.",
    endpoints=frozenset({Endpoint.STREAM_INPUT, Endpoint.HTTP_SPEECH, Endpoint.HTTP_DIALOGUE}),
    source=f"{DOCS}, 2025-05; {HTTP}",
    http_body=True,
)
