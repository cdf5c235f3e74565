from __future__ import annotations

import pytest

from jupyter_tts.url_check.redaction import DOTS, Secrets, decoded, has_credential
from jupyter_tts.wire.parameters import CREDENTIALS, PARAMETERS


@pytest.mark.parametrize("name", [credential.wire for credential in CREDENTIALS])
def test_every_declared_credential_is_recognised(name: str) -> None:
    assert has_credential(f"{name}=x")
    assert has_credential(f"{name.upper()}: x")
    assert Secrets([f"{name}=abcdefgh"]).show("abcdefgh") == DOTS


@pytest.mark.parametrize("name", [declared.wire for declared in PARAMETERS])
def test_no_declared_parameter_passes_for_a_credential(name: str) -> None:
    assert not has_credential(f"{name}=x")


def test_encoding_is_undone_however_often_it_was_done() -> None:
    assert decoded("%2561pi%255Fkey") == "api_key"
    assert decoded("100%") == "100%"


def test_a_piece_keeps_its_name_and_loses_its_value() -> None:
    secrets = Secrets(["api_key=abcdefgh"])
    assert secrets.hide("api_key=abcdefgh") == f"api_key={DOTS}"
    assert secrets.hide("model_id=abcdefgh") == f"model_id={DOTS}"
    assert secrets.hide("abcdefgh=1") == DOTS
    assert secrets.hide("api_key%3Dabcdefgh") == DOTS
    assert secrets.hide("seed=1") == "seed=1"


def test_a_short_secret_is_not_looked_for_in_other_values() -> None:
    secrets = Secrets(["token=3"])
    assert secrets.hide("token=3") == f"token={DOTS}"
    assert secrets.hide("optimize_streaming_latency=3") == "optimize_streaming_latency=3"


def test_a_public_word_is_never_a_secret() -> None:
    assert not Secrets(["token=stream-input"], public=["stream-input"]).repeated_in("stream-input")


def test_what_is_shown_is_short_and_printable_and_cut_after_hiding() -> None:
    secrets = Secrets(["key=abcdefgh"])
    assert secrets.show("a\x00b") == "a\N{REPLACEMENT CHARACTER}b"
    assert len(secrets.show("x" * 1000)) == 60
    assert secrets.show("x" * 55 + "abcdefgh") == DOTS


def test_the_secrets_do_not_show_themselves() -> None:
    assert "abcdefgh" not in repr(Secrets(["key=abcdefgh"]))
