"""Markdown read aloud while sockets are lost: no word of its spoken form is, and all lie in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from jupyter_tts.client.reading.reading import Reading, reading_of
from jupyter_tts.client.streaming.text_sources import Text
from jupyter_tts.wire.errors import QuotaExceeded
from jupyter_tts.wire.request import SpeechRequest

from ..server.serving import RunningServer
from .hearing import check_read, hear
from .kinds import BREAKS, CLOSES, Fault, Moment
from .relay import Relay
from .seams import check_seams
from .test_matrix import label

TEXT = """The brown fox **ran** over the *wide* green hill.

# It met an old bear

- near a [long river](https://example.com/river)
- they `talked` of rain

```python
not_spoken()
```

Both shared some bread, then slept.
"""
SPOKEN = """The brown fox ran over the wide green hill.

It met an old bear.

near a long river.
they talked of rain.

Both shared some bread, then slept."""

FAULTS = [
    *(
        Fault(kind, Moment.MID_AUDIO, after)
        for kind in (*BREAKS[:2], CLOSES[1011])
        for after in (1, 7, 17)
    ),
    Fault(BREAKS[1], Moment.BEFORE_FINAL),
]


async def characters() -> AsyncIterator[str]:
    for character in TEXT:
        yield character


def reading(*, whole: bool) -> Reading:
    reading = reading_of(SpeechRequest(read="auto"))
    if whole:
        reading.feed(TEXT, ended=True)
    return reading


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "by character"])
@pytest.mark.parametrize("fault", FAULTS, ids=label)
async def test_no_word_of_the_spoken_form_is_lost(
    voice: RunningServer, fault: Fault, *, is_whole: bool
) -> None:
    async with Relay(voice.address, [fault]) as relay:
        text: Text = TEXT if is_whole else characters()
        heard = await hear(relay, text, whole=TEXT, reading=reading(whole=is_whole))
    assert heard.speech.spoken_form.strip() == SPOKEN
    assert heard.speech.complete
    check_read(heard)
    check_seams(heard.speech, relay.connections)


async def test_over_http_the_spoken_form_is_sent(voice: RunningServer) -> None:
    heard = await hear(
        voice.address, TEXT, whole=TEXT, reading=reading(whole=True), transport="http"
    )
    assert heard.speech.timeline.sent == len(heard.speech.spoken_form)
    check_read(heard)


async def test_what_is_not_spoken_is_told_in_the_text(voice: RunningServer) -> None:
    (quota,) = [kind for kind in BREAKS if kind.name == "quota_exceeded"]
    async with Relay(voice.address, [Fault(quota, Moment.MID_AUDIO, 7)]) as relay:
        heard = await hear(relay, TEXT, whole=TEXT, reading=reading(whole=True))
    assert type(heard.error) is QuotaExceeded
    check_read(heard)
    assert heard.speech.spoken + heard.speech.unspoken == TEXT
    assert "slept." in heard.speech.unspoken
