"""The elements of Markdown inside a line, as markdown-it-py reads them.

Of its rules those are used that tell where an element ends: links, images, code, HTML, character
references and escapes (CommonMark 0.31.2, sections 6 and 2.5). Each function looks at the
beginning of a text only.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

__all__ = [
    "REFERENCE_BEGINS",
    "TAG_BEGINS",
    "TARGET_BEGINS",
    "Label",
    "code_end",
    "label_end",
    "link_at",
    "reference_at",
    "tag_at",
]

# Brackets, and what hides them.
_IN_LABEL: Final = re.compile(r"\\.|(?P<run>`+)[^`]+(?P=run)(?!`)|[\[\]]", re.DOTALL)

# An element whose end may still come.
TAG_BEGINS: Final = re.compile(r"<(?:/?(?:[A-Za-z][^<>]*)?|!(?:-(?:-.*)?)?)", re.DOTALL)
REFERENCE_BEGINS: Final = re.compile(r"&(?:#?|#[xX]?[0-9a-fA-F]{0,7}|[A-Za-z][A-Za-z0-9]{0,31});?")
TARGET_BEGINS: Final = re.compile(
    r"\(\s*(?:<[^<>\n]*>?|\S*)(?:\s+(?:\"[^\"]*\"?|'[^']*'?|\([^)]*\)?)?\s*)?\)?"
)

# HTML's own elements (https://html.spec.whatwg.org/#elements-3): <T> and <stdin> are text.
_TAGS: Final = frozenset(
    re.findall(
        r"\w+",
        "a abbr address article aside audio b bdi bdo blockquote br button caption center cite "
        "code col colgroup data dd del details dfn dialog div dl dt em figcaption figure font "
        "footer h1 h2 h3 h4 h5 h6 header hr i iframe img input ins kbd label li main mark nav ol p "
        "picture pre q s samp section small source span strong sub summary sup table tbody td "
        "tfoot th thead time tr tt u ul var video wbr",
    )
)
_TAG_NAME: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")
# An attribute without a value makes two comparisons a tag: a <b and c> d.
_PLAIN_TAG: Final = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s+[\w:-]+\s*=[^<>]*|\s+open)?\s*/?>")


@dataclass(frozen=True, slots=True)
class Label:
    """A link, or an image with its description.

    Attributes
    ----------
    start, stop : int
        Where its text is.
    end : int
        Where the whole ends.
    """

    start: int
    stop: int
    end: int


class _AnyReference(dict[str, dict[str, str]]):
    """Links that are defined elsewhere: perhaps in text that has not come yet."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> dict[str, str]:
        return {"href": "", "title": ""}

    def get(self, key: str, default: Any = None) -> Any:
        return self[key]


@functools.cache
def _parser() -> MarkdownIt:
    # Most texts have no element to look for, and the first sound waits for what is loaded.
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


def _apply(
    rule: str, text: str, references: dict[str, dict[str, str]] | None = None
) -> StateInline | None:
    """Apply one of the parser's rules to the beginning of a text; None if it does not apply."""
    from markdown_it import rules_inline

    state = rules_inline.StateInline(text, _parser(), {"references": references or {}}, [])
    return state if getattr(rules_inline, rule)(state, False) else None


def code_end(text: str) -> int | None:
    """Return where the code span ends that a text begins with, None if it does not."""
    state = _apply("backtick", text)
    return state.pos if state and state.tokens and state.tokens[-1].type == "code_inline" else None


def label_end(text: str) -> int | None:
    """Return where the bracket closes that a text begins with, None if it does not yet."""
    depth = 0
    for match in _IN_LABEL.finditer(text):
        depth += {"[": 1, "]": -1}.get(match[0], 0)
        if not depth:
            return match.start()
    return None


def link_at(text: str) -> Label | None:
    """Return the link or image that a text begins with, with its address or reference."""
    start = 2 if text.startswith("!") else 1
    stop = label_end(text[start - 1 :])
    by_name = _AnyReference(any={}) if text.endswith("]") else None
    state = _apply("image" if start == 2 else "link", text, by_name)
    if state is None or stop is None:
        return None
    stop += start - 1
    return Label(start, stop, state.pos) if state.pos > stop + 1 else None


def tag_at(text: str) -> tuple[int, str] | None:
    """Return where the tag, comment or address in <> ends that a text begins with, and what it is.

    Returns
    -------
    tuple of int and str, or None
        The second is "address", "comment", or the name of an element of HTML.
    """
    if state := _apply("autolink", text):
        return state.pos, "address"
    state = _apply("html_inline", text)
    if state is None or state.pos != len(text):
        return None
    if text.startswith("<!"):
        return len(text), "comment"
    name = _TAG_NAME.match(text)
    if name is None or name[1].lower() not in _TAGS or not _PLAIN_TAG.fullmatch(text):
        return None
    return len(text), name[1].lower()


def reference_at(text: str) -> str | None:
    """Return the characters that a character reference such as ``&amp;`` stands for."""
    state = _apply("entity", text)
    if state is None or state.pos != len(text) or not state.tokens:
        return None
    return state.tokens[-1].content
