"""Which characters of a text are those that a server tells."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.speech.string_alignment import NOWHERE, align, fold
from jupyter_tts.client.speech.text_matching import TextMatcher
from jupyter_tts.client.speech.text_so_far import TextReader, WholeText


def matched(text: str, *told: str, start: int = 0) -> TextMatcher:
    matcher = TextMatcher(WholeText(text), start)
    for part in told:
        matcher.add(part)
    return matcher


def whole_words(text: str, told: str) -> list[tuple[int, int] | None]:
    """For each word told between which places of the text it stands; None for a changed one."""
    matcher = matched(text, told)
    found: list[tuple[int, int] | None] = []
    first = 0
    for word in told.split():
        first = told.index(word, first)
        stop = first + len(word)
        same = all(matcher.exact[first:stop])
        places = matcher.places[first:stop]
        found.append((places[0], places[-1] + 1) if same else None)
        first = stop
    return found


def written(text: str, told: str) -> list[str | None]:
    """For each word told what the text has there; None for a changed one."""
    return [span and text[slice(*span)] for span in whole_words(text, told)]


@pytest.mark.parametrize(
    "text",
    [
        "One, two — three.",
        "if x < 3 and y > 5 then go [now] <b>bold</b>",
        "مرحبا بالعالم، كيف حالك؟",
        "שלום עולם",
        "你好，世界。今天很好。",
        "สวัสดีครับ ทุกคน",
        "नमस्ते दुनिया",
        "안녕하세요 여러분",
        "👩‍👩‍👧 and 👍🏽 & % € ; —",
        "cafe\u0301 cafe\u0301",
        "a" * 500,
    ],
)
def test_a_text_told_as_it_is_stands_where_it_stands(text: str) -> None:
    for told in ([text], [*text], [text[:7], text[7:]]):
        matcher = matched(text, *told)
        assert matcher.places == [
            NOWHERE if character.isspace() else place for place, character in enumerate(text)
        ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It’s a “naïve” Café – so…", 'it\'s a "naive" café - so.'),
        ("GROSSE STRASSE", "grosse strasse"),
    ],
)
def test_case_accents_and_forms_of_signs_do_not_count(text: str, told: str) -> None:
    matcher = matched(text, told)
    assert all(exact or told[index].isspace() for index, exact in enumerate(matcher.exact))


def test_white_space_does_not_count() -> None:
    assert written("one\n\n two\tthree", "one two  three") == ["one", "two", "three"]
    assert matched("one two", "onetwo").places == [0, 1, 2, 4, 5, 6]


@pytest.mark.parametrize(
    ("text", "told", "expected"),
    [
        # Numbers, abbreviations and signs are told in words,
        ("I have 20 dogs now", "I have twenty dogs now", ["I", "have", None, "dogs", "now"]),
        ("ask Dr. Smith about", "ask Doctor Smith about", ["ask", None, "Smith", "about"]),
        ("tea & cake again", "tea and cake again", ["tea", None, "cake", "again"]),
        # words are left out,
        (
            "Stop <break time='1s'/> and then go on with it",
            "Stop and then go on with it",
            ["Stop", "and", "then", "go", "on", "with", "it"],
        ),
        ("See [the docs](http://a.b) now.", "See the docs now.", None),
        ("👋 hello 👋 there", "hello there", None),
        # added,
        ("one two three four", "one well two three four", ["one", None, "two", "three", "four"]),
        # joined and split.
        ("the web site is up", "the website is up", None),
        ("a well-known fact", "a well known fact", None),
        ("Hallo Donaudampfschiff dort", "Hallo Donau dampf schiff dort", None),
    ],
)
def test_what_a_server_makes_of_a_text_is_found_in_it(
    text: str, told: str, expected: list[str | None] | None
) -> None:
    if expected is None:
        assert None not in whole_words(text, told)
        assert [w and "".join(w.split()) for w in written(text, told)] == told.split()
    else:
        assert written(text, told) == expected


def test_words_that_come_again_are_found_in_their_turn() -> None:
    text = "I have 2 dogs and a cat, and my sister has two."
    told = "I have two dogs and a cat, and my sister has two."
    *_, last = whole_words(text, told)
    assert last == (text.index("two"), len(text))
    assert matched(text, told).places[told.index("dogs")] == text.index("dogs")


def test_sound_that_was_not_told_may_pass_over_text_that_would_match_otherwise() -> None:
    text = "a cat and a dog, a cat and a bird, a cow"
    matcher = TextMatcher(WholeText(text))
    matcher.add("a cat and a ")
    matcher.add("bird, a cow", {0: len("dog, a cat and a ")})
    assert matcher.places[len("a cat and a ")] == text.index("bird")


def test_a_text_may_be_taken_up_anywhere() -> None:
    text = "one two one two"
    matcher = matched(text, "one two", start=8)
    assert matcher.places[0] == 8
    assert matcher.exact[4:] == [True] * 3


def test_what_is_told_ahead_of_the_text_stands_nowhere_until_it_comes() -> None:
    class Growing(WholeText):
        def slice(self, start: int, stop: int) -> str:
            return super().slice(start, min(stop, self.length))

    text = Growing("one two three")
    text.length = 3
    matcher = TextMatcher(text)
    matcher.add("one ")
    assert matcher.places[:3] == [0, 1, 2]
    text.length = 13
    matcher.add("two three")
    assert matcher.places[4:] == [4, 5, 6, NOWHERE, 8, 9, 10, 11, 12]


def test_it_knows_whether_a_text_goes_on_with_something() -> None:
    matcher = matched("one two  three", "one ")
    assert matcher.expects("two three")
    assert matcher.expects("Two\nthree")
    assert not matcher.expects("three")
    assert not matcher.expects("two three four")


TEXTS = st.text("abé 你.😀1", max_size=40)


@given(TEXTS, st.lists(TEXTS, max_size=4))
def test_places_rise_and_are_in_the_text_whatever_is_told(text: str, told: list[str]) -> None:
    matcher = matched(text, *told)
    assert "".join(matcher.told) == "".join(told)
    assert len(matcher.places) == len(matcher.exact) == len(matcher.told)
    places = [place for place in matcher.places if place != NOWHERE]
    assert all(one < other for one, other in itertools.pairwise(places))
    assert all(0 <= place < len(text) for place in places)
    for character, place, exact in zip(matcher.told, matcher.places, matcher.exact, strict=True):
        if exact:
            assert fold(character) == fold(text[place])
        if character.isspace():
            assert place == NOWHERE


@given(TEXTS, st.data())
def test_it_does_not_matter_in_which_pieces_a_text_told_as_it_is_comes(
    text: str, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=5)))
    pieces = [text[start:stop] for start, stop in itertools.pairwise([0, *cuts, len(text)])]
    assert matched(text, *pieces).places == matched(text, text).places


@given(TEXTS, TEXTS)
def test_an_alignment_rises(told: str, text: str) -> None:
    places = [place for place in align(told, text) if place != NOWHERE]
    assert places == sorted(set(places))


def test_an_alignment_of_nothing_is_empty() -> None:
    assert align("", "text") == []
    assert align("abc", "") == [NOWHERE] * 3


def counted_text(words: int) -> str:
    """Words of which no two are the same."""
    return " ".join(f"word{number}" for number in range(words))


def test_a_long_text_told_as_it_is_is_never_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> list[int]:
        raise AssertionError

    monkeypatch.setattr("jupyter_tts.client.speech.text_matching.align", fail)
    text = counted_text(2_400)
    assert len(text) > 20_000
    matcher = matched(text, *(text[start : start + 50] for start in range(0, len(text), 50)))
    assert matcher.places[-1] == len(text) - 1


def test_a_long_text_that_is_normalised_takes_work_in_proportion_to_its_length(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work = 0

    def counting(told: str, text: str, untold: dict[int, int] | None = None) -> list[int]:
        nonlocal work
        work += len(told) * len(text)
        return align(told, text, untold)

    monkeypatch.setattr("jupyter_tts.client.speech.text_matching.align", counting)
    amounts = []
    for repeats in (120, 240):
        text = " ".join(
            f"We met {number + 10} birds on the way to town." for number in range(repeats)
        )
        told = " ".join(
            f"We met a number like {'ab'[number % 2]} birds on the way to town."
            for number in range(repeats)
        )
        work = 0
        matcher = matched(text, *(told[start : start + 40] for start in range(0, len(told), 40)))
        assert matcher.places[-1] == len(text) - 1
        amounts.append(work)
    assert len(told) > 5_000
    assert amounts[1] < 2.5 * amounts[0]


def test_a_reader_gives_single_characters_of_any_place() -> None:
    text = counted_text(200)
    reader = TextReader(WholeText(text))
    places = [0, 1, 700, 699, 3, len(text) - 1]
    assert [reader.at(place) for place in places] == [text[place] for place in places]
    assert reader.at(len(text)) == ""
    assert reader.at(-1) == ""
