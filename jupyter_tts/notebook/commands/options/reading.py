"""A line of options, as it is written after a magic."""

from __future__ import annotations

import argparse
import keyword
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from ....client.speech.turns import parse_cast
from ....wire.condition_options import conditions_from_options
from ....wire.conditions import Conditions
from ....wire.errors import ParameterError
from ....wire.parameters import PARAMETERS, Kind, Parameter
from ....wire.pasted_signs import plain_signs
from ...speaking.latency_target import AUTO, parse_target
from ..interpolation import Scope
from .arguments import Arguments, read_arguments, refusal, with_decimal_point
from .parsers import NETWORK_PARSER, PARSER, VOICES_PARSERS, outcome_options
from .words import NO_NAMES, read_word, skip_blanks

__all__ = [
    "Options",
    "parse_conditions",
    "parse_line",
    "parse_options",
    "parse_panel_line",
    "parse_parameters",
    "parse_voices",
    "split_options",
    "variable_name",
]


# Only where another pair follows, since a pronunciation may have these signs.
_PASTED_COMMA = re.compile(r"(?P<pair>=[^=,]*?)[，、；;](?=[^=,，、；;]+=)")


@dataclass(frozen=True)
class Options:
    """What a line of options says.

    Attributes
    ----------
    parameters : dict
        By keyword name; only those given. ``latency`` may be "auto", and ``target`` seconds.
    cast : dict or None
        The voices by name, where several speak.
    name : str or None
        A variable for the Speech.
    save : tuple of str
        Files for it.
    play_with : str or None
        A sound device of the kernel's machine.
    play, background, overlap, dry_run, raw, yes : bool
    """

    parameters: dict[str, Any]
    cast: dict[str, str] | None
    name: str | None
    save: tuple[str, ...]
    play_with: str | None
    play: bool
    background: bool
    overlap: bool
    dry_run: bool
    raw: bool
    yes: bool


def parse_options(line: str, scope: Scope = NO_NAMES) -> Options:
    """Read a line that holds nothing but options.

    Parameters
    ----------
    line : str
    scope : Scope, optional
        What may stand in braces.

    Raises
    ------
    ParameterError
        With every fault at once.
    """
    arguments = read_arguments(line, PARSER, scope)
    return _options(arguments, arguments.parsed(PARSER))


def parse_line(line: str, scope: Scope = NO_NAMES) -> tuple[Options, str]:
    """Read the line of ``%tts``: its leading options, and its text, which stays as it is.

    Raises
    ------
    ParameterError
        With every fault at once.
    """
    arguments = read_arguments(line, PARSER, scope, text_follows=True)
    return _options(arguments, arguments.parsed(PARSER)), arguments.text


def split_options(line: str) -> tuple[str, str]:
    """Split the line of ``%tts`` into its leading options and its text, both as they stand."""
    arguments = read_arguments(line, PARSER, text_follows=True)
    return line[: arguments.stop], arguments.text


def _options(arguments: Arguments, namespace: argparse.Namespace) -> Options:
    faults = list(arguments.faults)
    parameters: dict[str, Any] = {}
    for declared in PARAMETERS:
        value = getattr(namespace, declared.name)
        if value is None or (declared.name == "latency" and value == AUTO):
            continue
        try:
            parameters[declared.name] = _parsed(declared, value)
        except ValueError as fault:
            faults.append(with_decimal_point(f"{declared.option} {fault}"))
    try:
        parameters |= _automatic(namespace)
    except ValueError as fault:
        faults.append(f"--target {fault}")
    cast = None
    if namespace.cast is not None:
        try:
            cast = parse_cast(_plain_pairs(namespace.cast))
        except ParameterError as refused:
            faults += refused.faults
    name = None
    try:
        name = variable_name(namespace.name)
    except ValueError as fault:
        faults.append(str(fault))
    if faults:
        raise refusal(faults)
    switches = ("background", "overlap", "dry_run", "raw", "yes")
    flags = {name: getattr(namespace, name) for name in switches}
    return Options(
        parameters,
        cast,
        name,
        tuple(namespace.save or ()),
        namespace.play_with,
        play=not namespace.no_play,
        **flags,
    )


