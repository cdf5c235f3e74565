"""What a listener gets of a stream, whichever sockets bring it."""

from __future__ import annotations

import numpy as np
import pytest

from jupyter_tts.audio.files import wav_bytes
from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.streaming import receiver as module
from jupyter_tts.client.streaming.receiver import Receiver
from jupyter_tts.wire.alignment import Alignment, Word
from jupyter_tts.wire.errors import ProtocolError, TooMuchSound
from jupyter_tts.wire.protocol import Chunk

from .receiving import RATE, TEXT, receiving, sound, times

FADE = 40


def flood(receiver: Receiver, endless: Chunk) -> None:
    for _ in range(100):
        receiver.take(endless)


def texts(audio: Audio) -> list[str]:
    return [word.text for word in audio.words]


async def test_sound_is_let_through_up_to_the_last_whole_word() -> None:
    receiver = await receiving()
    first = receiver.take(Chunk(sound(0.5), times("one two three")))
    assert (len(first.pcm), texts(first), first.spoken) == (2 * 3200, ["one"], 3)
    assert receiver.holding
    second = receiver.take(Chunk(sound(0.2)))
    assert (len(second.pcm), texts(second), second.spoken) == (2 * 2400, ["two"], 7)
    rest = receiver.take(Chunk(sound(0.6)))
    assert (len(rest.pcm), texts(rest), rest.spoken) == (2 * 4800, ["three"], 13)
    assert not receiver.holding


async def test_sound_without_times_is_let_through_at_once() -> None:
    receiver = await receiving()
    assert receiver.take(Chunk(sound(0.5))) == Audio(sound(0.5), RATE)
    assert receiver.finish().spoken == len(TEXT)


