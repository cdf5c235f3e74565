"""Faults of a socket that two streams share: both go on, each without losing a word."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_tts.client.connections.shared_pool import SharedConnectionPool

from ..server.serving import RunningServer
from .hearing import check, hear
from .kinds import BREAKS, Fault, Moment
from .relay import Relay
from .test_matrix import FATAL, KINDS, label

FAULTS = [
    *(Fault(kind, Moment.FIRST_MESSAGE) for kind in BREAKS),
    *(Fault(kind, Moment.MID_AUDIO) for kind in KINDS),
    *(Fault(kind, Moment.BEFORE_FINAL) for kind in BREAKS),
]


@pytest.mark.parametrize("fault", FAULTS, ids=label)
async def test_no_stream_loses_a_word_or_speaks_one_twice(
    voice: RunningServer, fault: Fault
) -> None:
    pool = SharedConnectionPool()
    async with Relay(voice.address, [fault]) as relay:
        both = await asyncio.gather(*(hear(relay, multi=True, sockets=pool) for _ in range(2)))
        await pool.close()
    for heard in both:
        check(heard)
    fatal = FATAL.get(fault.kind.name)
    failures = {type(heard.error) for heard in both if heard.error is not None}
    if fatal is None or fault.moment is Moment.BEFORE_FINAL:  # then all may have been spoken
        assert failures <= {fatal}
    else:
        assert failures == {fatal}
