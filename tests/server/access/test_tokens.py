"""Tokens that work once."""

from __future__ import annotations

from jupyter_tts.server.access.tokens import DIALOGUE_TOKEN, LIFETIME, SPEECH_TOKEN, SingleUseTokens


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_token_works_once() -> None:
    tokens = SingleUseTokens()
    first, second = tokens.issue(), tokens.issue()
    assert first != second
    assert tokens.redeem(first)
    assert not tokens.redeem(first)
    assert tokens.redeem(second)
    assert not tokens.redeem("sutkn_of_somebody_else")


def test_a_token_has_its_type() -> None:
    tokens = SingleUseTokens()
    assert tokens.redeem(tokens.issue()) == SPEECH_TOKEN
    assert tokens.redeem(tokens.issue(DIALOGUE_TOKEN)) == DIALOGUE_TOKEN


def test_a_token_works_for_a_quarter_of_an_hour() -> None:
    clock = Clock()
    tokens = SingleUseTokens(clock)
    young, old = tokens.issue(), tokens.issue()
    clock.now += LIFETIME - 1
    assert tokens.redeem(young)
    clock.now += 1
    assert not tokens.redeem(old)


def test_tokens_that_nobody_uses_are_forgotten() -> None:
    clock = Clock()
    tokens = SingleUseTokens(clock)
    oldest = tokens.issue()
    newest = [tokens.issue() for _ in range(10_000)][-1]
    assert not tokens.redeem(oldest)
    assert tokens.redeem(newest)
