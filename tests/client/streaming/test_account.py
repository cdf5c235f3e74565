"""What a socket has spoken of a text, from the times that it tells and the sound that came."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.speech.text_so_far import WholeText
from jupyter_tts.client.streaming.account import PACE, Account, Mark
from jupyter_tts.wire.alignment import Alignment, Word, split_words

CHARACTER = 0.1  # seconds


def times(text: str, start: float = 0.0) -> Alignment:
    """Each character for a tenth of a second."""
    begin = round(1000 * start)
    starts = tuple(begin + 100 * n for n in range(len(text)))
    return Alignment(tuple(text), starts, (100,) * len(text))


def account_of(text: str, *told: str, start: int = 0) -> Account:
    """An account of messages whose times begin again with each, and whose sound has come."""
    account = Account(WholeText(text), start)
    received = 0.0
    for part in told:
        brought = CHARACTER * len(part)
        account.add(times(part), received, brought)
        received += brought
    return account


def all_words(account: Account) -> list[Word]:
    """The words told, at whole milliseconds."""
    words = account.whole_words(math.inf, ended=True)
    return [Word(word.text, round(word.start, 3), round(word.end, 3), word.span) for word in words]


# Words and their times


def test_words_are_parted_by_white_space_and_keep_their_punctuation() -> None:
    words = all_words(account_of("Hi, you! ", "Hi, you! "))
    assert words == [Word("Hi,", 0.0, 0.3), Word("you!", 0.4, 0.8)]


def test_a_word_told_in_two_messages_is_one_word() -> None:
    account = account_of("wonder is", "won")
    assert account.whole_words(10.0) == []
    account.add(times("der "), 0.3)
    (word,) = account.whole_words(10.0)
    assert (word.text, word.start, word.end) == ("wonder", 0.0, pytest.approx(0.6))


def test_an_item_of_several_characters_shares_its_time() -> None:
    account = Account(WholeText("ab c"))
    account.add(Alignment(("ab c",), (0,), (400,)), 0.0)
    assert all_words(account) == [Word("ab", 0.0, 0.2), Word("c", 0.3, 0.4)]


def test_a_word_is_whole_once_its_sound_has_come() -> None:
    account = account_of("one two", "one two")
    assert account.whole_words(0.29) == []
    assert [word.text for word in account.whole_words(0.3)] == ["one"]
    assert [word.text for word in account.whole_words(0.7)] == ["two"]
    assert account.whole_words(0.7) == []  # each is taken once


def test_the_last_word_told_may_be_the_beginning_of_a_longer_one() -> None:
    account = account_of("over overall", "over over")
    assert [word.text for word in account.whole_words(10.0)] == ["over"]
    assert [word.text for word in account.whole_words(10.0, ended=True)] == ["over"]


@pytest.mark.parametrize("text", ["你好，世界。", "สวัสดี ครับ", "مرحبا بالعالم", "😀 👩‍👩‍👧 !"])
def test_words_of_every_script_are_what_was_told(text: str) -> None:
    words = all_words(account_of(text, text))
    assert [word.text for word in words] == [word for word, _ in split_words(text)]
    assert [text[slice(*word.span)] for word in words if word.span] == [word.text for word in words]


@given(st.lists(st.text(max_size=12), max_size=6))
def test_words_hold_every_character_told_in_order_and_their_times_rise(texts: list[str]) -> None:
    words = all_words(account_of("".join(texts), *texts))
    assert "".join(word.text for word in words) == "".join("".join(texts).split())
    assert all(word.start <= word.end for word in words)
    assert all(a.start <= b.start for a, b in itertools.pairwise(words))


# The clock of the times


def test_times_that_begin_again_with_each_message_are_put_on_one_clock() -> None:
    words = all_words(account_of("one two six", "one ", "two ", "six"))
    assert [word.start for word in words] == pytest.approx([0.0, 0.4, 0.8])


def test_times_that_run_on_are_taken_as_they_are() -> None:
    account = Account(WholeText("one two six"))
    for part, start in (("one ", 0.0), ("two ", 0.4), ("six", 0.8)):
        account.add(times(part, start), start)
    assert account.running_on
    assert [word.start for word in all_words(account)] == pytest.approx([0.0, 0.4, 0.8])


def test_times_ahead_of_all_sound_follow_one_another() -> None:
    account = Account(WholeText("one two"))
    account.add(times("one "), 0.0)
    account.add(times("two"), 0.0)
    assert [word.start for word in all_words(account)] == pytest.approx([0.0, 0.4])


def test_what_is_told_again_from_the_beginning_is_taken_once() -> None:
    account = Account(WholeText("one two six"))
    account.add(times("one "), 0.0)
    account.add(times("one two "), 0.4, 0.4)
    account.add(times("one two six"), 0.8, 0.3)
    assert [(word.text, word.start) for word in all_words(account)] == [
        ("one", 0.0),
        ("two", pytest.approx(0.4)),
        ("six", pytest.approx(0.8)),
    ]


def test_a_text_that_does_begin_again_is_taken_twice() -> None:
    account = account_of("one two one two", "one two ", "one two")
    assert [word.text for word in all_words(account)] == ["one", "two", "one", "two"]


@pytest.mark.parametrize("brought", [0.06, 0.25, 0.5])
@pytest.mark.parametrize("uneven", [0.0, 0.01, -0.01])
def test_segments_of_a_text_that_repeats_itself_are_all_taken(
    brought: float, uneven: float
) -> None:
    """A segment's times come whole with the first of its sound, as the embedded server's do."""
    part = "This is a sentence, number one. "
    account = Account(WholeText(part * 4))
    received = 0.0
    for _ in range(4):
        account.add(times(part), received, brought)
        received += CHARACTER * len(part) + uneven
    assert [word.text for word in all_words(account)] == part.split() * 4


@given(unit=st.text("ab ,.", min_size=1, max_size=30), count=st.integers(2, 6))
def test_whatever_is_repeated_is_taken_as_often_as_it_is_sent(unit: str, count: int) -> None:
    account = Account(WholeText(unit * count))
    for index in range(count):
        account.add(times(unit), CHARACTER * len(unit) * index, 0.06)
    assert account.characters == len(unit) * count


def test_a_message_without_times_tells_nothing() -> None:
    account = Account(WholeText("one"))
    account.add(Alignment((), (), ()), 0.0)
    assert not account.timed
    assert account.mark(1.0) == Mark(0, 0.0, "", 0.0, None, 0)


# How far the text is spoken


@pytest.mark.parametrize(
    ("seconds", "position", "told", "into"),
    [
        (0.0, 0, "", 0.0),
        (0.3, 3, "", None),
        (0.5, 3, "t", 0.0),
        (0.55, 3, "t", 0.05),
        (0.7, 7, "", None),
        (9.0, 11, "", None),
    ],
)
def test_a_text_is_spoken_up_to_the_last_word_whose_sound_has_come(
    seconds: float, position: int, told: str, into: float | None
) -> None:
    account = account_of("one two six", "one two six")
    account.whole_words(seconds)
    mark = account.mark(seconds)
    assert (mark.position, mark.told) == (position, told)
    assert mark.into == pytest.approx(into)


def test_white_space_behind_a_word_is_spoken_with_none() -> None:
    account = account_of("one  two", "one  two")
    assert account.mark(0.3).position == 3


def test_a_socket_begins_where_the_text_is_taken_up() -> None:
    account = account_of("one two six", "two six", start=4)
    assert account.mark(0.0).position == 4
    assert account.mark(0.3).position == 7
    assert [word.span for word in all_words(account)] == [(4, 7), (8, 11)]


def test_a_number_in_words_counts_once_what_follows_it_has_come() -> None:
    text, told = "I have 20 birds here", "I have twenty birds here"
    account = account_of(text, told)
    inside = account.mark(CHARACTER * len("I have twenty"))
    assert inside.position == len("I have")
    assert inside.told == "twenty"
    assert account.mark(CHARACTER * len("I have twenty birds")).position == len("I have 20 birds")


def test_what_is_left_out_is_spoken_with_what_follows() -> None:
    text = "see [the docs](http://a.b) now please"
    account = account_of(text, "see the docs now please")
    assert account.mark(CHARACTER * len("see the docs")).position == len("see")  # not certain yet
    assert account.mark(9.0).position == len(text)


def test_words_the_text_does_not_have_hold_up_no_other() -> None:
    text = "one two three four five"
    account = account_of(text, "one two well you know three four five")
    assert account.mark(9.0).position == len(text)
    assert [word.span for word in all_words(account) if word.span] == [
        (end - len(word), end) for word, end in split_words(text)
    ]


@given(st.text("ab.,é你 \n", max_size=40), st.integers(0, 50))
def test_of_a_text_told_as_it_is_no_more_is_spoken_than_has_sounded(text: str, count: int) -> None:
    account = account_of(text, text)
    mark = account.mark(CHARACTER * count)
    assert mark.position <= max(count, 0) or not text[count : mark.position].strip()
    ends = [end for _, end in split_words(text) if end <= count]
    assert mark.position >= max(ends, default=0) or mark.told


@given(st.text("ab.,é你 \n", max_size=40), st.lists(st.floats(0, 5), max_size=5))
def test_the_position_rises_with_the_sound(text: str, seconds: list[float]) -> None:
    account = account_of(text, text)
    positions = [account.mark(time).position for time in sorted(seconds)]
    assert positions == sorted(positions)


# Sound that no times were told of


def test_sound_between_two_times_is_counted_where_it_was_not_told() -> None:
    account = Account(WholeText("one two"), heard=lambda start, stop: max(0.0, stop - start))
    account.add(times("one"), 0.0)
    account.add(times("two", 0.5), 0.3)
    assert account.untold(0.0, 0.3) == 0.0
    assert account.untold(0.3, 0.5) == pytest.approx(0.2)
    assert account.untold(0.3, 0.4) == pytest.approx(0.1)
    assert account.untold(0.5, 2.0) == pytest.approx(1.2)


def test_words_left_out_of_the_times_are_passed_over_by_their_sound() -> None:
    text = "a dog and a cat and a dog and a bird came in"
    account = Account(WholeText(text), heard=lambda start, stop: max(0.0, stop - start))
    first = "a dog and a cat "
    account.add(times(first), 0.0)
    left_out = "and a dog "
    begin = CHARACTER * len(first + left_out)
    account.add(times("and a bird came in"), begin)
    assert [word.span for word in all_words(account)][5:] == [
        (end - len(word), end) for word, end in split_words(text) if end > len(first + left_out)
    ]


def test_the_pace_is_what_was_told_within_what_is_believed() -> None:
    assert Account(WholeText("one two")).pace == PACE
    assert account_of("one two", "one two").pace == pytest.approx(0.1)
    slow = Account(WholeText("one two"))
    slow.add(Alignment(("one two",), (0,), (60_000,)), 0.0)
    assert slow.pace <= 0.2


# Where another socket goes on


def test_a_socket_that_tells_the_same_says_when_that_ends() -> None:
    account = account_of("twenty birds", "twenty birds")
    end, following = account.times_behind("twen") or (0.0, 0.0)
    assert (end, following) == (pytest.approx(0.4), pytest.approx(0.4))
    assert account.times_behind("twentybirds") is None  # more has yet to be told
    assert account.times_behind("") == (0.0, 0.0)


def test_a_socket_that_tells_something_else_says_so() -> None:
    account = account_of("20 birds here", "zwanzig birds here")
    with pytest.raises(LookupError):
        account.times_behind("twenty")


# Size


@pytest.mark.parametrize("items", [("a" * 800_000,), ("a",) * 800_000])
def test_a_word_of_any_length_is_one_word(items: tuple[str, ...]) -> None:
    account = Account(WholeText("a" * 800_000))
    account.add(Alignment(items, tuple(range(len(items))), (1,) * len(items)), 0.0)
    assert account.characters == 800_000
    (word,) = account.whole_words(math.inf, ended=True)
    assert word.span == (0, 800_000)
