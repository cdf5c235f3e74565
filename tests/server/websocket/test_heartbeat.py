"""When a silent client is pinged, and when it is given up."""

from __future__ import annotations

import pytest

from jupyter_tts.server.websocket.heartbeat import Heartbeat


def heartbeat() -> Heartbeat:
    return Heartbeat(ping_seconds=20, pong_seconds=40, now=100)


def test_a_silent_client_is_pinged_once() -> None:
    beat = heartbeat()
    assert beat.deadline == 120
    assert not beat.ping_due(119.9)
    assert beat.ping_due(120)
    assert not beat.ping_due(121)


def test_a_client_that_says_anything_is_not_pinged() -> None:
    beat = heartbeat()
    beat.heard(115)
    assert not beat.ping_due(120)
    assert beat.deadline == 135


def test_a_client_that_answers_is_pinged_again_later() -> None:
    beat = heartbeat()
    assert beat.ping_due(120)
    beat.heard(121)
    assert beat.deadline == 141
    assert beat.ping_due(141)


def test_a_client_that_does_not_answer_has_vanished() -> None:
    beat = heartbeat()
    assert beat.ping_due(120)
    assert beat.deadline == 160
    with pytest.raises(ConnectionResetError):
        beat.ping_due(160)


def test_a_client_that_plays_while_it_reads_may_answer_when_it_has_played() -> None:
    beat = heartbeat()
    beat.sent(30, 101)
    beat.sent(60, 102)  # heard from 131 to 191
    assert beat.ping_due(120)
    assert beat.deadline == 231
    assert not beat.ping_due(230)


def test_audio_that_has_long_been_heard_gives_no_more_time() -> None:
    beat = heartbeat()
    beat.sent(5, 101)
    assert beat.ping_due(120)
    assert beat.deadline == 160
