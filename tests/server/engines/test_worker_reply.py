"""A worker's answer in parts: its times are those of the parts, whichever come together."""

from __future__ import annotations

from jupyter_tts.server.engines.spoken_text import SpokenText
from jupyter_tts.server.engines.worker_reply import TimedReply, WorkerReply

TEXT = "one two"
PLAIN = SpokenText(TEXT, tuple(range(len(TEXT))))
FIRST = WorkerReply([(0, 0)], [(0, "o")], bytes(2 * 100), stop=4)
REST = WorkerReply([(4, 100)], [(100, "t")], bytes(2 * 50), "a note")


def test_what_is_not_spoken_yet_begins_and_ends_where_the_sound_does() -> None:
    timed = TimedReply(TEXT, PLAIN, 8000)
    assert timed.add(FIRST)
    begun = timed.speech()
    assert begun.starts[4:] == begun.ends[4:] == (100, 100, 100)
    assert begun.ends[3] == 100
    timed.add(REST)
    whole = timed.speech()
    assert (whole.starts[:4], whole.ends[:4]) == (begun.starts[:4], begun.ends[:4])
    assert (whole.starts[4], whole.ends[-1], len(whole.pcm)) == (100, 150, 300)
    assert (begun.note, whole.note) == ("", "a note")
