"""The options of the magics, made from the declared parameters."""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn

from ....wire.condition_options import add_condition_options
from ....wire.errors import ParameterError
from ....wire.parameters import PARAMETERS, Kind, Parameter
from ...speaking.latency_target import TARGET

__all__ = [
    "NETWORK_PARSER",
    "PARSER",
    "VOICES_PARSERS",
    "OptionParser",
    "cast_option",
    "help_text",
    "network_help_text",
    "option_names",
    "outcome_options",
    "target_option",
]


def help_text() -> str:
    """Return what ``%%tts?`` shows."""
    return PARSER.format_help()


def network_help_text() -> str:
    """Return what ``%tts_network?`` shows."""
    return NETWORK_PARSER.format_help()


def option_names(magic: str) -> dict[str, str]:
    """Return the options of a magic: name to what its value is for, "" if it takes none."""
    if magic == "%tts_network":
        actions = NETWORK_PARSER._actions
    elif magic in ("%tts_sweep", "%%tts_sweep"):
        from .sweeps import SWEEP_PARSER  # which is made of what is here

        actions = SWEEP_PARSER._actions
    elif magic in ("%%tts", "%tts", "%tts_panel"):
        actions = PARSER._actions
    else:
        return {}
    absent = (
        [*(action.dest for action in outcome_options()), "target", "cast"]
        if magic == "%tts_panel"
        else []
    )
    return {
        name: "" if action.nargs == 0 else action.dest
        for action in actions
        if action.dest not in absent
        for name in action.option_strings
    }


def target_option() -> argparse.Action:
    """Return the option of ``%%tts`` that goes with ``--latency auto``."""
    return PARSER._option_string_actions["--target"]


def cast_option() -> argparse.Action:
    """Return the option of ``%%tts`` that gives several speakers their voices."""
    return PARSER._option_string_actions["--cast"]


def outcome_options() -> list[argparse.Action]:
    """Return the options of ``%%tts`` for what happens to the speech."""
    return next(g._group_actions for g in PARSER._action_groups if g.title == _OUTCOME)


class OptionParser(argparse.ArgumentParser):
    """A parser whose refusals are sentences of ours."""

    def error(self, message: str) -> NoReturn:
        if switch := re.fullmatch(r"argument (\S+): ignored explicit argument (.*)", message):
            names = switch[1].split("/")
            message = f"{names[0]} takes no value, not {switch[2]}: write {' or '.join(names)}"
        elif lacking := re.fullmatch(r"argument (\S+): expected one argument", message):
            message = f"{lacking[1]} needs a value"
        raise ParameterError([message])


def _make_parser() -> argparse.ArgumentParser:
    parser = OptionParser(
        prog="%%tts",
        usage="%(prog)s [options], the text in the cell; or %%tts [options] TEXT",
        description="Speak a text while it is still being made. In the text and in the options "
        "{expression} is replaced by its value if it has a variable of yours in it, and "
        "{{expression}} then stands for {expression}; all other braces stay as they are.",
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
        "first sound is heard after this time, at the best quality. Default: "
        f"{TARGET * 1000:.0f}ms.",
    )
    voice.add_argument(
        "--cast",
        metavar="NAMES",
        help='Several speakers: --cast "Anna=VOICE, Ben=VOICE" over lines that begin with Anna: or '
        "Ben:. A line without a name goes on with the speaker before.",
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
    outcome.add_argument(
        "--play-with",
        metavar="DEVICE",
        help="in a terminal, play it on this sound device while it is made: default, or a part of "
        "a device's name; needs jupyter_tts[play]",
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
    "--raw": "leave all braces in the text as they are",
    "--yes": "send the text without a question, however much it takes of a paid account",
}


def _add(group: Any, declared: Parameter) -> None:
    names = [f"-{declared.short}"] if declared.short else []
    text = declared.help.replace("%", "%%")
    if declared.kind is Kind.SWITCH:
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
    parser = OptionParser(
        prog="%tts_network",
        usage="%(prog)s [options], or %(prog)s off",
        description="Have this kernel's embedded voice simulate a bad network or a busy service, "
        "from the next stream on, in every cell and panel. The network to another server is real, "
        "and stays as it is. An option that is left out has its default; without any option, the "
        "present simulation is shown.",
        add_help=False,
        allow_abbrev=False,
    )
    add_condition_options(parser)
    return parser


def _make_voices_parsers() -> dict[str, argparse.ArgumentParser]:
    """By the subcommand; "" is the one without, which lists."""
    parsers: dict[str, argparse.ArgumentParser] = {
        action: OptionParser(
            prog=f"%tts_voices {action}".strip(), add_help=False, allow_abbrev=False
        )
        for action in ("", "add", "rm")
    }
    parsers[""].add_argument("filter", nargs="*")
    parsers[""].add_argument("--server", metavar="SERVER")
    parsers["add"].add_argument("voice", nargs="*")
    parsers["add"].add_argument("--sha256", metavar="HEX")
    parsers["add"].add_argument("--name", metavar="NAME")
    parsers["add"].add_argument("--yes", action="store_true")
    parsers["rm"].add_argument("voice", nargs="*")
    return parsers


PARSER = _make_parser()
"""For ``%tts`` and ``%%tts``; the options of ``%tts_panel`` are among them."""
NETWORK_PARSER = _make_network_parser()
"""For ``%tts_network``."""
VOICES_PARSERS = _make_voices_parsers()
"""For ``%tts_voices``, by the subcommand."""
