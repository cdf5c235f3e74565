"""Values that may follow an option, for Tab completion: those that are known or declared."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from ...wire.conditions import CONDITIONS
from ...wire.hosts import HOSTS, LOCAL
from ...wire.parameters import PARAMETERS, Kind, Parameter, parameter
from ..runtime.session import current_session
from ..speaking.latency_target import AUTO, HIGHEST, LOWEST, TARGET

__all__ = ["option_values"]

# A choice of more numbers than these is no help.
_MOST_STEPS = 10

# Of the many that %tts_network takes, those of a busy service.
_STATUSES = ("429", "503")

_DECLARED = frozenset(each.name for each in PARAMETERS)


def option_values(magic: str, name: str, head: str, fragment: str) -> Iterator[tuple[str, str]]:
    """Yield what may be the value of an option: the text and, for a reader, what it is.

    Parameters
    ----------
    magic : str
    name : str
        What the value is for: a parameter, a condition of ``%tts_network``, or ``target``,
        ``name`` or ``save``.
    head : str
        The line before the value; a server that it names is asked for its voices.
    fragment : str
        What is there of the value already, for which files are looked at.
    """
    session = current_session()
    if magic == "%tts_network":
        yield from ((text, name) for text in _condition_values(name))
    elif name == "voice":
        from ..servers.voices import known_voices

        yield from (
            (each["id"], each["name"] or "voice") for each in known_voices(session, _server(head))
        )
    elif name == "language":
        from ..servers.voices import known_languages

        yield from known_languages(session, _server(head), _chosen(head, "model")).items()
    elif name == "server":
        yield from ((server, "server") for server in (LOCAL, *HOSTS))
    elif name == "target":
        times = (LOWEST, TARGET, HIGHEST)
        yield from ((f"{1000 * seconds:g}ms", name) for seconds in times)
    elif name == "name":
        yield from ((variable, "variable") for variable in _variables())
    elif name == "save":
        yield from _files(fragment).items()
    elif name in _DECLARED:
        declared = parameter(name)
        known = declared.choices or declared.known or _declared_numbers(declared)
        yield from ((value, name) for value in known)
        if name == "latency" and magic != "%tts_panel":
            yield AUTO, name


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
    """Return the least, the greatest and the default number, and what lies between if not many."""
    if low is None or high is None:
        return []
    step = 1 if whole else 0.1
    count = round((high - low) / step)
    between = [low + step * each for each in range(count)] if count <= _MOST_STEPS else []
    known = [] if default is None else [default]
    return [
        f"{each:.10g}" for each in sorted({round(n, 10) for n in (low, *between, *known, high)})
    ]


def _variables() -> list[str]:
    """Return the variables that hold a speech, and one for those who have none."""
    from ...client.speech.speech import Speech

    shell = current_session().shell
    names = {} if shell is None else shell.user_ns
    held = [each for each, value in names.items() if isinstance(value, Speech) and each[0] != "_"]
    return sorted({"speech", *held})


def _files(fragment: str) -> dict[str, str]:
    """Return folders, files that may be replaced, and new ones with every suffix."""
    from ...client.speech.saving import SUFFIXES

    folder, name = os.path.split(fragment)
    before = fragment.removesuffix(name)
    found: dict[str, str] = {}
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            for each in sorted(entries, key=lambda entry: entry.name):
                hidden = each.name.startswith(".") and not name.startswith(".")
                if hidden or re.search(r"[\s\"'{}]", each.name):
                    continue  # the latter would need quotes, or be taken for an expression
                if each.is_dir():
                    found[f"{before}{each.name}/"] = "folder"
                elif each.name.lower().endswith(SUFFIXES):
                    found[before + each.name] = "file"
    except OSError:
        return {}  # no such folder
    stem = os.path.splitext(name)[0] or "speech"
    return found | {f"{before}{stem}{suffix}": "file" for suffix in SUFFIXES}


def _server(head: str) -> str:
    """Return the server that a line of options names, or that speaks without."""
    return _chosen(head, "server") or current_session().keys.default_server


def _chosen(head: str, name: str) -> str | None:
    """Return a parameter's value in a line of options, or else in the settings."""
    declared = parameter(name)
    short = f"|-{declared.short}" if declared.short else ""
    named = re.findall(rf"(?<!\S)(?:{declared.option}{short})[=\s]\s*(\S+)", head)
    found = named[-1] if named else current_session().settings.parameters.get(name)
    return None if found is None else str(found)
