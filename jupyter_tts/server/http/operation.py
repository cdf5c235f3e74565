"""What a route takes and answers, beside its handler; ``/openapi.json`` is made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from ...wire.parameters import Parameter

__all__ = ["JSON", "OPERATIONS", "JsonBody", "Operation", "Option", "WholeNumber", "operation"]

AnyHandler = TypeVar("AnyHandler", bound=Callable[..., Any])

JsonBody = Literal["", "speech", "dialogue", "conditions"]
"""Which checks a body has; "" for none."""

JSON: Final = "application/json"


@dataclass(frozen=True)
class Option:
    """A parameter of the query that is a text.

    Attributes
    ----------
    name : str
    choices : sequence of str
        The accepted values; () for any.
    is_repeated : bool
        Whether it may be there several times.
    default : str
    """

    name: str
    choices: Sequence[str] = ()
    is_repeated: bool = False
    default: str = ""


@dataclass(frozen=True)
class WholeNumber:
    """A parameter of the query that is a whole number from `low` to `high`."""

    name: str
    default: int
    low: int
    high: int


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What a route takes and answers.

    Attributes
    ----------
    summary : str
    answers : mapping
        By media type, the type of the JSON object; None for sound.
    query : sequence of Parameter, Option or WholeNumber
    body : JsonBody
    errors : sequence of int
        Statuses of errors, beside those that every route has.
    needs_key : bool
    """

    summary: str
    answers: Mapping[str, object]
    query: Sequence[Parameter | Option | WholeNumber] = ()
    body: JsonBody = ""
    errors: Sequence[int] = ()
    needs_key: bool = True


OPERATIONS: Final[dict[Callable[..., Any], Operation]] = {}
"""By handler."""


def operation(
    answer: object, *, media_type: str = JSON, **options: Any
) -> Callable[[AnyHandler], AnyHandler]:
    """Describe a handler, whose docstring begins with the summary.

    Parameters
    ----------
    answer
        See `Operation.answers`.
    media_type
    **options
        Of `Operation`.
    """

    def describe(handler: AnyHandler) -> AnyHandler:
        summary, _, _ = (handler.__doc__ or "").partition("\n")
        OPERATIONS[handler] = Operation(summary=summary, answers={media_type: answer}, **options)
        return handler

    return describe
