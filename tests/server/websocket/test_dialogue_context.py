"""What is spoken by whom and when, without a socket and without waiting."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.websocket.dialogue_context import DialogueContext, DialogueSegment
from jupyter_tts.wire.messages import DialogueInput, DialogueMessage

from .dialogue_input import SENTENCE, take_all

LINE = DialogueInput("Hello. ", "A")


def begun(now: float = 0) -> DialogueContext:
    first = DialogueMessage(voices=("A", "B"), context_id="a")
    return DialogueContext(first, voice_settings={}, now=now)


def segment(text: str, voice_id: str = "A", *, final: bool = False) -> DialogueSegment:
    return DialogueSegment(text, voice_id, final)


def test_a_short_line_waits_until_it_is_flushed() -> None:
    context = begun()
    context.add([LINE])
    assert take_all(context) == []
    context.add([], flush=True)
    assert take_all(context) == [segment("Hello. ", final=True)]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("One two three four five six seven. ", False),  # too few characters, too few words
        ("Incomprehensibilities notwithstanding, unquestionably. ", False),  # three words
        ("A b c d e f g h i. ", False),
        (SENTENCE, True),
        ("你好" * 30, True),
    ],
)
def test_some_forty_characters_and_eight_words_are_spoken_by_themselves(
    text: str, spoken: bool
) -> None:
    context = begun()
    context.add([DialogueInput(text, "A")])
    assert bool(take_all(context)) is spoken


def test_text_of_a_turn_is_joined_verbatim() -> None:
    context = begun()
    context.add([DialogueInput("Hel", "A"), DialogueInput("lo the", "A")])
    context.add([DialogueInput("re.", "A")], flush=True)
    assert take_all(context) == [segment("Hello there.", final=True)]


def test_another_voice_ends_what_the_one_before_was_saying() -> None:
    context = begun()
    context.add([DialogueInput("Ready? ", "A"), DialogueInput("Always. ", "B")], flush=True)
    assert take_all(context) == [
        segment("Ready? ", final=True),
        segment("Always. ", "B", final=True),
    ]


def test_a_new_turn_of_the_same_voice_ends_the_one_before() -> None:
    context = begun()
    context.add([LINE, DialogueInput("Then go. ", "A", new_turn=True)])
    assert take_all(context) == [segment("Hello. ", final=True)]


def test_a_first_new_turn_ends_nothing() -> None:
    context = begun()
    context.add([DialogueInput("Hello. ", "A", new_turn=True)])
    assert take_all(context) == []


def test_the_end_of_a_turn_is_reported_after_sound_that_was_not_flushed() -> None:
    context = begun()
    context.add([DialogueInput(SENTENCE, "A")])
    assert take_all(context) == [segment(SENTENCE)]
    context.add([DialogueInput("", "A", new_turn=True)])
    assert take_all(context) == [segment("", final=True)]


def test_every_flush_is_answered_also_one_without_text() -> None:
    context = begun()
    context.add([LINE], flush=True)
    context.add([DialogueInput("", "A")], flush=True)
    assert [spoken.is_final_for_turn for spoken in take_all(context)] == [True, True]


def test_an_empty_text_says_nothing_and_ends_nothing() -> None:
    context = begun()
    context.add([LINE, DialogueInput("", "B"), DialogueInput("Again. ", "A")], flush=True)
    assert take_all(context) == [segment("Hello. Again. ", final=True)]


def test_the_end_speaks_what_is_left_and_is_final() -> None:
    context = begun()
    context.add([LINE])
    context.end()
    assert not context.finished
    assert take_all(context) == [segment("Hello. ", final=True)]
    assert context.finished
    assert context.closing_message.is_final
    assert context.closing_message.context_id == "a"


def test_the_end_after_a_flush_reports_nothing_more() -> None:
    context = begun()
    context.add([LINE], flush=True)
    context.end()
    assert take_all(context) == [segment("Hello. ", final=True)]


def test_a_tag_is_never_cut() -> None:
    context = begun()
    tag = "[in a very low voice, as if the walls had ears and somebody listened]"
    for character in f"Come here. {tag} I know it. ":
        context.add([DialogueInput(character, "A")])
    context.end()
    texts = [spoken.text for spoken in take_all(context)]
    assert any(tag in text for text in texts)


def test_waiting_text_is_counted() -> None:
    context = begun()
    context.add([LINE], flush=True)
    assert context.waiting_characters == len(LINE.text) + 1
    take_all(context)
    assert context.waiting_characters == 0


def test_its_clock_is_restarted_by_messages() -> None:
    context = begun(now=5)
    assert context.deadline == 25
    context.restart_clock(10)
    assert context.deadline == 30


entries = st.builds(
    DialogueInput,
    st.text(st.sampled_from("ab .,!\n字。😀[]"), max_size=90),
    st.sampled_from("AB"),
    st.booleans(),
)


@given(st.lists(st.tuples(st.lists(entries, max_size=3), st.booleans()), max_size=10))
def test_whatever_is_added_each_voice_says_its_own_text_in_order(
    messages: list[tuple[list[DialogueInput], bool]],
) -> None:
    context = begun()
    segments = []
    for added, flush in messages:
        context.add(added, flush=flush)
        segments += take_all(context)
    context.end()
    segments += take_all(context)
    assert context.finished
    sent = [entry for added, _ in messages for entry in added]
    for voice_id in "AB":
        assert _text_of(segments, voice_id) == _text_of(sent, voice_id)
    assert "".join(taken.text for taken in segments) == "".join(entry.text for entry in sent)
    flushes = sum(flush for _, flush in messages)
    assert sum(taken.is_final_for_turn for taken in segments) >= flushes
    if any(entry.text for entry in sent):
        assert segments[-1].is_final_for_turn


def _text_of(entries: Sequence[DialogueSegment] | Sequence[DialogueInput], voice_id: str) -> str:
    return "".join(entry.text for entry in entries if entry.voice_id == voice_id)