async def test_a_successor_goes_on_after_the_last_whole_word_without_a_click() -> None:
    receiver = await receiving()
    got = receiver.take(Chunk(sound(0.5), times("one two three"))).pcm
    got += receiver.cut().pcm
    receiver.begin()
    assert receiver.position == 3
    more = receiver.take(Chunk(sound(1.2, -1000), times(" two three")))
    assert more.words == (Word("two", 0.505, 0.805), Word("three", 0.905, 1.405))
    assert receiver.finish().spoken == len(TEXT)
    samples = np.frombuffer(got + more.pcm, "<i2").astype(int)
    assert np.array_equal(samples[:3200], np.full(3200, 1000))
    assert np.abs(np.diff(samples)).max() <= 2 * 1000 / FADE
    assert np.array_equal(samples[3200 + 2 * FADE :], np.full(len(more.pcm) // 2 - FADE, -1000))


async def test_sound_of_a_slow_word_counts_as_that_of_no_more_text() -> None:
    receiver = await receiving("$1,234 and much more of it")
    receiver.take(Chunk(sound(1.9), times("$1,234 and much more of it", duration=1.0)))
    assert receiver.heard_until == 1
    assert receiver.take(Chunk(sound(2.0))).pcm  # held for so long that it is let through
    receiver.cut()
    receiver.begin()
    assert (receiver.position, receiver.heard_until) == (0, 3)


async def test_words_know_where_they_stand_in_the_text_over_all_sockets() -> None:
    receiver = await receiving("one two 3 four")
    spans = [word.span for word in receiver.take(Chunk(sound(0.5), times("one two"))).words]
    receiver.cut()
    receiver.begin()
    audio = receiver.take(Chunk(sound(2.0), times(" two three four")))
    spans += [word.span for word in (*audio.words, *receiver.finish().words)]
    assert spans == [(0, 3), (4, 7), (8, 9), (10, 14)]


async def test_without_times_a_successor_leaves_out_what_was_heard() -> None:
    receiver = await receiving()
    whole = np.arange(1, 8001).astype("<i2").tobytes()
    receiver.take(Chunk(whole[:6000]))
    assert len(receiver.cut().pcm) == 2 * FADE
    receiver.begin()
    assert receiver.position == 0
    assert receiver.take(Chunk(whole[:5000])).pcm == b""
    assert receiver.take(Chunk(whole[5000:])).pcm[2 * FADE :] == whole[6000 + 2 * FADE :]


async def test_a_stream_lost_before_its_first_word_leaves_no_sound() -> None:
    receiver = await receiving()
    assert receiver.take(Chunk(sound(0.2), times("one"))).pcm == b""
    assert receiver.cut().pcm == b""
    receiver.begin()
    assert receiver.take(Chunk(sound(0.5), times("one two"))).pcm == sound(0.4)


async def test_the_last_word_of_a_segment_does_not_wait_for_the_next_segment() -> None:
    receiver = await receiving()
    audio = receiver.take(Chunk(sound(0.7), times("one two")))
    assert (texts(audio), len(audio.pcm)) == (["one", "two"], 2 * 5600)


async def test_a_word_whose_sound_has_not_come_waits_until_nothing_else_is_left_to_hear() -> None:
    receiver = await receiving()
    now = 0.0
    receiver._timeline.clock = lambda: now
    audio = receiver.take(Chunk(sound(0.65), times("one two")))
    assert (texts(audio), receiver.holding) == (["one"], True)
    assert receiver.rest().pcm == b""
    now = 0.4
    assert receiver.rest().pcm == sound(0.25)
    assert receiver.position == 3


async def test_words_split_across_messages_are_whole_words() -> None:
    receiver = await receiving()
    assert texts(receiver.take(Chunk(sound(0.2), times("on")))) == []
    assert texts(receiver.take(Chunk(sound(0.2), times("e ")))) == ["one"]


async def test_times_beyond_the_sound_are_brought_back_to_it() -> None:
    receiver = await receiving("one")
    receiver.take(Chunk(sound(0.5), Alignment(("one",), (10**11,), (10**11,))))
    assert receiver.finish().words == (Word("one", 0.5, 0.5),)


async def test_no_word_is_before_the_beginning_where_less_sound_comes_than_was_told_before() -> (
    None
):
    receiver = await receiving("Say one.")
    told = Alignment(tuple("ooo"), (0, 0, 0), (0, 0, 1))
    receiver.take(Chunk(b"", told))
    receiver.cut()
    receiver.begin()
    receiver.take(Chunk(b"", told))
    assert receiver.finish().words == (Word("ooo", 0.0, 0.0),)


async def test_sound_in_a_format_that_was_not_asked_for_is_an_error_and_no_silence() -> None:
    # Without pydub, ovos-tts-server 1.13.4 sends a WAV file whatever the compressed format.
    receiver = await receiving(audio_format="mp3_44100_128")
    for again in (False, True):
        receiver.begin()
        assert not receiver.take(Chunk(wav_bytes(sound(0.5), RATE))).pcm
        assert receiver.is_cut_short(final=True) is not again
    with pytest.raises(ProtocolError, match=r"8,044 bytes that are no mp3_44100_128.*--format"):
        receiver.finish()


async def test_a_number_spoken_in_words_is_no_word_further_on() -> None:
    receiver = await receiving("I have 2 dogs and my sister has two.")
    audio = receiver.take(Chunk(sound(2.0), times("I have two dogs ")))
    assert texts(audio) == ["I", "have", "two", "dogs"]
    assert receiver.position == len("I have 2 dogs")
    assert receiver.is_cut_short(final=True)


async def test_signs_have_places_like_all_characters() -> None:
    text = "one <b>two</b> & three -> four"
    receiver = await receiving(text)
    assert receiver.take(Chunk(sound(0.1 * len(text)), times(text))).spoken == len(text)
    assert not receiver.is_cut_short(final=False)


async def test_endless_sound_and_endless_words_are_refused() -> None:
    floods = (
        Chunk(sound(1.0)),
        Chunk(b"", times(" " * 40)),
    )
    for endless in floods:
        receiver = await receiving("x")
        for _ in range(20):
            receiver.take(endless)
        with pytest.raises(TooMuchSound):
            flood(receiver, endless)


async def test_what_is_held_is_bounded() -> None:
    receiver = await receiving("o" * 100)
    longest = module.MOST_HELD
    assert receiver.take(Chunk(sound(longest), times("o" * 100))).pcm == b""
    assert len(receiver.take(Chunk(sound(0.1))).pcm) == len(sound(longest + 0.1))


async def test_a_listener_with_nothing_left_to_hear_does_not_wait_for_the_end_of_a_word() -> None:
    receiver = await receiving()
    now = 0.0
    receiver._timeline.clock = lambda: now
    assert len(receiver.take(Chunk(sound(0.5), times(TEXT))).pcm) == 2 * 3200
    now = 0.3
    assert receiver.take(Chunk(sound(0.1))).pcm == b""
    now = 0.5
    assert len(receiver.take(Chunk(sound(0.01))).pcm) == len(sound(0.21))
