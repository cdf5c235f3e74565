"""Which errors say that the account is refused, so that every other text would be refused, too."""

from __future__ import annotations

from typing import Final

from ...wire.errors import AuthenticationError, HandshakeRefused, QuotaExceeded, TTSError

__all__ = ["is_account_refused"]

_STATUSES: Final = frozenset({401, 402})


def is_account_refused(error: TTSError) -> bool:
    """Whether the server refuses the key, or the account has nothing left."""
    if isinstance(error, HandshakeRefused):
        return error.status in _STATUSES
    return isinstance(error, AuthenticationError | QuotaExceeded)
