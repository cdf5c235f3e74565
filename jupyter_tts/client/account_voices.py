"""Asking an ElevenLabs account for the voice that speaks where none is named."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from ..wire.account_voices import AccountVoice, choose_voice, read_account_voices
from ..wire.errors import TTSError
from ..wire.voices import LAST_DAY
from .http import get_json
from .keys import Key

__all__ = ["find_account_voice"]

# The most that one request may ask for, and as many requests as a list is worth.
_PAGE: Final = 100
_MOST_PAGES: Final = 10


async def find_account_voice(server: str, key: Key, today: date) -> AccountVoice | None:
    """Return the voice of an account that speaks where none is named, None if no voice fits.

    Parameters
    ----------
    server : str
        A name or URL, as :class:`SpeechRequest` takes it.
    key : Key
        The account's.
    today : date
        Default voices end.

    Raises
    ------
    TTSError
        If the voices cannot be listed.
    """
    listed = await _list(server, key, "non-default", today)
    tier = ""
    if any(voice.is_limited and not voice.is_own for voice in listed):
        own = choose_voice((voice for voice in listed if voice.is_own), today)
        tier = "" if own else await _find_tier(server, key)
    choice = choose_voice(listed, today, tier)
    if choice is None and today <= LAST_DAY:
        choice = choose_voice(await _list(server, key, "default", today), today, tier)
    return choice


async def _list(server: str, key: Key, voice_type: str, today: date) -> list[AccountVoice]:
    """Return the voices of a type, up to the page that has one of the account's own."""
    path = f"/v2/voices?voice_type={voice_type}&page_size={_PAGE}"
    listed: list[AccountVoice] = []
    token = ""
    for _ in range(_MOST_PAGES):
        page = await get_json(server, path + token, key)
        if not (isinstance(page, dict) and isinstance(page.get("voices"), list)):
            raise TTSError("What the server answered is not a list of voices.")
        listed += read_account_voices(page)
        choice = choose_voice(listed, today)
        following = _next(page)
        if not following or (choice is not None and choice.is_own):
            break
        token = f"&next_page_token={following}"
    return listed


def _next(page: dict[str, Any]) -> str:
    """Return the token of the next page as it goes into a URL, "" after the last."""
    match page:
        case {"has_more": True, "next_page_token": str(token)}:
            return quote(token, safe="")
    return ""


async def _find_tier(server: str, key: Key) -> str:
    """Return the plan of an account, "" where the server does not say."""
    try:
        async with asyncio.timeout(2.0):
            answer = await get_json(server, "/v1/user/subscription", key)
    except (TTSError, TimeoutError):
        return ""  # the key may lack the permission
    match answer:
        case {"tier": str(tier)}:
            return tier
    return ""
