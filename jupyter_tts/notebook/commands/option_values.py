"""Values that may follow an option, for Tab completion: those that are known or declared."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date

from ...client.sweep.axes import ARRIVALS, HERE
from ...client.sweep.measures import MEASURES
from ...voice_files.store import VoiceStore
from ...wire.conditions import CONDITIONS
from ...wire.hosts import HOSTS, LOCAL, is_elevenlabs
from ...wire.models import find_model
from ...wire.parameters import PARAMETERS, Kind, Parameter, parameter
from ...wire.voices import short_retirement
from ..runtime.session import current_session
from ..speaking.latency_target import AUTO, HIGHEST, LOWEST, TARGET

__all__ = ["SWEEPS", "option_values", "voices_words"]

# More numbers than these would not help.
_MOST_STEPS = 10

# Of the statuses that %tts_network takes, those of a busy service.
_STATUSES = ("429", "503")

SWEEPS = ("%tts_sweep", "%%tts_sweep")
"""The magics that measure."""
_SWEEP_VALUES = {
    "latency": ("0..4", "0", "1", "2", "3", "4"),
    "arrival": tuple(f'"{how}"' for how in ARRIVALS),
    "network": (HERE, '"RTT 100 ms"'),
    "measure": tuple(MEASURES),
    "against": ("first", "all"),
    "texts": ("3", "5", "30"),
    "repeat": ("20", "72"),
    "seed": ("1",),
    "same": ("10",),
    "name": ("sweep",),
}

_DECLARED = frozenset(declared.name for declared in PARAMETERS)


def option_values(magic: str, name: str, head: str, fragment: str) -> Iterator[tuple[str, str]]:
    """Yield possible values of an option: the text, and what kind of thing it is.

    Parameters
    ----------
    magic : str
    name : str
        What the value is for: a parameter, a condition of ``%tts_network``, or ``target``,
        ``name`` or ``save``.
    head : str
        The line before the value; a server that it names is asked for its voices.
    fragment : str
        The part of the value that is there already; file names begin with it.
    """
    session = current_session()
    if magic == "%tts_network":
        yield from ((text, name) for text in _condition_values(name))
    elif magic in SWEEPS and name in _SWEEP_VALUES:
        yield from ((text, name) for text in _SWEEP_VALUES[name])
    elif name == "voice":
        yield from _voices(_server(head))
    elif name == "model":
        yield from ((text, _model_kind(text)) for text in parameter(name).known)
    elif name == "language":
        from ..servers.voices import known_languages

        yield from known_languages(session, _server(head), _chosen_value(head, "model")).items()
    elif name == "server":
        yield from ((server, "server") for server in (LOCAL, *HOSTS))
    elif name == "target":
        times = (LOWEST, TARGET, HIGHEST)
        yield from ((f"{1000 * seconds:g}ms", name) for seconds in times)
    elif name == "name":
        yield from ((variable, "variable") for variable in _variables())
    elif name == "save":
        yield from _files(fragment, magic).items()
    elif name in _DECLARED:
        declared = parameter(name)
        values = declared.choices or declared.known or _declared_numbers(declared)
        yield from ((value, name) for value in values)
        if name == "latency" and magic not in ("%tts_panel", *SWEEPS):
            yield AUTO, name


def _voices(server: str) -> Iterator[tuple[str, str]]:
    from ..servers.voices import known_voices

    for voice in known_voices(current_session(), server):
        ending = short_retirement(voice["id"], date.today()) if is_elevenlabs(server) else None
        words = filter(None, (voice["name"], voice["kind"], ending))
        yield voice["id"], ", ".join(words) or "voice"


def _model_kind(model_id: str) -> str:
    model = find_model(model_id)
    return f"deprecated: {model.successor}" if model and model.is_deprecated else "model"


def voices_words(head: str, fragment: str) -> list[tuple[str, str]]:
    """Return the words that may follow in the line of ``%tts_voices``, each with its kind.

    Parameters
    ----------
    head : str
        The line before the word.
    fragment : str
        The part of the word that is there already; paths begin with it.
    """
    used = head.split()
    if used and used[-1] == "--server":
        return [(server, "server") for server in (LOCAL, *HOSTS)]
    action = used[0] if used and used[0] in ("add", "rm") else ""
    if not action:
        words = [] if used else [("add", "command"), ("rm", "command")]
        return words + [("--server", "option")] * ("--server" not in used)
    if used[-1] in ("--sha256", "--name"):
        return []
    store = VoiceStore()
    stored = {voice.name for voice in store.installed()}
    if action == "rm":
        return [(name, "voice") for name in sorted(stored)] if len(used) == 1 else []
    options = [(name, "option") for name in ("--sha256", "--name", "--yes") if name not in used]
    if any(not word.startswith("--") for word in used[1:]):
        return options
    fetchable = [
        (voice.name, "voice")
        for voice in store.known.values()
        if not voice.is_bundled and voice.name not in stored
    ]
    return [*fetchable, *_entries(fragment, ".onnx").items(), *options]


def _declared_numbers(declared: Parameter) -> list[str]:
    if declared.kind is Kind.INTEGERS and isinstance(declared.default, tuple):
        return [",".join(map(str, declared.default))]
    default = declared.default if isinstance(declared.default, int | float) else None
    return _numbers(declared.low, declared.high, default, whole=declared.kind is Kind.INTEGER)


def _condition_values(name: str) -> list[str]:
    if name not in CONDITIONS:
        return list(_STATUSES)
    declared = CONDITIONS[name]
    return _numbers(declared.low, declared.high, declared.default, whole=declared.whole)


def _numbers(
    low: float | None, high: float | None, default: float | None, *, whole: bool
) -> list[str]:
    """Return the least, the greatest and the default number, and those between if they are few."""
    if low is None or high is None:
        return []
    step = 1 if whole else 0.1
    count = round((high - low) / step)
    between = [low + step * index for index in range(count)] if count <= _MOST_STEPS else []
    defaults = [] if default is None else [default]
    return [
        f"{number:.10g}"
        for number in sorted({round(n, 10) for n in (low, *between, *defaults, high)})
    ]


def _variables() -> list[str]:
    """Return the variables that hold a speech, and "speech" as a new one."""
    from ...client.speech.speech import Speech

    shell = current_session().shell
    names = {} if shell is None else shell.user_ns
    speech_names = [
        name for name, value in names.items() if isinstance(value, Speech) and name[0] != "_"
    ]
    return sorted({"speech", *speech_names})


def _files(fragment: str, magic: str) -> dict[str, str]:
    """Return folders, files that may be replaced, and new ones with every suffix."""
    suffixes: tuple[str, ...]
    if magic in SWEEPS:
        from ..sweep.saving import FILES

        suffixes = FILES
    else:
        from ...client.speech.saving import SUFFIXES

        suffixes = SUFFIXES

    folder, name = os.path.split(fragment)
    if not os.path.isdir(os.path.expanduser(folder) or "."):
        return {}
    stem = os.path.splitext(name)[0] or ("sweep" if magic in SWEEPS else "speech")
    before = fragment.removesuffix(name)
    return _entries(fragment, suffixes) | {f"{before}{stem}{suffix}": "file" for suffix in suffixes}


def _entries(fragment: str, suffixes: str | tuple[str, ...]) -> dict[str, str]:
    """Return the folders, and the files with these suffixes, of the folder that is being typed."""
    folder, name = os.path.split(fragment)
    before = fragment.removesuffix(name)
    kinds: dict[str, str] = {}
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                hidden = entry.name.startswith(".") and not name.startswith(".")
                if hidden or re.search(r"[\s\"'{}]", entry.name):
                    continue  # the latter would need quotes, or be taken for an expression
                if entry.is_dir():
                    kinds[f"{before}{entry.name}/"] = "folder"
                elif entry.name.lower().endswith(suffixes):
                    kinds[before + entry.name] = "file"
    except OSError:
        return {}  # no such folder
    return kinds


def _server(head: str) -> str:
    """Return the server that a line of options names, else the default one."""
    return _chosen_value(head, "server") or current_session().keys.default_server


def _chosen_value(head: str, name: str) -> str | None:
    """Return a parameter's value in a line of options, or else in the settings."""
    declared = parameter(name)
    short = f"|-{declared.short}" if declared.short else ""
    named = re.findall(rf"(?<!\S)(?:{declared.option}{short})[=\s]\s*(\S+)", head)
    chosen = named[-1] if named else current_session().settings.parameters.get(name)
    return None if chosen is None else str(chosen)
