"""One context: what ends it at once, and what is spoken to its end all the same."""

from __future__ import annotations

import pytest

from jupyter_tts.server.websocket.context import Context
from jupyter_tts.wire.messages import ClientMessage

from .endpoint_input import handshake, take_all

LONG = "word " * 20  # two segments on a schedule of 50


def context(*, now: float = 0) -> Context:
    first = ClientMessage(" ", generation_config={"chunk_length_schedule": [50]})
    return Context(handshake(), first, context_id="a", now=now)


def test_what_is_cut_short_gives_no_more_text_and_what_is_being_said_is_not_wanted() -> None:
    speaking = context()
    speaking.add(LONG)
    assert speaking.next_segment()
    speaking.cut_short()
    assert speaking.over
    assert speaking.finished
    assert take_all(speaking) == []
    assert speaking.waiting_characters == 0


def test_a_flush_that_waits_is_carried_out_and_what_came_after_it_is_not() -> None:
    speaking = context()
    speaking.add("Hello ", flush=True)
    speaking.add(LONG)
    speaking.cut_short()
    assert not speaking.over
    assert speaking.next_segment() == "Hello "
    speaking.next_segment()  # made ahead, before it shows that it is too late
    speaking.segment_sent()
    assert speaking.over
    assert take_all(speaking) == []


def test_a_flush_covers_what_was_taken_before_it_and_not_yet_sent() -> None:
    speaking = context()
    speaking.add(LONG)
    assert len(take_all(speaking)) == 2
    speaking.add("", flush=True)
    assert take_all(speaking) == []
    speaking.cut_short()
    speaking.segment_sent()
    assert not speaking.over
    speaking.segment_sent()
    assert speaking.over


def test_a_flush_that_was_sent_long_ago_does_not_keep_what_follows() -> None:
    speaking = context()
    speaking.add("Hello ", flush=True)
    assert take_all(speaking) == ["Hello "]
    speaking.segment_sent()
    speaking.add(LONG)
    assert speaking.next_segment()
    speaking.cut_short()
    assert speaking.over


@pytest.mark.parametrize("flush", [False, True])
def test_an_expired_context_says_why_and_nothing_more(flush: bool) -> None:
    speaking = context()
    speaking.add(LONG, flush=flush)
    speaking.expire()
    assert take_all(speaking) == []
    assert speaking.over
    closing_message = speaking.closing_message
    assert closing_message.context_id == "a"
    assert closing_message.fault is not None
    assert (closing_message.fault.error, closing_message.fault.code) == (
        "input_timeout_exceeded",
        1008,
    )


def test_the_closing_message_of_a_context_that_has_ended_is_the_final_one() -> None:
    speaking = context()
    speaking.add("Hello ")
    speaking.end()
    assert not speaking.finished
    assert take_all(speaking) == ["Hello "]
    assert speaking.finished
    assert not speaking.over
    assert (speaking.closing_message.is_final, speaking.closing_message.context_id) == (True, "a")
