"""Where the text that arrives is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.synthesis.segmenter import Segmenter

# 40 characters, 8 words.
WORDS = "one two, three four five six seven eight "


def add(segmenter: Segmenter, text: str) -> list[str]:
    return list(segmenter.add(text))


def test_nothing_is_spoken_before_the_threshold() -> None:
    segmenter = Segmenter([50])
    assert add(segmenter, "x" * 20 + " ") == []
    assert add(segmenter, "x" * 27 + " ") == []
    assert add(segmenter, "x ") == ["x" * 20 + " " + "x" * 27 + " x "]


def test_each_entry_of_the_schedule_counts_further_characters_and_the_last_repeats() -> None:
    segmenter = Segmenter([50, 100])
    cut = [segment for _ in range(40) for segment in add(segmenter, "123456789 ")]
    assert [len(segment) for segment in cut] == [50, 100, 100, 100]


@pytest.mark.parametrize(
    ("text", "segment"),
    [
        # From the threshold of 50 on: the sentence end, though clause and word ends come first.
        (WORDS + "nine ten eleven, twelve. Thirteen", WORDS + "nine ten eleven, twelve. "),
        # No sentence ends: the clause end, though word ends come first.
        (WORDS + "nine ten eleven twelve, thirteen ", WORDS + "nine ten eleven twelve, "),
        # Neither: the first word end.
        (WORDS + "nine ten eleven twelve thirteen ", WORDS + "nine ten "),
        # A sentence end before the threshold does not count.
        ("One. Two. " + WORDS + "nine ten eleven ", "One. Two. " + WORDS),
        # Closing quotes and brackets belong to the sentence, white space too.
        (WORDS + 'nine (ten "eleven!")  \n Twelve ', WORDS + 'nine (ten "eleven!")  \n '),
        # A point inside a number ends nothing.
        (WORDS + "costs 3.14 euros. Really", WORDS + "costs 3.14 euros. "),
        # A blank line ends a sentence without a mark.
        (WORDS + "the title\n\nThe text, it begins ", WORDS + "the title\n\n"),
    ],
)
def test_the_best_boundary_from_the_threshold_on_is_chosen(text: str, segment: str) -> None:
    segmenter = Segmenter([50])
    assert add(segmenter, text)[0] == segment


def test_a_far_sentence_end_does_not_delay_a_near_word_end() -> None:
    segmenter = Segmenter([50])
    first = add(segmenter, "word " * 60 + "end. ")[0]
    assert len(first) == 50


def test_text_without_spaces_is_cut_at_its_own_marks_or_between_characters() -> None:
    clause = "今天天气很好我们一起去公园散步吧，"
    sentence = "然后回家吃饭。"
    segmenter = Segmenter([50])
    assert add(segmenter, clause * 4 + sentence)[0] == clause * 4 + sentence
    segmenter = Segmenter([50])
    assert [len(segment) for segment in add(segmenter, "字" * 101)] == [50, 50]


def test_a_word_without_end_is_cut_at_a_thousand_characters() -> None:
    segmenter = Segmenter([50])
    assert [len(segment) for segment in add(segmenter, "x" * 2_500)] == [1_000, 1_000]
    assert segmenter.flush() == ["x" * 500]


def test_a_forced_cut_keeps_a_mark_with_its_letter_and_a_joined_emoji_whole() -> None:
    segmenter = Segmenter([50])
    first = add(segmenter, "x" * 999 + "e\u0301" * 60)[0]
    assert first == "x" * 999
    family = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
    segmenter = Segmenter([50])
    assert add(segmenter, "x" * 997 + family * 20)[0] == "x" * 997


def test_flush_speaks_what_is_there_but_not_white_space_alone() -> None:
    segmenter = Segmenter([120])
    add(segmenter, "Hel")
    assert segmenter.flush() == ["Hel"]
    add(segmenter, " \n ")
    assert segmenter.flush() == []
    add(segmenter, "lo ")
    assert segmenter.flush() == [" \n lo "]


def test_trigger_speaks_whole_words_above_fifty_characters_only() -> None:
    segmenter = Segmenter([500])
    add(segmenter, "x" * 49 + " ")
    assert segmenter.trigger() == []
    add(segmenter, "begin")
    assert segmenter.trigger() == ["x" * 49 + " "]
    assert segmenter.flush() == ["begin"]


def test_trigger_waits_for_the_end_of_a_word() -> None:
    segmenter = Segmenter([500])
    add(segmenter, "x" * 80)
    assert segmenter.trigger() == []


def test_auto_mode_speaks_each_message_at_once() -> None:
    segmenter = Segmenter(None)
    assert add(segmenter, "Yes.") == ["Yes."]
    assert add(segmenter, "And no ") == ["And no "]


def test_auto_mode_cuts_a_long_message_into_sentences() -> None:
    sentence = "This is a sentence of some sixty characters, more or less. "
    segmenter = Segmenter(None)
    segments = add(segmenter, sentence * 10)
    assert segments[0] == sentence
    assert "".join(segments) == sentence * 10


def test_a_surrogate_pair_cut_in_two_messages_is_one_character() -> None:
    segmenter = Segmenter([50])
    add(segmenter, "ab\ud83d")
    add(segmenter, "\ude00cd")
    assert segmenter.flush() == ["ab😀cd"]


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    segmenter = Segmenter([50])
    add(segmenter, "a\ude00b\ud83d")
    assert segmenter.finish() == ["a\ufffdb\ufffd"]


BREAK = '<break time="1.5s" />'
PHONEME = '<phoneme alphabet="ipa" ph="təˈmeɪ toʊ">to mato</phoneme>'


@pytest.mark.parametrize("tag", [BREAK, PHONEME])
@pytest.mark.parametrize("step", [1, 7, 500])
def test_a_tag_that_is_obeyed_stays_whole_however_it_arrives(tag: str, step: int) -> None:
    text = (WORDS + tag + " ") * 5
    segmenter = Segmenter([50], markup=True)
    segments = [
        segment
        for start in range(0, len(text), step)
        for segment in add(segmenter, text[start : start + step])
    ]
    assert "".join(segments) + "".join(segmenter.finish()) == text
    assert sum(segment.count(tag) for segment in segments) >= 4
    assert all(segment.replace(tag, "").count("<") == 0 for segment in segments)


def test_a_tag_that_never_ends_is_cut_all_the_same() -> None:
    segmenter = Segmenter([50], markup=True)
    assert sum(len(segment) for segment in add(segmenter, "<phoneme " + "x " * 1_000)) > 1_000


def test_trigger_leaves_an_unfinished_tag() -> None:
    segmenter = Segmenter([500], markup=True)
    add(segmenter, WORDS * 2 + "<break ")
    assert segmenter.trigger() == [WORDS * 2]


texts = st.text(
    st.one_of(
        st.sampled_from(" \n.,!?;ab—。，字か\u0301\u200d😀<>"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=300,
)
schedules = st.one_of(st.none(), st.lists(st.integers(50, 500), min_size=1, max_size=4))


@given(
    schedule=schedules,
    messages=st.lists(st.tuples(texts, st.sampled_from(["", "flush", "trigger"])), max_size=12),
    repeats=st.integers(1, 8),
    markup=st.booleans(),
)
def test_the_segments_joined_are_the_text(
    schedule: list[int] | None, messages: list[tuple[str, str]], repeats: int, markup: bool
) -> None:
    segmenter = Segmenter(schedule, markup=markup)
    segments: list[str] = []
    for text, then in messages:
        segments += add(segmenter, text * repeats)
        if then == "flush":
            segments += segmenter.flush()
        elif then == "trigger":
            segments += segmenter.trigger()
    segments += segmenter.finish()
    assert "".join(segments) == "".join(text * repeats for text, _ in messages)
    assert all(0 < len(segment) <= 1_000 for segment in segments)


@given(text=texts, schedule=st.lists(st.integers(50, 500), min_size=1, max_size=4))
def test_no_segment_is_shorter_than_its_entry_except_the_last(
    text: str, schedule: list[int]
) -> None:
    segments = add(Segmenter(schedule), text * 10)
    for number, segment in enumerate(segments):
        assert len(segment) >= schedule[min(number, len(schedule) - 1)]
