"""What is written down never has a secret in it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.wire.parameters import CREDENTIALS, PARAMETERS
from jupyter_tts.wire.secrets import (
    REDACTED,
    hide,
    hide_in_items,
    hide_in_json,
    hide_pieces,
    is_secret_name,
    redact_json,
    redact_target,
)


@pytest.mark.parametrize("name", [credential.wire for credential in CREDENTIALS])
def test_every_declared_credential_has_the_name_of_a_secret(name: str) -> None:
    assert is_secret_name(name)
    assert is_secret_name(name.upper())


@pytest.mark.parametrize("name", [declared.wire for declared in PARAMETERS])
def test_no_declared_parameter_has(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("target", "logged"),
    [
        ("/v1/x/stream-input?a=%20b&c=D+d", "/v1/x/stream-input?a=%20b&c=D+d"),
        ("/v1/x/stream-input", "/v1/x/stream-input"),
        ("/p?authorization=SECRET&seed=1", "/p?authorization=[redacted]&seed=1"),
        ("/p?seed=1&single_use_token=SECRET", "/p?seed=1&single_use_token=[redacted]"),
        ("/p?xi-api-key=SECRET", "/p?xi-api-key=[redacted]"),
        ("/p?%61uthorization=SECRET", "/p?%61uthorization=[redacted]"),
        ("/p?model_id=m?api_key=SECRET", "/p?model_id=m?api_key=[redacted]"),
        ("/p?model_id=m%3Fapi_key%3DSECRET", "/p?model_id=[redacted]"),
        ("/p?a=1;token=SECRET", "/p?a=1;token=[redacted]"),
    ],
)
def test_a_logged_target_keeps_every_byte_but_the_secrets(target: str, logged: str) -> None:
    assert redact_target(target) == logged


def test_a_known_secret_is_hidden_wherever_it_stands() -> None:
    target = "/v1/SECRET/x?note=SECRET"
    assert redact_target(target, ["SECRET"]) == "/v1/[redacted]/x?note=[redacted]"
    assert redact_target(target, [""]) == target
    assert hide("SECRETS and SECRET", ["SECRET", "SECRETS"]) == "[redacted] and [redacted]"


def test_json_loses_the_fields_of_secrets_at_any_depth_and_nothing_else() -> None:
    message = {
        "text": " ",
        "xi_api_key": "SECRET",
        "xi-api-key": "SECRET",
        "authorization": "Bearer SECRET",
        "voice_settings": {"stability": 1, "token": "SECRET"},
        "list": [{"Password": "SECRET"}, 1, None],
    }
    assert redact_json(message) == {
        "text": " ",
        "voice_settings": {"stability": 1},
        "list": [{}, 1, None],
    }


CANARY = "sk_canary_7Qm2vT9x"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("It is sk_canary_7Qm2vT9x.", "It is •."),
        ("sk_canary_7Q", "•"),  # the rest is in another word
        ("m2vT9xsk_canary_7Qm2vT9xsk_canar", "m2vT9x••"),
        ("_7Qm2vT9x!", "•!"),
        ("canary", "canary"),
        ("", ""),
    ],
)
def test_a_secret_is_hidden_in_pieces_too(text: str, hidden: str) -> None:
    assert hide_pieces(text, CANARY, "•") == hidden


def test_a_short_secret_is_hidden_as_a_whole() -> None:
    assert hide_pieces("a key, keys, ke", "key", "•") == "a •, •s, ke"
    assert hide_pieces("a key", "", "•") == "a key"


@given(st.text("sk_canary7Qm2vT9x .", max_size=40), st.integers(0, 18), st.text("sk. ", max_size=3))
def test_no_longer_piece_of_a_secret_is_left(before: str, cut: int, after: str) -> None:
    hidden = hide_pieces(before + CANARY[cut:] + after, CANARY, "•")
    assert not any(CANARY[at : at + 8] in hidden for at in range(11))


@pytest.mark.parametrize("secret", [CANARY, 'a"b\\c/d', "x"])
def test_a_secret_is_hidden_in_json_however_it_is_written(secret: str) -> None:
    escaped = "".join(f"\\u{ord(character):04X}" for character in secret)
    for text in (json.dumps(f"Bad {secret}."), f'"Bad {escaped}."'):
        assert json.loads(hide_in_json(text, [secret])) == f"Bad {REDACTED}."


@pytest.mark.parametrize(
    ("items", "hidden"),
    [
        (["B", *CANARY, "."], ["B", *"•" * len(CANARY), "."]),
        ([f"Bad {CANARY[:9]}", CANARY[9:], ""], ["•", "•", ""]),
        (list(CANARY[:9]), list("•" * 9)),
        (["canary"], ["canary"]),
        ([], []),
    ],
)
def test_a_secret_is_hidden_where_it_is_spelled(items: list[str], hidden: list[str]) -> None:
    assert hide_in_items(items, CANARY, "•") == hidden
