from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.speech.text_so_far import WholeText
from jupyter_tts.client.streaming.retry import Recovery, RepeatBudget, Retry
from jupyter_tts.wire.error_mapping import handshake_error, server_error
from jupyter_tts.wire.errors import ConnectError, ConnectionLost, ProtocolError, StreamStalled

LOST = ConnectionLost("It is gone.")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def recovery(clock: Clock | None = None, **settings: float) -> Recovery:
    made = Recovery(Retry(**settings), clock or Clock(), lambda: 1.0)  # type: ignore[arg-type]  # attempts is a whole number in every call
    made.connected = True
    return made


@given(st.integers(0, 100), st.floats(0, 1))
def test_waits_double_up_to_the_cap_and_are_drawn_from_their_upper_half(
    attempt: int, draw: float
) -> None:
    retry = Retry(base=0.2, cap=5.0)
    longest = min(5.0, 0.2 * 2.0**attempt)
    assert longest / 2 <= retry.wait(attempt, draw) <= longest


def test_attempts_are_bounded_until_there_is_progress() -> None:
    trying = recovery(attempts=3)
    assert [trying.delay(LOST) for _ in range(4)] == [0.2, 0.4, 0.8, None]
    trying.progress()
    assert trying.delay(LOST) == 0.2


def test_time_without_progress_is_bounded() -> None:
    clock = Clock()
    trying = recovery(clock, attempts=1000, budget=10.0, base=1.0, cap=1.0)
    assert trying.delay(LOST) == 1.0
    clock.now = 9.0
    assert trying.delay(LOST) == 1.0
    clock.now = 9.1
    assert trying.delay(LOST) is None


@pytest.mark.parametrize(
    "error",
    [
        LOST,
        StreamStalled("Nothing came."),
        ProtocolError("Garbage."),
        ConnectError("Refused."),
        *(handshake_error(status) for status in (408, 429, 500, 502, 503, 504)),
        server_error("Busy.", error="system_busy"),
        server_error("We are sorry, something went wrong. You are not charged.", code=1008),
        server_error("Going away.", code=1001),
    ],
)
def test_trouble_that_passes_is_waited_for(error: ConnectionLost) -> None:
    assert recovery().delay(error) is not None


@pytest.mark.parametrize(
    "error",
    [
        *(handshake_error(status) for status in (200, 307, 400, 401, 403, 404, 422)),
        server_error("No.", error="invalid_api_key", code=1008),
        server_error("No.", error="quota_exceeded", code=1008),
        server_error("No.", error="voice_not_found", code=1008),
        server_error("No.", code=1008),
    ],
)
def test_a_refusal_that_stays_is_final_at_once(error: ConnectionLost) -> None:
    assert recovery().delay(error) is None


def test_a_server_that_was_never_reached_is_not_waited_for() -> None:
    trying = recovery()
    trying.connected = False
    assert trying.delay(ConnectError("Refused.")) is None
    assert trying.delay(handshake_error(503)) is not None


def test_retry_after_is_honoured_within_the_budget() -> None:
    assert recovery().delay(handshake_error(429, retry_after="7")) == 7.0
    assert recovery(budget=5.0).delay(handshake_error(429, retry_after="7")) is None
    assert recovery().delay(handshake_error(429, retry_after="soon")) == 0.2
    past = "Wed, 21 Oct 2015 07:28:00 GMT"
    assert recovery().delay(handshake_error(429, retry_after=past)) == 0.2


WORD = 9  # characters
TEXT = WholeText((WORD * "x" + " ") * 100)


def budget_of(repeats: float, text: WholeText = TEXT) -> RepeatBudget:
    return RepeatBudget(Retry(repeats=repeats), text)


def test_the_word_in_which_a_socket_was_lost_may_be_sent_again_as_often_as_it_is() -> None:
    budget = budget_of(0.0)
    assert all(budget.allow(100, 100 + WORD) for _ in range(50))
    assert all(budget.allow(99, 100 + WORD) for _ in range(50))  # with the white space before it
    assert budget.allow(100, 50)  # of what is behind nothing has sounded
    assert not budget.allow(100, 100 + WORD + 1)


def test_what_is_sent_again_stays_within_a_part_of_the_text() -> None:
    budget = budget_of(0.5)
    assert budget.allow(0, 300)
    assert budget.allow(300, 500)
    assert not budget.allow(500, 550)
    assert budget_of(0.5).allow(0, 500 + WORD)
    assert not budget_of(0.5).allow(0, 500 + WORD + 1)
    assert budget_of(1.0).allow(0, 1_000)


def test_no_stretch_is_sent_a_third_time() -> None:
    budget = budget_of(1.0)
    assert budget.allow(100, 205)
    assert not budget.allow(100, 205)
    assert not budget.allow(190, 300)
    assert budget.allow(200, 300)  # but for the word in which the socket was lost


def test_a_text_that_grows_may_have_more_of_it_sent_again() -> None:
    text = WholeText("x y" * 100)
    text.length = 100
    budget = budget_of(0.5, text)
    assert not budget.allow(0, 60)
    text.length = 120
    assert budget.allow(0, 60)


@given(
    st.floats(0, 1), st.lists(st.tuples(st.integers(0, 100), st.integers(0, 1_000)), max_size=20)
)
def test_whatever_is_lost_no_more_than_the_budget_is_sent_again(
    repeats: float, losses: list[tuple[int, int]]
) -> None:
    budget = budget_of(repeats)
    again = [
        spoken - 10 * word
        for word, spoken in losses
        if spoken - 10 * word > WORD and budget.allow(10 * word, spoken)
    ]
    assert sum(again) - WORD * len(again) <= repeats * TEXT.length
