"""Words as cues: all of them, in order, where and when they are spoken."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.speech.subtitles import COLUMNS, LONGEST, make_cues, srt, webvtt
from jupyter_tts.client.speech.turns import Turn, joined_text, read_turns
from jupyter_tts.client.speech.word_positions import place_words
from jupyter_tts.wire.alignment import Word, split_words

TIME = r"(\d{2,}):([0-5]\d):([0-5]\d)%s(\d{3})"
VTT_TIME = TIME % r"\."
SRT_TIME = TIME % ","


@dataclass(frozen=True)
class Read:
    """A cue as a parser reads it; times are in milliseconds."""

    start: int
    end: int
    lines: tuple[str, ...]
    stamps: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def read_vtt(text: str) -> list[Read]:
    """Read WebVTT as its standard writes it (section 4), and nothing more lenient."""
    head, *blocks = text.removesuffix("\n").split("\n\n")
    assert head.removesuffix("\n") == "WEBVTT"
    cues = []
    for block in blocks:
        timing, *lines = block.split("\n")
        start, end = _timing(timing, VTT_TIME)
        assert lines
        assert all(line and "-->" not in line for line in lines)
        stamps = tuple(map(_milliseconds, re.findall(f"<{VTT_TIME}>", block)))
        assert all(a < b for a, b in zip((start, *stamps), (*stamps, end), strict=True))
        plain = [re.sub(f"<{VTT_TIME}>", "", line) for line in lines]
        assert not any(re.search(r"[<>]|&(?!amp;|lt;|gt;)", line) for line in plain)
        cues.append(Read(start, end, tuple(map(html.unescape, plain)), stamps))
    return cues


def read_srt(text: str) -> list[Read]:
    cues = []
    for number, block in enumerate(text.removesuffix("\n").split("\n\n"), start=1):
        counted, timing, *lines = block.split("\n")
        assert counted == str(number)
        cues.append(Read(*_timing(timing, SRT_TIME), tuple(lines)))
    return cues


def _timing(line: str, time: str) -> tuple[int, int]:
    match = re.fullmatch(f"{time} --> {time}", line)
    assert match, line
    return _milliseconds(match.groups()[:4]), _milliseconds(match.groups()[4:])


def _milliseconds(parts: Sequence[str]) -> int:
    hours, minutes, seconds, rest = map(int, parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1_000 + rest


def spoken(text: str, duration: float = 0.3, pause: float = 0.0) -> list[Word]:
    """The words of a text, one after the other."""
    words = [word for word, _ in split_words(text)]
    step = duration + pause
    return [Word(word, n * step, n * step + duration) for n, word in enumerate(words)]


def lines(text: str, words: Sequence[Word] | None = None) -> list[list[str]]:
    cues = make_cues(text, place_words(text, spoken(text) if words is None else words))
    return [list(cue.lines) for cue in read_srt(srt(cues))]


def test_a_cue_is_a_sentence_and_short_ones_are_shown_together() -> None:
    text = "Yes! No! That is all we have to say about it. Did you hear the rest of it?"
    assert lines(text, spoken(text, duration=0.5)) == [
        ["Yes! No!"],
        ["That is all we have to say about it."],
        ["Did you hear the rest of it?"],
    ]


def test_a_long_sentence_is_cut_at_its_clauses() -> None:
    text = (
        "A user types a cell magic and runs the cell, and hears the text while it is still being "
        "made, which takes a moment at most."
    )
    for cue in lines(text):
        assert cue[-1][-1] in ",."


@pytest.mark.parametrize("short", ["Dr.", "J.", "e.g.", "(U.S."])
def test_an_abbreviation_ends_no_cue(short: str) -> None:
    text = f"they have all gone to hear the famous {short} Smith of whom it is told in every town "
    for cue in lines(text + "that nobody knows as much as he"):
        assert not cue[-1].endswith(short)


def test_a_small_letter_goes_on_with_the_sentence() -> None:
    assert lines('"Do you really mean all of it?" she asked.') == [
        ['"Do you really mean all of it?" she asked.']
    ]


def test_where_there_are_no_marks_a_cue_ends_at_a_pause() -> None:
    words = spoken("one two three four five six seven eight nine ten " * 2)
    late = [Word(word.text, word.start + 0.3, word.end + 0.3) for word in words[7:]]
    first, *_ = lines("", [*words[:7], *late])
    assert " ".join(first) == "one two three four five six seven"


def test_a_cue_is_long_enough_to_be_read() -> None:
    text = "Oh! That is a surprise to me. Go! Now! Run! What are you waiting for? Oh! Well!"
    cues = make_cues(text, place_words(text, spoken(text)))
    assert len(cues) > 1
    assert all(cue.end - cue.start >= 1_000 for cue in cues)


def test_a_line_ends_with_a_clause_where_that_is_not_too_uneven() -> None:
    text = "When all of them were gone, nobody was left to tell it"
    assert lines(text, spoken(text, duration=0.2)) == [
        ["When all of them were gone,", "nobody was left to tell it"]
    ]
    text = "When the others were all gone, nobody was left to tell"
    assert lines(text, spoken(text, duration=0.2))[0][0].endswith(",")


def test_what_has_no_better_place_is_cut_in_the_middle() -> None:
    first, second = lines("word " * 20, spoken("word " * 20, duration=0.2))
    assert len(" ".join(first)) == len(" ".join(second))


def test_a_han_character_takes_two_columns() -> None:
    text = "好" * 60
    assert max(len(line) for cue in lines(text, spoken(text, duration=0.1)) for line in cue) <= 21


def test_times_that_go_back_are_held() -> None:
    words = [Word("one", 2.0, 2.5), Word("two", 1.0, 1.2), Word("three", 3.0, 3.5)]
    assert read_vtt(webvtt(make_cues("one two three", place_words("one two three", words)))) == [
        Read(2_000, 3_500, ("one two three",), (3_000,))
    ]


def test_a_paragraph_ends_a_cue_and_a_wrapped_line_does_not() -> None:
    text = "This is the title of it\n\nand this is a text\nwith a line that is wrapped"
    cues = lines(text)
    assert cues[0] == ["This is the title of it"]
    assert " ".join(" ".join(cue) for cue in cues[1:]) == text.split("\n\n")[1].replace("\n", " ")


def test_scripts_without_spaces_stay_without() -> None:
    text = "今天天气很好，我们去公园散步吧。你喜欢Python吗？公园里有很多人，他们在跑步、打太极拳。"
    joined = ["".join(cue) for cue in lines(text)]
    assert "".join(joined) == text
    assert all(cue[-1] in "。？，、" for cue in joined)


def test_words_the_text_does_not_have_are_kept_and_parted() -> None:
    assert lines("one two", spoken("one und two")) == [["one und two"]]
    assert lines("", spoken("你好 you")) == [["你好you"]]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It costs $20 today", "It costs twenty dollars today"),
        ("a well-known fact", "a well known fact"),
        ("I had 12\u00a0000 birds", "I had twelve thousand birds"),
        ("the web\nsite is up", "the website is up"),
    ],
)
def test_subtitles_show_the_text_and_not_how_it_was_spoken(text: str, told: str) -> None:
    assert lines(text, spoken(told)) == [[" ".join(text.split())]]


def test_the_text_is_escaped_where_it_can_be() -> None:
    text = "a<b & c>d &amp; --> <i>end</i>"
    cues = make_cues(text, place_words(text, spoken(text)))
    (read,) = read_vtt(webvtt(cues))
    assert read.text == text
    assert read_srt(srt(cues))[0].text == text


def test_times_are_the_words_to_the_millisecond() -> None:
    words = [Word("One", 3_599.9994, 3_600.4321), Word("two.", 3_600.5, 3_601.25)]
    (read,) = read_vtt(webvtt(make_cues("One two.", place_words("One two.", words))))
    assert read == Read(3_599_999, 3_601_250, ("One two.",), (3_600_500,))


def test_a_short_cue_stays_for_a_second_but_not_into_the_next() -> None:
    words = [Word("Hi.", 0.0, 0.2), Word("Oh.", 9.0, 9.2), Word("So.", 16.8, 17.0)]
    cues = make_cues("Hi. Oh. So.", place_words("Hi. Oh. So.", words))
    assert [(cue.start, cue.end) for cue in cues] == [(0, 1_000), (9_000, 10_000), (16_800, 17_800)]


def test_words_at_one_and_the_same_time_still_make_cues_that_do_not_overlap() -> None:
    text = "word " * 60
    words = place_words(text, [Word("word", 1.0, 1.0)] * 60)
    read = read_vtt(webvtt(make_cues(text, words)))
    assert " ".join(cue.text for cue in read).split() == text.split()


def test_a_word_longer_than_a_line_has_one_to_itself() -> None:
    address = "https://example.org/" + "x" * 60
    assert [address] in [[line] for cue in lines(f"See {address} for it") for line in cue]


def test_no_words_are_no_cues() -> None:
    assert make_cues("text", []) == ()
    assert webvtt(()) == "WEBVTT\n"
    assert srt(()) == ""


TEXTS = st.lists(
    st.text("ab.,!? \n-&<>\"'(„“你好。，ไทยée\u0301", min_size=1, max_size=60).filter(str.strip),
    max_size=20,
).map(" ".join)


@given(TEXTS, st.data())
def test_every_word_is_shown_once_in_order_and_nothing_overlaps(
    text: str, data: st.DataObject
) -> None:
    words, now = [], 0.0
    for word, _ in split_words(text):
        start = now + data.draw(st.sampled_from([0.0, 0.0, 0.05, 0.4, 3.0]))
        now = start + data.draw(st.sampled_from([0.0, 0.02, 0.3, 0.3, 0.8, 9.0]))
        words.append(Word(word, start, now))
    cues = make_cues(text, place_words(text, words))
    vtt, plain = read_vtt(webvtt(cues)), read_srt(srt(cues)) if cues else []
    assert [(cue.start, cue.end, cue.text) for cue in vtt] == [
        (cue.start, cue.end, cue.text) for cue in plain
    ]
    assert "".join("".join(cue.text.split()) for cue in vtt) == "".join(text.split())
    shown = [word for cue in cues for line in cue.lines for word in line]
    assert [word.text for word in shown] == [word.text for word in words]
    for one, after in itertools.pairwise(vtt):
        assert one.end <= after.start
    for cue, read in zip(cues, vtt, strict=True):
        held = [word for line in cue.lines for word in line]
        assert read.end - read.start <= LONGEST or len(held) == 1
        assert 1 <= len(read.lines) <= 2
        assert abs(cue.start - held[0].start) <= len(words)  # moved only by words without a time
        for line in cue.lines:
            columns = sum(word.width for word in line) + sum(bool(w.before) for w in line[1:])
            assert columns <= COLUMNS or len(line) == 1


CAST = {"Anna": "a", "Ben Co": "b"}


def spoken_by(*turns: tuple[str, str]) -> tuple[str, tuple[Word, ...], tuple[Turn, ...]]:
    """The text of several speakers, its words half a second each, and who speaks them."""
    read = read_turns([*turns], CAST)
    text = joined_text(read)
    words = [Word(word, n / 2, (n + 1) / 2) for n, word in enumerate(text.split())]
    return text, place_words(text, words), read


def test_a_cue_has_one_speaker_whom_both_formats_name() -> None:
    turns = [("Anna", "Yes."), ("Ben Co", "No."), ("Ben Co", "Well."), ("Anna", "Go.")]
    cues = make_cues(*spoken_by(*turns))
    assert [cue.speaker for cue in cues] == ["Anna", "Ben Co", "Ben Co", "Anna"]
    blocks = webvtt(cues).split("\n\n")[1:]
    assert [block.split("\n")[1] for block in blocks] == [
        "<v Anna>Yes.",
        "<v Ben Co>No.",
        "<v Ben Co>Well.",
        "<v Anna>Go.",
    ]
    read = [cue.text for cue in read_srt(srt(cues))]
    assert read == ["Anna: Yes.", "Ben Co: No.", "Well.", "Anna: Go."]


@given(
    st.lists(
        st.tuples(st.sampled_from([*CAST]), st.sampled_from(["Yes.", "a b c " * 20, "No, I"])),
        min_size=1,
        max_size=6,
    )
)
def test_every_word_is_in_a_cue_of_its_speaker(turns: list[tuple[str, str]]) -> None:
    text, words, read = spoken_by(*turns)
    cues = make_cues(text, words, read)
    shown = [(word.text, cue.speaker) for cue in cues for line in cue.lines for word in line]
    assert shown == [(word, turn.speaker) for turn in read for word in turn.text.split()]
    assert all(first.end <= second.start for first, second in itertools.pairwise(cues))
