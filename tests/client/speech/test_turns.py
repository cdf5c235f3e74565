"""Who speaks what: casts, lines with names, and pairs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.speech.turns import (
    Part,
    joined_text,
    parse_cast,
    parts_of,
    read_turns,
    voices_of,
)
from jupyter_tts.wire.errors import ParameterError

CAST = {"Anna": "heart", "Ben": "en-us"}


def read(text: Any, cast: Any = CAST) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in read_turns(text, cast)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna: Hello.\nBen: Hi.", [("Anna", "Hello."), ("Ben", "Hi.")]),
        ("ANNA:Hello.\n  ben : Hi.", [("Anna", "Hello."), ("Ben", "Hi.")]),
        ("Anna：你好。\r\nBen：再见。\r\n", [("Anna", "你好。"), ("Ben", "再见。")]),
        ("Anna: 1.\n2.\n\n3.\rBen: 4.", [("Anna", "1.\n2.\n\n3."), ("Ben", "4.")]),
        ("Anna: He said: go.\nit is so: yes", [("Anna", "He said: go.\nit is so: yes")]),
        ("Anna: At 12:30.\nAt 12:30 http://a.b", [("Anna", "At 12:30.\nAt 12:30 http://a.b")]),
        ("Anna: Ben: no, me.", [("Anna", "Ben: no, me.")]),
        ("\n\nAnna:\nOn the next line.\nBen:\n", [("Anna", "On the next line.")]),
        ("Anna: A.\nAnna: B.", [("Anna", "A."), ("Anna", "B.")]),
        ("**Anna:** A **b**.\n__ben__ : B.", [("Anna", "A **b**."), ("Ben", "B.")]),
        ("Anna: A.\nto **Ben:** B.\n**Ben:**", [("Anna", "A.\nto **Ben:** B.")]),
        ("Anna: This is what we do: wait.", [("Anna", "This is what we do: wait.")]),
    ],
)
def test_a_line_is_its_speaker_s_and_those_without_a_name_go_on(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert read(text) == expected


def test_pairs_are_names_and_texts() -> None:
    pairs = [("anna", "Ben: hello."), ("Ben", " Hi.\n"), ("Anna", "")]
    assert read(pairs) == [("Anna", "Ben: hello."), ("Ben", "Hi.")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Anna: A.\nCarla: B.", "line 2: 'Carla' is not in the cast. Add Carla=VOICE to the cast."),
        ("Anna: A.\nAna: B.", r"line 2: 'Ana' is not in the cast \(did you mean Anna\?\)"),
        ("Anna: A.\nbenn: B.", r"'benn' is not in the cast \(did you mean Ben\?\)"),
        ("Anna: A.\n**Carla:** B.", "line 2: 'Carla' is not in the cast"),
        ("小明：你好", "line 1: '小明' is not in the cast"),
        ("Hello.\nAnna: A.", "line 1 has no speaker: begin it with Anna: or Ben:"),
        ("Anna:\nBen:", "the text is empty"),
        ("", "the text is empty"),
        ([("Carla", "A."), ("Dora", "B."), ("carla", "C.")], "turn 1: 'Carla'.*turn 2: 'Dora'"),
        ([("Carla", "A.")], "Add Carla=VOICE to the cast. Nothing was sent."),
        (["Anna", ("Ben", "A.")], "turn 1 must be a pair of a name and a text"),
        ([("Ben", "A.", "B.")], "turn 1 must be a pair"),
    ],
)
def test_what_is_unclear_is_asked_about(text: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        read(text)


def test_every_unknown_name_is_reported_at_once_and_each_once() -> None:
    with pytest.raises(ParameterError) as refused:
        read("Carla: A.\nDora: B.\nCarla: C.")
    assert len(refused.value.faults) == 2
    assert "Add Carla=VOICE, Dora=VOICE to the cast." in str(refused.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna=heart, Ben=en-us", {"Anna": "heart", "Ben": "en-us"}),
        (" Anna = heart ;Dr. Ben O'Neil=de,", {"Anna": "heart", "Dr. Ben O'Neil": "de"}),
        ("小明=cmn，小红=cmn+f3", {"小明": "cmn", "小红": "cmn+f3"}),
    ],
)
def test_a_cast_is_names_and_voices(text: str, expected: dict[str, str]) -> None:
    assert parse_cast(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Anna", "'Anna' in the cast must be a name, = and a voice"),
        ("Anna=a, ANNA=b", "ANNA is in the cast twice"),
        ("<b>=a", "a name in the cast has letters"),
        (f"{'n' * 41}=a", "40 at most"),
    ],
)
def test_a_cast_that_is_wrong_says_why(text: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        parse_cast(text)


@pytest.mark.parametrize("cast", [{"Anna": ""}, {"Anna": None}, {"Anna": ".."}, {"Anna": 3}])
def test_a_voice_is_checked_as_that_of_an_option(cast: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match="Anna"):
        read("Anna: A.", cast)


def test_without_a_cast_the_names_are_asked_about() -> None:
    with pytest.raises(ParameterError, match="Add Anna=VOICE to the cast"):
        read([("Anna", "A.")], None)
    with pytest.raises(ParameterError, match="a cast is a dict"):
        read("Anna: A.", ["Anna"])


def test_the_parts_are_as_long_as_one_voice_speaks() -> None:
    turns = read_turns("Anna: A.\nBen: B.\nBen: C.\nAnna: D.", CAST)
    text = joined_text(turns)
    assert text == "A.\nB.\nC.\nD."
    assert [text[turn.start :][:2] for turn in turns] == ["A.", "B.", "C.", "D."]
    assert voices_of(turns) == ("heart", "en-us")
    assert parts_of(turns) == (
        Part("heart", 0, 3),
        Part("en-us", 3, 9),
        Part("heart", 9, 11),
    )


spoken = st.text(min_size=1).filter(str.strip)


@given(st.lists(st.tuples(st.sampled_from(["Anna", "ben"]), spoken), min_size=1))
def test_the_whole_text_is_all_turns_and_the_parts_are_the_whole(
    pairs: list[tuple[str, str]],
) -> None:
    turns = read_turns(pairs, CAST)
    text = joined_text(turns)
    assert all(text[t.start : t.start + len(t.text)] == t.text for t in turns)
    parts = parts_of(turns)
    assert "".join(text[part.start : part.stop] for part in parts) == text


@given(st.text(alphabet=st.sampled_from("AnaBeCr:： \n\r\t1/")))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read(text)
    except ParameterError:
        return
