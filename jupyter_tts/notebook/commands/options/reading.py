"""A line of options, as it is written after a magic."""

from __future__ import annotations

import argparse
import difflib
import keyword
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ....client.speech.turns import parse_cast
from ....wire.condition_options import conditions_from_options
from ....wire.conditions import Conditions
from ....wire.errors import ParameterError
from ....wire.parameters import PARAMETERS, name_fault
from ...speaking.latency_target import AUTO, parse_target
from .parsers import NETWORK_PARSER, PARSER, VOICES_PARSERS, option_names, outcome_options

__all__ = [
    "Options",
    "parse_conditions",
    "parse_options",
    "parse_parameters",
    "parse_voices",
    "split_options",
]

_VALUED = {name for name, value in option_names("%tts").items() if value}


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


def parse_options(line: str) -> Options:
    """Read a line that holds nothing but options.

    Raises
    ------
    ParameterError
        With every fault at once.
    """
    namespace, rest = PARSER.parse_known_args(_words(line))
    faults = _faults(PARSER, rest)
    parameters: dict[str, Any] = {}
    for declared in PARAMETERS:
        value = getattr(namespace, declared.name)
        if value is None or (declared.name == "latency" and value == AUTO):
            continue
        try:
            parameters[declared.name] = declared.parse(value) if isinstance(value, str) else value
        except ValueError as fault:
            faults.append(f"{declared.option} {fault}")
    try:
        parameters |= _automatic(namespace)
    except ValueError as fault:
        faults.append(f"--target {fault}")
    cast = None
    if namespace.cast is not None:
        try:
            cast = parse_cast(namespace.cast)
        except ParameterError as refused:
            faults += refused.faults
    if namespace.name is not None and (
        not namespace.name.isidentifier() or keyword.iskeyword(namespace.name)
    ):
        faults.append(f"--name must be a name for a variable, not {namespace.name!r}")
    if faults:
        raise ParameterError(faults)
    switches = ("background", "overlap", "dry_run", "raw", "yes")
    flags = {name: getattr(namespace, name) for name in switches}
    return Options(
        parameters,
        cast,
        namespace.name,
        tuple(namespace.save or ()),
        namespace.play_with,
        play=not namespace.no_play,
        **flags,
    )


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
    options = parse_options(line)
    namespace, _ = PARSER.parse_known_args(_words(line))
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
    namespace, rest = NETWORK_PARSER.parse_known_args(_words(line))
    if faults := _faults(NETWORK_PARSER, rest):
        raise ParameterError(faults, hint="")
    return conditions_from_options(namespace)


def parse_voices(line: str) -> tuple[str, argparse.Namespace]:
    """Read the line of ``%tts_voices``: the subcommand, "" for none, and what follows it.

    Raises
    ------
    ParameterError
        For an unknown option, or one voice too many or too few.
    """
    words = _words(line)
    action = words.pop(0) if words and words[0] in VOICES_PARSERS else ""
    parser = VOICES_PARSERS[action]
    namespace, rest = parser.parse_known_args(words)
    faults = _faults(parser, rest)
    if action and not faults and len(namespace.voice) != 1:
        faults = [f"%tts_voices {action} takes one voice (quote a path that has spaces)"]
    if faults:
        raise ParameterError(faults, hint="")
    return action, namespace


def split_options(line: str) -> tuple[str, str]:
    """Split the line of ``%tts`` into its leading options and its text, which stays as it is."""
    position = 0
    while (word := _OPTION.match(line, position)) is not None:
        position = word.end()
        if word["name"] == "--":
            return line[: word.start()], line[position:].lstrip()
        takes_value = word["name"] in _VALUED and "=" not in word[0]
        if takes_value and (value := _VALUE.match(line, position)) is not None:
            position = value.end()
    return line[:position], line[position:].lstrip()


# A word may be quoted, wholly or after the =, as in --voice "My voice" and --voice="My voice".
_WORD = re.compile(r"""(?:[^\s"']|"[^"]*"|'[^']*'|["'])+""")
_VALUE = re.compile(r"\s*" + _WORD.pattern)
# A minus before a digit or a space begins a text, as in "-5 degrees".
_OPTION = re.compile(
    r"\s*(?P<name>--(?=\s|$)|-{1,2}[A-Za-z][\w-]*)" + f"(?:=(?:{_WORD.pattern})?)?" + r"(?=\s|$)"
)


def _words(line: str) -> list[str]:
    return [_unquote(word) for word in _WORD.findall(line)]


def _unquote(word: str) -> str:
    return re.sub(r""""([^"]*)"|'([^']*)'""", lambda match: match[1] or match[2] or "", word)


def _faults(parser: argparse.ArgumentParser, rest: list[str]) -> list[str]:
    """Return what is wrong with the words that a parser does not know."""
    # A word after an unknown option is its value, and not a fault of its own.
    return [
        _unexpected(parser, word)
        for before, word in pairwise(["", *rest])
        if word.startswith("-") or not before.startswith("-")
    ]


def _unexpected(parser: argparse.ArgumentParser, word: str) -> str:
    if not word.startswith("-"):
        return f"unexpected {word!r} among the options (quote a value that has spaces)"
    if word in ("-h", "--help"):
        return f"{parser.prog}? lists the options, there is no {word}"
    name, known = word.partition("=")[0], parser._option_string_actions  # the value may be a key
    if parser is PARSER and (fault := name_fault(name, lambda known: known.option, "option")):
        return fault
    near = [option for option in known if len(name) > 3 and option.startswith(name)]
    near = near or difflib.get_close_matches(name, known, n=1)
    return f"there is no option {name}" + (f" (did you mean {near[0]}?)" if near else "")
