"""The options of ``%tts_sweep``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from ....client.sweep.axes import ARRIVALS, NOT_VARIED
from ....client.sweep.measures import MEASURES
from ....wire.parameters import PARAMETERS
from ..interpolation import Scope
from .arguments import read_arguments, refusal
from .parsers import OptionParser
from .reading import variable_name
from .words import NO_NAMES

__all__ = ["SWEEP_PARSER", "SweepOptions", "parse_sweep", "sweep_help_text"]

# Whose values may have a comma in them.
_WHOLE: Final = frozenset({"network", "arrival", "pronounce", "pronunciation", "schedule"})


def sweep_help_text() -> str:
    """Return what ``%tts_sweep?`` shows."""
    return SWEEP_PARSER.format_help()


@dataclass(frozen=True)
class SweepOptions:
    """What a line of options says.

    Attributes
    ----------
    sweep : dict
        The arguments of :class:`jupyter_tts.Sweep`; only those given.
    name : str or None
        A variable for it.
    save : tuple of str
        Files for what it finds.
    plan, restart, yes : bool
    """

    sweep: dict[str, Any]
    name: str | None
    save: tuple[str, ...]
    plan: bool
    restart: bool
    yes: bool


def parse_sweep(line: str, scope: Scope = NO_NAMES) -> SweepOptions:
    """Read the options of ``%tts_sweep``.

    Raises
    ------
    ParameterError
        With every fault at once.
    """
    arguments = read_arguments(line, SWEEP_PARSER, scope)
    namespace = arguments.parsed(SWEEP_PARSER)
    faults = [*arguments.faults]
    sweep: dict[str, Any] = {}
    for name in _AXES:
        if (written := getattr(namespace, name)) is not None:
            sweep[name] = _values(name, written)
    for name, number in {"texts": int, "repeat": int, "seed": int, "same": float}.items():
        if (written := getattr(namespace, name)) is not None:
            try:
                sweep[name] = number(written)
            except ValueError:
                faults.append(f"--{name} must be a number, not {written!r}")
    for name in ("measure", "against"):
        if (written := getattr(namespace, name)) is not None:
            sweep[name] = written
    try:
        variable = variable_name(namespace.name)
    except ValueError as fault:
        faults.append(str(fault))
    if faults:
        raise refusal(faults)
    return SweepOptions(
        sweep,
        variable,
        tuple(namespace.save or ()),
        namespace.plan,
        namespace.restart,
        namespace.yes,
    )


def _values(name: str, written: Iterable[str]) -> Any:
    """Return what is to vary: a range as it is written, or the values between the commas."""
    if name in _WHOLE:
        return [*written]
    values = [value.strip() for part in written for value in part.split(",")]
    return values[0] if len(values) == 1 else values


def _make_parser() -> argparse.ArgumentParser:
    parser = OptionParser(
        prog="%tts_sweep",
        usage="%(prog)s [options]; or %%%(prog)s [options], a text in each line of the cell",
        description="Measure the same texts under several conditions, again and again, and say "
        "what differs. An option with several values, separated by commas or as 0..4, varies; "
        "with one it holds for all. In the options {expression} is replaced by its value.",
        add_help=False,
        allow_abbrev=False,
    )
    varied = parser.add_argument_group("what varies")
    for declared in PARAMETERS:
        if declared.name not in NOT_VARIED:
            names = [f"-{declared.short}"] if declared.short else []
            varied.add_argument(
                *names,
                declared.option,
                dest=declared.name,
                metavar=declared.name.upper(),
                action="append",
                help=f"{declared.help} Accepted: {declared.accepted}.".replace("%", "%%"),
            )
    varied.add_argument(
        "--network",
        metavar="CONDITIONS",
        action="append",
        help='what the embedded voice simulates: here for nothing, or as in "rtt 100 ms, jitter '
        '30 ms"; may be given several times',
    )
    varied.add_argument(
        "--arrival",
        metavar="HOW",
        action="append",
        help=f"how the text comes: {' or '.join(ARRIVALS)}; may be given several times",
    )
    method = parser.add_argument_group("how it is measured")
    method.add_argument("--texts", metavar="N", help="built-in texts, 1 to 30; 5 by default")
    method.add_argument("--repeat", metavar="N", help="repetitions; 20 by default")
    method.add_argument("--seed", metavar="N", help="of the random order; 1 by default")
    method.add_argument(
        "--measure", metavar="TIME", help=f"what is compared: {', '.join(MEASURES)}; ttfa if none"
    )
    method.add_argument(
        "--same", metavar="MS", help="milliseconds below which a difference does not matter"
    )
    method.add_argument(
        "--against",
        metavar="WHICH",
        choices=("first", "all"),
        help="compare each value with the first one, or with each other one",
    )
    outcome = parser.add_argument_group("what becomes of it")
    outcome.add_argument("--name", metavar="VAR", help="put the Sweep into this variable")
    outcome.add_argument(
        "--save",
        metavar="FILE",
        action="append",
        help="save the measurements (.csv or .parquet), or the results as a page (.html)",
    )
    for option, text in _SWITCHES.items():
        outcome.add_argument(option, action="store_true", help=text)
    return parser


_SWITCHES: Final = {
    "--plan": "show what would be measured, and send nothing",
    "--restart": "measure again what was measured before",
    "--yes": "ask nothing, however much it takes of a paid account",
}

_AXES: Final = (
    *(declared.name for declared in PARAMETERS if declared.name not in NOT_VARIED),
    "network",
    "arrival",
)
SWEEP_PARSER: Final = _make_parser()
"""For ``%tts_sweep`` and ``%%tts_sweep``."""
