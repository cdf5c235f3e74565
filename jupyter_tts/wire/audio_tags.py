"""Audio tags in a text: ``[laughs]``, ``[whispers, very close]``.

The models of text-to-dialogue perform them, and no table lists them: v3 and v4 take free text, v4
also long directions with commas (ElevenLabs' guides). So a tag is recognised by its form: square
brackets on one line around words, which begin with a letter, have two characters at least, and no
digit. Other brackets are text: ``[1]``, ``[Smith 2020]``, a Markdown link's ``[text](url)``.
Several tags may stand together, so a link with a reference, ``[text][name]``, is taken for two.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["LONGEST_TAG", "tag_spans", "unfinished_tag"]

LONGEST_TAG: Final = 200
"""Characters between the brackets. It is ours, so that no text takes long to search."""

_INSIDE: Final = r"[^\W\d_][^\[\]\n\d]"
_TAG: Final = re.compile(rf"(?<!!)\[{_INSIDE}{{1,{LONGEST_TAG - 1}}}\](?!\()")
_UNFINISHED: Final = re.compile(rf"(?<!!)\[(?:{_INSIDE}{{0,{LONGEST_TAG - 1}}}\]?)?\Z")


def tag_spans(text: str, start: int = 0, stop: int | None = None) -> list[tuple[int, int]]:
    """Return where the tags in ``text[start:stop]`` begin and end, brackets included."""
    stop = len(text) if stop is None else stop
    return [tag.span() for tag in _TAG.finditer(text, start, stop)]


def unfinished_tag(text: str, start: int = 0) -> int | None:
    """Return where a tag begins that may still be finished by more text, None if there is none.

    One that ends with the text counts: what follows may make a link of it.
    """
    match = _UNFINISHED.search(text, start)
    return None if match is None else match.start()
