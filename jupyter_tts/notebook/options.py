"""The options of ``%tts`` and ``%%tts``, read from the declared parameters."""

from __future__ import annotations

import argparse
import difflib
import keyword
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NoReturn

from ..wire.condition_options import add_condition_options, given_conditions
from ..wire.conditions import Conditions
from ..wire.errors import ParameterError
from ..wire.parameters import PARAMETERS, Kind, Parameter
from .target import AUTO, TARGET, parse_target

__all__ = [
    "Options",
    "help_text",
    "network_help_text",
    "option_names",
    "parse_conditions",
    "parse_options",
    "parse_parameters",
    "split_options",
]


@dataclass(frozen=True)
class Options:
    """What a line of options says.

    Attributes
    ----------
    parameters : dict
        By keyword name; only those given. ``latency`` may be "auto", and ``target`` seconds.
    name : str or None
        A variable for the Speech.
    save : tuple of str
        Files for it.
    play, background, overlap, dry_run, raw, yes : bool
    """

    parameters: dict[str, Any]
    name: str | None
    save: tuple[str, ...]
    play: bool
    background: bool
    overlap: bool
    dry_run: bool
    raw: bool
    yes: bool


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ParameterError([message])


def parse_options(line: str) -> Options:
    """Read a line that holds nothing but options.

    Raises
    ------
    ParameterError
        With every fault at once.
    """
    given, rest = _PARSER.parse_known_args(_words(line))
    faults = _faults(_PARSER, rest)
    parameters: dict[str, Any] = {}
    for declared in PARAMETERS:
        value = getattr(given, declared.name)
        if value is None or (declared.name == "latency" and value == AUTO):
            continue
        try:
            parameters[declared.name] = declared.parse(value) if isinstance(value, str) else value
        except ValueError as fault:
            faults.append(f"{declared.option} {fault}")
    try:
        parameters |= _automatic(given)
    except ValueError as fault:
        faults.append(f"--target {fault}")
    if given.name is not None and (not given.name.isidentifier() or keyword.iskeyword(given.name)):
        faults.append(f"--name must be a name for a variable, not {given.name!r}")
    if faults:
        raise ParameterError(faults)
    switches = ("background", "overlap", "dry_run", "raw", "yes")
    flags = {name: getattr(given, name) for name in switches}
    return Options(parameters, given.name, tuple(given.save or ()), play=not given.no_play, **flags)


def _automatic(given: argparse.Namespace) -> dict[str, Any]:
    """Return what asks for a level to be chosen, if anything does."""
    if given.target is None:
        return {"latency": AUTO} if given.latency == AUTO else {}
    if given.latency not in (None, AUTO):
        raise ValueError("goes with --latency auto, not with a level that is given")
    return {"latency": AUTO, "target": parse_target(given.target)}


def parse_parameters(line: str, magic: str) -> dict[str, Any]:
    """Read a line of options for a magic that takes only those for how a text is spoken.

    Raises
    ------
    ParameterError
        With every fault at once; or with the options that would do nothing.
    """
    options = parse_options(line)
    given, _ = _PARSER.parse_known_args(_words(line))
    idle = [
        action.option_strings[0]
        for action in _outcomes()
        if getattr(given, action.dest) != action.default
    ]
    if idle:
        said = f"{magic} has no {' and no '.join(idle)}"
        raise ParameterError([said], hint="It takes the options for how the text is spoken.")
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
    given, rest = _NETWORK_PARSER.parse_known_args(_words(line))
    if faults := _faults(_NETWORK_PARSER, rest):
        raise ParameterError(faults, hint="")
    return given_conditions(given)


def network_help_text() -> str:
    """Return what ``%tts_network?`` shows."""
    return _NETWORK_PARSER.format_help()


def option_names(magic: str) -> dict[str, str]:
    """Return the options that a magic has: by name, what a value is for; "" if it takes none."""
    if magic == "%tts_network":
        actions = _NETWORK_PARSER._actions
    elif magic in ("%%tts", "%tts", "%tts_panel"):
        actions = _PARSER._actions
    else:
        return {}
    absent = [each.dest for each in _outcomes()] + ["target"] if magic == "%tts_panel" else []
    return {
        name: "" if action.nargs == 0 else action.dest
        for action in actions
        if action.dest not in absent
        for name in action.option_strings
    }


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


def help_text() -> str:
    """Return what ``%%tts?`` shows."""
    return _PARSER.format_help()


