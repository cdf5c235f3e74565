"""The voices that an ElevenLabs account lists, and which of them speaks where none is named.

Own voices come first, then those of the library that are saved and cost no more than usual, then
the default voices until they end. Source of the fields: ElevenLabs' reference of GET /v2/voices.
GET /v1/voices answers without any key, so what it lists proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from .surrogates import replace_halves
from .voices import LAST_DAY, LEGACY_VOICES, default_voice_of

__all__ = ["AccountVoice", "choose_voice", "read_account_voices"]

# A voice that ends within this time would end in the middle of somebody's work.
_NOTICE: Final = timedelta(days=30)

_MADE_HERE: Final = frozenset({"generated", "cloned"})
_DEFAULT_CATEGORY: Final = "premade"
_MOST_CHARACTERS: Final = 100  # of an id or a name


@dataclass(frozen=True)
class AccountVoice:
    """A voice of an account's list.

    Attributes
    ----------
    id, name : str
    category : str
        generated, cloned, premade, professional, famous, high_quality, or "" if it is not given.
    is_own : bool
        Whether the account made it.
    is_legacy : bool
        Whether another voice speaks in its place.
    tiers : frozenset of str
        The plans that it is for; empty where nothing limits it to some.
    is_for_free : bool
        Whether a free plan may use it.
    rate : float
        What it costs, as a multiple of the usual price.
    disabled_on : date or None
        When it ends, where that is known.
    """

    id: str
    name: str
    category: str = ""
    is_own: bool = False
    is_legacy: bool = False
    tiers: frozenset[str] = frozenset()
    is_for_free: bool = True
    rate: float = 1.0
    disabled_on: date | None = None

    @property
    def is_default(self) -> bool:
        """Whether it is one of ElevenLabs' default voices."""
        return self.category == _DEFAULT_CATEGORY or default_voice_of(self.id) is not None

    @property
    def is_limited(self) -> bool:
        """Whether the plan decides who may use it."""
        return bool(self.tiers) or not self.is_for_free

    def suits(self, tier: str) -> bool:
        """Whether a plan may use it; with "", whether every plan may."""
        if not tier:
            return not self.is_limited
        return (not self.tiers or tier in self.tiers) and (self.is_for_free or tier != "free")


def read_account_voices(listing: Any) -> list[AccountVoice]:
    """Return the voices of a page of GET /v2/voices, without malformed ones."""
    voices = listing.get("voices") if isinstance(listing, dict) else None
    read = map(_read, voices if isinstance(voices, list) else ())
    return [voice for voice in read if voice is not None]


def choose_voice(
    voices: Iterable[AccountVoice], today: date, tier: str = ""
) -> AccountVoice | None:
    """Return the voice that speaks where none is named, None if none fits.

    Parameters
    ----------
    voices : iterable of AccountVoice
        In the account's own order: of equals the first is taken.
    today : date
    tier : str, optional
        The account's plan; "" where it is not known.
    """
    ranked = [(rank, voice) for voice in voices if (rank := _rank(voice, today, tier)) is not None]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


def _rank(voice: AccountVoice, today: date, tier: str) -> int | None:
    """Return the place of a voice in the order of preference, None for one that does not fit."""
    ends_soon = voice.disabled_on is not None and voice.disabled_on - today < _NOTICE
    if voice.is_legacy or ends_soon:
        return None
    if voice.is_default:
        return 3 if today <= LAST_DAY else None
    if voice.is_own:
        return 0 if voice.category in _MADE_HERE else 1
    return 2 if voice.rate == 1 and voice.suits(tier) else None


def _read(voice: object) -> AccountVoice | None:
    match voice:
        case {"voice_id": str(voice_id)} if 0 < len(voice_id) <= _MOST_CHARACTERS:
            pass
        case _:
            return None
    assert isinstance(voice, dict)
    sharing = voice.get("sharing")
    sharing = sharing if isinstance(sharing, dict) else {}
    category = voice.get("category")
    category = category if isinstance(category, str) else ""
    is_owner = voice.get("is_owner")
    tiers = voice.get("available_for_tiers")
    return AccountVoice(
        id=replace_halves(voice_id),
        name=_name(voice.get("name")) or voice_id,
        category=category,
        is_own=is_owner is True or (is_owner is None and category in _MADE_HERE),
        is_legacy=voice.get("is_legacy") is True or voice_id in LEGACY_VOICES,
        tiers=frozenset(filter(_is_text, tiers if isinstance(tiers, list) else ())),
        is_for_free=sharing.get("free_users_allowed") is not False,
        rate=_number(sharing.get("rate"), 1.0),
        disabled_on=_day(sharing.get("disable_at_unix")),
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _name(value: object) -> str:
    """Return a voice's name as one short line."""
    if not isinstance(value, str):
        return ""
    line = "".join(c if c.isprintable() else " " for c in value[:_MOST_CHARACTERS])
    return replace_halves(" ".join(line.split()))


def _number(value: object, default: float) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else default  # type: ignore[arg-type]  # as just checked


def _day(value: object) -> date | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return datetime.fromtimestamp(value, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
