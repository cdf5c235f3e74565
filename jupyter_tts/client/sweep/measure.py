"""Measuring one cell of a plan: one text, spoken once under one condition."""

from __future__ import annotations

import asyncio
import datetime
import itertools
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from ...audio.loudness import leading_silence
from ...wire.errors import (
    ConnectError,
    TTSError,
    VoiceNotFound,
)
from ...wire.request import SpeechRequest
from ..connections.channel import ConnectionSource
from ..keys import Key
from ..speech.events import Audio
from ..speech.timeline import Timeline
from ..streaming.stream import stream_speech
from .account import is_account_refused
from .axes import ARRIVALS, parameters_of
from .plan import Cell
from .recordings import Recording
from .rows import Row

__all__ = ["PLAYOUT", "TOKENS_A_SECOND", "Measured", "Server", "gaps", "heard_at", "measure"]

PLAYOUT: Final = 200.0
"""Milliseconds from the first byte to the playout that gaps and the audible latency are of."""

TOKENS_A_SECOND: Final = 30.0
"""Of a text that comes as from a language model."""

_TOKEN: Final = re.compile(r"\s*\S{1,5}|\s+$")


@dataclass(frozen=True)
class Server:
    """Where a cell is measured.

    Attributes
    ----------
    url : str or None
        The address, where the request's server is a name for another.
    key : Key or None
    sockets : ConnectionSource or None
        Where warm sockets come from; None opens each when it is needed.
    worker, region : str
        Where this runs.
    voice : str or None
        The voice of a condition that names none.
    """

    url: str | None = None
    key: Key | None = None
    sockets: ConnectionSource | None = None
    worker: str = ""
    region: str = ""
    voice: str | None = None


class Measured(NamedTuple):
    """What was measured, and what was heard.

    Attributes
    ----------
    row : Row
    recording : Recording or None
        The sound, up to an error if there was one; None where no sound came.
    """

    row: Row
    recording: Recording | None


async def measure(
    cell: Cell,
    server: Server,
    *,
    must_connect: bool = False,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Measured:
    """Speak a cell's text, and return what was measured; an error is measured, too.

    Parameters
    ----------
    cell : Cell
    server : Server
    must_connect : bool, optional
        Whether a server that cannot be reached is no measurement.
    sleep : callable, optional
        Waits between two tokens.

    Raises
    ------
    TTSError
        Which the cells that follow would have, too: a key that is refused, no quota, no such voice.
    """
    given = {"format": "pcm_24000", "voice": server.voice, **parameters_of(cell.condition)}
    request = SpeechRequest(**given)
    if server.url is not None:
        request = request.at(server.url)
    as_tokens = cell.condition.get("arrival") == ARRIVALS[1]
    text = _tokens(cell.prompt.text, sleep) if as_tokens else cell.prompt.text
    timeline = Timeline()
    started = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
    pcm = bytearray()
    rate, error = 0, None
    try:
        async for event in stream_speech(
            request,
            text,
            key=server.key,
            timeline=timeline,
            sockets=server.sockets,
        ):
            if isinstance(event, Audio):
                pcm += event.pcm
                rate = event.sample_rate
    except TTSError as failure:
        is_of_all = is_account_refused(failure) or isinstance(failure, VoiceNotFound)
        if is_of_all or (must_connect and type(failure) is ConnectError):
            raise
        error = failure
    recording = Recording(bytes(pcm), rate) if pcm else None
    return Measured(_row(cell, server, timeline, recording, started, error), recording)


def gaps(arrivals: Sequence[tuple[float, float]], playout: float = PLAYOUT) -> float:
    """Return how long a player is without sound that starts a fixed time after the first byte.

    Parameters
    ----------
    arrivals : sequence of tuple of float and float
        When each message came, and how much sound was in it (ms).
    playout : float, optional
        Milliseconds from the first message to the start.
    """
    pieces = list(_played(arrivals, playout))
    return sum(after[0] - before[1] for before, after in itertools.pairwise(pieces))


def heard_at(
    arrivals: Sequence[tuple[float, float]], position: float, playout: float = PLAYOUT
) -> float:
    """Return when a place in the sound is heard, with a playout as for :func:`gaps`.

    Parameters
    ----------
    arrivals : sequence of tuple of float and float
        When each message came, and how much sound was in it (ms); at least one.
    position : float
        Milliseconds from the start of the sound.
    playout : float, optional
        Milliseconds from the first message to the start.
    """
    before = 0.0
    for start, end in _played(arrivals, playout):
        if position < before + end - start:
            return start + position - before
        before += end - start
    return end


def _played(
    arrivals: Sequence[tuple[float, float]], playout: float
) -> Iterator[tuple[float, float]]:
    """Yield when each message starts and ends to be heard."""
    now = arrivals[0][0] + playout if arrivals else 0.0
    for at, length in arrivals:
        start = max(now, at)
        now = start + length
        yield start, now


async def _tokens(text: str, sleep: Callable[[float], Awaitable[None]]) -> AsyncIterator[str]:
    for token in _TOKEN.findall(text):
        yield token
        await sleep(1 / TOKENS_A_SECOND)


def _row(
    cell: Cell,
    server: Server,
    timeline: Timeline,
    recording: Recording | None,
    started: str,
    error: TTSError | None,
) -> Row:
    zero = timeline.zero
    arrivals = tuple(
        (_milliseconds(one.at - zero), _milliseconds(one.duration)) for one in timeline.arrivals
    )
    silence = leading_silence(*recording) if recording else None
    ttfb = timeline.ttfb
    connect = None if timeline.warm else timeline.connect_time
    return Row(
        cell=cell.name,
        condition=dict(cell.condition),
        text=cell.prompt.name,
        repetition=cell.repetition,
        connect=0.0 if timeline.warm else _optional(connect),
        ttfb=_optional(ttfb),
        ttfa=None if ttfb is None or silence is None else _milliseconds(ttfb + silence),
        audible=None if silence is None else round(heard_at(arrivals, silence * 1000), 3),
        silence=_optional(silence),
        duration=_milliseconds(timeline.duration),
        real_time_factor=timeline.real_time_factor,
        gap=round(gaps(arrivals), 3),
        arrivals=arrivals,
        characters=timeline.sent,
        repeated=timeline.repeated,
        reconnects=len(timeline.reconnects),
        error="" if error is None else error.message,
        kind="" if error is None else type(error).__name__,
        request_id="" if error is None else error.request_id,
        worker=server.worker,
        region=server.region,
        started=started,
    )


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _optional(seconds: float | None) -> float | None:
    return None if seconds is None else _milliseconds(seconds)
