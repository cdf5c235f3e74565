"""Several faults in one stream, in every mode of the protocol, and text that comes slowly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from jupyter_tts.client.streaming import watchdog
from jupyter_tts.wire.errors import ConnectionLost, HandshakeRefused

from ..server.serving import RunningServer
from .hearing import TEXT, check, hear
from .kinds import BREAKS, CLOSES, STALL, Break, Fault, Moment, Peer, refusal
from .relay import Drop, Relay, split_odd
from .seams import hear_seamless
from .test_matrix import FATAL

RST, FIN = BREAKS[:2]

WORDS = [f"{word} " for word in TEXT.split(" ")]

MODES: dict[str, dict[str, Any]] = {
    "schedule": {},
    "sync_alignment": {"sync_alignment": True},
    "auto_mode": {"auto_mode": True, "schedule": None},
    "auto_mode and sync_alignment": {"auto_mode": True, "schedule": None, "sync_alignment": True},
    "8 kHz": {"format": "pcm_8000"},
    "a-law": {"format": "alaw_8000", "sync_alignment": True},
}

PAIRS = (
    (Fault(RST, Moment.MID_AUDIO, 3), Fault(RST, Moment.MID_AUDIO, 2)),
    (Fault(RST, Moment.MID_AUDIO, 15), Fault(CLOSES[1011], Moment.MID_AUDIO, 1)),
    (Fault(FIN, Moment.MID_AUDIO, 3), Fault(CLOSES[1011], Moment.BEFORE_AUDIO)),
    (Fault(FIN, Moment.MID_AUDIO, 4), Fault(STALL, Moment.FIRST_MESSAGE)),
    (Fault(FIN, Moment.MID_AUDIO, 1), Fault(FIN, Moment.MID_AUDIO, 1)),
    (Fault(STALL, Moment.MID_AUDIO, 5), Fault(STALL, Moment.MID_AUDIO, 5)),
    (Fault(RST, Moment.BEFORE_AUDIO), Fault(FIN, Moment.MID_AUDIO, 13)),
    (Fault(RST, Moment.MID_AUDIO, 20), Fault(FIN, Moment.BEFORE_FINAL)),
)


@pytest.mark.parametrize("faults", PAIRS, ids=lambda pair: ", ".join(map(str, pair)))
@pytest.mark.parametrize("swapped", [False, True], ids=["", "swapped"])
async def test_two_faults_in_a_row(
    voice: RunningServer, faults: tuple[Fault, Fault], swapped: bool
) -> None:
    async with Relay(voice.address, faults[::-1] if swapped else faults) as relay:
        heard = await hear_seamless(relay)
    assert heard.speech.complete
    assert len(heard.speech.timeline.reconnects) < len(relay.connections)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("after", [1, 2, 4, 7, 13, 14, 15, 24, 30, 36])
async def test_a_loss_anywhere_in_any_mode(voice: RunningServer, mode: str, after: int) -> None:
    async with Relay(voice.address, [Fault(FIN, Moment.MID_AUDIO, after)]) as relay:
        heard = await hear_seamless(relay, WORDS, whole="".join(WORDS), **MODES[mode])
    assert heard.speech.complete


@pytest.mark.parametrize("mode", MODES)
async def test_losing_every_connection_but_getting_further_each_time(
    voice: RunningServer, mode: str
) -> None:
    faults = [Fault(FIN, Moment.MID_AUDIO, 6)] * 40
    async with Relay(voice.address, faults) as relay:
        heard = await hear_seamless(relay, WORDS, whole="".join(WORDS), **MODES[mode])
    assert heard.speech.complete


@pytest.mark.parametrize(
    "moment", [Moment.FIRST_MESSAGE, Moment.BEFORE_AUDIO], ids=lambda moment: moment.value
)
@pytest.mark.parametrize("kind", [RST, CLOSES[1001], CLOSES[1011]], ids=lambda kind: kind.name)
async def test_a_server_that_always_fails_is_given_up(
    voice: RunningServer, kind: Break, moment: Moment
) -> None:
    faults = [Fault(FIN, Moment.MID_AUDIO, 5), *[Fault(kind, moment)] * 20]
    async with Relay(voice.address, faults) as relay:
        heard = await hear_seamless(relay)
    assert isinstance(heard.error, ConnectionLost)
    assert len(relay.connections) == 1 + 3
    assert heard.speech.spoken


async def test_a_server_that_wants_to_be_left_alone_for_an_hour_is_not_waited_for(
    voice: RunningServer,
) -> None:
    refused = Fault(refusal(429, Retry_After="3600"), Moment.HANDSHAKE)
    async with Relay(voice.address, [Fault(FIN, Moment.MID_AUDIO, 5), refused]) as relay:
        heard = await hear(relay)
        check(heard)
    assert isinstance(heard.error, HandshakeRefused)
    assert heard.error.status == 429
    assert len(relay.connections) == 2


# Not a stall: nothing is owed while the text waits, so nobody can tell.
@pytest.mark.parametrize("kind", [k for k in BREAKS if k is not STALL], ids=lambda kind: kind.name)
@pytest.mark.parametrize("count", [9, 20])
async def test_a_loss_while_the_text_is_still_being_made(
    voice: RunningServer, kind: Break, count: int
) -> None:
    lost = asyncio.Event()

    async def act(peer: Peer) -> None:
        await kind.act(peer)
        lost.set()

    async def source() -> AsyncIterator[str]:
        for number, word in enumerate(WORDS):
            if number == count:
                await lost.wait()
            yield word

    faults = [Fault(Break(kind.name, act), Moment.MID_AUDIO, 8)]
    async with Relay(voice.address, faults) as relay:
        heard = await hear_seamless(relay, source(), whole="".join(WORDS), **MODES["auto_mode"])
    assert heard.speech.complete or kind.name in FATAL


@pytest.mark.parametrize(
    "at",
    # In the first frame's head; across all frames; and around the end of the first one.
    [*range(20), *range(1_300, 40_000, 1_999), *range(7_190, 7_210)],
)
async def test_a_connection_cut_at_any_byte(voice: RunningServer, at: int) -> None:
    async with Relay(voice.address, [Drop(at)]) as relay:
        heard = await hear(relay)
        check(heard)
    assert heard.speech.complete
    assert len(relay.connections) == 2


@pytest.mark.parametrize("after", [1, 2, 3, 9, 15, 22])
async def test_a_slow_network_makes_no_difference(
    voice: RunningServer, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "PAUSE", 0.001)  # so that every frame comes after a pause
    faults = [Fault(FIN, Moment.MID_AUDIO, after)]
    async with Relay(voice.address, faults, pace=lambda: asyncio.sleep(0.004)) as relay:
        heard = await hear_seamless(relay)
    assert heard.speech.complete


@pytest.mark.parametrize("after", [1, 3, 15])
async def test_samples_cut_in_two_are_put_together(voice: RunningServer, after: int) -> None:
    faults = [Fault(FIN, Moment.MID_AUDIO, after)]
    async with Relay(voice.address, faults, rewrite=split_odd) as relay:
        heard = await hear_seamless(relay)
    assert heard.speech.complete
