"""Who pays."""

from __future__ import annotations

import pytest

from jupyter_tts.server.simulation.account import UNLIMITED, Account
from jupyter_tts.wire.errors import QuotaExceeded


def test_what_is_spoken_is_counted() -> None:
    account = Account(100)
    account.charge(60)
    account.charge(40)
    assert account.subscription()["character_count"] == 100
    assert account.subscription()["character_limit"] == 100


def test_more_than_is_left_is_refused_in_elevenlabs_words_and_not_counted() -> None:
    account = Account(100)
    account.charge(90)
    with pytest.raises(QuotaExceeded) as refusal:
        account.charge(11)
    assert refusal.value.message == (
        "This request exceeds your quota of 100. You have 10 credits remaining, while 11 credits "
        "are required for this request."
    )
    assert (refusal.value.error, refusal.value.code) == ("quota_exceeded", 1008)
    account.charge(10)


def test_without_a_quota_there_is_no_limit() -> None:
    account = Account()
    account.charge(10**9)
    assert account.subscription()["character_limit"] == UNLIMITED
    assert account.user()["subscription"] == account.subscription()
