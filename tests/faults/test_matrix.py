"""Every fault at every moment: what was heard and what is reported unspoken are the text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jupyter_tts.client.connections import connect
from jupyter_tts.wire.errors import (
    AuthenticationError,
    ConnectError,
    HandshakeRefused,
    QuotaExceeded,
    TooMuchSound,
    TTSError,
)

from ..server.serving import RunningServer
from .kinds import ANSWERS, BREAKS, INTRUSIONS, REFUSALS, Break, Fault, Intrusion, Moment
from .relay import Relay
from .seams import hear_seamless

FIN = BREAKS[1]

#: What ends a stream for good, at whatever moment it comes.
FATAL: dict[str, type[TTSError]] = {
    "quota_exceeded": QuotaExceeded,
    "invalid_api_key": AuthenticationError,
    "frame above 16 MiB": TooMuchSound,
}

#: Statuses of a refused handshake that are worth another attempt.
PASSING = tuple(f"HTTP {status}" for status in (429, 500, 502, 503))

KINDS: tuple[Break | Intrusion, ...] = (*BREAKS, *INTRUSIONS)
IN_STREAM = (Moment.FIRST_MESSAGE, Moment.BEFORE_AUDIO, Moment.MID_AUDIO, Moment.BEFORE_FINAL)


def in_stream() -> Iterator[Fault]:
    """Every kind at every moment behind the handshake and before the final message."""
    for moment in IN_STREAM:
        for after in (1, 3, 17) if moment is Moment.MID_AUDIO else (0,):
            for kind in KINDS:
                yield Fault(kind, moment, after)


def label(value: object) -> str:
    return str(value)


@pytest.mark.parametrize("fault", list(in_stream()), ids=label)
async def test_no_word_is_lost_and_none_is_spoken_twice(voice: RunningServer, fault: Fault) -> None:
    async with Relay(voice.address, [fault]) as relay:
        heard = await hear_seamless(relay)
    fatal = FATAL.get(fault.kind.name)
    if fatal is None or (heard.error is None and fault.moment is Moment.BEFORE_FINAL):
        assert heard.speech.complete
    else:
        assert type(heard.error) is fatal
        assert len(relay.connections) == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_what_happens_behind_the_final_message_is_of_no_account(
    voice: RunningServer, kind: Break | Intrusion
) -> None:
    async with Relay(voice.address, [Fault(kind, Moment.BEFORE_CLOSE)]) as relay:
        heard = await hear_seamless(relay)
    assert heard.speech.complete
    assert len(relay.connections) == 1


@pytest.mark.parametrize("kind", [*REFUSALS, *ANSWERS], ids=lambda kind: kind.name)
async def test_a_first_handshake_is_tried_again_only_if_its_trouble_passes(
    voice: RunningServer, kind: Break, impatient: None
) -> None:
    async with Relay(voice.address, [Fault(kind, Moment.HANDSHAKE)]) as relay:
        heard = await hear_seamless(relay)
    if kind.name.startswith(PASSING):
        assert heard.speech.complete
        assert len(relay.connections) == 2
    else:
        refused = kind.name.startswith("HTTP")
        assert type(heard.error) is (HandshakeRefused if refused else ConnectError)
        assert len(relay.connections) == 1


@pytest.mark.parametrize("kind", [*REFUSALS, *ANSWERS], ids=lambda kind: kind.name)
async def test_a_lost_stream_is_resumed_unless_a_refusal_is_final(
    voice: RunningServer, kind: Break, impatient: None
) -> None:
    faults = [Fault(FIN, Moment.MID_AUDIO), Fault(kind, Moment.HANDSHAKE)]
    async with Relay(voice.address, faults) as relay:
        heard = await hear_seamless(relay)
    if kind.name.startswith("HTTP") and not kind.name.startswith(PASSING):
        assert type(heard.error) is HandshakeRefused
        assert heard.speech.spoken
        assert len(relay.connections) == 2
    else:
        assert heard.speech.complete
        assert len(relay.connections) == 3


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no more than a moment for an answer to a handshake."""
    monkeypatch.setattr(connect, "OPEN_TIMEOUT", 0.3)
