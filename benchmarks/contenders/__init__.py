"""The clients that are compared, each in a process of its own, behind one small interface.

``python -m benchmarks.contenders NAME`` is such a process: it takes tasks from standard input and
answers on standard output, a JSON object per line, so that the imports, threads and garbage of one
client do not weigh on another. `Contest` starts such processes and gives each the same tasks, in
turn.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

__all__ = ["BYTES_PER_SECOND", "NAMES", "VOICE", "Contender", "Ear", "Target", "Tokens"]

NAMES: Final = MappingProxyType(
    {
        "ours": "jupyter_tts",
        "bare": "bare `websockets` loop",
        "sdk": "ElevenLabs SDK, `convert_realtime`",
        "pipecat": "pipecat",
        "livekit": "livekit",
    }
)
"""Modules of this package, and what a reader calls them."""

VOICE: Final = "en-us"
BYTES_PER_SECOND: Final = 48_000
"""Of pcm_24000, which everybody asks for."""


@dataclass(frozen=True)
class Target:
    """Where to speak.

    Attributes
    ----------
    address : str
        ``http://127.0.0.1:PORT`` or ``https://``.
    ahead : bool
        Whether sockets may be opened before there is a text, where the client can do that.
    """

    address: str
    ahead: bool

    @property
    def websocket(self) -> str:
        """The address for WebSockets."""
        return self.address.replace("http", "ws", 1)


class Tokens:
    """A text as its source gives it: sync and async iterable.

    Parameters
    ----------
    steps : sequence of (float, str)
        Seconds that the source pauses, and the token it gives then.
    """

    def __init__(self, steps: Sequence[tuple[float, str]]) -> None:
        self._steps = [(float(pause), token) for pause, token in steps]

    @property
    def texts(self) -> list[str] | None:
        """All tokens, of a source that never pauses; None of one that does."""
        return (
            None
            if any(pause for pause, _ in self._steps)
            else [sentence for _, sentence in self._steps]
        )

    @property
    def bursts(self) -> list[tuple[float, str]]:
        """The pauses, and all text that comes between two of them."""
        bursts: list[tuple[float, str]] = []
        for pause, token in self._steps:
            if pause or not bursts:
                bursts.append((pause, token))
            else:
                bursts[-1] = (bursts[-1][0], bursts[-1][1] + token)
        return bursts

    def __iter__(self) -> Iterator[str]:
        for pause, token in self._steps:
            if pause:
                time.sleep(pause)
            yield token

    async def __aiter__(self) -> AsyncIterator[str]:
        for pause, token in self._steps:
            if pause:
                await asyncio.sleep(pause)
            yield token


class Ear:
    """Hears one utterance; its first token leaves the source when it is made.

    Parameters
    ----------
    keep : bool, optional
        Whether the client is to keep all sound, as it does by itself where it plays.

    Attributes
    ----------
    first_audio : float or None
        Seconds to the first sound that the client handed over.
    seconds : float
        Sound so far.
    """

    def __init__(self, *, keep: bool = False) -> None:
        self.keep = keep
        self.first_audio: float | None = None
        self.seconds = 0.0
        self._began = time.perf_counter()

    def take(self, size: int) -> None:
        """Take note of so many bytes of pcm_24000."""
        if self.first_audio is None and size:
            self.first_audio = time.perf_counter() - self._began
        self.seconds += size / BYTES_PER_SECOND


class Contender(Protocol):
    """A client; every module of this package that `NAMES` tells of has one, ``CONTENDER``."""

    async def open(self, target: Target) -> None:
        """Make ready to speak."""

    async def speak(self, tokens: Tokens, ear: Ear) -> None:
        """Speak a text up to its end."""

    async def close(self) -> None:
        """Give back what `open` took."""
