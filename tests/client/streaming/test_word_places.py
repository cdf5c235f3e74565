"""Where the words that a server told stand in the text."""

from __future__ import annotations

import pytest

from jupyter_tts.client.speech.markup import Markup
from jupyter_tts.client.speech.text_matching import TextMatcher
from jupyter_tts.client.speech.text_so_far import TextReader, WholeText
from jupyter_tts.client.streaming.word_places import WordPlaces


def places_of(text: str, told: str, *, start: int = 0, ssml: bool = False) -> WordPlaces:
    markup = Markup(WholeText(text), ssml=ssml)
    matcher = TextMatcher(WholeText(text), start, markup)
    matcher.add(told)
    return WordPlaces(matcher, TextReader(markup.joined), markup, start)


@pytest.mark.parametrize(
    ("count", "reached"),
    [(0, (0, 0)), (2, (0, 0)), (3, (3, 3)), (5, (3, 3)), (8, (7, 7)), (13, (13, 13))],
)
def test_a_word_is_reached_once_all_of_its_characters_were_told(
    count: int, reached: tuple[int, int]
) -> None:
    assert places_of("one two three", "one two three").reach(count) == reached


def test_what_was_told_behind_another_sockets_place_is_reached_from_there() -> None:
    places = places_of("one two three", "two three", start=4)
    assert (places.reach(0), places.reach(3)) == ((0, 4), (3, 7))
    assert (places.before(0), places.before(3)) == (4, 7)


def test_a_word_of_which_a_letter_was_not_told_is_not_reached() -> None:
    assert places_of("one two three", "one tw").reach(6) == (3, 3)


def test_the_end_of_what_was_told_is_whole_only_where_the_texts_word_ends() -> None:
    assert places_of("wonder is", "wonder").is_whole(6)
    assert not places_of("wonderful", "wonder").is_whole(6)


def test_a_tag_behind_a_word_is_not_parted_from_what_follows() -> None:
    text = 'one <break time="1s"/> two'
    assert places_of(text, "one two", ssml=True).reach(3) == (3, 3)
    assert places_of(text, "one two", ssml=True).reach(7) == (7, len(text))
