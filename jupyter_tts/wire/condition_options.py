"""Conditions as the options of a command line: the server's, and that of ``%tts_network``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Final

from .conditions import CONDITIONS, Conditions

__all__ = [
    "STATUS_HELP",
    "STATUS_PATTERN",
    "add_condition_options",
    "conditions_from_options",
    "read_statuses",
]

STATUS_PATTERN: Final = r"[45]\d\d(:(0?\.\d+|[01](\.0*)?))?"
"""What a status and its probability look like, ``503:0.5``; as a regular expression."""

STATUS_HELP: Final = "answer handshakes with this HTTP status, always or that often"


def add_condition_options(parser: argparse.ArgumentParser) -> None:
    """Give a command line an option for every condition."""
    group = parser.add_argument_group(
        "simulation", "play a bad network or a busy service; the same seed repeats it"
    )
    for name, declared in CONDITIONS.items():
        group.add_argument(
            f"--{name.replace('_', '-')}",
            type=int if declared.whole else float,
            default=declared.default,
            metavar="N" if declared.whole else declared.unit.split()[0].upper(),
            help=f"{declared.help}; {declared.accepted}",
        )
    group.add_argument(
        "--status",
        type=_status,
        action="append",
        default=[],
        metavar="CODE[:PROBABILITY]",
        help=f"{STATUS_HELP}; may be repeated",
    )


def conditions_from_options(options: argparse.Namespace) -> Conditions:
    """Return the conditions that the options of `add_condition_options` set.

    Raises
    ------
    ParameterError
        If a value is out of range.
    """
    numbers = {name: getattr(options, name) for name in CONDITIONS}
    return Conditions(**numbers, status=dict(options.status))


def read_statuses(texts: Sequence[str]) -> dict[int, float]:
    """Return statuses by their probability, each written as in the option ``--status``.

    Raises
    ------
    argparse.ArgumentTypeError
        If one is not CODE or CODE:PROBABILITY.
    """
    return dict(map(_status, texts))


def _status(text: str) -> tuple[int, float]:
    code, _, probability = text.partition(":")
    try:
        return int(code), float(probability or 1)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not CODE or CODE:PROBABILITY") from None
