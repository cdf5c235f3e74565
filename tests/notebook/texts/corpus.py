"""The files of texts, read and written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

__all__ = ["GROUPS", "Outcome", "Text", "plain_texts", "read", "write"]

FOLDER = Path(__file__).parent
GROUPS = ("code", "markdown", "maths", "chat", "web")

_TEXT, _PART = "══════ ", "────── "
_OPTIONS = " | "
_AS_IT_STANDS = "spoken as it stands"

# Format, control and space characters, halves of characters, and the selectors of emoji.
_UNSEEN = frozenset({"Cf", "Cc", "Cs", "Zs", "Zl", "Zp"})
_SEEN = frozenset(" \n\t")
_SELECTORS = frozenset("\ufe0e\ufe0f\u20e3")
_CODE = re.compile(r"⟨U\+([0-9A-F]{4,6})⟩")
_SPACE_AT_END = re.compile(r"[ \t]+$", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What became of a text.

    Attributes
    ----------
    shown, spoken : str
        ``speech.text`` and ``speech.spoken_form``.
    refused : str
        The sentence that came instead of speech, empty if none did.
    """

    shown: str = ""
    spoken: str = ""
    refused: str = ""


@dataclass(frozen=True)
class Text:
    """A text, the options it is spoken with, and what is to become of it."""

    name: str
    options: str
    text: str
    outcome: Outcome | None


def read(group: str) -> list[Text]:
    """Return the texts of a group."""
    sections = ("\n" + _file(group).read_text(encoding="utf-8")).split(f"\n{_TEXT}")[1:]
    return [_parsed(section) for section in sections]


def write(group: str, texts: list[Text]) -> None:
    """Write the texts of a group."""
    _file(group).write_text("\n".join(map(_section, texts)), encoding="utf-8")


def plain_texts() -> list[str]:
    """Return the texts that have no Markdown."""
    return [_decoded(text) for text in _file("plain").read_text(encoding="utf-8").split("\n\n")]


def _file(group: str) -> Path:
    return FOLDER / f"{group}.txt"


def _parsed(section: str) -> Text:
    (heading, text), *parts = [part.split("\n", 1) for part in section.split(f"\n{_PART}")]
    name, _, options = heading.partition(_OPTIONS)
    text = _decoded(text)
    outcome = None
    if parts:
        bodies = {what: _decoded(body) for what, body in parts}
        shown = bodies.get("shown", text)
        spoken = shown if _AS_IT_STANDS in bodies else bodies.get("spoken", "")
        refused = bodies.get("refused", "")
        outcome = Outcome(refused=refused) if refused else Outcome(shown, spoken)
    return Text(name, options, text, outcome)


def _section(text: Text) -> str:
    heading = _TEXT + text.name + (_OPTIONS + text.options if text.options else "")
    return "".join(f"{part}\n" for part in (heading, _encoded(text.text), *_parts(text)))


def _parts(text: Text) -> list[str]:
    outcome = text.outcome
    if outcome is None:
        return []
    if outcome.refused:
        return [f"{_PART}refused", _encoded(outcome.refused)]
    parts = []
    if outcome.shown != text.text:
        parts += [f"{_PART}shown", _encoded(outcome.shown)]
    if outcome.spoken == outcome.shown:
        return [*parts, f"{_PART}{_AS_IT_STANDS}"]
    return [*parts, f"{_PART}spoken", _encoded(outcome.spoken)]


def _decoded(text: str) -> str:
    return _CODE.sub(lambda match: chr(int(match[1], 16)), text.rstrip("\n"))


def _encoded(text: str) -> str:
    seen = "".join(_code(char) if _is_unseen(char) else char for char in text)
    seen = _SPACE_AT_END.sub(lambda match: "".join(map(_code, match[0])), seen)
    inner = seen.rstrip("\n")
    return inner + "".join(map(_code, seen[len(inner) :]))


def _is_unseen(char: str) -> bool:
    return char in _SELECTORS or (char not in _SEEN and unicodedata.category(char) in _UNSEEN)


def _code(char: str) -> str:
    return f"⟨U+{ord(char):04X}⟩"
