"""Input for the tests of the endpoints: handshakes, and frames of every kind."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from hypothesis import strategies as st

from jupyter_tts.audio.formats import parse_format
from jupyter_tts.server.websocket.context import Context
from jupyter_tts.server.websocket.handshake import Handshake
from jupyter_tts.wire.parameters import PARAMETERS

# What the documentation has for all that is left out, but for the format.
HANDSHAKE = Handshake(
    voice_id="en-us",
    output_format=parse_format("pcm_24000"),
    language=None,
    auto_mode=False,
    sync_alignment=False,
    inactivity_timeout=20,
    read_digits=False,
)


def handshake(**changes: Any) -> Handshake:
    """The handshake with the defaults, but for some fields."""
    return dataclasses.replace(HANDSHAKE, **changes)


def take_all(context: Context) -> list[str]:
    """Take every segment there is."""
    segments = []
    while (segment := context.next_segment()) is not None:
        segments.append(segment)
    return segments


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.integers() | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
settings_objects = st.dictionaries(
    st.sampled_from([parameter.wire for parameter in PARAMETERS] + ["clone_strength", ""]),
    json_values | st.sampled_from([0.5, True, [50], [50.0, 90], 1.0]),
    max_size=3,
)
MESSAGE_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(["", " ", "Hello. ", "a " * 200]) | st.text() | json_values,
    "voice_settings": settings_objects | json_values,
    "generation_config": settings_objects | json_values,
    "generator_config": settings_objects | json_values,
    "pronunciation_dictionary_locators": json_values,
    "flush": json_values,
    "try_trigger_generation": json_values,
    "xi_api_key": st.just("KEY") | json_values,
    "authorization": json_values,
}


def broken(frame: str, cut: int, noise: str) -> str:
    """A frame with something amiss in the middle."""
    return frame[:cut] + noise + frame[cut:]


def frames_of(messages: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[str | bytes]:
    """Messages as frames, broken ones, and what is none at all."""
    return st.one_of(
        messages.map(json.dumps),
        json_values.map(json.dumps),
        st.text(),
        st.binary(),
        st.builds(broken, messages.map(json.dumps), st.integers(0, 200), st.text(max_size=3)),
        st.sampled_from(["[" * 100_000, "9" * 5_000, '{"text": ' * 2_000, "\ud800", "\ufeff{}"]),
    )
