"""Links, images, footnotes, addresses and HTML."""

from __future__ import annotations

import re
from typing import Final

from .elements import LONGEST, Context, Element, literal
from .formulas import LONGEST_FORMULA
from .syntax import TAG_BEGINS, TARGET_BEGINS, label_end, link_at, tag_at

__all__ = ["address", "bracket", "image", "tag"]

# Behind a word only an address makes a link: call[name](value) is code.
_IS_TARGET: Final = re.compile(r"\(\s*<?(?:h|w|m|/|#|\.)")
# Of the same kind in a link.
_MOST_BRACKETS: Final = 8
_CLOSING: Final = {"(": ")", "[": "]"}
_ALERT: Final = re.compile(r"\[!([A-Z]{3,20})\]")
_FOOTNOTE: Final = re.compile(r"\[\^([^\]\s\[]{1,40})\]")
# No letter of scripts without spaces, in which a text goes on behind the address.
_REST: Final = r"[^\s<>\"\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]*"
_ADDRESS_BEGINS: Final = re.compile(
    rf"h(?:t(?:t(?:p(?:s?(?::(?:/(?:/{_REST})?)?)?)?)?)?)?|w(?:w(?:w(?:\.{_REST})?)?)?"
)
_ADDRESS: Final = re.compile(
    r"(?P<scheme>https?://)?(?:[^\s/@?#]+@)?(?:www\.)?(?P<host>[^\s/?#<>\"]+)[^\s<>\"]*"
)
_LONGEST_ADDRESS: Final = LONGEST_FORMULA
_AFTER_ADDRESS: Final = ".,;:!?*_~'\")]}»”’"


def bracket(window: str, ended: bool, context: Context) -> Element | None:
    """Find a link, of which its text is spoken, or the mark of a footnote, which is not."""
    if len(window) == 1:
        return literal(1) if ended else None
    if window[1] in "^!" and (mark := _footnote(window, context) or _alert(window, context)):
        return mark
    if window.count("[") > _MOST_BRACKETS:
        return literal(1)
    if context.label_end is None and window[-1] == "]":
        context.label_end = label_end(window)
    if context.label_end is None:
        return literal(1) if ended or context.gives_up(window) else None
    target = window[context.label_end + 1 :]
    if not target:
        return literal(1) if ended else None
    if target[0] not in "([" or target.count("(") > _MOST_BRACKETS:
        return literal(1)
    if target[0] == "(" and not TARGET_BEGINS.fullmatch(target):
        return literal(1)
    if target[0] == "[" and "[" in target[1:]:
        return literal(1)
    may_be_code = context.is_behind_word or context.before in tuple(")]")
    if may_be_code and target != "(" and not _IS_TARGET.match(target):
        return literal(1)
    if target[-1] == _CLOSING[target[0]] and (link := link_at(window)):
        if target[0] == "[" and window[1 : context.label_end].isdigit():
            return literal(1)  # [2][3] are sources
        context.markdown.seen = True
        return Element(link.end, link.start, link.stop, nested=True)
    return literal(1) if ended or context.gives_up(window) else None


def _footnote(window: str, context: Context) -> Element | None:
    mark = _FOOTNOTE.fullmatch(window)
    if mark is None or not (context.markdown.seen or mark[1].isdigit()) or not context.before:
        return None
    context.markdown.seen = True
    return Element(len(window))


def _alert(window: str, context: Context) -> Element | None:
    """Find the mark of one of GitHub's alerts, which says what kind it is."""
    mark = _ALERT.fullmatch(window)
    if mark is None or context.before or not context.markdown.seen:
        return None
    return Element(len(window), text=f"{mark[1].capitalize()}.")


def image(window: str, ended: bool, context: Context) -> Element | None:
    """Find an image, of which its description is spoken."""
    # Behind a word the sign ends a sentence, which must not wait for what follows.
    is_apart = context.before.isspace() and context.tail.rstrip()[-1:] in tuple(".,;:—–-|")
    begins = not context.has_words or context.before == "\n" or is_apart
    if not begins or (len(window) > 1 and window[1] != "["):
        return literal(1)
    if window.count("[") > _MOST_BRACKETS:
        return literal(1)
    if len(window) < 3:
        return literal(1) if ended else None
    if context.label_end is None and window[-1] == "]":
        end = label_end(window[1:])
        context.label_end = None if end is None else end + 1
    if context.label_end is None:
        return literal(1) if ended or context.gives_up(window) else None
    target = window[context.label_end + 1 :]
    if not target:
        return literal(1) if ended else None
    if target[0] not in "([" or target.count("(") > _MOST_BRACKETS:
        return literal(1)
    if target[0] == "[" and "[" in target[1:]:
        return literal(1)
    if target[-1] == _CLOSING[target[0]] and (picture := link_at(window)):
        context.markdown.seen = True
        context.markdown.images += not window[picture.start : picture.stop].strip()
        return Element(picture.end, picture.start, picture.stop, is_image=True)
    is_text = target[0] == "(" and not TARGET_BEGINS.fullmatch(target)
    return literal(1) if is_text or ended or context.gives_up(window) else None


def tag(window: str, ended: bool, context: Context) -> Element | None:
    """Find a tag or comment, which is not spoken, or an address in angle brackets."""
    if not context.markdown.seen:
        return literal(1)
    if window[-1] != ">":
        may_end = TAG_BEGINS.fullmatch(window) and len(window) <= LONGEST and not ended
        return None if may_end else literal(1)
    found = tag_at(window)
    if found is None:
        return literal(1) if ended or not window.startswith("<!") else None
    end, name = found
    if name == "address":
        return _host(window, 1, end - 1, end)
    is_break = name == "br" and context.tail and not context.tail[-1].isspace()
    return Element(end, text=" ") if is_break else Element(end)


def address(window: str, ended: bool, context: Context) -> Element | None:
    """Find a bare address, of which its host is spoken."""
    inside = context.before.isalnum() or (context.before and context.before in "/@._-")
    if not context.markdown.seen or inside:
        return literal(1)
    if len(window) <= _LONGEST_ADDRESS and _ADDRESS_BEGINS.fullmatch(window) and not ended:
        return None
    begins = _ADDRESS_BEGINS.match(window)
    end = begins.end() if begins else 0
    while end and window[end - 1] in _AFTER_ADDRESS:
        if window[end - 1] == ")" and window.count("(", 0, end) >= window.count(")", 0, end):
            break
        end -= 1
    return _host(window, 0, end, end)


def _host(window: str, start: int, stop: int, length: int) -> Element:
    """Return an address, of which its host is spoken; an e-mail address is spoken whole."""
    match = _ADDRESS.match(window, start, stop)
    has_host = match is not None and ("." in match["host"] or "localhost" in match["host"])
    if match is None or not has_host or (start and not match["scheme"]):
        return Element(length, start, stop) if start else literal(1)
    return Element(length, *match.span("host"))
