"""Keys and tokens inside a pasted text: how they are recognised, and how they are kept out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote_plus

from ..wire.secrets import SECRET_NAME

__all__ = ["DOTS", "Secrets", "decoded", "has_credential"]

DOTS = "•••"

# The name of a secret, then the character before its value.
_PAIR = re.compile(SECRET_NAME + r"[\w\s\"'.\]-]{0,40}[=:]", re.IGNORECASE)

# ElevenLabs' keys are sk_ and hexadecimal digits, so one is known even without a name.
_KEY = re.compile(r"sk_[0-9A-Za-z]{16,}")

# A shorter secret is hidden where it stands, but not looked for elsewhere: it would be found in
# ordinary words and numbers.
_SHORTEST_REPEATED = 6

_LONGEST_SHOWN = 60


def decoded(text: str) -> str:
    """Return a text with its percent-encoding undone, also where it was encoded several times."""
    for _ in range(8):
        before, text = text, unquote_plus(text)
        if text == before:
            break
    return text


def has_credential(text: str) -> bool:
    """Whether a text holds a key, or a ``name=value`` pair named like a secret."""
    plain = decoded(text)
    return bool(_PAIR.search(plain) or _KEY.search(plain))


class Secrets:
    """The secrets of one text, so that whatever quotes the text can leave them out.

    Parameters
    ----------
    texts : iterable of str
        Pieces of the text, percent-encoded or not. Where :func:`has_credential` holds, what
        stands after the name is a secret.
    values : iterable of str
        Secrets known as such.
    public : iterable of str
        Words that are no secrets even where they stand for one.
    """

    def __init__(
        self, texts: Iterable[str], values: Iterable[str] = (), public: Iterable[str] = ()
    ) -> None:
        secrets = {word for value in values for word in _secret_parts(decoded(value))}
        for text in texts:
            plain = decoded(text)
            secrets.update(_KEY.findall(plain))
            for pair in _PAIR.finditer(plain):
                secrets.update(_secret_parts(plain[pair.end() :]))
        longest_first = sorted(secrets.difference(public), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __repr__(self) -> str:
        return "Secrets()"  # the pattern holds the secrets

    def repeated_in(self, text: str) -> bool:
        """Whether a text holds a known secret, or something in the shape of a key."""
        plain = decoded(text)
        return bool(self._known.search(plain) or _KEY.search(plain))

    def held_by(self, text: str) -> bool:
        """Whether a text must not be shown or kept."""
        return has_credential(text) or self.repeated_in(text)

    def hide(self, text: str) -> str:
        """Return a piece of a URL; one that holds a secret keeps its name at most."""
        if not self.held_by(text):
            return text
        name, equals, _ = text.partition("=")
        return DOTS if not equals or self.held_by(name) else f"{name}={DOTS}"

    def show(self, text: str) -> str:
        """Return a text for use in a sentence: short, printable, without secrets."""
        if self.held_by(text):
            return DOTS
        short = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
        return "".join(
            sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in short
        )


def _secret_parts(value: str) -> set[str]:
    """Return a secret and its parts ("Bearer" and what follows) that are worth looking for."""
    words = {value, *re.split(r"[\s\"'&?;#,{}=/]+", value)}
    return {word for word in words if len(word) >= _SHORTEST_REPEATED}