# A word may be quoted, wholly or after the =, as in --voice "My voice" and --voice="My voice".
_WORD = re.compile(r"""(?:[^\s"']|"[^"]*"|'[^']*'|["'])+""")
_VALUE = re.compile(r"\s*" + _WORD.pattern)
# A minus before a digit or a space begins a text, as in "-5 degrees".
_OPTION = re.compile(
    r"\s*(?P<name>--(?=\s|$)|-{1,2}[A-Za-z][\w-]*)" + f"(?:=(?:{_WORD.pattern})?)?" + r"(?=\s|$)"
)


def _words(line: str) -> list[str]:
    return [_unquoted(word) for word in _WORD.findall(line)]


def _unquoted(word: str) -> str:
    return re.sub(r""""([^"]*)"|'([^']*)'""", lambda found: found[1] or found[2] or "", word)


def _faults(parser: argparse.ArgumentParser, rest: list[str]) -> list[str]:
    """Return what is wrong with the words that a parser does not know."""
    # What follows an unknown option is its value, and no fault of its own.
    return [
        _unexpected(parser, word)
        for before, word in pairwise(["", *rest])
        if word.startswith("-") or not before.startswith("-")
    ]


def _unexpected(parser: argparse.ArgumentParser, word: str) -> str:
    if not word.startswith("-"):
        return f"unexpected {word!r} among the options (quote a value that has spaces)"
    near = difflib.get_close_matches(word.partition("=")[0], parser._option_string_actions, n=1)
    return f"there is no option {word}" + (f" (did you mean {near[0]}?)" if near else "")


def _outcomes() -> list[argparse.Action]:
    """Return the options for what becomes of the speech."""
    return next(g._group_actions for g in _PARSER._action_groups if g.title == _OUTCOME)


def _make_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="%%tts",
        usage="%(prog)s [options], the text in the cell; or %%tts [options] TEXT",
        description="Speak a text while it is still being made. {expression} in the text is "
        "replaced by its value.",
        add_help=False,
        allow_abbrev=False,
    )
    voice = parser.add_argument_group("how it is spoken")
    for declared in PARAMETERS:
        _add(voice, declared)
    voice.add_argument(
        "--target",
        metavar="TIME",
        help="With --latency auto the level is chosen, and changed between sentences, so that the "
        "first sound is heard after so long at the best quality. Default: "
        f"{TARGET * 1000:.0f}ms.",
    )
    outcome = parser.add_argument_group(_OUTCOME)
    outcome.add_argument("--name", metavar="VAR", help="put the Speech into this variable")
    outcome.add_argument(
        "--save",
        metavar="FILE",
        action="append",
        help="write the sound to this file (.wav, .mp3, .flac or .ogg), or its words as subtitles "
        "(.vtt or .srt); may be given several times",
    )
    for option, text in _SWITCHES.items():
        outcome.add_argument(option, action="store_true", help=text)
    return parser


_OUTCOME = "what becomes of it"
_SWITCHES = {
    "--no-play": "make the sound, but do not play it",
    "--background": "let the cell end at once",
    "--overlap": "speak beside other cells, rather than in turn with them",
    "--dry-run": "show the request and send nothing",
    "--raw": "leave {braces} in the text as they are",
    "--yes": "send the text without a question, however much it takes of a paid account",
}


def _add(group: Any, declared: Parameter) -> None:
    names = [f"-{declared.short}"] if declared.short else []
    text = declared.help.replace("%", "%%")
    if declared.preset is True:  # on unless told otherwise
        off = f"--no-{declared.option[2:]}"
        group.add_argument(
            off, dest=declared.name, action="store_const", const=False, help=f"Do not: {text}"
        )
    elif declared.kind is Kind.SWITCH:
        group.add_argument(
            declared.option,
            dest=declared.name,
            action=argparse.BooleanOptionalAction,
            help=text,
        )
    else:
        sent = f" Default: {declared.preset}." if declared.preset is not None else ""
        sent = "" if declared.name == "server" else sent
        accepted = (
            f"{declared.accepted}, or auto" if declared.name == "latency" else declared.accepted
        )
        group.add_argument(
            *names,
            declared.option,
            dest=declared.name,
            metavar=declared.name.upper(),
            help=f"{text}{sent} Accepted: {accepted}.".replace("..", "."),
        )


def _make_network_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="%tts_network",
        usage="%(prog)s [options], or %(prog)s off",
        description="Have this kernel's embedded voice play a bad network or a busy service, from "
        "the next stream on, in every cell and panel. A simulation: the network to another server "
        "is real, and stays as it is. What is left out is as it would be without; nothing at all "
        "shows what is rehearsed.",
        add_help=False,
        allow_abbrev=False,
    )
    add_condition_options(parser)
    return parser


_PARSER = _make_parser()
_NETWORK_PARSER = _make_network_parser()
_VALUED = {name for name, value in option_names("%tts").items() if value}
