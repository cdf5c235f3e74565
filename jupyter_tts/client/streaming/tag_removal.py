"""Leaves audio tags out of a text whose model would read them aloud.

What is left out has to be certain to be no content. So beside the form of a tag
(`jupyter_tts.wire.audio_tags`) it begins with a letter that is no capital, and no word touches it:
``[Smith, in press]`` and ``items[index]`` are spoken.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...wire.audio_tags import tag_spans, unfinished_tag

__all__ = ["TagFilter"]


class TagFilter:
    """Finds the tags of a text as it comes; holds back what may yet become one."""

    def __init__(self) -> None:
        self._before = ""  # the last character given
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
        for first, last in tag_spans(text, start):
            if last > stop:
                break
            if not _is_certain(text, first):
                continue
            if first > start:
                yield text[start:first], False
            yield text[first:last], True
            start = last
        if stop > start:
            yield text[start:stop], False
        self._before = text[:stop][-1:]
        self._held = text[stop:]


def _is_certain(text: str, first: int) -> bool:
    before = text[first - 1 : first]
    return not text[first + 1].isupper() and not (before.isalnum() or before in ("_", ")", '"'))
