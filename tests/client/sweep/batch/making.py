"""A batch whose speeches are made at once, without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.sweep.batch.items import Item, read_items, read_layout
from jupyter_tts.client.sweep.batch.runner import Spoken
from jupyter_tts.wire.alignment import Word
from jupyter_tts.wire.errors import TTSError

RATE = 8_000


def items_of(folder: Path, rows: Iterable[Any], to: str = "{id}.wav", **options: Any) -> list[Item]:
    return read_items(rows, read_layout(folder / to, **options))


def speech_of(item: Item, seconds: float = 0.1) -> Speech:
    """A speech whose sound is told from that of any other text."""
    speech = Speech(item.text, item.request, RATE, Timeline(), label="Test")
    speech.reading = item.reading
    sample = (1 + sum(item.text.encode()) % 30_000).to_bytes(2, "little")
    speech.restore(sample * int(RATE * seconds), [Word("Word", 0.0, seconds, span=(0, 1))])
    speech.timeline.send(item.characters)
    return speech


class TestSpeaker:
    """Speaks at once; what it is told to raise it raises.

    Attributes
    ----------
    spoken : list of str
        The ids, in their order.
    most : int
        That were being spoken at the same time.
    """

    __test__ = False

    def __init__(self, fault: Callable[[Item], TTSError | None] = lambda item: None) -> None:
        self._fault = fault
        self._now = 0
        self.spoken: list[str] = []
        self.most = 0

    async def speak(self, item: Item) -> Spoken:
        self._now += 1
        self.most = max(self.most, self._now)
        self.spoken.append(item.id)
        try:
            await asyncio.sleep(0)
            if (fault := self._fault(item)) is not None:
                raise fault
            return Spoken(speech_of(item))
        finally:
            self._now -= 1
