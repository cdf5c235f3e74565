"""What may follow on the line of a magic: options, and known values."""

from __future__ import annotations

import re
from typing import Any

from .option_values import SWEEPS, option_values, voices_words
from .options import option_names, split_options

__all__ = ["suggest"]

# The words that the other magics take.
_WORDS = {"%tts_key": ("--save", "--forget"), "%tts_cache": ("clear",)}

# May be given several times.
_AGAIN = {"--save", "--network", "--arrival"}

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
    if not options or (magic not in ("%%tts", *SWEEPS) and split_options(head)[1].strip()):
        return "", []  # in the text
    option, equals, value = fragment.partition("=")
    last = head.split()[-1:]
    if equals and option in options:
        fragment, offered = value, option_values(magic, options[option], head, value)
    elif last and options.get(last[0]):
        offered = option_values(magic, options[last[0]], head, fragment)
    else:
        used = {word.partition("=")[0] for word in head.split()} - _AGAIN
        words = [name for name in options if name[:2] == "--" and name not in used]
        if magic == "%tts_network" and not used:
            words.append("off")
        offered = ((word, "option") for word in words)
    return fragment, [candidate for candidate in offered if candidate[0].startswith(fragment)]
