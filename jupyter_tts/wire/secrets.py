"""How secrets are named, and how they are kept out of what is logged or stored."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import unquote_plus

__all__ = [
    "REDACTED",
    "SECRET_NAME",
    "hide",
    "hide_in_items",
    "hide_in_json",
    "hide_pieces",
    "is_secret_name",
    "redact_json",
    "redact_target",
    "secrets_in",
    "strip_target",
]

# Wider than the declared credentials on purpose: a harmless value hidden costs less than a key
# shown.
SECRET_NAME = r"(?:key|token|secret|passw|auth|bearer|credential)"
"""Regular expression, for any case: what the name of a secret has in it."""

REDACTED = "[redacted]"

_SECRET_NAME = re.compile(SECRET_NAME, re.IGNORECASE)


def is_secret_name(name: str) -> bool:
    """Whether a parameter, header or field of this name holds a secret."""
    return _SECRET_NAME.search(name) is not None


def hide(text: str, secrets: Iterable[str]) -> str:
    """Return a text without known secrets, wherever they stand in it."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, REDACTED)
    return text


# Shorter pieces of a secret say little about it, and stand in many a word.
_SHORTEST_PIECE = 8


def hide_pieces(text: str, secret: str, mark: str) -> str:
    """Return a text with a mark for a secret, and for each longer piece of it.

    A text that comes in several parts may hold the beginning of a secret in one and the rest in
    another.
    """
    shown: list[str] = []
    hidden = 0  # up to where the text is a piece
    for at, end in _pieces(text, secret):
        if at >= hidden:
            shown += text[hidden:at], mark
        hidden = end
    return "".join(shown) + text[hidden:]


def hide_in_items(items: Sequence[str], secret: str, mark: str = REDACTED) -> list[str]:
    """Return the items of an alignment with a mark for each that has some of a longer piece."""
    text = "".join(items)
    pieces = list(_pieces(text, secret))
    if not pieces:
        return list(items)
    hidden = bytearray(len(text))
    for at, end in pieces:
        hidden[at:end] = b"\1" * (end - at)
    ends = list(itertools.accumulate(map(len, items)))
    return [
        mark if any(hidden[end - len(item) : end]) else item
        for item, end in zip(items, ends, strict=True)
    ]


def _pieces(text: str, secret: str) -> Iterator[tuple[int, int]]:
    """Yield from where to where a text has a piece of a secret; pieces may overlap."""
    size = min(_SHORTEST_PIECE, len(secret))
    if not size:
        return
    pieces = {secret[start : start + size] for start in range(len(secret) - size + 1)}
    for at in range(len(text) - size + 1):
        if text[at : at + size] in pieces:
            yield at, at + size


def hide_in_json(text: str, secrets: Iterable[str], mark: str = REDACTED) -> str:
    """Return a JSON text with a mark for each secret in its strings, escaped letters or not."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        # A function, since a mark may have a backslash.
        text = re.sub("".join(map(_in_json, secret)), lambda _: mark, text)
    return text


def _in_json(character: str) -> str:
    """Return a regular expression for a character, as JSON may have it in a string."""
    escape = r"\\?" if character in '"/' else r"\\" if character == "\\" else ""
    return rf"(?:{escape}{re.escape(character)}|\\u(?i:{ord(character):04x}))"


def redact_target(target: str, secrets: Iterable[str] = ()) -> str:
    """Return a request target (path and query, as received) without its secrets.

    The value of every query parameter whose name looks like a secret's is replaced, also one
    inside another's value behind a second ``?``, and so are `secrets` wherever they stand. All
    else is kept byte for byte.
    """
    path, mark, query = target.partition("?")
    pieces = [_redact_piece(piece) for piece in re.split(r"([?&;])", query)]
    return hide(path + mark + "".join(pieces), secrets)


def redact_json(value: Any) -> Any:
    """Return a JSON value without the fields whose name looks like a secret's."""
    if isinstance(value, dict):
        return {
            name: redact_json(inner) for name, inner in value.items() if not is_secret_name(name)
        }
    return [redact_json(inner) for inner in value] if isinstance(value, list) else value


def strip_target(target: str) -> str:
    """Return a request target without the query parameters whose name looks like a secret's."""
    path, mark, query = target.partition("?")
    harmless = [piece for piece in query.split("&") if not _holds_secret(piece)]
    return path + mark + "&".join(harmless) if harmless else path


def secrets_in(value: Any) -> Iterator[str]:
    """Yield the texts in a JSON value's fields whose name looks like a secret's."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if is_secret_name(name) and isinstance(inner, str):
                yield from filter(None, (inner, inner.partition(" ")[2]))  # "Bearer" and a token
            else:
                yield from secrets_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from secrets_in(inner)


def _redact_piece(piece: str) -> str:
    return f"{piece.partition('=')[0]}={REDACTED}" if _holds_secret(piece) else piece


def _holds_secret(piece: str) -> bool:
    return is_secret_name(unquote_plus(piece).rpartition("=")[0])
