"""Options and settings that are not parameters, and the environment variables."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from jupyter_tts.client.keys import KEY_VARIABLE
from jupyter_tts.client.sweep.workers.worker import REGION_VARIABLE
from jupyter_tts.notebook.commands.magics import TTS
from jupyter_tts.notebook.commands.options import cast_option, outcome_options, target_option
from jupyter_tts.notebook.runtime.frontend import FRONTEND_VARIABLE, Frontend
from jupyter_tts.notebook.speaking.cache_policy import CACHE_VARIABLE, NOTEBOOK_VARIABLE
from jupyter_tts.server.cli import make_parser
from jupyter_tts.voice_files.store import FOLDER_VARIABLE
from jupyter_tts.wire.conditions import CONDITIONS
from jupyter_tts.wire.hosts import LOCAL_KEY_VARIABLE
from jupyter_tts.wire.parameters import PARAMETERS

from .markdown import code, table

__all__ = ["VARIABLES", "outcomes", "server_options", "target", "traits", "variables"]

VARIABLES = {
    KEY_VARIABLE: "The API key. Where it is set, ElevenLabs speaks unless another server is named.",
    CACHE_VARIABLE: "`on` or `off`: whether speeches are cached, where neither an option nor a "
    "setting says.",
    FRONTEND_VARIABLE: f"{', '.join(code(kind.value) for kind in Frontend)}: who is looking at the "
    "output, where the detection is wrong.",
    LOCAL_KEY_VARIABLE: "The key that `python -m jupyter_tts.server` asks its clients for.",
    FOLDER_VARIABLE: "The folder of the voices that `%tts_voices add` has fetched or copied.",
    REGION_VARIABLE: "On a worker of a sweep: where it is, for the `region` of what it measures.",
    NOTEBOOK_VARIABLE: "Set by Jupyter: the notebook that a kernel runs. A paid speech in the "
    "cache belongs to it.",
}
"""The meaning of each variable that the package reads."""


def variables() -> str:
    """The environment variables."""
    rows = ((code(name), meaning) for name, meaning in VARIABLES.items())
    return table(("variable", "means"), rows)


def outcomes() -> str:
    """The options for the speech as a whole."""
    return _options(outcome_options())


def target() -> str:
    """The options for how soon the first sound is to be heard, and for several speakers."""
    return _options([target_option(), cast_option()])


def server_options() -> str:
    """The options of the server's command line, without the conditions."""
    simulated = {"help", "status", *CONDITIONS}
    return _options(action for action in make_parser()._actions if action.dest not in simulated)


def traits() -> str:
    """The settings that are not parameters."""
    parameters = {declared.name for declared in PARAMETERS}
    own = TTS.class_own_traits(config=True) | TTS.class_traits(config=True)
    rows = (
        (code(f"c.TTS.{name}"), code(trait.default_value_repr()), trait.help)
        for name, trait in sorted(own.items())
        if name not in parameters
    )
    return table(("setting", "default", "what it is"), rows)


def _options(actions: Iterable[argparse.Action]) -> str:
    rows = ((code(_spelling(action)), _help(action)) for action in actions)
    return table(("option", "does"), rows)


def _spelling(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else f" {action.metavar or action.dest.upper()}"
    return f"{', '.join(action.option_strings)}{value}"


def _help(action: argparse.Action) -> str:
    text = (action.help or "") % vars(action)
    return text[:1].upper() + text[1:]
