"""What a speech cost in characters, and what the account has left."""

from __future__ import annotations

from dataclasses import dataclass

from ...wire.errors import TTSError
from ..http import get_json
from ..keys import Key

__all__ = ["PATIENCE", "Cost", "Quota", "ask_quota", "is_costly"]

# Of what is left: before a text that takes more the user is asked.
COSTLY_SHARE = 0.1

# Seconds that a speech may have to wait for the account's answer.
PATIENCE = 2.0

# The largest whole number of JavaScript: a server without a limit answers with this one.
_UNLIMITED = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Quota:
    """What an account may speak in the present period, in the characters that its server counts.

    Attributes
    ----------
    used, limit : int
        ``character_count`` and ``character_limit`` of GET /v1/user/subscription (ElevenLabs HTTP
        reference). Some models count a part of a character.
    told : bool
        Whether the server gave it, or it was counted on from what the server had given.
    """

    used: int
    limit: int
    told: bool = True

    @property
    def left(self) -> int:
        """Characters that may still be spoken."""
        return max(0, self.limit - self.used)

    def after(self, sent: int) -> Quota:
        """Return what is left once so many characters more were sent, should all be counted."""
        return Quota(self.used + sent, self.limit, told=False)

    def __str__(self) -> str:
        return f"{'' if self.told else 'about '}{self.left:,} of {self.limit:,} left"


@dataclass(frozen=True, slots=True)
class Cost:
    """Characters of a speech.

    Attributes
    ----------
    sent : int
        That were sent, as far as is known, those sent twice included.
    spared : int
        That were not sent, since the speech was in the cache.
    quota : Quota or None
        As the server gave it afterwards.
    complete : bool
        Whether the speech is; of one that ended early, what was sent is not what is charged.
    """

    sent: int = 0
    spared: int = 0
    quota: Quota | None = None
    complete: bool = True

    def __str__(self) -> str:
        if self.spared:
            return f"from the cache, {self.spared:,} characters not sent"
        early = "" if self.complete else " before it ended early (not all need be charged)"
        return f"{self.sent:,} characters sent{early}" + (f", {self.quota}" if self.quota else "")


def is_costly(characters: int, quota: Quota | None, most: int | None) -> bool:
    """Whether a text is so large that its cost is worth a question.

    Parameters
    ----------
    characters : int
    quota : Quota or None
        If it is known.
    most : int or None
        Above so many it is in any case; None if it never is.
    """
    if most is None:
        return False
    return characters > most or (quota is not None and characters > COSTLY_SHARE * quota.left)


async def ask_quota(server: str, key: Key) -> Quota | None:
    """Return what an account has left, None where the server does not answer, or not soon."""
    try:
        answer = await get_json(server, "/v1/user/subscription", key, timeout=PATIENCE)
    except TTSError:
        return None  # the stream itself will raise whatever is wrong
    match answer:
        case {"character_count": int(used), "character_limit": int(limit)} if limit < _UNLIMITED:
            return Quota(used, limit)
    return None
