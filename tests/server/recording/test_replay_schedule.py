"""Which recorded frame is due when, with no clock but numbers."""

from __future__ import annotations

import json

import pytest

from jupyter_tts.server.recording.recording import Closed, RecordedFrame, RecordedStream, Refused
from jupyter_tts.server.recording.replay_schedule import ReplaySchedule, Rotation, refusal_of
from jupyter_tts.server.recording.transcript import Transcript
from jupyter_tts.wire.errors import ServerError

END = {"text": ""}


def stream(
    text: str, *frames: RecordedFrame, end: Closed | Refused | None = None
) -> RecordedStream:
    transcript = Transcript(text, True)
    return RecordedStream(
        "/p", transcript, list(frames), end or Closed(transcript.progress, 1.0, 1000, "")
    )


def schedule(*streams: RecordedStream, now: float = 0.0) -> ReplaySchedule:
    return ReplaySchedule(Rotation(streams), streams, now)


def test_a_frame_is_due_as_long_after_what_was_said_as_it_was_then() -> None:
    playing = schedule(
        stream("Hello. ", RecordedFrame(7, 0.25, "a"), RecordedFrame(8, 0.5, "b")), now=10.0
    )
    assert playing.due is None
    playing.receive({"text": " "}, 10.0)
    playing.receive({"text": "Hello. "}, 20.0)
    assert playing.due == 20.25
    playing.sent()
    assert playing.due is None
    playing.receive(END, 30.0)
    assert playing.due == 30.5
    playing.sent()
    assert playing.due == 31.0
    assert playing.next == Closed(8, 1.0, 1000, "")


def test_how_the_text_is_cut_does_not_matter() -> None:
    playing = schedule(stream("Hello there. ", RecordedFrame(6, 0.5, "a")))
    playing.receive({"text": "Hel"}, 1.0)
    assert playing.due is None
    playing.receive({"text": "lo there. "}, 2.0)
    assert playing.due == 2.5


def test_a_frame_that_came_before_any_text_needs_none() -> None:
    assert schedule(stream("x", RecordedFrame(0, 0.5, "a")), now=3.0).due == 3.5


def test_other_text_is_refused_with_what_is_there() -> None:
    playing = schedule(stream("Hello. "), stream("Good day. "))
    with pytest.raises(ServerError, match=r"'Bye'.*'Hello\. ', 'Good day\. '") as refused:
        playing.receive({"text": "Bye"}, 1.0)
    assert (refused.value.error, refused.value.code) == ("not_recorded", 1008)


@pytest.mark.parametrize("rest", [END, {"text": "Hello. And more. "}])
def test_less_or_more_text_is_other_text(rest: dict[str, str]) -> None:
    playing = schedule(stream("Hello. "))
    playing.receive({"text": "Hello"}, 1.0)
    with pytest.raises(ServerError):
        playing.receive(rest, 1.0)


def test_nothing_is_played_before_it_is_clear_which_text_is_meant() -> None:
    one, other = (
        stream("Hello A. ", RecordedFrame(1, 0.0, "a")),
        stream("Hello B. ", RecordedFrame(1, 0.0, "b")),
    )
    playing = schedule(one, other)
    playing.receive({"text": "Hello "}, 1.0)
    assert playing.due is None
    playing.receive({"text": "B. "}, 2.0)
    assert playing.next == RecordedFrame(1, 0.0, "b")
    assert playing.due == 1.0  # at once


def with_contexts(*names: str | None) -> RecordedStream:
    frames = [
        RecordedFrame(7, 0.0, json.dumps({"audio": "AAAA", key: name}))
        for name in names
        for key in ("contextId", "context_id")
    ]
    transcript = Transcript("Hello. ", True, True, list(names))
    return RecordedStream("/v1/multi-stream-input", transcript, frames, Closed(8, 0.0, 1000, ""))


@pytest.mark.parametrize("own", [("x", "y"), ("b", "a"), (None, "z")])
def test_a_client_hears_of_its_contexts_by_its_own_names(own: tuple[str | None, ...]) -> None:
    recorded = with_contexts("a", "b")
    playing = schedule(recorded)
    for name in own:
        playing.receive({"text": " ", "context_id": name}, 1.0)
    playing.receive({"text": "Hello. ", "context_id": own[0]}, 1.0)
    sent = [json.loads(playing.as_sent(frame)) for frame in recorded.frames]
    assert [message.get("contextId", message.get("context_id")) for message in sent] == [
        name for name in own for _ in range(2)
    ]


def test_with_the_same_contexts_a_frame_is_sent_to_the_letter() -> None:
    recorded = with_contexts("a", None)
    playing = schedule(recorded)
    playing.receive({"text": "Hello. ", "context_id": "a"}, 1.0)
    playing.receive({"text": " "}, 1.0)
    assert [playing.as_sent(frame) for frame in recorded.frames] == [
        frame.text for frame in recorded.frames
    ]


def test_of_two_texts_that_begin_alike_the_end_tells_which() -> None:
    playing = schedule(stream("Hello. More. "), stream("Hello. ", RecordedFrame(7, 0.0, "short")))
    playing.receive({"text": "Hello. "}, 1.0)
    assert playing.next is None
    playing.receive(END, 2.0)
    assert playing.next == RecordedFrame(7, 0.0, "short")


def test_the_same_text_recorded_twice_is_played_in_turn() -> None:
    streams = [stream("Hello. ", RecordedFrame(0, 0.0, name)) for name in "ab"]
    rotation = Rotation(streams)
    sent = [ReplaySchedule(rotation, rotation.find("/p"), 0.0).next for _ in range(3)]
    assert sent == [RecordedFrame(0, 0.0, name) for name in "aba"]


def test_a_refusal_has_its_turn_as_well() -> None:
    refused = RecordedStream("/p", end=Refused(429, "busy"))
    rotation = Rotation([refused, stream("Hello. ")])
    streams = rotation.find("/p")
    assert refusal_of(streams) == Refused(429, "busy")
    rotation.count_play(streams[0])
    assert refusal_of(rotation.find("/p")) is None
    assert rotation.find("/q") == []


def test_a_recording_that_breaks_off_ends_with_an_error() -> None:
    broken = RecordedStream("/p", Transcript("Hello. "), [RecordedFrame(0, 0.0, "a")])
    playing = schedule(broken)
    playing.sent()
    assert isinstance(playing.next, Closed)
    assert (playing.next.code, playing.next.reason) == (1011, "The recording breaks off here.")
