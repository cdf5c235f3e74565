"""Input for the tests of the dialogue endpoints: sessions, messages, and frames of every kind."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, TypeVar

from hypothesis import strategies as st

from jupyter_tts.server.access.admission import Admission
from jupyter_tts.server.access.tokens import DIALOGUE_TOKEN, SingleUseTokens
from jupyter_tts.server.websocket.dialogue_context import DialogueContext, DialogueSegment
from jupyter_tts.server.websocket.dialogue_session import DialogueSession
from jupyter_tts.wire.errors import ProtocolError, ServerError

from .endpoint_input import handshake, json_values

VOICES = ("A", "B", "C")
SENTENCE = "This sentence has more than forty characters in eight words. "

AnySession = TypeVar("AnySession", bound=DialogueSession)


def dialogue_session(
    endpoint: type[AnySession],
    *,
    key: str | None = None,
    tokens: SingleUseTokens | None = None,
    voices: Collection[str] = VOICES,
    now: float = 0,
    **changes: Any,
) -> AnySession:
    return endpoint(
        handshake(**{"voice_id": "", "model": "eleven_v4"} | changes),
        knows_voice=voices.__contains__,
        languages={"en", "de"},
        admission=Admission(key, tokens or SingleUseTokens(), DIALOGUE_TOKEN),
        now=now,
    )


def send(session: DialogueSession, now: float = 0, **message: object) -> None:
    session.receive(json.dumps(message), now)


def line(text: str, voice_id: str = "A", **more: object) -> dict[str, object]:
    """One of the inputs of a message."""
    return {"text": text, "voice_id": voice_id, **more}


def take_all(context: DialogueContext) -> list[DialogueSegment]:
    """Take every segment there is."""
    segments = []
    while (segment := context.next_segment()) is not None:
        segments.append(segment)
    return segments


def finish_ended(session: DialogueSession, now: float = 0) -> list[str | None]:
    """Speak contexts as far as they go; return the ids of those that came to their end."""
    ended = []
    for context in session.contexts:
        while context.next_segment() is not None:
            context.segment_sent()
        if context.finished:
            assert context.closing_message.is_final
            ended.append(context.id)
            session.done_with(context, now)
    return ended


lines = st.fixed_dictionaries(
    {"text": st.sampled_from(["", " ", "Hello. ", SENTENCE, "[sighs] ", "a " * 200])},
    optional={"voice_id": st.sampled_from([*VOICES, "D"]), "new_turn": st.booleans()},
)
wild_messages = st.fixed_dictionaries(
    {},
    optional={
        "voices": st.just(["A", "B"]) | json_values,
        "voice_settings": st.just({"stability": 0.5}) | json_values,
        "pronunciation_dictionary_locators": json_values,
        "inputs": st.lists(lines | json_values, max_size=3) | json_values,
        "flush": json_values,
        "keep_alive": json_values,
        "close_context": json_values,
        "close_socket": st.just(False) | json_values,
        "context_id": st.sampled_from(["a", "b", ""]) | json_values,
        "xi_api_key": st.just("KEY") | json_values,
        "authorization": json_values,
        "single_use_token": json_values,
    },
)
good_lines = st.fixed_dictionaries(
    {
        "text": st.text(st.sampled_from("ab .,!\n字。😀[]"), max_size=90),
        "voice_id": st.sampled_from("AB"),
    },
    optional={"new_turn": st.booleans()},
)


def end_of(
    session: DialogueSession, sent: list[tuple[str | bytes, float]], takes: int
) -> ServerError | ProtocolError | None:
    """Send frames, each after a time of silence, then nothing: the error it ends with."""
    now = 0.0
    try:
        for frame, wait in sent:
            now += wait
            session.check_clock(now)
            session.receive(frame, now)
            while (begun := session.next_context()) is not None:
                assert begun in session.contexts
            for context in session.contexts:
                for _ in range(takes):
                    context.next_segment()
                if context.finished:
                    session.done_with(context, now)
        while session.deadline is not None:
            now = max(now, session.deadline)
            session.check_clock(session.deadline)
            finish_ended(session, now)
        finish_ended(session, now)
    except (ServerError, ProtocolError) as error:
        return error
    return None
