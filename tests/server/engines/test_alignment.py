"""Character times from the engine's events."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.engines.alignment import character_times

WORD_EVENTS = st.lists(st.tuples(st.integers(-2, 60), st.integers(-100, 5_000)), max_size=20)
NAMES = ["a", "'oU", "@", "t", "S", "_", "_:", "_|", "", "i@3"]
PHONEME_EVENTS = st.lists(st.tuples(st.integers(-100, 5_000), st.sampled_from(NAMES)), max_size=40)


def times(*arguments: Any) -> list[tuple[int, int]]:
    starts, ends = character_times(*arguments)
    return list(zip(starts, ends, strict=True))


@given(st.text(max_size=50), WORD_EVENTS, PHONEME_EVENTS, st.integers(0, 4_000))
def test_whatever_the_events_times_never_step_back_or_leave_the_sound(
    text: str, words: list[tuple[int, int]], phonemes: list[tuple[int, str]], total: int
) -> None:
    last = 0
    aligned = times(text, words, phonemes, total)
    assert len(aligned) == len(text)
    for start, end in aligned:
        assert last <= start <= end <= total
        last = end


@given(st.text(max_size=50), WORD_EVENTS, st.lists(st.integers(0, 4_000), max_size=40))
def test_ordered_phonemes_too(text: str, words: list[tuple[int, int]], samples: list[int]) -> None:
    phonemes = [(sample, NAMES[sample % len(NAMES)]) for sample in sorted(samples)]
    last = 0
    for start, end in times(text, words, phonemes, 4_000):
        assert last <= start <= end <= 4_000
        last = end


def test_a_word_lasts_until_its_pause_and_the_punctuation_has_the_pause() -> None:
    phonemes = [(0, "h"), (100, "'aI"), (400, "_:"), (600, "_"), (900, "j"), (1000, "u:")]
    assert times("Hi, you", [(0, 0), (4, 900)], phonemes, 1_500) == [
        (0, 100),  # H
        (100, 400),  # i
        (400, 900),  # ,
        (900, 900),  # space
        (900, 950),  # y, and o, which has no sound of its own
        (950, 1_000),
        (1_000, 1_500),  # u
    ]


def test_a_pause_without_punctuation_belongs_to_the_space_or_to_nobody() -> None:
    phonemes = [(0, "a"), (300, "_:"), (500, "b"), (800, "_:")]
    assert times("a b", [(0, 0), (2, 500)], phonemes, 1_000) == [(0, 300), (300, 500), (500, 800)]


def test_an_opening_quote_takes_no_time() -> None:
    assert times("“a” b", [(0, 0), (4, 500)], [(0, "a"), (300, "_:"), (500, "b")], 900) == [
        (0, 0),
        (0, 300),
        (300, 500),
        (500, 500),
        (500, 900),
    ]


def test_consonants_and_vowels_find_their_letters() -> None:
    # The silent letters of "knight" share the sound beside them.
    phonemes = [(0, "n"), (200, "'aI"), (500, "t")]
    assert times("knight", [(0, 0)], phonemes, 900) == [
        (0, 100),
        (100, 200),
        (200, 300),
        (300, 400),
        (400, 500),
        (500, 900),
    ]
    starts, _ = character_times("there", [(0, 0)], [(0, "D"), (200, "'e@")], 900)
    assert starts[2] == 200  # the first e, not the last


def test_a_letter_may_have_two_sounds() -> None:
    phonemes = [(0, "b"), (100, "'0"), (300, "k"), (400, "s")]
    assert times("box", [(0, 0)], phonemes, 500) == [(0, 100), (100, 300), (300, 500)]


def test_scripts_without_known_vowels_are_spread_along_the_diagonal() -> None:
    phonemes = [(0, "n"), (100, "i"), (200, "h"), (300, "'A"), (400, "u")]
    (first, second) = times("你好", [(0, 0)], phonemes, 500)
    assert first[1] == second[0]
    assert 200 <= second[0] <= 300


def test_drifting_positions_inside_a_number_are_ignored() -> None:
    # What eSpeak NG 1.52 reports for "$1,234.50 on": ten words, positions one by one.
    drift = [(0, 0), (1, 60), (2, 120), (3, 170), (4, 270), (4, 410), (4, 480), (4, 540), (4, 600)]
    starts, _ = character_times("$1,234.50 on", [*drift, (10, 1_000)], [], 1_200)
    assert starts[1] == 60
    assert starts[10] == 1_000
    gaps = [later - earlier for earlier, later in pairwise(starts[1:10])]
    assert max(gaps) - min(gaps) <= 1  # the number's characters share its time


def test_a_position_that_steps_back_or_stays_is_ignored() -> None:
    words = [(0, 0), (6, 500), (2, 600), (6, 700), (9, 900)]
    starts, _ = character_times("Hello to you", words, [], 1_200)
    assert (starts[0], starts[6], starts[9]) == (0, 500, 900)


def test_a_position_on_a_space_is_ignored() -> None:
    # An emoji is several words, and the later ones are reported at the space after it.
    words = [(0, 0), (1, 300), (2, 800)]
    assert times("😀 x", words, [], 900)[0][0] == 0
    assert times("😀 x", words, [], 900)[2] == (800, 900)


def test_a_sound_without_events_is_shared_by_all() -> None:
    assert times("ab", [], [], 100) == [(0, 50), (50, 100)]
    assert times("", [], [], 100) == []


def test_an_endless_word_is_shared_evenly() -> None:
    phonemes = [(index * 10, "a") for index in range(500)]
    starts, _ = character_times("x" * 500, [(0, 0)], phonemes, 5_000)
    assert starts == list(range(0, 5_000, 10))
