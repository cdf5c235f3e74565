"""Faults on a socket that was opened ahead: no word is lost, and a dead one is no loss at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jupyter_tts.client.connections.pool import ConnectionPool, Readiness

from ..server.serving import RunningServer, until
from .hearing import check, hear, request_to
from .kinds import BREAKS, CLOSES, INTRUSIONS, STALL, Break, Fault, Intrusion, Moment
from .relay import Relay
from .seams import check_seams

RST, FIN = BREAKS[:2]

#: How a server ends a socket that waits for its first message, or has just got it.
DEAD = (RST, FIN, CLOSES[1001], CLOSES[1011])


def faults() -> Iterator[Fault]:
    for kind in (*DEAD, STALL, INTRUSIONS[0]):
        for moment in (Moment.FIRST_MESSAGE, Moment.BEFORE_AUDIO, Moment.MID_AUDIO):
            yield Fault(kind, moment, 3 if moment is Moment.MID_AUDIO else 0)


def is_silent(kind: Break | Intrusion, moment: Moment) -> bool:
    return kind in DEAD and moment is not Moment.MID_AUDIO


@pytest.mark.parametrize("fault", list(faults()), ids=str)
async def test_no_word_is_lost_on_a_warm_socket(voice: RunningServer, fault: Fault) -> None:
    pool = ConnectionPool()
    async with Relay(voice.address, [fault]) as relay:
        request = request_to(relay.address)
        pool.warm(request, None)
        await until(lambda: pool.readiness(request, None) is Readiness.READY)
        heard = await hear(relay, sockets=pool)
        await pool.close()
        spoken = [connection for connection in relay.connections if connection.messages]
        check(heard)
        check_seams(heard.speech, spoken)
    assert heard.speech.complete
    assert len(spoken) == 2
    silent = is_silent(fault.kind, fault.moment)
    assert heard.speech.timeline.warm != silent
    assert len(heard.speech.timeline.reconnects) == (0 if silent else 1)
