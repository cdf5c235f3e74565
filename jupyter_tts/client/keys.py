"""Where the API key comes from, and who may see it."""

from __future__ import annotations

import os
import re

from ..wire.errors import MissingKey
from ..wire.hosts import is_elevenlabs, is_loopback

__all__ = ["KEY_VARIABLE", "Key", "default_server", "find_key"]

KEY_VARIABLE = "ELEVENLABS_API_KEY"
_DOTS = "••••••••"


class Key(str):
    """An API key, which shows as dots wherever it is shown: in a traceback with values, say."""

    def __repr__(self) -> str:
        return f"'{_DOTS}'"

    def hide(self, text: str) -> str:
        """Return a text with dots in place of the key."""
        return text.replace(str(self), _DOTS)


def find_key(server: str) -> Key | None:
    """Return the key to send to a server, or None where none is sent.

    The key from the environment goes to ElevenLabs' hosts over TLS and to this machine, and
    nowhere else.

    Raises
    ------
    MissingKey
        If the server is ElevenLabs' and there is no key, or none that can be one.
    """
    key = Key(os.environ.get(KEY_VARIABLE, "").strip()) or None
    if key and not re.fullmatch(r"[!-~]+", key):
        raise MissingKey(
            f"What {KEY_VARIABLE} holds cannot be a key: it has a space, a line break or a "
            "character that is not ASCII.",
            hint="Copy the key again; typographic quotes are a common cause.",
        )
    if is_elevenlabs(server):
        if key is None:
            raise MissingKey(
                "ElevenLabs needs an API key.",
                hint=f"Set {KEY_VARIABLE}, or use --server local.",
            )
        return key
    return key if is_loopback(server) else None


def default_server() -> str:
    """Return the server that speaks when none is named: ElevenLabs with a key, else local."""
    return "elevenlabs" if os.environ.get(KEY_VARIABLE, "").strip() else "local"
