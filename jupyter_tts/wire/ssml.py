"""SSML in a text: where its tags are, what must stay whole, and what is left for a reader.

A tag is recognised by its form alone: a name right behind ``<``, then attributes with values.
``x < 3`` and ``<help@example.org>`` are text. Values in the quotes of a word processor, or in none,
count, since people type them. What a server makes of a tag is its own affair.
"""

from __future__ import annotations

import html
import re
from typing import Final

__all__ = [
    "LONGEST",
    "break_spans",
    "entity_spans",
    "markup_spans",
    "plain",
    "tag_spans",
    "unescaped",
    "unfinished_markup",
    "whole_spans",
]

Span = tuple[int, int]

LONGEST: Final = 800
"""Characters of a tag, or of an element that must stay whole: what is longer is text.

It is ours, so that no text takes long to search.
"""

_SPACE: Final = r"[ \t\r\n]"
_NAME: Final = r"[A-Za-z][A-Za-z0-9_:-]{0,39}"
_QUOTED: Final = (r'"[^"<]{0,300}', r"'[^'<]{0,300}", r"[“”„][^“”„<]{0,300}")
_BARE: Final = r"""[^\s"'“”„<>=]{1,60}"""
_VALUE: Final = rf"""(?:{_QUOTED[0]}"|{_QUOTED[1]}'|{_QUOTED[2]}[“”]|{_BARE})"""
_ATTRIBUTES: Final = rf"(?:{_SPACE}{{1,99}}{_NAME}{_SPACE}{{0,9}}={_SPACE}{{0,9}}{_VALUE}){{0,20}}+"
_REST: Final = rf"{_ATTRIBUTES}{_SPACE}{{0,99}}"
_COMMENT: Final = r"<!--(?:(?!-->).){0,700}-->"

_TAG: Final = re.compile(
    rf"<(?:/{_NAME}{_SPACE}{{0,9}}|{_NAME}{_REST}/?|\?[^<>]{{1,200}}\?|!DOCTYPE[^<>]{{1,300}})>"
    rf"|{_COMMENT}",
    re.DOTALL,
)
_BREAK: Final = re.compile(r"<break\b", re.IGNORECASE)

# What such an element holds is spoken by its attributes, so that a part of it is another word.
_ELEMENT: Final = re.compile(
    rf"<(?P<name>phoneme|sub|say-as)\b{_REST}(?<!/)>[^<>]{{0,200}}</(?P=name){_SPACE}{{0,9}}>"
)

_ENTITY: Final = re.compile(r"&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")

_MARKUP: Final = re.compile(f"{_TAG.pattern}|{_ENTITY.pattern}", re.DOTALL)
_WHOLE: Final = re.compile(f"{_ELEMENT.pattern}|{_MARKUP.pattern}", re.DOTALL)

# The beginning of one of these whose end is still to come.
_UNFINISHED_ATTRIBUTE: Final = (
    rf"{_SPACE}{{1,99}}(?:{_NAME}(?:{_SPACE}{{0,9}}(?:={_SPACE}{{0,9}}"
    rf"(?:{'|'.join(_QUOTED)}|{_BARE})?)?)?)?"
)
_UNFINISHED_TAG: Final = re.compile(
    rf"<(?:/?|/{_NAME}{_SPACE}{{0,9}}|{_NAME}{_ATTRIBUTES}(?:{_SPACE}{{0,99}}/|{_UNFINISHED_ATTRIBUTE})?"
    r"|\?[^<>]{0,200}|!(?:D[^<>]{0,300}|-)?)\Z"
)
_NAMED: Final = re.compile(
    r"</?(?:audio|break|emphasis|lang|lexicon|mark|phoneme|prosody|say-as|speak|sub|voice)\b"
)
_UNFINISHED_COMMENT: Final = re.compile(r"<!--(?:(?!-->).){0,700}\Z", re.DOTALL)
_UNFINISHED_ELEMENT: Final = re.compile(
    rf"<(?:phoneme|sub|say-as)\b{_REST}(?<!/)>[^<>]{{0,200}}(?:</?[a-z-]{{0,9}}{_SPACE}{{0,9}})?\Z"
)
_UNFINISHED_ENTITY: Final = re.compile(r"&(?:[a-z]{0,4}|#[0-9]{0,7}|#[xX][0-9A-Fa-f]{0,6})\Z")


def tag_spans(text: str, start: int = 0, stop: int | None = None) -> list[Span]:
    """Return where the tags and comments in ``text[start:stop]`` begin and end."""
    return _spans(_TAG, text, start, stop)


def break_spans(text: str) -> list[Span]:
    """Return the same of those that are pauses."""
    return [span for span in tag_spans(text) if _BREAK.match(text, span[0])]


def entity_spans(text: str, start: int = 0, stop: int | None = None) -> list[Span]:
    """Return where characters stand that are written as ``&amp;`` or ``&#38;``."""
    return _spans(_ENTITY, text, start, stop)


def markup_spans(text: str, start: int = 0, stop: int | None = None) -> list[Span]:
    """Return both, in order, none inside another."""
    return _spans(_MARKUP, text, start, stop)


def whole_spans(text: str, start: int = 0, stop: int | None = None) -> list[Span]:
    """Return what of ``text[start:stop]`` must stay whole, in order, none inside another.

    Tags, entities, and elements whose words are spoken by their attributes.
    """
    return _spans(_WHOLE, text, start, stop)


def unescaped(text: str) -> str:
    """Return a text with its entities as the characters that they stand for."""
    # A reference to what is no character gives U+FFFD, or nothing.
    return _ENTITY.sub(lambda entity: html.unescape(entity.group()), text)


def plain(text: str) -> str:
    """Return a text without its tags, and with its entities as characters."""
    return unescaped(_TAG.sub("", text))


def unfinished_markup(text: str, start: int = 0) -> int | None:
    """Return where what must stay whole begins and may yet be finished by more text, or None.

    What goes on over the end of a line has begun to be a tag with a name of SSML or an attribute:
    prose with a stray ``<b`` at the end of a line has not.
    """
    start = max(start, len(text) - LONGEST)
    for pattern in (_UNFINISHED_ELEMENT, _UNFINISHED_COMMENT):
        if (match := pattern.search(text, start)) is not None:
            return match.start()
    for pattern, sign in ((_UNFINISHED_TAG, "<"), (_UNFINISHED_ENTITY, "&")):
        at = text.rfind(sign, start)
        if at < 0 or (match := pattern.match(text, at)) is None:
            continue
        if "\n" not in match.group() or "=" in match.group() or _NAMED.match(text, at):
            return at
    return None


def _spans(pattern: re.Pattern[str], text: str, start: int, stop: int | None) -> list[Span]:
    stop = len(text) if stop is None else stop
    matches = pattern.finditer(text, start, stop)
    return [one.span() for one in matches if one.end() - one.start() <= LONGEST]
