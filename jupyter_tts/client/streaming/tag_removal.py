"""Leaves audio tags out of a text whose model would read them aloud.

What is left out must not be content. So beside the form of a tag (`jupyter_tts.wire.audio_tags`)
three letters are asked for, the first of them no capital, and neighbours as a tag has them in
prose. ``[Smith and Jones]``, ``items[index]``, ``^[a-z]+`` and a link's ``[text][1]`` are spoken.
So is what a quotation has in brackets, ``[she]``, ``[of the]`` and ``[sic]``, and what is to be
filled in, ``[your name]``: without it the sentence would lack a word. That ``[citation needed]``
is left out as well, nobody misses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from ...wire.audio_tags import tag_spans, unfinished_tag
from ...wire.errors import ParameterError
from ...wire.request import SpeechRequest

__all__ = ["TagFilter", "check_not_only_tags", "only_tags", "without_tags"]

_LETTERS = 3

# Words that no tag is made of alone, since they name no sound and no manner.
_SMALL_WORDS: Final = """
    i me my we us our you your he him his she her it its they them their who whom whose which
    that this these those one there a an the of in on at to for from by with about into over
    as and or but nor if than then so when where what how am is are was were be been being has
    have had do does did will would shall should can could may might must not no also only sic
"""
_NO_TAG: Final = frozenset(_SMALL_WORDS.split())
_INSERTION: Final = re.compile(
    r"(?:your|insert)\b.*|.*\b(?:name|date)|(?:my |our )?emphasis(?: added| mine| ours)?|"
    r"italics(?: added| mine)?"
)


class TagFilter:
    """Finds the tags of a text as it comes; holds back what may yet become one."""

    def __init__(self) -> None:
        self._before = ""  # the last character given
        self._after_tag = False  # whether it ends what has the form of a tag
        self._held = ""

    def feed(self, text: str, *, ended: bool = False) -> Iterator[tuple[str, bool]]:
        """Yield the text that is certain, in order, each piece with whether it is a tag.

        Parameters
        ----------
        text : str
        ended : bool, optional
            Whether no more comes, so that all is certain.
        """
        text = self._before + self._held + text
        start = len(self._before)
        unfinished = None if ended else unfinished_tag(text, start)
        stop = len(text) if unfinished is None else unfinished
        spans = [span for span in tag_spans(text, start) if span[1] <= stop]
        tags = dict(spans)
        if self._after_tag:
            tags[-1] = start
        # What follows may make a link of the last one. Of a row of tags only that is held back, or
        # a long row would be searched again with each piece of text.
        if spans and spans[-1][1] == stop < len(text):
            stop = spans.pop()[0]
        for first, last in spans:
            if not _is_certain(text, first, last, tags):
                continue
            if first > start:
                yield text[start:first], False
            yield text[first:last], True
            start = last
        if stop > start:
            yield text[start:stop], False
        self._before = text[:stop][-1:]
        self._after_tag = stop in tags.values()
        self._held = text[stop:]


def without_tags(text: str) -> str:
    """Return a whole text as it is sent to a model that would read its tags aloud."""
    parts = TagFilter().feed(text, ended=True)
    return "".join(part for part, is_tag in parts if not is_tag)


def check_not_only_tags(text: str, request: SpeechRequest) -> None:
    """Refuse a text of which nothing would be sent.

    Raises
    ------
    ParameterError
        If it is nothing but tags, and the model does not perform them.
    """
    if fault := only_tags(text, request):
        raise ParameterError(
            [fault], hint="The v3 and v4 models perform them, such as eleven_v4. Nothing was sent."
        )


def only_tags(text: str, request: SpeechRequest) -> str:
    """Return a clause if a text is nothing but tags that are not sent, "" if it is not."""
    if not (request.removes_tags and text.strip()) or without_tags(text).strip():
        return ""
    name = request.model or "the model"
    return f"the text has only audio tags, which are not sent, since {name} would read them aloud"


def _is_certain(text: str, first: int, last: int, tags: dict[int, int]) -> bool:
    """Whether what has the form of a tag is no content; ``tags`` are all that have it."""
    if text[first + 1].isupper() or sum(map(str.isalpha, text[first:last])) < _LETTERS:
        return False
    if _is_insertion(text[first + 1 : last - 1]):
        return False
    before, after = text[first - 1 : first], text[last : last + 1]
    if before == "]" and first not in tags.values():
        return False
    if after == "[" and last not in tags:
        return False
    return _is_prose(before, "_)\\@#&*/") and (after.isalpha() or _is_prose(after, "_:\\@#&*/"))


def _is_insertion(inside: str) -> bool:
    """Whether a sentence would lack something without what is in the brackets."""
    inside = inside.casefold()
    return _NO_TAG.issuperset(re.findall(r"\w+", inside)) or bool(_INSERTION.fullmatch(inside))


def _is_prose(neighbour: str, excepted: str) -> bool:
    """Whether a neighbour is white space or punctuation, or there is none."""
    if not neighbour or neighbour.isspace():
        return True
    return neighbour not in excepted and unicodedata.category(neighbour).startswith("P")
