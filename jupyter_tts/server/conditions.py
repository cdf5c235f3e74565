"""How bad the network and how busy the service is that a server plays."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from ..wire.errors import ParameterError

__all__ = ["Conditions", "add_condition_options", "given_conditions"]


def _declared(default: float | None, low: float, high: float, unit: str, explanation: str) -> Any:
    """Return a field with what its option says and accepts."""
    declaration = {"low": low, "high": high, "unit": unit, "help": explanation}
    return field(default=default, metadata=declaration)


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """A bad network or a busy service, to be rehearsed. By default neither.

    They are met by the WebSockets and by the answers over HTTP that are sent as they are made;
    where a whole answer comes at once, by its beginning only.

    Attributes
    ----------
    rtt : float
        Round-trip time in milliseconds, 0 to 5,000. A new connection is answered after two (TCP's
        and the request's; three with TLS 1.3), every message of the server one later than it
        would be. All of it is spent on the way to the client, where half of it on each way would
        be noticed in the same moment.
    jitter : float
        Every message is up to so many milliseconds later, 0 to 5,000, evenly spread. The order
        of messages is kept, as TCP keeps it.
    bandwidth : float or None
        Kilobits (1,000 bits) of WebSocket payload per second to one client, from 40 on. Audio is
        a third larger in base64: pcm_24000 in real time takes 512.
    generation_rate : float or None
        Seconds of audio made per second, 0.05 to 1,000; the embedded voice's own speed is some
        hundreds. On a connection all is made one after the other.
    first_audio_delay : float
        Milliseconds before the first audio of a connection is made, 0 to 30,000: inference.
    drop_after : float or None
        Once so many seconds of sound have gone to a client its connection is reset (TCP RST,
        without a close frame); the message that reaches the mark is the last one. Sound, because
        how it is cut into messages is nobody's promise. Every connection counts from zero.
    stall_after : float or None
        Once so many seconds of sound have gone to a client nothing more does, not even a pong,
        and the connection stays open.
    status : mapping of int to float
        HTTP statuses, 400 to 599, that a handshake or request is answered with instead, each with
        its probability; together at most 1.
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

    rtt: float = _declared(0.0, 0, 5_000, "MS", "round-trip time in milliseconds")
    jitter: float = _declared(0.0, 0, 5_000, "MS", "each message is up to so much later")
    bandwidth: float | None = _declared(
        None, 40, 1e9, "KBIT/S", "kilobits per second to each client"
    )
    generation_rate: float | None = _declared(
        None, 0.05, 1_000, "RATE", "seconds of audio made per second"
    )
    first_audio_delay: float = _declared(
        0.0, 0, 30_000, "MS", "milliseconds before the first audio of a stream is made"
    )
    drop_after: float | None = _declared(
        None, 0.001, 1e6, "SECONDS", "reset a connection once it has had so much sound"
    )
    stall_after: float | None = _declared(
        None, 0.001, 1e6, "SECONDS", "send nothing more once a client has had so much sound"
    )
    status: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    concurrency: int | None = _declared(
        None, 1, 1_000, "N", "streams that may generate at once; HTTP 429 above it"
    )
    seed: int = _declared(0, 0, 2**32 - 1, "N", "same seed, same jitter and statuses")

    def __post_init__(self) -> None:
        faults = [fault for each in _NUMBERS for fault in _faults(each, getattr(self, each.name))]
        if not all(
            type(code) is int and 400 <= code <= 599 and 0 <= probability <= 1
            for code, probability in self.status.items()
        ):
            faults.append("status must be HTTP statuses of 400 to 599 with probabilities of 0 to 1")
        elif sum(self.status.values()) > 1 + 1e-9:
            faults.append("the probabilities of status must not exceed 1 together")
        if faults:
            raise ParameterError(faults, hint="")
        object.__setattr__(self, "status", MappingProxyType(dict(self.status)))

    @property
    def shapes_traffic(self) -> bool:
        """Whether messages are held back or lost on their way."""
        return bool(
            self.rtt or self.jitter or self.bandwidth or self.drop_after or self.stall_after
        )


_NUMBERS: Final = tuple(each for each in dataclasses.fields(Conditions) if each.metadata)


def add_condition_options(parser: argparse.ArgumentParser) -> None:
    """Give a command line an option for every condition."""
    group = parser.add_argument_group(
        "rehearsal", "play a bad network or a busy service; the same seed repeats it"
    )
    for each in _NUMBERS:
        low, high = each.metadata["low"], each.metadata["high"]
        group.add_argument(
            f"--{each.name.replace('_', '-')}",
            type=int if each.name in ("concurrency", "seed") else float,
            default=each.default,
            metavar=each.metadata["unit"],
            help=f"{each.metadata['help']}; {low:g} to {high:.10g}",
        )
    group.add_argument(
        "--status",
        type=_status,
        action="append",
        default=[],
        metavar="CODE[:PROBABILITY]",
        help="answer handshakes with this HTTP status, always or that often; may be repeated",
    )


def given_conditions(options: argparse.Namespace) -> Conditions:
    """Return what the options of `add_condition_options` say.

    Raises
    ------
    ParameterError
        If a value is out of range.
    """
    numbers = {each.name: getattr(options, each.name) for each in _NUMBERS}
    return Conditions(**numbers, status=dict(options.status))


def _faults(declared: dataclasses.Field[Any], value: Any) -> list[str]:
    if value is None and declared.default is None:
        return []
    low, high = declared.metadata["low"], declared.metadata["high"]
    kinds = int if declared.name in ("concurrency", "seed") else int | float
    if isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high:
        return []
    return [f"{declared.name} must be {low:g} to {high:.10g}, not {value!r}"]


def _status(text: str) -> tuple[int, float]:
    code, _, probability = text.partition(":")
    try:
        return int(code), float(probability or 1)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not CODE or CODE:PROBABILITY") from None
