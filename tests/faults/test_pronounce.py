"""Words pronounced as their user says while sockets are lost: none is lost, doubled or parted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from jupyter_tts.client.reading.reading import reading_of
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.streaming.text_sources import Text

from ..server.serving import RunningServer
from .hearing import Heard, hear, request_to
from .kinds import BREAKS, CLOSES, Fault, Moment
from .relay import Relay
from .test_matrix import label

TEXT = (
    "We put SQL & Redis into New York's racks. SQL runs there, and so does Metformin! "
    "Did they ask for SQL? Both met old SQL, then Redis slept in New York."
)
PAIRS = {
    "SQL": "/ˈsiːkwəl/",
    "New York": "nuː ˈjɔːk",
    "Redis": "reddish",
    "Metformin": "mɛtˈfɔːmɪn",
}
LIT = (
    "We put SQL & Redis into New York's racks. SQL runs there, and so does Metformin Did they ask "
    "for SQL Both met old SQL then Redis slept in New York"
)
FAULTS = [
    Fault(kind, Moment.MID_AUDIO, after)
    for kind in (*BREAKS[:2], CLOSES[1011])
    for after in (1, 5, 9, 13, 17)
]


async def characters() -> AsyncIterator[str]:
    for character in TEXT:
        yield character


async def heard_with(server: Relay | str, *, is_whole: bool, **parameters: Any) -> Heard:
    address = server if isinstance(server, str) else server.address
    reading = reading_of(request_to(address, pronounce=PAIRS, **parameters))
    if is_whole:
        reading.feed(TEXT, ended=True)
    text: Text = TEXT if is_whole else characters()
    return await hear(server, text, whole=TEXT, reading=reading, pronounce=PAIRS, **parameters)


def lit(speech: Speech) -> str:
    spans = [word.span for word in speech.words if word.span is not None]
    assert spans == sorted(spans)
    return " ".join(speech.text[slice(*span)] for span in dict.fromkeys(spans))


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "by character"])
@pytest.mark.parametrize("fault", FAULTS, ids=label)
async def test_each_word_is_heard_once(
    voice: RunningServer, fault: Fault, *, is_whole: bool
) -> None:
    async with Relay(voice.address, [fault]) as relay:
        heard = await heard_with(relay, is_whole=is_whole)
    assert heard.speech.complete
    assert lit(heard.speech) == LIT
    assert list(heard.spoken) == sorted(heard.spoken)
    assert len(relay.connections) > 1
    for connection in relay.connections:
        for message in connection.texts:
            assert message.count("<phoneme ") == message.count("</phoneme>")


async def test_so_it_is_between_slashes(voice: RunningServer) -> None:
    undisturbed = await heard_with(voice.address, is_whole=True, model="eleven_v4")
    for after in (2, 6, 10):
        fault = Fault(BREAKS[0], Moment.MID_AUDIO, after)
        async with Relay(voice.address, [fault]) as relay:
            heard = await heard_with(relay, is_whole=True, model="eleven_v4")
        assert lit(heard.speech) == lit(undisturbed.speech)
