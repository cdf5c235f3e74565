"""``compare``: what is refused in a sentence, how conditions are named, where answers are kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.sweep.listening.simulated import simulate_listener
from jupyter_tts.client.sweep.statistics.differences import Difference
from jupyter_tts.client.sweep.verdicts.comparisons import Comparison, Pair
from jupyter_tts.notebook.runtime import frontend
from jupyter_tts.notebook.sweep.listening import listening as module
from jupyter_tts.notebook.sweep.listening.compare import compare
from jupyter_tts.notebook.sweep.listening.listening import Listening
from jupyter_tts.notebook.sweep.listening.store import MIME_TYPE
from jupyter_tts.wire.errors import ParameterError, TTSError
from jupyter_tts.wire.request import SpeechRequest

NAMES = ("zebra", "quokka")


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path / "data")


def speech(
    text: str = "Hello.", hertz: int = 440, *, whole: bool = True, **parameters: Any
) -> Speech:
    made = Speech(
        text, SpeechRequest(**{"voice": "v", "server": "eu", **parameters}), 24_000, Timeline()
    )
    wave = np.round(9000 * np.sin(2 * np.pi * hertz * np.arange(4800) / 24_000)).astype("<i2")
    made.add(Audio(wave.tobytes(), 24_000, ()))
    if whole:
        made.finish()
    return made


def two(**options: Any) -> Listening:
    return compare({NAMES[0]: speech(), NAMES[1]: speech(hertz=550)}, **{"repeat": 4, **options})


def answer_all(listening: Listening, answer: Any = 0) -> None:
    for trial in range(listening.trials):
        listening._on_answer(trial, answer)
    listening._on_finish()


@pytest.mark.parametrize(
    ("arguments", "named", "fault"),
    [
        ([], {}, "two conditions or more, not 0"),
        ([speech()], {}, "two conditions or more, not 1"),
        ([speech(), "Hello."], {}, "'Hello.' is no speech"),
        ([speech(), None], {}, "None is no speech"),
        ([speech(), [speech(), 3]], {}, r"3\] is no speech"),
        ([], {"a": speech(), "b": 3}, "b must be a speech, or several, not 3"),
        ([{"a": speech(), "b": []}], {}, "b has nothing to hear"),
        ([speech(), Speech("Hi.", SpeechRequest(), 24_000, Timeline())], {}, "is unfinished"),
        ([], {"a": speech(), "b": speech(whole=False)}, r"b is unfinished \(0.2 s of sound"),
        ([{"a b": speech()}], {"a_b": speech()}, "the name 'a b' is there twice"),
        ([{"": speech(), "b": speech()}], {}, "a condition has no name"),
        ([speech(), speech("Goodbye.")], {}, "different texts: 'Hello.' and 'Goodbye.'"),
        (
            [[speech(), speech("Two.")], [speech("Two."), speech()]],
            {},
            "different texts as text 1: 'Hello.' and 'Two.'",
        ),
        ([[speech(), speech("Two.")], speech()], {}, "has 2 texts, and speech 2 1 text"),
        ([speech() for _ in range(30)], {}, "30 conditions are too many: 12"),
        ([speech(), speech()], {"method": "taste"}, "method must be"),
        ([speech(), speech()], {"listener": ""}, "listener must be a name"),
        ([speech(), speech()], {"file": 3}, "file must be a path"),
        ([speech(), speech()], {"repeat": 501}, "has 501 trials"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(
    arguments: list[Any], named: dict[str, Any], fault: str
) -> None:
    with pytest.raises(ParameterError, match=fault) as caught:
        compare(*arguments, **named)
    assert "sent" not in str(caught.value)


def test_several_faults_are_told_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        compare(speech(), speech("Two."), method="x", repeat=0, listener=3, file=b"")
    assert len(caught.value.faults) == 5


@pytest.mark.parametrize(
    ("speeches", "names"),
    [
        ([speech(latency=0), speech(latency=4)], ("level 0", "level 4")),
        ([speech(voice="a", stability=0.2), speech(voice="b", stability=0.2)], ("a", "b")),
        (
            [speech(latency=0, speed=1), speech(latency=4, speed=1.1)],
            ("level 0, speed 1.0", "level 4, speed 1.1"),
        ),
        ([speech(), speech(stability=0.2)], ("stability not set", "stability 0.2")),
        ([speech(), speech()], ("speech 1", "speech 2")),
        ([[speech(), speech("Two.")], [speech(), speech("Two.")]], ("speech 1", "speech 2")),
    ],
)
def test_speeches_without_a_name_are_named_by_what_differs(
    speeches: list[Any], names: tuple[str, ...]
) -> None:
    assert compare(*speeches).design.conditions == names


def test_names_may_be_keywords_or_a_mapping_beside_speeches_without() -> None:
    listening = compare(speech(), {"dry": speech()}, level_0=speech())
    assert listening.design.conditions == ("speech 1", "dry", "level 0")


def test_answers_are_kept_as_they_come_and_another_kernel_goes_on(tmp_path: Path) -> None:
    first = two(listener="anna")
    assert not (tmp_path / "data").exists()  # nothing is written before there is an answer
    for trial in range(3):
        first._on_answer(trial, 1)
    again = two(listener="anna")
    assert (again.answered, again.finished) == (3, False)
    assert two(listener="ben").answered == 0
    assert two(listener="anna", repeat=5).answered == 0
    with pytest.raises(TTSError, match="no result yet: 3 of 4 trials are answered"):
        _ = again.verdict
    again._on_answer(3, 0)
    again._on_finish()
    assert two(listener="anna").verdict == again.verdict


def test_answers_to_other_sounds_of_the_same_comparison_are_mentioned() -> None:
    first = two()
    first._on_answer(0, 1)
    assert not two()._earlier  # it goes on
    again = compare({NAMES[0]: speech(), NAMES[1]: speech(hertz=551)}, repeat=4)
    assert again.answered == 0
    assert again._earlier.startswith("There are answers to this comparison with other sounds.")
    assert not two(repeat=5)._earlier
    assert not two(listener="ben")._earlier


def test_a_file_of_something_else_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    for content, fault in (
        (b'{"mine": 1}', "mine.json: there are no answers"),
        (b"\xff\xfe", "mine.json is no text"),
        (b'{"format": "jupy', "mine.json: it is no JSON, or was cut off"),
    ):
        file.write_bytes(content)
        with pytest.raises(ParameterError, match=fault):
            two(file=file)
        assert file.read_bytes() == content
    answer_all(one := two(listener="anna"))
    one.export(file)
    with pytest.raises(ParameterError, match="has the answers of anna, not of ben"):
        two(listener="ben", file=file)
    for path, fault in (
        (tmp_path, "is a folder"),
        ("", "is a folder"),
        ("a\0b", "is no name of a file"),
        (b"a", "file must be a path, not b'a'"),
        ("a" * 300, "cannot be a file: File name too long"),
        (tmp_path / "no" / "such.json", "such' does not exist|no does not exist"),
    ):
        with pytest.raises(ParameterError, match=fault):
            two(file=path)
        with pytest.raises(ParameterError, match=fault):
            one.export(path)  # type: ignore[arg-type]


def test_answers_that_cannot_be_written_are_still_counted(tmp_path: Path) -> None:
    one = two()
    (tmp_path / "data").write_text("no folder")
    told: list[str] = []
    one._widget = type("Page", (), {"send_failure": lambda _, message: told.append(message)})()
    one._refresh = lambda: None  # type: ignore[method-assign]
    one._on_answer(0, 1)
    assert one.answered == 1
    assert "cannot be written" in told[0]


def test_answers_given_elsewhere_meanwhile_are_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one, other = two(file="mine.json"), two(file="mine.json")
    told: list[str] = []
    other._widget = type("Page", (), {"send_failure": lambda _, message: told.append(message)})()
    other._refresh = lambda: None  # type: ignore[method-assign]
    one._on_answer(0, 1)
    monkeypatch.chdir("/")
    other._on_answer(0, 0)
    assert told[0].startswith("mine.json has answers by now that were given elsewhere")
    one._on_answer(1, 1)
    again = two(file=tmp_path / "mine.json")
    assert again._own.answers == {0: 1, 1: 1}


@pytest.fixture
def finished(tmp_path: Path) -> Callable[[str], Path]:
    def make(name: str) -> Path:
        one = two(listener=name)
        answer_all(one)
        return one.export(tmp_path / f"{name}.json")

    return make


def test_listeners_are_added_from_files_and_pooled(finished: Callable[[str], Path]) -> None:
    listening = two(listener="anna")
    listening.add(finished("ben"), str(finished("clara")))
    assert [sheet.listener for sheet in listening.result.sheets] == ["ben", "clara"]
    assert any(line.startswith("All 2 pooled") for line in listening.verdict)
    # Before the end of one's own, what others said is not shown.
    assert "0 of 4" in listening._bundle()["text/plain"]
    assert set(listening.quality) == set(NAMES)


def test_the_same_answers_are_not_counted_twice(
    finished: Callable[[str], Path], tmp_path: Path
) -> None:
    listening = two(listener="anna")
    ben = finished("ben")
    for others in ((ben, ben), (finished("clara"), ben, ben)):
        with pytest.raises(ParameterError, match="of ben are here already"):
            listening.add(*others)
    assert not listening.finished  # with a fault none is added
    listening.add(ben)
    with pytest.raises(ParameterError, match="of ben are here already"):
        listening.add(ben)
    answer_all(listening)
    own = listening.export(tmp_path / "anna.json")
    with pytest.raises(ParameterError, match="of anna are here already"):
        listening.add(own)
    own.write_bytes("\ufeff".encode() + own.read_bytes())  # as some editors save it
    again = two(listener="anna", file=tmp_path / "again.json")
    again.add(own, ben)
    again._on_answer(0, 1)
    assert [sheet.listener for sheet in again.result.sheets] == ["anna", "ben"]
    assert again.verdict == listening.verdict


def test_what_cannot_be_added_is_refused(tmp_path: Path, finished: Callable[[str], Path]) -> None:
    listening = two(listener="anna")
    other = compare(speech(), speech(hertz=660), repeat=4, listener="ben")
    answer_all(other)
    unfinished = two(listener="dora")
    unfinished._on_answer(0, 1)
    for what, fault in (
        (other, "of another comparison"),
        (other.export(tmp_path / "other.json"), "other.json: the answers are of another"),
        (unfinished, "dora has not finished"),
        (unfinished.export(tmp_path / "dora.json"), "dora has answered 1 of 4 trials"),
        (3, "takes the path of a file, not int"),
        (tmp_path / "nothing.json", "cannot be read"),
    ):
        with pytest.raises(TTSError, match=fault):
            listening.add(what)  # type: ignore[arg-type]
    edited = finished("ben")
    edited.write_text(edited.read_text().replace('"A"', '"B"'))
    with pytest.raises(ParameterError, match=r"ben\.json: the answers were changed"):
        listening.add(edited)
    assert not listening.finished


def test_a_notebook_carries_the_answers(tmp_path: Path) -> None:
    ben = two(listener="ben")
    path = tmp_path / "ben.ipynb"

    def save(*bundles: dict[str, Any]) -> None:
        outputs = [nbformat.v4.new_output("display_data", data=data) for data in bundles]
        cell = nbformat.v4.new_code_cell("listening", outputs=outputs)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)

    listening = two(listener="anna")
    save({"text/plain": "nothing"})
    with pytest.raises(ParameterError, match=r"ben.ipynb has no answers of a comparison"):
        listening.add(path)
    save(ben._bundle())
    with pytest.raises(ParameterError, match="ben has answered 0 of 4"):
        listening.add(path)
    answer_all(ben)
    save(ben._bundle(), ben._bundle())
    listening.add(path)
    assert [sheet.listener for sheet in listening.result.sheets] == ["ben"]
    other = compare(speech(), speech(), listener="ben")
    with pytest.raises(ParameterError, match="but of other comparisons"):
        other.add(path)
    path.write_text(path.read_text()[:-40])
    with pytest.raises(ParameterError, match="cut off"):
        two(listener="clara").add(path)


@pytest.mark.parametrize("method", ["preference", "abx", "rating"])
def test_what_a_notebook_keeps_names_nothing_before_the_end(method: str) -> None:
    one = two(method=method)
    for trial in range(one.trials):
        one._on_answer(trial, [50, 60] if method == "rating" else 0)
    bundle = one._bundle()
    assert "4 of 4 trials are answered" in bundle["text/plain"]
    assert not any(name in json.dumps(bundle) for name in NAMES)
    assert not any(name in repr(one) for name in NAMES)
    one._on_finish()
    assert all(name in one._bundle()["text/html"] for name in NAMES)
    assert all(name in json.dumps(one._bundle()[MIME_TYPE]) for name in NAMES)


def test_names_are_escaped_in_the_result() -> None:
    one = compare({"<b>a</b>": speech(), "c & d": speech()}, repeat=2)
    answer_all(one)
    html = one._bundle()["text/html"]
    assert "<b>" not in html
    assert "&lt;b&gt;a&lt;/b&gt;" in html


def test_the_page_gets_the_sounds_of_each_trial_in_its_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = two(method="abx", repeat=6)
    sent: list[tuple[int, Any, list[bytes]]] = []

    class Page:
        comm = object()

        def __init__(self, *_: Any, **traits: Any) -> None:
            self.traits = traits

        def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
            return {"application/vnd.jupyter.widget-view+json": {}}

        def send_trial(self, number: int, answer: Any, sounds: list[bytes]) -> None:
            sent.append((number, answer, sounds))

    monkeypatch.setattr(module, "ListeningWidget", Page)
    monkeypatch.setattr(module, "detect", lambda: frontend.Frontend.LIVE)
    data, _ = one._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert not any(name in json.dumps(one._widget.traits) for name in NAMES)  # type: ignore[union-attr]
    one._refresh = lambda: None  # type: ignore[method-assign]
    for number in (0, 1, 2, 6, -1):  # one ahead and no more
        one._on_trial(number)
    assert [(number, answer) for number, answer, _ in sent] == [(0, None), (1, None)]
    for number, _, sounds in sent:
        trial = one._own.trials[number]
        assert sounds[2] == sounds[trial.x or 0]
        assert sounds[2] != sounds[1 - (trial.x or 0)]
        assert len({len(sound) for sound in sounds}) == 1
        assert all(sound[:4] == b"RIFF" and b"LIST" not in sound[:60] for sound in sounds)
    one._on_answer(0, 1)
    one._on_trial(0)
    assert sent[-1][1] == {"value": 1}


def test_a_trade_off_and_a_simulated_listener_go_through_the_same_door() -> None:
    one = compare(level_0=speech(), level_4=speech(hertz=550))
    one.add(simulate_listener(one.design, {"level 0": 2}, name="a simulation"))
    found = Difference(-31, -48, -12, 100, 0.95)
    levels = ("level 0", "level 4")
    measured = Comparison(Pair(*levels, "", levels), found, 1, 0.95, 100, 5)
    (joined,) = one.tradeoffs([measured])
    assert joined.sentence.startswith("Level 4 is 31 ms earlier than level 0 (12 to 48), and")
    assert joined.given_up is not None
    assert "level 0: preferred" in repr(one.result)
