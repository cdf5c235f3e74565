"""The bad network or busy service that the embedded server simulates."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from .errors import ParameterError
from .foreign_json import whole_number
from .parameters.schema import short_repr

__all__ = ["CONDITIONS", "CONDITIONS_PATH", "Condition", "Conditions"]

CONDITIONS_PATH: Final = "/jupyter_tts/conditions"
"""Where a running embedded server returns its conditions (GET) and takes others (PUT)."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """The declaration of one number of `Conditions`.

    Attributes
    ----------
    label : str
        Its name where people read it.
    unit : str
        Of the number, as it is written; "" for a count.
    low, high : float
        Accepted range, both ends included.
    whole : bool
        Whether it must be a whole number.
    default : float or None
        Default; None, which is accepted then, for no limit.
    help : str
        One clause for a user.
    brief : str
        What is simulated, in few words, with ``{}`` for the number.
    """

    label: str
    unit: str
    low: float
    high: float
    whole: bool
    default: float | None
    help: str
    brief: str

    @property
    def accepted(self) -> str:
        """The accepted range, as words: ``"0 to 5000"``."""
        return f"{self.low:g} to {self.high:.10g}"

    def accepts(self, value: object) -> bool:
        """Whether a value is a number in the range, or None where that is the default."""
        if value is None:
            return self.default is None
        if isinstance(value, bool) or not isinstance(value, int if self.whole else int | float):
            return False
        return self.low <= value <= self.high


def _condition(
    default: float | None,
    low: float,
    high: float,
    unit: str,
    label: str,
    explanation: str,
    brief: str,
    *,
    whole: bool = False,
) -> Any:
    """Return a field with its declaration."""
    condition = Condition(
        label=label,
        unit=unit,
        low=low,
        high=high,
        whole=whole,
        default=default,
        help=explanation,
        brief=brief,
    )
    return field(default=default, metadata={"condition": condition})


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """A bad network or a busy service, to be simulated. By default neither.

    They are met by the WebSockets and by speech over HTTP. An answer that comes whole is made as
    slowly as one that is sent as it is made, and then meets the network with its beginning only.

    Attributes
    ----------
    rtt : float
        Round-trip time in milliseconds, 0 to 5,000. A new connection is answered after two (TCP's
        and the request's; three with TLS 1.3), every message of the server one later than it
        would be. All of it is spent on the way to the client: half on each way would look the
        same there.
    jitter : float
        Every message is up to so many milliseconds later, 0 to 5,000, evenly spread. The order
        of messages is kept, as TCP keeps it.
    bandwidth : float or None
        Kilobits (1,000 bits) of WebSocket payload per second to one client, from 40 on. Audio is
        a third larger in base64: pcm_24000 in real time takes 512.
    generation_rate : float or None
        Seconds of audio made per second, 0.05 to 1,000; the embedded voices' own is a hundred and
        more. What belongs to one stream of text is made one after the other; the contexts of
        a multi-stream-input socket are made beside each other, each at this rate, and only the
        network is shared between them.
    first_audio_delay : float
        Milliseconds before the first audio of a stream of text is made, 0 to 30,000: inference.
        Each context of a multi-stream-input socket has its own.
    drop_after : float or None
        Once so many seconds of sound have gone to a client its connection is reset (TCP RST,
        without a close frame); the message that reaches the mark is the last one. Sound, because
        no server promises how it is split into messages. Every connection counts from zero.
    stall_after : float or None
        Once so many seconds of sound have gone to a client nothing more does, not even a pong,
        and the connection stays open.
    status : mapping of int to float
        HTTP statuses, 400 to 599, that a handshake or request is answered with instead, each with
        its probability; together at most 1.
    quota : int or None
        Characters that the account may speak, 0 to 1,000,000,000, counted from when another quota
        was set, as a new billing period counts.
    concurrency : int or None
        At most so many streams generate at once, 1 to 1,000. Above it a handshake or request gets
        HTTP 429, and a stream that is open already an error in-band. As ElevenLabs documents, a
        WebSocket counts only while sound is made for it; give a `generation_rate` as well, for
        without one this takes hardly any time.
    seed : int
        The same seed gives the same jitter to the first, second, ... connection, and the same
        statuses to the first, second, ... request.

    Raises
    ------
    ParameterError
        With every value that is out of range.
    """

    rtt: float = _condition(
        0.0, 0, 5_000, "ms", "Round-trip time", "round-trip time in milliseconds", "RTT {} ms"
    )
    jitter: float = _condition(
        0.0, 0, 5_000, "ms", "Jitter", "each message is up to so much later", "jitter {} ms"
    )
    bandwidth: float | None = _condition(
        None, 40, 1e9, "kbit/s", "Bandwidth", "kilobits per second to each client", "{} kbit/s"
    )
    generation_rate: float | None = _condition(
        None,
        *(0.05, 1_000, "times real time", "Generation rate"),
        "seconds of audio made per second",
        "made at {} × real time",
    )
    first_audio_delay: float = _condition(
        0.0,
        *(0, 30_000, "ms", "First audio delay"),
        "milliseconds before the first audio of a stream is made",
        "first audio made {} ms later",
    )
    drop_after: float | None = _condition(
        None,
        *(0.001, 1e6, "s of sound", "Drop after"),
        "reset a connection once it has had so much sound",
        "dropped after {} s of sound",
    )
    stall_after: float | None = _condition(
        None,
        *(0.001, 1e6, "s of sound", "Stall after"),
        "send nothing more once a client has had so much sound",
        "stalled after {} s of sound",
    )
    status: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    quota: int | None = _condition(
        None,
        *(0, 1e9, "characters", "Quota"),
        "speak so many characters and no more",
        "quota {} characters",
        whole=True,
    )
    concurrency: int | None = _condition(
        None,
        *(1, 1_000, "streams", "Concurrency"),
        "streams that may generate at once; HTTP 429 above it",
        "{} at once",
        whole=True,
    )
    seed: int = _condition(
        0,
        *(0, 2**32 - 1, "", "Simulation seed"),
        "same seed, same jitter and statuses",
        "seed {}",
        whole=True,
    )

    def __post_init__(self) -> None:
        faults = [
            f"{name} must be {declared.accepted}, not {short_repr(getattr(self, name))}"
            for name, declared in CONDITIONS.items()
            if not declared.accepts(getattr(self, name))
        ]
        if not _are_statuses(self.status):
            faults.append("status must be HTTP statuses of 400 to 599 with probabilities of 0 to 1")
        elif sum(self.status.values()) > 1 + 1e-9:
            faults.append("the probabilities of status must not exceed 1 together")
        if faults:
            raise ParameterError(faults, hint="")
        object.__setattr__(self, "status", MappingProxyType(dict(self.status)))

    @classmethod
    def of(cls, plain: object) -> Conditions:
        """Return the conditions that `plain` wrote down.

        Raises
        ------
        ParameterError
            With every name that is unknown and every value that is out of range.
        """
        if not isinstance(plain, Mapping):
            raise ParameterError(["conditions must be an object of names and values"], hint="")
        names = [condition.name for condition in dataclasses.fields(cls)]
        if unknown := [name for name in plain if name not in names]:
            names_help = f"it must be one of {', '.join(names)}"
            raise ParameterError(
                [f"there is no condition {str(name)[:60]!r}; {names_help}" for name in unknown],
                hint="",
            )
        status = plain.get("status", {})
        if isinstance(status, Mapping):
            # In JSON the statuses, as all names, are texts.
            status = {_code(code): often for code, often in status.items()}
        whole = {
            name: whole_number(plain[name])
            for name, declared in CONDITIONS.items()
            if declared.whole and name in plain
        }
        return cls(**{**plain, **whole, "status": status})

    @property
    def plain(self) -> dict[str, Any]:
        """All of it, ready for JSON: ``status`` by the status as a text."""
        named = {
            condition.name: getattr(self, condition.name) for condition in dataclasses.fields(self)
        }
        return {**named, "status": {str(code): often for code, often in self.status.items()}}

    @functools.cached_property
    def summary(self) -> str:
        """What is simulated, in few words, ``"RTT 200 ms, 64 kbit/s"``; "" for nothing."""
        clauses = [f"HTTP {code} ({often:.0%})" for code, often in self.status.items() if often]
        for name, declared in CONDITIONS.items():
            value = getattr(self, name)
            # A seed alone, which comes last, simulates nothing.
            if value != declared.default and (clauses or name != "seed"):
                clauses.append(declared.brief.format(f"{value:,.10g}"))
        return ", ".join(clauses)

    @property
    def shapes_traffic(self) -> bool:
        """Whether messages are held back or lost on their way."""
        return bool(
            self.rtt or self.jitter or self.bandwidth or self.drop_after or self.stall_after
        )


CONDITIONS: Final[Mapping[str, Condition]] = MappingProxyType(
    {
        condition.name: condition.metadata["condition"]
        for condition in dataclasses.fields(Conditions)
        if condition.metadata
    }
)
"""What is declared of every number among the conditions, by name: of all but ``status``."""


def _are_statuses(status: object) -> bool:
    return isinstance(status, Mapping) and all(
        type(code) is int
        and 400 <= code <= 599
        and isinstance(probability, int | float)
        and 0 <= probability <= 1
        for code, probability in status.items()
    )


def _code(name: object) -> object:
    return int(name) if isinstance(name, str) and re.fullmatch("[0-9]{3}", name) else name
