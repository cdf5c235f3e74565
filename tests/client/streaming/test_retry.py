from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.streaming.retry import Recovery, Retry
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
