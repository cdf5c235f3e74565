from __future__ import annotations

import pytest

from jupyter_tts.notebook.player.pacing import GATHERING, MAX_LEAD, Pacer

RATE = 24_000


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pacer(clock: Clock) -> Pacer:
    return Pacer(RATE, clock)


def send_all(pacer: Pacer, available: int, *, complete: bool) -> list[int]:
    """What is sent at this moment, in messages."""
    messages = []
    while count := pacer.frames(available, complete=complete):
        pacer.note(count)
        messages.append(count)
    return messages


def send(pacer: Pacer, clock: Clock, available: int) -> list[int]:
    """What is sent as time goes by, until all is sent or the page has enough."""
    messages = []
    while pacer.sent < available:
        messages += send_all(pacer, available, complete=True)
        if pacer.sent == available or pacer.full:
            break
        clock.now += pacer.wait() or 0.0
    return messages


def test_the_first_message_goes_at_once_however_short(pacer: Pacer) -> None:
    assert send_all(pacer, 10, complete=False) == [10]
    assert send_all(pacer, 30, complete=False) == []


def test_later_messages_hold_at_least_100_ms(pacer: Pacer, clock: Clock) -> None:
    send_all(pacer, 20, complete=False)
    clock.now += 1
    assert pacer.frames(20 + 2399, complete=False) == 0
    assert pacer.frames(20 + 2400, complete=False) == 2400


def test_the_rest_goes_when_the_stream_is_complete(pacer: Pacer, clock: Clock) -> None:
    send_all(pacer, 20, complete=False)
    clock.now += 1
    assert send_all(pacer, 27, complete=True) == [7]


@pytest.mark.parametrize(
    ("lead", "gathers"), [(0.1, 0.025), (0.2, 0.05), (0.24, 0.06), (1.0, 0.06)]
)
def test_what_comes_in_a_quarter_of_the_lead_is_one_message(
    pacer: Pacer, clock: Clock, lead: float, gathers: float
) -> None:
    first = round(lead * RATE)
    send_all(pacer, first, complete=False)
    came = 0
    while clock.now < gathers - 1e-6:
        came += 480
        assert send_all(pacer, first + came, complete=True) == []
        assert pacer.wait() == pytest.approx(gathers - clock.now)
        clock.now += gathers / 5
    assert send_all(pacer, first + came, complete=True) == [came]


def test_a_network_as_slow_as_the_sound_waits_for_nothing(pacer: Pacer, clock: Clock) -> None:
    sent = 0
    for _ in range(50):
        sent += 2400
        assert send_all(pacer, sent, complete=False) == [2400]
        clock.now += 0.1


def test_messages_are_as_long_as_the_lead(pacer: Pacer, clock: Clock) -> None:
    send_all(pacer, RATE // 10, complete=False)
    messages = send(pacer, clock, 5 * RATE)
    assert messages == [6000, 6360, 11_280, 21_120, RATE, RATE, RATE, 840]


def test_ten_minutes_at_once_are_sent_whole_and_never_more_than_the_lead(
    pacer: Pacer, clock: Clock
) -> None:
    total = 600 * RATE
    messages: list[tuple[float, int]] = []
    while pacer.sent < total:
        for count in send_all(pacer, total, complete=True):
            messages.append((clock.now, count))
        played = min(pacer.sent, round(clock.now * RATE))
        assert pacer.sent - played <= MAX_LEAD * RATE + 1
        clock.now += pacer.wait() or 0.1
    assert sum(count for _, count in messages) == total
    # The notebook server drops what comes faster than 1000 messages/s over 3 s.
    assert max(sum(1 for at, _ in messages if t <= at < t + 3) for t, _ in messages) < 300


def test_a_page_that_has_enough_is_sent_a_second_of_sound_at_a_time(
    pacer: Pacer, clock: Clock
) -> None:
    send(pacer, clock, 600 * RATE)
    messages = []
    begin = clock.now
    while clock.now < begin + 60:
        clock.now += pacer.wait() or 0.0
        messages += send_all(pacer, 600 * RATE, complete=False)
    assert messages == pytest.approx([RATE] * len(messages), abs=1)
    assert sum(messages) >= 60 * RATE


def test_what_has_just_come_goes_though_there_is_little_room(pacer: Pacer, clock: Clock) -> None:
    send(pacer, clock, round(MAX_LEAD * RATE))
    clock.now += GATHERING
    available = pacer.sent + round(0.2 * RATE)
    assert send_all(pacer, available, complete=False) == [round(0.2 * RATE)]


def test_a_paused_player_is_sent_no_more_than_the_lead(pacer: Pacer, clock: Clock) -> None:
    send(pacer, clock, 600 * RATE)
    pacer.report(RATE, playing=False)
    send(pacer, clock, 600 * RATE)
    assert MAX_LEAD * RATE <= pacer.sent <= (MAX_LEAD + 2) * RATE
    clock.now += 1000
    assert pacer.frames(600 * RATE, complete=True) == 0
    assert pacer.wait() is None
    pacer.report(4 * RATE, playing=True)
    assert pacer.frames(600 * RATE, complete=True) > 0


def test_a_page_that_cannot_report_is_taken_to_play(pacer: Pacer, clock: Clock) -> None:
    send(pacer, clock, 600 * RATE)
    clock.now += 10
    send(pacer, clock, 600 * RATE)
    assert 0 <= (MAX_LEAD + clock.now) * RATE - pacer.sent <= RATE


def test_it_is_full_while_the_lead_holds_messages_back(pacer: Pacer, clock: Clock) -> None:
    assert not pacer.full
    send(pacer, clock, 600 * RATE)
    assert pacer.full
    clock.now += 1
    assert not pacer.full
