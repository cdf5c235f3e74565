"""What a sweep varies: any parameter, the network, and how the text comes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ...wire.conditions import CONDITIONS, Conditions
from ...wire.errors import ParameterError
from ...wire.parameters import PARAMETERS, Kind, Parameter, name_fault
from ...wire.request import SpeechRequest

__all__ = [
    "ARRIVALS",
    "HERE",
    "NOT_VARIED",
    "Axis",
    "Condition",
    "axes_of",
    "conditions_of",
    "parameters_of",
    "read_network",
]

HERE: Final = "here"
"""The network that there is; any other is one that the embedded server simulates."""

ARRIVALS: Final = ("at once", "as tokens")
"""Whether a text is there at once, or comes token by token as from a language model."""

NOT_VARIED: Final = frozenset({"cache", "seed"})
"""Parameters that decide nothing that could be measured, or are the sweep's own affair."""

MOST_VALUES: Final = 1_000
"""Of one axis."""

_SWITCH: Final = {"on": True, "off": False}
_PLURALS: Final = {"voices": "voice", "models": "model", "servers": "server"}
_RANGE: Final = re.compile(r"\s*(-?\d+)\s*\.\.\s*(-?\d+)\s*")

Condition = Mapping[str, Any]
"""The value of each axis, by its name."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that is varied.

    Attributes
    ----------
    name : str
    values : tuple
        At least one, no two alike.
    """

    name: str
    values: tuple[Any, ...]

    def label(self, value: Any) -> str:
        """Return what one of its values is called: ``"level 4"``, ``"rtt 100 ms"``."""
        if value is None:
            return f"{self.name.replace('_', ' ')} not set"
        if self.name == "network" and value == HERE:
            return "this network"
        if self.name in ("network", "arrival", "voice", "model", "transport"):
            return str(value)
        if self.name == "warm":
            return "warm socket" if value else "cold socket"
        if isinstance(value, bool):
            return f"{'' if value else 'no '}{self.name.replace('_', ' ')}"
        if isinstance(value, tuple):
            return f"{self.name} {' '.join(map(str, value)) or 'none'}"
        return f"{'level' if self.name == 'latency' else self.name.replace('_', ' ')} {value}"


def axes_of(given: Mapping[str, Any]) -> tuple[Axis, ...]:
    """Return the axes that are given, each by a list, one value, or a range such as ``"0..4"``.

    Parameters
    ----------
    given : mapping
        By keyword name of a parameter, or "network" or "arrival".

    Raises
    ------
    ParameterError
        With every fault at once.
    """
    axes: list[Axis] = []
    faults: list[str] = []
    for written, values in given.items():
        name = _PLURALS.get(written, written)
        try:
            axes.append(Axis(name, _checked(name, _values(values))))
        except ParameterError as refused:
            faults += refused.faults
        except ValueError as fault:
            faults.append(f"{written} {fault}")
    names = [axis.name for axis in axes]
    faults += [f"{name} is there twice" for name in set(names) if names.count(name) > 1]
    if faults:
        raise ParameterError(faults)
    return tuple(axes)


def conditions_of(axes: Sequence[Axis]) -> list[dict[str, Any]]:
    """Return every combination of the axes' values.

    Raises
    ------
    ParameterError
        If one cannot be asked for, or the level is varied where none is sent.
    """
    combined = [
        dict(zip([axis.name for axis in axes], values, strict=True))
        for values in itertools.product(*(axis.values for axis in axes))
    ]
    varies_level = any(axis.name == "latency" and len(axis.values) > 1 for axis in axes)
    faults: dict[str, None] = {}
    for condition in combined:
        try:
            request = SpeechRequest(**parameters_of(condition))
        except ParameterError as fault:
            faults.update(dict.fromkeys(fault.faults))
        else:
            if varies_level and "latency" not in request.sent:
                faults[f"{_model(request)} takes no latency level, so there is none to vary"] = None
    if faults:
        raise ParameterError([*faults])
    return combined


def parameters_of(condition: Condition) -> dict[str, Any]:
    """Return the parameters of a condition, without what is no parameter."""
    return {name: value for name, value in condition.items() if name not in ("network", "arrival")}


def read_network(text: str) -> Conditions:
    """Return the conditions that are written as their summary: ``"rtt 100 ms, 64 kbit/s"``.

    Raises
    ------
    ValueError
        If a part of it is none.
    ParameterError
        If a number is out of range.
    """
    if text == HERE:
        return Conditions()
    numbers: dict[str, float] = {}
    for clause in re.split(r",\s*(?!\d)", text):
        found = next(_read_clause(clause), None)
        if found is None:
            raise ValueError(f"must be here, or as in 'rtt 100 ms, jitter 30 ms', not {clause!r}")
        if found.keys() & numbers.keys():
            raise ValueError(f"says {clause!r} beside another of the kind")
        numbers |= found
    return Conditions(**numbers)  # type: ignore[arg-type]  # checked there


def _read_clause(clause: str) -> Iterator[dict[str, float]]:
    for name, declared in CONDITIONS.items():
        before, _, after = declared.brief.partition("{}")
        pattern = rf"{re.escape(before)}(\d[\d,]*(?:\.\d+)?){re.escape(after)}"
        if match := re.fullmatch(pattern, clause.strip(), re.IGNORECASE):
            number = float(match[1].replace(",", ""))
            yield {name: int(number) if declared.whole else number}


def _values(given: Any) -> Sequence[Any]:
    if isinstance(given, str):
        if span := _RANGE.fullmatch(given):
            low, high = map(int, span.groups())
            return range(low, high + 1)
        return [given]
    if isinstance(given, Iterable) and not isinstance(given, bytes | Mapping):
        values = [_plain(value) for value in itertools.islice(given, MOST_VALUES + 1)]
        if len(values) > MOST_VALUES:
            raise ValueError(f"has more than {MOST_VALUES:,} values")
        return values
    return [given]


def _plain(value: Any) -> Any:
    """Return a number of numpy's as one of Python's."""
    return value.item() if hasattr(value, "item") else value


def _checked(name: str, values: Sequence[Any]) -> tuple[Any, ...]:
    if not values:
        raise ValueError("has no values to vary")
    checked: dict[Any, None] = {}
    for value in values:
        own = _check(name, value)
        if own in checked:
            raise ValueError(f"has {own!r} twice")
        checked[own] = None
    return tuple(checked)


def _check(name: str, value: Any) -> Any:
    if name == "network":
        simulated = value if isinstance(value, Conditions) else read_network(str(value))
        return simulated.summary or HERE
    if name == "arrival":
        if value not in ARRIVALS:
            raise ValueError(f"must be {' or '.join(ARRIVALS)}, not {value!r}")
        return value
    declared = _declared(name)
    if declared.kind is Kind.SWITCH and value in _SWITCH:
        return _SWITCH[value]
    if isinstance(value, str) and declared.kind in (Kind.INTEGER, Kind.NUMBER, Kind.SWITCH):
        return declared.parse(value)
    return declared.check(value)


def _declared(name: str) -> Parameter:
    for declared in PARAMETERS:
        if declared.name == name and name not in NOT_VARIED:
            return declared
    if name in NOT_VARIED:
        raise ValueError("cannot be varied")
    fault = name_fault(name, lambda known: known.name, "parameter")
    raise ValueError(fault or "is no parameter, and neither network nor arrival")


def _model(request: SpeechRequest) -> str:
    model = request.model or "the model"
    return f"{model} over HTTP" if request.endpoint.is_http else model
