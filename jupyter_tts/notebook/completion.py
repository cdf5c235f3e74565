"""Tab completion behind the magics: options, and the values that are known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..client.keys import default_server
from ..wire.hosts import HOSTS, LOCAL
from ..wire.parameters import PARAMETERS, Kind, parameter
from .options import option_names, split_options
from .settings import SETTINGS
from .target import AUTO

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext, SimpleMatcherResult
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["start_completing", "stop_completing", "suggest"]

# What follows the other magics: these words.
_WORDS = {"%tts_key": ("--save", "--forget"), "%tts_cache": ("clear",)}

_LINE = re.compile(r"\s*(?P<magic>%%?tts\w*)\s(?P<head>.*?)(?P<fragment>\S*)")

# A choice of more numbers than these is no help.
_MOST_NUMBERS = 10


def suggest(line: str) -> tuple[str, list[tuple[str, str]]]:
    """Return what may follow on the line of a magic.

    Parameters
    ----------
    line : str
        Up to the cursor.

    Returns
    -------
    tuple of str and list
        The fragment that is there already, and what may stand in its place: the text and, for a
        reader, what it is.
    """
    found = _LINE.fullmatch(line)
    if found is None:
        return "", []
    magic, head, fragment = found.group("magic", "head", "fragment")
    if magic in _WORDS:
        words: Any = [(word, "option") for word in _WORDS[magic] if word not in head.split()]
        return fragment, [each for each in words if each[0].startswith(fragment)]
    options = option_names(magic)
    if not options or (magic != "%%tts" and split_options(head)[1].strip()):
        return "", []  # in the text
    option, equals, value = fragment.partition("=")
    last = head.split()[-1:]
    if equals and option in options:
        fragment, offered = value, _values(magic, options[option], head)
    elif last and options.get(last[0]):
        offered = _values(magic, options[last[0]], head)
    else:
        given = {word.partition("=")[0] for word in head.split()} - {"--save"}
        words = [name for name in options if name[:2] == "--" and name not in given]
        if magic == "%tts_network" and not given:
            words.append("off")
        offered = ((word, "option") for word in words)
    return fragment, [each for each in offered if each[0].startswith(fragment)]


def _values(magic: str, name: str, head: str) -> Iterator[tuple[str, str]]:
    """Yield the values that are known of an option."""
    if name == "voice":
        from .voices import known_voices

        yield from ((each["id"], each["name"] or "voice") for each in known_voices(_server(head)))
    elif name == "language":
        from .voices import known_languages

        yield from known_languages(_server(head), _chosen(head, "model")).items()
    elif name == "server":
        yield from ((server, "server") for server in (LOCAL, *HOSTS))
    elif name in _DECLARED:
        declared = parameter(name)
        yield from ((value, name) for value in declared.choices or declared.known)
        low, high = declared.low, declared.high
        if declared.kind is Kind.INTEGER and low is not None and high is not None:
            numbers = range(int(low), int(high) + 1)
            yield from ((str(each), name) for each in numbers if len(numbers) <= _MOST_NUMBERS)
        if name == "latency" and magic != "%tts_panel":
            yield AUTO, name


def _server(head: str) -> str:
    """Return the server that a line of options names, or that speaks without."""
    return _chosen(head, "server") or default_server()


def _chosen(head: str, name: str) -> str | None:
    """Return a parameter's value in a line of options, or else in the settings."""
    declared = parameter(name)
    short = f"|-{declared.short}" if declared.short else ""
    named = re.findall(rf"(?<!\S)(?:{declared.option}{short})[=\s]\s*(\S+)", head)
    found = named[-1] if named else SETTINGS.parameters.get(name)
    return None if found is None else str(found)


def start_completing(shell: InteractiveShell) -> None:
    """Have the shell complete behind the magics; Jupyter's front ends ask it, too."""
    if (completer := shell.Completer) is not None:
        from IPython.core.completer import context_matcher

        completer.custom_matchers.append(context_matcher(identifier="jupyter_tts")(_match))


def stop_completing(shell: InteractiveShell) -> None:
    """Take that back."""
    if (completer := shell.Completer) is not None and _match in completer.custom_matchers:
        completer.custom_matchers.remove(_match)


def _match(context: CompletionContext) -> SimpleMatcherResult:
    line = context.text_until_cursor
    if line.lstrip().startswith("%%") and context.cursor_line:
        return {"completions": []}  # in a cell's text
    from IPython.core.completer import SimpleCompletion

    fragment, found = suggest(line)
    return {
        "completions": [SimpleCompletion(text, type=kind) for text, kind in found],
        "suppress": True,  # names of Python's would not do here
        "matched_fragment": fragment,
    }


_DECLARED = frozenset(each.name for each in PARAMETERS)
