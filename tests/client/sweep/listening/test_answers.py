"""Answers are kept and passed on as plain data, and what does not fit is refused."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from jupyter_tts.client.sweep.listening.answers import Sheet, check_listener, read_sheet
from jupyter_tts.client.sweep.listening.design import Design, plan_comparison
from jupyter_tts.client.sweep.listening.simulated import simulate_listener
from jupyter_tts.wire.errors import ParameterError

NAMES = ("level zero", "level four")


def comparison(method: str = "preference", **options: Any) -> Design:
    return plan_comparison(NAMES, ["Hello."], method=method, **{"repeat": 4, **options})


@pytest.mark.parametrize("method", ["preference", "abx", "rating"])
@pytest.mark.parametrize("whole", [True, False])
def test_data_bring_back_the_same_sheet(method: str, whole: bool) -> None:
    design = comparison(method)
    sheet = simulate_listener(design, {"level zero": 1})
    if not whole:
        sheet.finished = False
        del sheet.answers[3]
    back = read_sheet(sheet.as_json(), design)
    assert (back.listener, back.answers, back.finished) == (
        sheet.listener,
        sheet.answers,
        sheet.finished,
    )


@pytest.mark.parametrize("method", ["preference", "abx", "rating"])
def test_before_the_end_nothing_tells_which_sound_is_which(method: str) -> None:
    sheet = simulate_listener(comparison(method), {})
    assert all(name in sheet.as_json() for name in NAMES)
    sheet.finished = False
    assert not any(name in sheet.as_json() for name in NAMES)
    assert set(sheet.as_data()["answers"][0]) <= {"trial", "answer", "ratings"}


def test_trials_are_answered_in_turn_and_may_be_answered_again() -> None:
    sheet = Sheet(comparison(ties=True), "anna")
    for trial, answer in ((0, 1), (1, None), (0, 0)):
        sheet.answer(trial, answer)
    assert sheet.answers == {0: 0, 1: None}
    with pytest.raises(ParameterError, match="2 of 4 trials are answered, not all"):
        sheet.finish()
    for trial, answer in ((3, 0), (-1, 0), (True, 0), ("2", 0), (2, 2), (2, "A"), (2, True)):
        with pytest.raises(ParameterError):
            sheet.answer(trial, answer)  # type: ignore[arg-type]
    sheet.answer(2, 0)
    sheet.answer(3, 1)
    with pytest.raises(ParameterError, match="no trial 4"):
        sheet.answer(4, 0)
    sheet.finish()
    with pytest.raises(ParameterError, match="no answer can be changed"):
        sheet.answer(0, 1)
    assert sheet.answers[0] == 0


@pytest.mark.parametrize("answer", [None, 0, [1], [1, 101], [1, -1], [1, 2, 3], [1, 2.5], "12"])
def test_ratings_are_whole_numbers_for_each_sound(answer: Any) -> None:
    with pytest.raises(ParameterError, match="rated from 0 to 100"):
        Sheet(comparison("rating"), "anna").answer(0, answer)


def test_no_preference_is_an_answer_only_where_it_is_allowed() -> None:
    with pytest.raises(ParameterError, match="A or B is preferred, not None"):
        Sheet(comparison(), "anna").answer(0, None)
    with pytest.raises(ParameterError, match="A or B X is"):
        Sheet(comparison("abx"), "anna").answer(0, None)


@pytest.mark.parametrize(
    "other",
    [
        comparison("abx"),
        comparison(seed=2),
        comparison(repeat=5),
        comparison(ties=True),
        comparison(sounds="others"),
        plan_comparison(NAMES[::-1], ["Hello."], repeat=4),
    ],
)
def test_answers_of_another_comparison_are_refused(other: Design) -> None:
    text = simulate_listener(comparison(), {}).as_json()
    with pytest.raises(ParameterError, match="of another comparison"):
        read_sheet(text, other)


def test_a_file_that_was_cut_off_is_refused_wherever_it_was_cut() -> None:
    design = comparison()
    text = simulate_listener(design, {}).as_json()
    for length in range(len(text) - 2):
        with pytest.raises(ParameterError):
            read_sheet(text[:length], design)
    assert read_sheet(text[:-1], design).finished  # the line break


def test_a_file_that_was_edited_is_refused() -> None:
    design = comparison()
    sheet = simulate_listener(design, {})
    assert "answers were changed" in refusal(sheet.as_json().replace('"A"', '"B"'), design)
    assert "answers were changed" in refusal(sheet.as_json().replace("simulated", "anna"), design)


@pytest.mark.parametrize(
    "change",
    [
        {"listener": "clara"},  # her order is another one
        {"listener": ""},
        {"finished": False},
        {"trials": 5},
        {"answers": []},
        {"answers": 3},
        {"answers": ["ratings"]},
        {"answers": [{"trial": 1, "answer": ""}]},
        {"more": 1},
    ],
)
def test_what_does_not_fit_is_refused_even_with_its_check_made_again(
    change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    design = comparison()
    data = {**simulate_listener(design, {}).as_data(), **change}
    monkeypatch.setattr(
        "jupyter_tts.client.sweep.listening.answers._digest", lambda _: data["check"]
    )
    assert refusal(json.dumps(data), design)


def test_a_trial_that_is_there_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    design = comparison()
    data = simulate_listener(design, {}).as_data()
    data["answers"].append(data["answers"][0])
    monkeypatch.setattr(
        "jupyter_tts.client.sweep.listening.answers._digest", lambda _: data["check"]
    )
    assert "do not fit" in refusal(json.dumps(data), design)


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "3", '"a"', "{}", "[" * 5000, '{"format": []}', "\0", "NaN"]
)
def test_what_is_no_file_of_answers_is_refused(text: str) -> None:
    assert refusal(text, comparison())


def test_any_changed_character_is_noticed_or_means_nothing() -> None:
    design = comparison()
    sheet = simulate_listener(design, {})
    text = sheet.as_json()
    chance = random.Random(1)
    for _ in range(300):
        at = chance.randrange(len(text))
        changed = text[:at] + chance.choice('0aB"{},:') + text[at + 1 :]
        try:
            back = read_sheet(changed, design)
        except ParameterError:
            continue
        assert back.answers == sheet.answers


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a" * 61, None, 3])
def test_a_listener_has_a_name(name: Any) -> None:
    with pytest.raises(ParameterError, match="listener must be"):
        check_listener(name)


def refusal(text: str, design: Design) -> str:
    with pytest.raises(ParameterError) as caught:
        read_sheet(text, design)
    return caught.value.message
