"""The declaration of a parameter, which checks, reads and writes its values."""

from __future__ import annotations

import difflib
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, SupportsFloat, SupportsIndex

from ..models import Endpoint
from ..pronunciations import check_pronunciations
from ..surrogates import find_half

__all__ = [
    "SPEECH_ENDPOINTS",
    "SPEECH_SOCKETS",
    "Kind",
    "Parameter",
    "Place",
    "short_repr",
]

SPEECH_SOCKETS = frozenset({Endpoint.STREAM_INPUT, Endpoint.MULTI_STREAM_INPUT})
"""Those that take what neither text-to-dialogue nor HTTP does."""

SPEECH_ENDPOINTS = SPEECH_SOCKETS | {Endpoint.HTTP_SPEECH}
"""The endpoints that take what text-to-dialogue does not."""


class Place(Enum):
    """Where a parameter travels, and so what a change of it costs."""

    PATH = "path"
    ENDPOINT = "endpoint"
    QUERY = "query"
    VOICE_SETTINGS = "voice_settings"
    GENERATION_CONFIG = "generation_config"
    MESSAGE = "message"
    HOST = "host"
    LOCAL = "local"

    @property
    def in_url(self) -> bool:
        """Whether the parameter is part of the URL, so that a change needs a new socket."""
        return self in (Place.PATH, Place.ENDPOINT, Place.QUERY, Place.HOST)


class Kind(Enum):
    """The type of a parameter's value."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    SWITCH = "switch"
    INTEGERS = "integers"
    TEXTS = "texts"
    PAIRS = "pairs"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of the protocol.

    Attributes
    ----------
    name : str
        Keyword in Python; the option is the same with hyphens.
    wire : str
        Its name on the wire.
    place : Place
    kind : Kind
    help : str
        One sentence for a user.
    source : str
        Where the fact comes from.
    low, high : float, optional
        Accepted range, both ends included (of each item, for lists).
    choices : tuple of str, optional
        The only accepted values.
    pattern : str, optional
        Regular expression that the whole value must match; ``expects`` says it in words.
    known : tuple of str, optional
        Values that are known, of more that are accepted.
    most : int, optional
        The longest accepted list.
    default : object, optional
        What the server does when the parameter is left out; None where no source says.
    preset : object, optional
        What this package sends when the user sets nothing; None leaves the parameter out.
    short : str, optional
        One-letter option.
    note : str, optional
        What a user should know before relying on it.
    endpoints : frozenset of Endpoint, optional
        Those that take it; it is not sent to the others.
    http_body : bool, optional
        Whether over HTTP it is in the body, though on a WebSocket it is in the query.
    """

    name: str
    wire: str
    place: Place
    kind: Kind
    help: str
    source: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""
    known: tuple[str, ...] = ()
    expects: str = ""
    most: int | None = None
    default: object = None
    preset: object = None
    short: str = ""
    note: str = ""
    endpoints: frozenset[Endpoint] = frozenset(Endpoint)
    http_body: bool = False

    @property
    def in_multi(self) -> bool:
        """Whether ``multi-stream-input`` takes it, too."""
        return Endpoint.MULTI_STREAM_INPUT in self.endpoints

    @property
    def option(self) -> str:
        """The long option of the magics, ``--speaker-boost`` say."""
        return "--" + self.name.replace("_", "-")

    @property
    def accepted(self) -> str:
        """The accepted values, as words: ``"0 to 4"`` or ``"auto, on or off"``."""
        if self.expects:
            return self.expects
        if self.choices:
            return ", ".join(self.choices[:-1]) + f" or {self.choices[-1]}"
        if self.kind is Kind.SWITCH:
            return "True or False"
        number = "a whole number" if self.kind is Kind.INTEGER else "a number"
        span = f" from {self.low:g} to {self.high:.10g}" if self.high is not None else ""
        return {
            Kind.TEXT: "a text that is not empty",
            Kind.INTEGERS: f"whole numbers{span}",
            Kind.TEXTS: "texts that are not empty",
        }.get(self.kind, number + span)

    def check(self, value: object) -> Any:
        """Return the value in its own type.

        Raises
        ------
        ValueError
            If the value is of a wrong type or outside the accepted range: "must be ..., not ...".
        """
        if self.kind is Kind.PAIRS:
            try:
                return check_pronunciations(value)
            except ValueError as faults:
                raise ValueError(f"must be {faults}") from None
        if self.kind not in (Kind.INTEGERS, Kind.TEXTS):
            checked = self._item(value)
        elif isinstance(value, list | tuple) and 0 < len(value) <= (self.most or len(value)):
            items = [self._item(item) for item in value]
            checked = None if None in items else tuple(items)
        else:
            checked = None
        if checked is None:
            raise ValueError(f"must be {self.accepted}, not {short_repr(value)}{self._near(value)}")
        return checked

    def parse(self, text: str) -> Any:
        """Return the value written in ``text``, as in an option or a query string.

        Raises
        ------
        ValueError
            If the text is not such a value, or outside the accepted range.
        """
        try:
            value = _READERS[self.kind](text)
        except (ValueError, KeyError):
            value = text  # check() refuses it with a sentence
        return self.check(value)

    def write(self, value: object) -> str:
        """Return a checked value as it stands in a query string, before percent-encoding."""
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _near(self, value: object) -> str:
        """Name the known value that a refused one is close to, if any."""
        if not isinstance(value, str):
            return ""
        known = self.choices or self.known
        word = value.lower()
        language = word.partition("-")[0]  # zh of zh-CN
        near = difflib.get_close_matches(word, known, n=1, cutoff=_CLOSE)
        near = [language] if language in known else near
        return f" (did you mean {near[0]!r}?)" if near else ""

    def _item(self, value: object) -> Any:
        """Return one checked item, or None where it is refused."""
        match self.kind:
            case Kind.SWITCH:
                return value if isinstance(value, bool) else None
            case Kind.TEXT | Kind.TEXTS:
                return self._text(value)
            case Kind.INTEGER | Kind.INTEGERS:
                if isinstance(value, bool) or not isinstance(value, SupportsIndex):
                    return None
                return self._within(operator.index(value))
            case Kind.NUMBER:
                if isinstance(value, bool | str) or not isinstance(value, SupportsFloat):
                    return None
                try:
                    return self._within(float(value))
                except OverflowError:  # an int may be larger than any float
                    return None

    def _text(self, value: object) -> str | None:
        if not isinstance(value, str) or not value.strip() or find_half(value) is not None:
            return None
        if self.choices and value not in self.choices:
            return None
        if self.pattern and not re.fullmatch(self.pattern, value):
            return None
        return value

    def _within(self, value: float) -> float | None:
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return value if low <= value <= high else None  # NaN compares false, so it is refused


# How alike a misspelt value and the right one must be; eleven_v3 is not eleven_turbo_v2.
_CLOSE = 0.85

_READERS: Mapping[Kind, Callable[[str], object]] = {
    Kind.TEXT: str,
    Kind.INTEGER: int,
    Kind.NUMBER: float,
    Kind.SWITCH: lambda text: {"true": True, "1": True, "false": False, "0": False}[text.lower()],
    Kind.INTEGERS: lambda text: [int(item) for item in text.split(",")],
    Kind.TEXTS: lambda text: [item.strip() for item in text.split(",")],
    Kind.PAIRS: str,
}


def short_repr(value: object) -> str:
    """Return a value as Python writes it, within bounds."""
    try:
        text = repr(value)
    except RecursionError:
        return f"a {type(value).__name__} that is nested too deeply"
    return text if len(text) <= 60 else text[:59] + "…"
