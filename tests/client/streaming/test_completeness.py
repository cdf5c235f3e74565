"""Whether a server that ends a stream in order is believed to have spoken all of it."""

from __future__ import annotations

from jupyter_tts.wire.protocol import Chunk

from .receiving import TEXT, receiving, sound, times


async def test_a_stream_that_leaves_words_out_is_cut_short() -> None:
    receiver = await receiving()
    receiver.take(Chunk(sound(0.7), times("one two")))
    assert receiver.is_cut_short(final=True)
    receiver.take(Chunk(sound(0.3), times(" three")))
    assert not receiver.is_cut_short(final=True)  # it says so itself
    assert receiver.is_cut_short(final=False)
    receiver.take(Chunk(sound(0.3)))
    assert not receiver.is_cut_short(final=False)
    assert receiver.all_spoken


async def test_a_stream_without_a_sound_is_taken_at_its_second_word() -> None:
    receiver = await receiving()
    assert receiver.is_cut_short(final=True)
    receiver.begin()
    assert not receiver.is_cut_short(final=True)
    assert not (await receiving("…")).is_cut_short(final=True)


async def test_a_stream_that_tells_words_and_sends_no_sound_is_never_taken_at_its_word() -> None:
    receiver = await receiving()
    for _ in range(3):
        receiver.take(Chunk(b"", times(TEXT)))
        assert receiver.is_cut_short(final=True)
        receiver.cut()
        receiver.begin()


async def test_a_server_that_only_closes_without_a_sound_is_never_taken_at_its_word() -> None:
    receiver = await receiving()
    for _ in range(3):
        assert receiver.is_cut_short(final=False)
        receiver.begin()


async def test_signs_alone_may_be_silent() -> None:
    receiver = await receiving("…")
    assert receiver.is_cut_short(final=False)
    receiver.begin()
    assert not receiver.is_cut_short(final=False)


async def test_a_last_word_that_is_written_differently_is_no_loss() -> None:
    receiver = await receiving("I have 2026")
    receiver.take(Chunk(sound(3.0), times("I have twenty twenty six")))
    assert not receiver.is_cut_short(final=True)
    assert receiver.is_cut_short(final=False)  # more of the number may have been to come


async def test_a_stream_that_ends_after_a_word_written_differently_is_cut_short() -> None:
    receiver = await receiving("I have 20 apples and many more")
    receiver.take(Chunk(sound(1.3), times("I have twenty")))
    assert receiver.is_cut_short(final=True)


async def test_brackets_may_be_left_out_by_a_server_that_ends_in_order() -> None:
    receiver = await receiving("one <break time='1s'/> [laughs]")
    receiver.take(Chunk(sound(0.3), times("one")))
    assert not receiver.is_cut_short(final=True)
    assert receiver.is_cut_short(final=False)
