from __future__ import annotations

import pytest

from jupyter_tts.server.access.admission import Admission
from jupyter_tts.server.access.tokens import DIALOGUE_TOKEN, SPEECH_TOKEN, SingleUseTokens
from jupyter_tts.wire.errors import AuthenticationError


def admission(key: str | None = "KEY") -> Admission:
    return Admission(key, SingleUseTokens(), DIALOGUE_TOKEN)


def refusal(door: Admission, credentials: list[str | None], token: str | None = None) -> str:
    with pytest.raises(AuthenticationError) as refused:
        door.require(credentials, token)
    assert refused.value.code == 1008
    assert refused.value.param == (None if token is None else "single_use_token")
    return refused.value.error


@pytest.mark.parametrize("credentials", [["KEY"], ["Bearer KEY"], [None, "no", "KEY"]])
def test_any_credential_may_be_the_key(credentials: list[str | None]) -> None:
    admission().require(credentials, None)


def test_a_server_without_a_key_asks_for_none() -> None:
    admission(None).require([], None)


def test_no_credential_and_a_wrong_one_are_different_errors() -> None:
    assert refusal(admission(), [None, ""]) == "authentication_required"
    assert refusal(admission(), ["no"]) == "invalid_api_key"


def test_a_token_replaces_the_key_once_and_must_be_of_the_type() -> None:
    door = admission()
    token = door.tokens.issue(DIALOGUE_TOKEN)
    door.require([], token)
    assert refusal(door, ["KEY"], token) == "invalid_token"
    assert refusal(door, ["KEY"], door.tokens.issue(SPEECH_TOKEN)) == "invalid_token_type"
