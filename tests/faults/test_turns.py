"""Several speakers: the sound of each, joined without a gap, and whole after a lost socket."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from jupyter_tts.client.connections.limits import ConnectionLimits
from jupyter_tts.client.connections.pool import ConnectionPool
from jupyter_tts.client.connections.shared_pool import SharedConnectionPool
from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.speech.turns import Turn, joined_text, read_turns
from jupyter_tts.client.streaming.stream import audio_format
from jupyter_tts.client.streaming.turn_streams import (
    read_turns_aloud,
    request_of_turns,
    stream_turns,
)
from jupyter_tts.wire.errors import TTSError
from jupyter_tts.wire.request import SpeechRequest

from ..server.serving import RunningServer
from .hearing import PATIENT, Heard, check, check_read, request_to
from .kinds import BREAKS, CLOSES, Fault, Moment
from .relay import Relay
from .test_matrix import label

CAST = {"Anna": "en-us", "Ben": "de", "Cem": "en-us"}
LINES = """Anna: The brown fox ran over the wide green hill.
Ben: Der alte Bär schlief am langen Fluss!
Anna: Did they talk of rain?
Cem: They did, and both shared some bread.
Ben: Gut."""
TURNS = read_turns(LINES, CAST)
TEXT = joined_text(TURNS)

ENDPOINTS: dict[str, dict[str, Any]] = {
    "stream-input": {},
    "multi-stream-input": {"multi": True},
    "one voice": {"model": "eleven_v4_turbo"},
    "dialogue": {"model": "eleven_v4"},
    "multi dialogue": {"model": "eleven_v4", "multi": True},
}
SEVERAL = ["dialogue", "multi dialogue"]
ONE = [name for name in ENDPOINTS if name not in SEVERAL]


async def hear_turns(
    relay: Relay,
    sockets: Any = None,
    open_ahead: Callable[[SpeechRequest], object] = lambda request: None,
    turns: Sequence[Turn] = TURNS,
    read: str = "plain",
    **parameters: Any,
) -> Heard:
    request = request_to(relay.address, read=read, **parameters)
    reading, spoken_turns = read_turns_aloud(request, turns)
    request = request_of_turns(request, spoken_turns)
    timeline = Timeline(clock=lambda: 0.0)
    speech = Speech(joined_text(turns), request, audio_format(request).sample_rate, timeline)
    speech.reading = reading
    spoken: list[int] = []
    error: TTSError | None = None
    try:
        async with asyncio.timeout(60):
            async for event in stream_turns(
                request,
                spoken_turns,
                reading=reading,
                timeline=timeline,
                retry=PATIENT,
                sockets=sockets,
                open_ahead=open_ahead,
            ):
                if isinstance(event, Audio):
                    speech.add(event)
                    spoken.append(event.spoken)
                else:
                    speech.finish()
    except TTSError as failure:
        error = failure
    return Heard(speech, error, tuple(spoken))


@pytest.mark.parametrize("name", ENDPOINTS)
async def test_every_word_is_heard_in_its_turn(voice: RunningServer, name: str) -> None:
    async with Relay(voice.address) as relay:
        heard = await hear_turns(relay, **ENDPOINTS[name])
    check(heard)
    assert heard.speech.complete
    assert [TEXT[slice(*w.span)] for w in heard.speech.words if w.span] == TEXT.split()
    assert heard.speech.timeline.sent == len(TEXT)


@pytest.mark.parametrize("name", ONE)
async def test_where_one_voice_speaks_the_streams_are_joined_without_a_gap(
    voice: RunningServer, name: str
) -> None:
    parameters = ENDPOINTS[name]
    async with Relay(voice.address) as relay:
        heard = await hear_turns(relay, **parameters)
    assert len(relay.connections) == 4  # Cem has Anna's voice, and goes on with it
    assert heard.speech.pcm == b"".join(connection.audio for connection in relay.connections)
    paths = [connection.path.partition("?")[0] for connection in relay.connections]
    if "model" not in parameters:
        assert [path.split("/")[3] for path in paths] == ["en-us", "de", "en-us", "de"]


@pytest.mark.parametrize("name", SEVERAL)
async def test_one_dialogue_has_every_voice_and_its_turns(voice: RunningServer, name: str) -> None:
    async with Relay(voice.address) as relay:
        await hear_turns(relay, **ENDPOINTS[name])
    (connection,) = relay.connections
    first, *_ = connection.messages
    assert first["voices"] == ["en-us", "de"]
    inputs = [entry for message in connection.messages for entry in message.get("inputs", [])]
    assert "".join(entry["text"] for entry in inputs) == TEXT
    voices = [voice_id for voice_id, _ in itertools.groupby(entry["voice_id"] for entry in inputs)]
    assert voices == ["en-us", "de", "en-us", "de"]
    turns = [entry["text"] for entry in inputs if entry.get("new_turn")]
    assert [text.split()[0] for text in turns] == ["They"]  # Cem, in the voice of Anna


FAULTS = [
    Fault(kind, Moment.MID_AUDIO, after)
    for kind in (*BREAKS[:2], CLOSES[1011])
    for after in (1, 6, 14, 25)
]


@pytest.mark.parametrize("fault", FAULTS, ids=label)
@pytest.mark.parametrize("name", ENDPOINTS)
async def test_a_lost_socket_loses_no_word_of_anyone(
    voice: RunningServer, name: str, fault: Fault
) -> None:
    async with Relay(voice.address, [fault]) as relay:
        heard = await hear_turns(relay, **ENDPOINTS[name])
    check(heard)
    assert heard.speech.complete


READ_TURNS = read_turns(
    [
        ("Ben", "```\nx\n```"),
        ("Anna", "# The *brown* fox\n\nIt ran over the **wide** green hill."),
        ("Ben", "Der [alte Bär](https://example.org) schlief am *langen* Fluss!"),
        ("Anna", "- Did they talk\n- of `rain`?"),
    ],
    CAST,
)
SPOKEN = """The brown fox.

It ran over the wide green hill.
Der alte Bär schlief am langen Fluss!
Did they talk.
of rain?"""


@pytest.mark.parametrize("fault", FAULTS[::3], ids=label)
@pytest.mark.parametrize("name", ENDPOINTS)
async def test_what_is_read_aloud_of_each_turn_is_heard_whole(
    voice: RunningServer, name: str, fault: Fault
) -> None:
    async with Relay(voice.address, [fault]) as relay:
        heard = await hear_turns(relay, turns=READ_TURNS, read="auto", **ENDPOINTS[name])
    assert heard.speech.spoken_form == SPOKEN
    check_read(heard)
    assert heard.speech.complete


async def test_the_next_speaker_finds_a_socket_open(voice: RunningServer) -> None:
    pool = ConnectionPool(ConnectionLimits(concurrency=2))
    following: list[str | None] = []

    def open_ahead(request: SpeechRequest) -> None:
        following.append(request.voice)
        pool.warm(request, None)

    async with Relay(voice.address) as relay:
        heard = await hear_turns(relay, pool, open_ahead)
        await pool.close()
    check(heard)
    assert following == ["de", "en-us", "de"]
    assert len([c for c in relay.connections if c.messages]) == 4


async def test_contexts_share_a_socket(voice: RunningServer) -> None:
    pool = SharedConnectionPool()
    async with Relay(voice.address) as relay:
        heard = await hear_turns(relay, pool, model="eleven_v4_turbo", multi=True)
        await pool.close()
    check(heard)
    assert len([c for c in relay.connections if c.messages]) == 1
