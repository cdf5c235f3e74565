"""Where the API key comes from, and who may see it."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..wire.errors import MissingKey
from ..wire.hosts import KEY_VARIABLE, is_elevenlabs, is_loopback, websocket_url
from ..wire.secrets import hide_in_json, hide_pieces

if TYPE_CHECKING:
    from ..wire.alignment import Word

__all__ = ["KEY_VARIABLE", "Key", "Keys", "check_key", "find_key", "keep_key"]

_DOTS = "••••••••"

# Under these names the system's keyring holds the key.
_SERVICE, _USER = "jupyter_tts", "elevenlabs"


class Key(str):
    """An API key, which shows as dots wherever it is shown: in a traceback with values, say."""

    def __repr__(self) -> str:
        return f"'{_DOTS}'"

    def hide(self, data: bytes) -> bytes:
        """Return a server's bytes with dots in place of the key, should it echo it."""
        text = data.decode("utf-8", "surrogateescape")
        return hide_in_json(text, [self], _DOTS).encode("utf-8", "surrogateescape")

    def hide_in(self, text: str) -> str:
        """Return a text with dots in place of the key, should it quote the server."""
        return text.replace(str(self), _DOTS)

    def hide_word(self, word: Word) -> Word:
        """Return a word with dots in place of the key, should a server give it as one spoken."""
        text = hide_pieces(word.text, self, _DOTS)
        return word if text == word.text else dataclasses.replace(word, text=text)


class Keys:
    """What one session knows of keys: the one that was typed, and which hosts may have one."""

    def __init__(self) -> None:
        self._typed: Key | None = None
        self._trusted: frozenset[str] = frozenset()

    def use(self, key: Key | None) -> None:
        """Use a key before any other; None forgets it."""
        self._typed = key

    def trust(self, hosts: Iterable[str]) -> None:
        """Let the key go to these hosts too, over TLS."""
        self._trusted = frozenset(host.strip().lower() for host in hosts)

    @property
    def trusted(self) -> frozenset[str]:
        """The hosts, beside ElevenLabs' and this machine, that may have the key."""
        return self._trusted

    def find(self, server: str) -> Key | None:
        """Return the key to send to a server, or None where none is sent; see :func:`find_key`."""
        return find_key(server, typed=self._typed, trusted=self._trusted)

    def trusts(self, server: str) -> bool:
        """Whether a server, reached over TLS, is ElevenLabs' or one that may have the key."""
        return _is_trusted(server, self._trusted)

    def withheld(self, server: str) -> bool:
        """Whether there is a key that is not sent to a server, because it is not trusted."""
        refused = not is_loopback(server) and not _is_trusted(server, self._trusted)
        return refused and _available(self._typed) is not None

    @property
    def default_server(self) -> str:
        """The server that speaks when none is named: ElevenLabs with a key, else local."""
        given = self._typed or os.environ.get(KEY_VARIABLE, "").strip()
        return "elevenlabs" if given else "local"


def check_key(text: str, source: str) -> Key:
    """Return a text as a key.

    Parameters
    ----------
    text : str
    source : str
        Where it came from, for the error.

    Raises
    ------
    MissingKey
        If it cannot be one. The text is not quoted.
    """
    if not re.fullmatch(r"[!-~]+", text):
        raise MissingKey(
            f"What {source} holds cannot be a key: it is empty, or has a space, a line break or a "
            "character that is not ASCII.",
            hint="Copy the key again; typographic quotes are a common cause.",
        )
    return Key(text)


def keep_key(key: Key | None) -> None:
    """Put a key into the system's keyring, or take it out.

    Raises
    ------
    MissingKey
        If there is no keyring.
    """
    if importlib.util.find_spec("keyring") is None:
        raise MissingKey(
            "The system's keyring is reached through a package that is not installed.",
            hint='Install it with: pip install "jupyter_tts[keyring]".',
        )
    import keyring
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        if key is None:
            keyring.delete_password(_SERVICE, _USER)
        else:
            keyring.set_password(_SERVICE, _USER, str(key))
    except PasswordDeleteError:
        return  # there was none
    except (KeyringError, OSError, RuntimeError):
        raise MissingKey(
            "This system has no keyring that can be used.", hint=f"Set {KEY_VARIABLE} instead."
        ) from None


def find_key(
    server: str, *, typed: Key | None = None, trusted: frozenset[str] = frozenset()
) -> Key | None:
    """Return the key to send to a server, or None where none is sent.

    It is the one that was typed, else the environment's, else the keyring's. It goes to ElevenLabs'
    hosts and trusted ones over TLS, and to this machine, and nowhere else.

    Parameters
    ----------
    server : str
        As its user names it.
    typed : Key, optional
    trusted : frozenset of str, optional
        Further hosts that may have it, in lower case.

    Raises
    ------
    MissingKey
        If the server is ElevenLabs' and there is no key, or none that can be one.
    """
    if is_loopback(server):
        return _available(typed)
    if not _is_trusted(server, trusted):
        return None
    key = _available(typed) or _from_keyring()
    if key is None and is_elevenlabs(server):
        raise MissingKey(
            "ElevenLabs needs an API key.",
            hint=f"Set {KEY_VARIABLE}, run %tts_key, or choose the server local.",
        )
    return key


def _is_trusted(server: str, trusted: frozenset[str]) -> bool:
    parts = urlsplit(websocket_url(server))
    named = parts.scheme == "wss" and (parts.hostname or "") in trusted
    return named or is_elevenlabs(server)


def _available(typed: Key | None) -> Key | None:
    if typed is not None:
        return typed
    text = os.environ.get(KEY_VARIABLE, "").strip()
    return check_key(text, KEY_VARIABLE) if text else None


def _from_keyring() -> Key | None:
    if importlib.util.find_spec("keyring") is None:
        return None
    import keyring
    from keyring.errors import KeyringError

    try:
        text = keyring.get_password(_SERVICE, _USER)
    except (KeyringError, OSError, RuntimeError):
        return None  # a system without one, or one that does not work
    return check_key(text, "the keyring") if text else None
