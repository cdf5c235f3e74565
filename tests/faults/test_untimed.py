"""Servers that tell no times of characters, or the wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from ..server.serving import RunningServer
from .hearing import PATIENT, check_bounds, hear
from .kinds import BREAKS, CLOSES, STALL, Break, Fault, Moment
from .relay import Message, Relay, Rewrite, split_odd, strip_alignment
from .seams import check_replay, hear_seamless

RST, FIN = BREAKS[:2]


def stripped_and_split(message: Message) -> Iterable[Message]:
    for part in split_odd(message):
        yield from strip_alignment(part)


@pytest.mark.parametrize("rewrite", [strip_alignment, stripped_and_split])
@pytest.mark.parametrize("kind", [RST, FIN, CLOSES[1011], STALL], ids=lambda kind: kind.name)
@pytest.mark.parametrize("after", [1, 5, 14])
async def test_what_was_heard_is_left_out_of_what_is_spoken_again(
    voice: RunningServer, kind: Break, after: int, rewrite: Rewrite
) -> None:
    faults = [Fault(kind, Moment.MID_AUDIO, after)]
    async with Relay(voice.address, faults, rewrite=rewrite) as relay:
        heard = await hear(relay)
    assert heard.speech.complete
    assert heard.speech.unspoken == ""
    check_replay(heard.speech, relay.connections)


async def test_no_more_than_half_of_a_text_is_spoken_again(voice: RunningServer) -> None:
    faults = [Fault(FIN, Moment.MID_AUDIO, 30)]
    async with Relay(voice.address, faults, rewrite=strip_alignment) as relay:
        heard = await hear(relay)
    assert not heard.speech.complete
    assert heard.speech.unspoken == heard.speech.text
    assert "twice" in str(heard.error)
    assert len(relay.connections) == 1
    async with Relay(voice.address, faults, rewrite=strip_alignment) as relay:
        heard = await hear(relay, retry=replace(PATIENT, repeats=1.0))
    assert heard.speech.complete
    check_replay(heard.speech, relay.connections)


@pytest.mark.parametrize(("first", "second"), [(1, 1), (1, 14)])
async def test_a_word_is_spoken_again_as_often_as_need_be(
    voice: RunningServer, first: int, second: int
) -> None:
    async with Relay(voice.address, rewrite=strip_alignment) as relay:
        whole = await hear(relay)
    faults = [Fault(FIN, Moment.MID_AUDIO, first), Fault(FIN, Moment.MID_AUDIO, second)]
    async with Relay(voice.address, faults, rewrite=strip_alignment) as relay:
        heard = await hear(relay)
    assert heard.speech.complete
    assert heard.speech.duration == pytest.approx(whole.speech.duration, abs=0.8)


@pytest.mark.parametrize(("first", "second"), [(16, 14), (14, 16), (9, 4), (6, 6)])
async def test_nothing_is_spoken_again_twice(voice: RunningServer, first: int, second: int) -> None:
    faults = [Fault(FIN, Moment.MID_AUDIO, first), Fault(FIN, Moment.MID_AUDIO, second)]
    async with Relay(voice.address, faults, rewrite=strip_alignment) as relay:
        heard = await hear(relay)
    assert not heard.speech.complete
    assert len(relay.connections) == 2
    check_replay(heard.speech, relay.connections)


async def test_a_stream_that_gets_no_further_is_given_up(voice: RunningServer) -> None:
    faults = [Fault(FIN, Moment.MID_AUDIO, 1)] * 20
    async with Relay(voice.address, faults, rewrite=strip_alignment) as relay:
        heard = await hear(relay)
    assert heard.error is not None
    assert not heard.speech.complete
    assert len(relay.connections) == 1 + 3
    check_replay(heard.speech, relay.connections)


def snake_case(message: Message) -> Iterable[Message]:
    """Name the fields as one version of ElevenLabs' reference does."""
    times = message["alignment"] and {
        "chars": message["alignment"]["chars"],
        "char_start_times_ms": message["alignment"]["charStartTimesMs"],
        "char_durations_ms": message["alignment"]["charDurationsMs"],
    }
    yield {"audio": message["audio"], "is_final": message["isFinal"], "normalized_alignment": times}


def altered(alter: Callable[[int], object]) -> Rewrite:
    """Return what puts other start times into a message."""

    def rewrite(message: Message) -> Iterable[Message]:
        alignment = message["alignment"]
        if alignment:
            alignment = {
                **alignment,
                "charStartTimesMs": list(map(alter, alignment["charStartTimesMs"])),
            }
        yield {**message, "alignment": alignment, "normalizedAlignment": None}

    return rewrite


def other_text(message: Message) -> Iterable[Message]:
    """Tell the times of another text."""
    alignment = message["alignment"]
    if alignment:
        alignment = {
            **alignment,
            "chars": [character.translate({97: "o", 101: "u"}) for character in alignment["chars"]],
        }
    yield {**message, "alignment": alignment, "normalizedAlignment": None}


LIES: dict[str, Rewrite] = {
    "times too long": altered(lambda start: 20 * start),
    "times too short": altered(lambda start: start // 20),
    "no time at all": altered(lambda start: 0),
    "negative times": altered(lambda start: -start),
    "backwards": altered(lambda start: 3_000 - start),
    "no numbers": altered(str),
    "another text": other_text,
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("after", [None, 3, 15], ids=["clean", "3", "15"])
async def test_times_that_are_wrong_lose_nothing(
    voice: RunningServer, lie: str, after: int | None
) -> None:
    faults = [Fault(FIN, Moment.MID_AUDIO, after)] if after else []
    async with Relay(voice.address, faults, rewrite=LIES[lie]) as relay:
        heard = await hear(relay)
    assert heard.speech.complete
    assert heard.speech.unspoken == ""
    check_bounds(heard.speech)
    brought = sum(len(connection.audio) for connection in relay.connections)
    assert len(heard.speech.pcm) <= brought + 1_000
    assert len(heard.speech.pcm) >= len(relay.connections[-1].audio)
    if after is None:
        assert heard.speech.pcm == relay.connections[0].audio


@pytest.mark.parametrize("after", [1, 3, 15])
async def test_fields_in_snake_case_are_as_good(voice: RunningServer, after: int) -> None:
    faults = [Fault(FIN, Moment.MID_AUDIO, after)]
    async with Relay(voice.address, faults, rewrite=snake_case) as relay:
        heard = await hear_seamless(relay)
    assert heard.speech.complete
