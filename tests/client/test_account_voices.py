"""Asking an account, a real HTTP server here, for the voice that speaks where none is named."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from jupyter_tts.client.account_voices import find_account_voice
from jupyter_tts.client.keys import Key
from jupyter_tts.wire.errors import ConnectError, HandshakeRefused, TTSError
from jupyter_tts.wire.voices import LAST_DAY

from ..account import DEFAULT, OWN, PAID, Account

KEY = Key("sk_account")
TODAY = date(2026, 11, 30)


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    account = Account(str(KEY))
    async with TestServer(account.application) as server:
        account.address = str(server.make_url("")).rstrip("/")
        yield account


async def voice_of(account: Account, key: Key = KEY, today: date = TODAY) -> str | None:
    voice = await find_account_voice(account.address, key, today)
    return voice and voice.id


async def test_an_account_without_default_voices_speaks_with_its_own(account: Account) -> None:
    account.voices = [OWN]
    assert await voice_of(account) == "own"
    assert account.asked == ["/v2/voices?voice_type=non-default&page_size=100"]


async def test_default_voices_are_asked_for_only_while_there_are_any(account: Account) -> None:
    account.voices = [DEFAULT]
    assert await voice_of(account) == DEFAULT["voice_id"]
    assert "voice_type=default" in account.asked[-1]
    account.asked.clear()
    assert await voice_of(account, today=LAST_DAY + timedelta(days=1)) is None
    assert len(account.asked) == 1


async def test_pages_are_read_up_to_the_first_own_voice(account: Account) -> None:
    saved = [{**PAID, "voice_id": f"saved {number}"} for number in range(250)]
    account.voices = [*saved, OWN, *saved]
    account.first_page = 130  # page 0 may hold more than was asked for
    assert await voice_of(account) == "own"
    assert len(account.asked) == 3


async def test_a_list_without_an_end_is_read_to_a_bound(account: Account) -> None:
    account.endless = True
    assert await voice_of(account, today=LAST_DAY + timedelta(days=1)) is None
    assert len(account.asked) == 10


async def test_the_plan_is_asked_for_where_it_decides(account: Account) -> None:
    account.voices, account.tier = [PAID], "creator"
    assert await voice_of(account) == "paid"
    account.tier = "free"
    assert await voice_of(account, today=LAST_DAY + timedelta(days=1)) is None
    account.tier = None
    assert await voice_of(account, today=LAST_DAY + timedelta(days=1)) is None


async def test_two_keys_are_two_accounts(account: Account) -> None:
    account.voices = [OWN]
    with pytest.raises(HandshakeRefused, match="401"):
        await voice_of(account, Key("sk_other"))
    assert await voice_of(account) == "own"


@pytest.mark.parametrize("answer", ["<html>", "[]", '{"voices": 3}', "null", ""])
async def test_what_is_no_list_is_an_error(account: Account, answer: str) -> None:
    account.answer = web.Response(text=answer, content_type="application/json")
    with pytest.raises(TTSError):
        await voice_of(account)


async def test_no_answer_is_an_error() -> None:
    with pytest.raises(ConnectError):
        await find_account_voice("http://127.0.0.1:9", KEY, TODAY)


async def test_a_redirect_is_not_followed(account: Account) -> None:
    account.answer = web.HTTPFound("/elsewhere")
    with pytest.raises(TTSError):
        await voice_of(account)
    assert len(account.asked) == 1


async def test_waiting_can_be_cancelled(account: Account) -> None:
    account.delay = 30.0
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await voice_of(account)
