"""The one account of the server: how many characters it has spoken, and may."""

from __future__ import annotations

from typing import Final

from ...wire.close_codes import POLICY_VIOLATION
from ...wire.errors import QuotaExceeded
from ..answers import SubscriptionAnswer, UserAnswer

__all__ = ["UNLIMITED", "Account"]

UNLIMITED: Final = 2**53 - 1
"""The limit shown where there is none: the largest whole number that JavaScript represents."""

_FREE_OF_CHARGE: Final = {"amount": "0", "currency": "usd"}


class Account:
    """Counts what is spoken for all clients together, from the server's start on.

    Parameters
    ----------
    quota : int, optional
        How many characters may be spoken in all; None for no limit.
    """

    def __init__(self, quota: int | None = None) -> None:
        self._limit = UNLIMITED if quota is None else quota
        self._used = 0

    def allow(self, quota: int | None) -> None:
        """Set the quota; another one than before begins a new count, as a billing period does."""
        limit = UNLIMITED if quota is None else quota
        if limit != self._limit:
            self._limit, self._used = limit, 0

    def charge(self, characters: int) -> None:
        """Count characters that are about to be spoken.

        Raises
        ------
        QuotaExceeded
            If the account has fewer left; none are counted then.
        """
        left = self._limit - self._used
        if characters > left:
            # The sentence of ElevenLabs (home-assistant/core#160414).
            raise QuotaExceeded(
                f"This request exceeds your quota of {self._limit}. You have {left} credits "
                f"remaining, while {characters} credits are required for this request.",
                error="quota_exceeded",
                code=POLICY_VIOLATION,
            )
        self._used += characters

    def subscription(self) -> SubscriptionAnswer:
        """Describe it in the shape of GET /v1/user/subscription (SDK 2.78, Subscription)."""
        return {
            "tier": "embedded",
            "status": "active",
            "character_count": self._used,
            "character_limit": self._limit,
            "max_character_limit_extension": None,
            "max_credit_limit_extension": 0,
            "can_extend_character_limit": False,
            "allowed_to_extend_character_limit": False,
            "next_character_count_reset_unix": None,
            "voice_slots_used": 0,
            "professional_voice_slots_used": 0,
            "professional_voice_slots_used_in_workspace": 0,
            "voice_limit": 0,
            "max_voice_add_edits": 0,
            "voice_add_edit_counter": 0,
            "professional_voice_limit": 0,
            "can_extend_voice_limit": False,
            "can_use_instant_voice_cloning": False,
            "can_use_professional_voice_cloning": False,
            "currency": None,
            "current_overage": _FREE_OF_CHARGE,
            "billing_period": None,
            "character_refresh_period": None,
            "next_invoice": None,
            "open_invoices": [],
            "has_open_invoices": False,
        }

    def user(self) -> UserAnswer:
        """Describe its holder in the shape of GET /v1/user (SDK 2.78, User)."""
        return {
            "user_id": "embedded-voice",
            "workspace_id": "embedded-voice",
            "first_name": None,
            "subscription": self.subscription(),
            "is_new_user": False,
            "can_use_delayed_payment_methods": False,
            "is_onboarding_completed": True,
            "is_onboarding_checklist_completed": True,
            "created_at": 0,
            "seat_type": "workspace_admin",
        }
