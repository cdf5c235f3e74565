"""Tab completion after the magics: options, and known values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .option_values import option_values, voices_words
from .options import option_names, split_options

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext, SimpleMatcherResult
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["start_completing", "stop_completing", "suggest"]

# The words that the other magics take.
_WORDS = {"%tts_key": ("--save", "--forget"), "%tts_cache": ("clear",)}

_LINE = re.compile(r"\s*(?P<magic>%%?tts\w*)\s(?P<head>.*?)(?P<fragment>\S*)")


def suggest(line: str) -> tuple[str, list[tuple[str, str]]]:
    """Return what may follow on the line of a magic.

    Parameters
    ----------
    line : str
        Up to the cursor.

    Returns
    -------
    tuple of str and list
        The fragment that is there already, and what may replace it: the text, and what kind of
        thing it is.
    """
    match = _LINE.fullmatch(line)
    if match is None:
        return "", []
    magic, head, fragment = match.group("magic", "head", "fragment")
    if magic in _WORDS:
        words: Any = [(word, "option") for word in _WORDS[magic] if word not in head.split()]
        return fragment, [candidate for candidate in words if candidate[0].startswith(fragment)]
    if magic == "%tts_voices":
        words = voices_words(head, fragment)
        return fragment, [candidate for candidate in words if candidate[0].startswith(fragment)]
    options = option_names(magic)
    if not options or (magic != "%%tts" and split_options(head)[1].strip()):
        return "", []  # in the text
    option, equals, value = fragment.partition("=")
    last = head.split()[-1:]
    if equals and option in options:
        fragment, offered = value, option_values(magic, options[option], head, value)
    elif last and options.get(last[0]):
        offered = option_values(magic, options[last[0]], head, fragment)
    else:
        used = {word.partition("=")[0] for word in head.split()} - {"--save"}
        words = [name for name in options if name[:2] == "--" and name not in used]
        if magic == "%tts_network" and not used:
            words.append("off")
        offered = ((word, "option") for word in words)
    return fragment, [candidate for candidate in offered if candidate[0].startswith(fragment)]


def start_completing(shell: InteractiveShell) -> None:
    """Have the shell complete after the magics; Jupyter's front ends ask it, too."""
    if (completer := shell.Completer) is not None:
        from IPython.core.completer import context_matcher

        completer.custom_matchers.append(context_matcher(identifier="jupyter_tts")(_match))


def stop_completing(shell: InteractiveShell) -> None:
    """Undo `start_completing`."""
    if (completer := shell.Completer) is not None and _match in completer.custom_matchers:
        completer.custom_matchers.remove(_match)


def _match(context: CompletionContext) -> SimpleMatcherResult:
    line = context.text_until_cursor
    if line.lstrip().startswith("%%") and context.cursor_line:
        return {"completions": []}  # in a cell's text
    from IPython.core.completer import SimpleCompletion

    fragment, suggestions = suggest(line)
    return {
        "completions": [SimpleCompletion(text, type=kind) for text, kind in suggestions],
        # Python's names make no sense here; IPython leaves them out where there are completions.
        "suppress": True,
        "matched_fragment": fragment,
    }
