"""Parameters in the first message: another value takes another message, and the same URL."""

from __future__ import annotations

from .schema import SPEECH_ENDPOINTS, SPEECH_SOCKETS, Kind, Parameter, Place
from .sources import DOCS, HTTP, SDK

__all__ = [
    "PRONUNCIATION",
    "SCHEDULE",
    "SIMILARITY",
    "SPEAKER_BOOST",
    "SPEED",
    "STABILITY",
    "STYLE",
]

STABILITY = Parameter(
    name="stability",
    wire="stability",
    place=Place.VOICE_SETTINGS,
    kind=Kind.NUMBER,
    low=0,
    high=1,
    default=0.5,
    help="Low is livelier and less predictable, high is even.",
    source=f"{SDK}; range from the {HTTP}",
)

SIMILARITY = Parameter(
    name="similarity",
    wire="similarity_boost",
    place=Place.VOICE_SETTINGS,
    kind=Kind.NUMBER,
    low=0,
    high=1,
    default=0.75,
    help="How closely the speech keeps to the original voice.",
    endpoints=SPEECH_ENDPOINTS,
    source=f"{SDK}; range from the {HTTP}",
)

STYLE = Parameter(
    name="style",
    wire="style",
    place=Place.VOICE_SETTINGS,
    kind=Kind.NUMBER,
    low=0,
    high=1,
    default=0.0,
    help="Exaggeration of the voice's style; above 0 adds latency.",
    note="The reference states no range; 0 to 1 is customary.",
    endpoints=SPEECH_ENDPOINTS,
    source=SDK,
)

SPEED = Parameter(
    name="speed",
    wire="speed",
    place=Place.VOICE_SETTINGS,
    kind=Kind.NUMBER,
    low=0.7,
    high=1.2,
    default=1.0,
    help="Pace of the speech, 1 is the voice's own.",
    endpoints=SPEECH_ENDPOINTS,
    source=DOCS,
)

SPEAKER_BOOST = Parameter(
    name="speaker_boost",
    wire="use_speaker_boost",
    place=Place.VOICE_SETTINGS,
    kind=Kind.SWITCH,
    default=True,
    help="Boost the likeness to the speaker; adds some latency.",
    endpoints=SPEECH_ENDPOINTS,
    source=SDK,
)

SCHEDULE = Parameter(
    name="schedule",
    wire="chunk_length_schedule",
    place=Place.GENERATION_CONFIG,
    kind=Kind.INTEGERS,
    low=50,
    high=500,
    default=(120, 160, 250, 290),
    help="Characters to collect before each generation; the last one repeats.",
    endpoints=SPEECH_SOCKETS,
    source=f"{DOCS}, generation_config",
)

PRONUNCIATION = Parameter(
    name="pronunciation",
    wire="pronunciation_dictionary_locators",
    place=Place.MESSAGE,
    kind=Kind.TEXTS,
    pattern=r"[^:\s]+:[^:\s]+",
    expects="1 to 3 dictionaries, each as ID:VERSION",
    most=3,
    help="Pronunciation dictionaries, each as ID:VERSION.",
    source=f"{DOCS}; the limit of 3 from the {HTTP}",
)
