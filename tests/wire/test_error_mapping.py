"""Every way in which a server can refuse or leave has a sentence and a next step."""

from __future__ import annotations

import json

import pytest

from jupyter_tts.wire.error_mapping import (
    close_error,
    handshake_error,
    server_error,
    server_ids,
)
from jupyter_tts.wire.errors import (
    AuthenticationError,
    ConnectionLost,
    InputTimeout,
    QuotaExceeded,
    TooMuchSound,
    TTSError,
    VoiceNotFound,
)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (json.dumps({"detail": {"status": "x", "message": "No such model"}}), "No such model."),
        (json.dumps({"detail": [{"msg": "field required"}]}), "field required."),
        (json.dumps({"detail": "plain"}), "plain."),
        ("<html><script>alert(1)</script>", "HTTP 500."),
        ("", "HTTP 500."),
        (b"\xff\xfe", "HTTP 500"),
        ("x" * 10_000, "…"),
        ("[" * 100_000, "…"),
        ('{"detail":' * 900 + "1" + "}" * 900, "…"),
    ],
)
def test_a_refused_handshake_quotes_the_server_within_bounds(
    body: str | bytes, sentence: str
) -> None:
    error = handshake_error(500, body)
    assert error.status == 500
    assert sentence in str(error)
    assert "second ?" in error.hint
    assert "<script>" not in str(error)
    assert len(str(error)) < 600


def test_every_server_error_has_a_sentence() -> None:
    assert str(server_error("", error="")) == "The server stopped the stream: no reason given."
    assert "180 seconds" in str(server_error("Too late.", error="input_timeout_exceeded"))


@pytest.mark.parametrize(
    "status", [400, 401, 402, 403, 404, 408, 409, 422, 425, 429, 500, 502, 503, 504]
)
def test_every_documented_status_says_what_to_do(status: int) -> None:
    error = handshake_error(status)
    assert f"HTTP {status}" in error.message
    assert error.hint


@pytest.mark.parametrize(
    ("error", "kind", "retryable"),
    [
        ("invalid_api_key", AuthenticationError, False),
        ("detected_unusual_activity", AuthenticationError, False),
        ("voice_not_found", VoiceNotFound, False),
        ("quota_exceeded", QuotaExceeded, False),
        ("max_character_limit_exceeded", TTSError, False),
        ("output_format_not_allowed", TTSError, False),
        ("unsupported_model", TTSError, False),
        ("input_timeout_exceeded", InputTimeout, True),
        ("system_busy", TTSError, True),
        ("concurrent_limit_exceeded", TTSError, True),
        ("something_went_wrong", TTSError, True),
    ],
)
def test_every_known_id_says_what_to_do(error: str, kind: type[TTSError], retryable: bool) -> None:
    failure = server_error("It said so.", error=error, code=1008)
    assert isinstance(failure, kind)
    assert failure.hint
    assert failure.retryable is retryable


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("This request exceeds your quota of 10000.", QuotaExceeded),
        ("Invalid API key", AuthenticationError),
        ("Have not received a new text input within the timeout of 20.0 seconds.", InputTimeout),
    ],
)
def test_a_sentence_without_an_id_is_recognized(reason: str, kind: type[TTSError]) -> None:
    assert isinstance(close_error(1008, reason), kind)


@pytest.mark.parametrize("code", [None, 1000, 1001, 1006, 1011, 1012, 1013, 4000])
def test_a_close_code_is_explained_and_may_be_tried_again(code: int | None) -> None:
    error = close_error(code)
    assert isinstance(error, ConnectionLost)
    assert error.retryable
    assert str(code or "without a close frame") in error.message


def test_a_refusal_without_a_reason_is_not_tried_again() -> None:
    assert not close_error(1008).retryable


def test_what_is_too_large_is_not_asked_for_again() -> None:
    error = close_error(1009)
    assert isinstance(error, TooMuchSound)
    assert not error.retryable


def test_a_peers_reason_is_bounded_and_one_line() -> None:
    error = close_error(1011, "a\nb" + "x" * 1000)
    assert "a b" in error.message
    assert len(error.message) < 400


def test_what_is_final_stays_final_whatever_code_or_status_it_comes_with() -> None:
    assert not server_error("No.", error="quota_exceeded", code=1011).retryable
    assert not close_error(1011, "This request exceeds your quota of 10000.").retryable
    body = json.dumps({"detail": {"message": "This request exceeds your quota."}})
    assert not handshake_error(429, body).retryable
    assert handshake_error(429, json.dumps({"detail": {"message": "Too many."}})).retryable


def test_the_seconds_of_retry_after_are_in_the_hint() -> None:
    assert "3,600 s" in handshake_error(429, retry_after="3600").hint
    assert handshake_error(429, retry_after="Mon, 01 Jan 99999 00:00:00 +9999").retry_after is None


def test_the_ids_of_a_request_are_attributes_and_words() -> None:
    ids = server_ids([("Request-Id", "abc"), ("X-Trace-Id", "def"), ("x-region", "us-central1")])
    failure = handshake_error(500, ids=ids)
    assert (failure.request_id, failure.trace_id) == ("abc", "def")
    assert str(failure).endswith("Request id abc, trace id def.")
    body = json.dumps({"detail": {"message": "No.", "request_id": "ghi"}})
    assert str(handshake_error(500, body)).endswith("Request id ghi.")
    assert handshake_error(500, body, ids=ids).request_id == "abc"
    assert str(server_error("No.", request_id="jkl")).endswith("Request id jkl.")


def test_an_id_that_is_both_stands_there_once() -> None:
    ids = server_ids([("request-id", "abc"), ("x-trace-id", "abc")])
    assert str(handshake_error(500, ids=ids)).endswith("Request id abc.")


@pytest.mark.parametrize("value", ["", "a b", "<b>", "x" * 129, "é", "a\n"])
def test_what_is_no_id_is_not_shown(value: str) -> None:
    failure = handshake_error(500, ids=server_ids([("request-id", value), ("x-trace-id", value)]))
    assert (failure.request_id, failure.trace_id) == ("", "")
    assert server_error("No.", request_id=value).request_id == ""
