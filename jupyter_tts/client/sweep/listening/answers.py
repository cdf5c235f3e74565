"""A listener's answers, and the data that they are kept and passed on as."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from ....wire.errors import ParameterError
from ....wire.foreign_json import read_json
from .design import ABX, PREFERENCE, RATING, Design, refused
from .trials import Trial, trials_of

__all__ = ["FORMAT", "LETTERS", "Answer", "Sheet", "check_listener", "read_sheet"]

FORMAT: Final = "jupyter_tts listening 1"

LETTERS: Final = "ABCDEFGHIJKL"
"""What the sounds of a trial are called."""

_NONE: Final = "none"
_LONGEST_NAME: Final = 60

Answer = int | None | tuple[int, ...]
"""The place of the sound that is preferred, or that X is; None for no preference; or ratings."""


def check_listener(name: Any) -> str:
    """Return a listener's name.

    Raises
    ------
    ParameterError
        If it is none.
    """
    if not isinstance(name, str) or not name.strip() or not name.strip().isprintable():
        raise refused(f"listener must be a name, not {name!r}")
    if len(name.strip()) > _LONGEST_NAME:
        raise refused(f"listener must be {_LONGEST_NAME} characters or less")
    return name.strip()


@dataclass
class Sheet:
    """What one listener has answered.

    Attributes
    ----------
    design : Design
    listener : str
    answers : dict of int to Answer
        By the number of the trial, from 0.
    finished : bool
        Whether the listener has seen the result: no answer changes after that.
    simulated : bool
        Whether nobody has listened.
    """

    design: Design
    listener: str
    answers: dict[int, Answer] = field(default_factory=dict)
    finished: bool = False
    simulated: bool = False

    def __post_init__(self) -> None:
        self.trials: tuple[Trial, ...] = trials_of(self.design, self.listener)

    @property
    def is_whole(self) -> bool:
        """Whether every trial is answered."""
        return len(self.answers) == len(self.trials)

    def answer(self, trial: int, answer: Any) -> None:
        """Take an answer; one given before is replaced.

        Raises
        ------
        ParameterError
            If it is none, or too late.
        """
        if self.finished:
            raise refused("the result has been shown, so no answer can be changed")
        if not _is_int(trial) or not 0 <= trial <= len(self.answers) or trial >= len(self.trials):
            raise refused(f"there is no trial {trial!r} to answer")
        self.answers[trial] = self._checked(answer)

    def finish(self) -> None:
        """Close the sheet; now the result may be seen.

        Raises
        ------
        ParameterError
            If a trial is not answered.
        """
        if not self.is_whole:
            answered = f"{len(self.answers)} of {len(self.trials)} trials"
            raise refused(f"{answered} are answered, not all of them")
        self.finished = True

    def as_data(self) -> dict[str, Any]:
        """Return the answers as plain data; which sound was which is told of a finished sheet."""
        data: dict[str, Any] = {
            "format": FORMAT,
            "comparison": self.design.key,
            "method": self.design.method,
            "listener": self.listener,
            "trials": len(self.trials),
            "finished": self.finished,
            **({"simulated": True} if self.simulated else {}),
            "answers": [self._line(trial) for trial in sorted(self.answers)],
        }
        return {**data, "check": _digest(data)}

    def as_json(self) -> str:
        """Return the answers as JSON."""
        return json.dumps(self.as_data(), ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_data(cls, data: Any, design: Design) -> Self:
        """Return the sheet that plain data hold.

        Raises
        ------
        ParameterError
            If they hold none, one of another comparison, or one that was changed.
        """
        if not isinstance(data, Mapping) or data.get("format") != FORMAT:
            raise refused("there are no answers of a comparison in it")
        content = {name: value for name, value in data.items() if name != "check"}
        if data.get("check") != _digest(content):
            raise refused("the answers were changed after they were written")
        if data.get("comparison") != design.key:
            raise refused(
                "the answers are of another comparison",
                hint="Sounds, names, method, repetitions and seed must be the same.",
            )
        sheet = cls(design, check_listener(data.get("listener")))
        sheet.simulated = data.get("simulated") is True
        try:
            for line in data["answers"]:
                sheet._take(line)
            if data["finished"]:
                sheet.finish()
            whole = sheet.as_data() == data
        except (KeyError, TypeError, AttributeError, ParameterError):
            whole = False
        if not whole:
            raise refused("the answers do not fit the comparison")
        return sheet

    def _line(self, trial: int) -> dict[str, Any]:
        answer = self.answers[trial]
        line: dict[str, Any] = {"trial": trial + 1}
        if isinstance(answer, tuple):
            line["ratings"] = [*answer]
        else:
            line["answer"] = _NONE if answer is None else LETTERS[answer]
        if self.finished:
            asked = self.trials[trial]
            names = self.design.conditions
            line["text"] = asked.text + 1
            line["sounds"] = [names[number] for number in asked.sounds]
            if asked.x is not None:
                line["x"] = LETTERS[asked.x]
        return line

    def _take(self, line: Mapping[str, Any]) -> None:
        if "ratings" in line:
            answer: Any = line["ratings"]
        else:
            written = line["answer"]
            answer = None if written == _NONE else LETTERS.index(written)
        self.answer(line["trial"] - 1, answer)

    def _checked(self, answer: Any) -> Answer:
        if self.design.method == RATING:
            ratings = tuple(answer) if isinstance(answer, list | tuple) else ()
            whole = all(_is_int(one) and 0 <= one <= 100 for one in ratings)
            if not whole or len(ratings) != len(self.design.conditions):
                raise refused(f"each sound is rated from 0 to 100, not {answer!r}")
            return ratings
        if answer is None and self.design.method == PREFERENCE and self.design.ties:
            return None
        if not _is_int(answer) or answer not in (0, 1):
            question = "X is" if self.design.method == ABX else "is preferred"
            raise refused(f"A or B {question}, not {answer!r}")
        return int(answer)


def read_sheet(text: str, design: Design) -> Sheet:
    """Return the sheet that a file's text holds.

    Raises
    ------
    ParameterError
        If it holds none, one of another comparison, or one that was cut off or changed.
    """
    try:
        data = read_json(text)
    except ValueError:
        raise refused("it is no JSON, or was cut off") from None
    return Sheet.from_data(data, design)


def _digest(data: Any) -> str:
    plain = json.dumps(data, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