def variable_name(written: str | None) -> str | None:
    """Return the name of a variable that an option gives, as Python spells it.

    Raises
    ------
    ValueError
        If it cannot be one.
    """
    # Python takes full-width letters for those of ASCII.
    name = written and unicodedata.normalize("NFKC", written)
    if name is not None and (not name.isidentifier() or keyword.iskeyword(name)):
        raise ValueError(f"--name must be a name for a variable, not {name!r}")
    return name


def _parsed(declared: Parameter, value: str | bool) -> Any:
    """Return the value of an option; also where other signs stand for those of a number."""
    if isinstance(value, bool):
        return value
    if declared.name == "pronounce":
        value = _plain_pairs(value)
    try:
        return declared.parse(value)
    except ValueError:
        if declared.kind in (Kind.TEXT, Kind.TEXTS) and not declared.choices:
            raise
        plain = plain_signs(value).strip()
        # A list in braces is written as Python writes it.
        listed = plain.strip("[()] ") if declared.kind is Kind.INTEGERS else plain
        if listed == value:
            raise
        return declared.parse(listed)


def _plain_pairs(value: str) -> str:
    """Return pairs with the signs of ASCII between them: ``A=b，C＝d``."""
    return _PASTED_COMMA.sub(r"\g<pair>,", value.replace("＝", "="))


def _automatic(namespace: argparse.Namespace) -> dict[str, Any]:
    """Return the parameters of ``--latency auto``, if the options ask for it."""
    if namespace.target is None:
        return {"latency": AUTO} if namespace.latency == AUTO else {}
    if namespace.latency not in (None, AUTO):
        raise ValueError("goes with --latency auto, not with a level that is given")
    return {"latency": AUTO, "target": parse_target(namespace.target)}


def parse_parameters(line: str, magic: str) -> dict[str, Any]:
    """Read a line of options for a magic that takes only those for how a text is spoken.

    Raises
    ------
    ParameterError
        With every fault at once; or with the options that would do nothing.
    """
    return _parameters(read_arguments(line, PARSER), magic)


def parse_panel_line(line: str, scope: Scope = NO_NAMES) -> tuple[dict[str, Any], str]:
    """Read the line of ``%tts_panel``: its leading options, and its text, which stays as it is.

    Raises
    ------
    ParameterError
        As `parse_parameters` does.
    """
    arguments = read_arguments(line, PARSER, scope, text_follows=True)
    return _parameters(arguments, "%tts_panel"), arguments.text


def _parameters(arguments: Arguments, magic: str) -> dict[str, Any]:
    namespace = arguments.parsed(PARSER)
    options = _options(arguments, namespace)
    idle = [
        action.option_strings[0]
        for action in outcome_options()
        if getattr(namespace, action.dest) != action.default
    ]
    if idle:
        fault = f"{magic} has no {' and no '.join(idle)}"
        raise ParameterError([fault], hint="It takes the options for how the text is spoken.")
    if options.cast is not None:
        raise ParameterError([f"{magic} has no --cast"], hint="It speaks in one voice.")
    if options.parameters.get("latency") == AUTO:
        raise ParameterError(
            [f"{magic} has no --latency auto"], hint="Its level is the one that it shows."
        )
    return options.parameters


def parse_conditions(line: str) -> Conditions:
    """Read the options of ``%tts_network``, which are those of the server's command line.

    Raises
    ------
    ParameterError
        For an unknown option; or with every value that is out of range.
    """
    arguments = read_arguments(line, NETWORK_PARSER)
    namespace = arguments.parsed(NETWORK_PARSER)
    if arguments.faults:
        raise refusal(arguments.faults, hint="")
    return conditions_from_options(namespace)


def parse_voices(line: str) -> tuple[str, argparse.Namespace]:
    """Read the line of ``%tts_voices``: the subcommand, "" for none, and what follows it.

    Raises
    ------
    ParameterError
        For an unknown option, or one voice too many or too few.
    """
    first = read_word(line, skip_blanks(line, 0), NO_NAMES)
    action = first.text if first.text in VOICES_PARSERS else ""
    parser = VOICES_PARSERS[action]
    arguments = read_arguments(line[first.stop :] if action else line, parser, takes_words=True)
    namespace, faults = arguments.parsed(parser), arguments.faults
    if action and not faults and len(namespace.voice) != 1:
        faults = [f"%tts_voices {action} takes one voice (quote a path that has spaces)"]
    if faults:
        raise refusal(faults, hint="")
    return action, namespace
