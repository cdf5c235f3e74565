"""A line with a magic that was pasted with another blank behind its name."""

from __future__ import annotations

import re

from ...wire.pasted_signs import INVISIBLE

__all__ = ["with_plain_blank"]

_NAME = re.compile(rf"^(?P<name>\s*%{{1,2}}tts(?:_[a-z]+)?)(?:(?![ \t\r\n])[\s{INVISIBLE}])+")


def with_plain_blank(lines: list[str]) -> list[str]:
    """Return a cell's lines in which IPython finds the magics: it splits at a blank of ASCII."""
    return [_NAME.sub(r"\g<name> ", line) for line in lines]
