"""Every error of ElevenLabs' that is documented or was measured, as the case that it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jupyter_tts.wire.error_codes import ERROR_IDS, finer_id
from jupyter_tts.wire.error_mapping import handshake_error, server_error
from jupyter_tts.wire.errors import (
    AuthenticationError,
    HandshakeRefused,
    InputTimeout,
    QuotaExceeded,
    ServerError,
    VoiceNotFound,
)

# What was measured: the HTTP status, what stands in the body, the finer id, and words of the hint.
MEASURED: list[tuple[int, dict[str, Any], str, str]] = [
    (
        402,
        {"type": "payment_required", "code": "paid_plan_required", "status": "payment_required"},
        "paid_plan_required",
        "one of the account's own voices",
    ),
    (
        400,
        {
            "type": "validation_error",
            "code": "invalid_parameters",
            "status": "unsupported_language",
        },
        "unsupported_language",
        "two letters",
    ),
    (
        403,
        {"code": "subscription_required", "status": "output_format_not_allowed"},
        "output_format_not_allowed",
        "a format that the plan includes",
    ),
    (
        400,
        {"code": "text_too_long", "status": "max_character_limit_exceeded"},
        "text_too_long",
        "Split the text",
    ),
    (
        401,
        {
            "type": "authentication_error",
            "code": "unauthorized",
            "status": "missing_permissions",
            "message": "The API key you used is missing the permission voices_read to do this.",
        },
        "missing_permissions",
        "lacks the permission voices_read",
    ),
    (
        401,
        {"code": "unauthorized", "status": "invalid_api_key"},
        "invalid_api_key",
        "Check ELEVENLABS_API_KEY",
    ),
    (
        401,
        {"code": "unauthorized", "status": "needs_authorization"},
        "needs_authorization",
        "Set ELEVENLABS_API_KEY",
    ),
    (
        401,
        {"type": "authentication_error", "code": "unauthorized", "status": "not_logged_in"},
        "not_logged_in",
        "Set ELEVENLABS_API_KEY",
    ),
    (
        404,
        {"type": "not_found", "code": "voice_not_found", "status": "voice_not_found"},
        "voice_not_found",
        "Check the voice",
    ),
    (400, {"status": "model_not_found"}, "model_not_found", "Check the model's id"),
    (403, {"status": "invalid_output_format"}, "invalid_output_format", "output formats"),
    (400, {"status": "invalid_voice_settings"}, "invalid_voice_settings", "speed"),
    (401, {"status": "quota_exceeded"}, "quota_exceeded", "used up"),
    (402, {"code": "insufficient_credits"}, "insufficient_credits", "used up"),
    (
        400,
        {
            "code": "unsupported_model",
            "status": "unsupported_model",
            "message": "Providing optimize_streaming_latency is not supported with the 'eleven_v3' "
            "model.",
        },
        "unsupported_model",
        "leave out what this one does not take",
    ),
]


@pytest.mark.parametrize(
    ("status", "detail", "error", "words"), MEASURED, ids=[row[2] for row in MEASURED]
)
def test_the_finer_of_two_ids_decides(
    status: int, detail: dict[str, Any], error: str, words: str
) -> None:
    for swapped in (detail, {**detail, **_swapped(detail)}):
        failure = handshake_error(status, json.dumps({"detail": swapped}))
        assert failure.status == status
        assert {failure.error, error} <= {error, "max_character_limit_exceeded"}
        assert words in failure.hint
        assert not failure.retryable


def _swapped(detail: dict[str, Any]) -> dict[str, Any]:
    if not {"code", "status"} <= detail.keys():
        return {}
    return {"code": detail["status"], "status": detail["code"]}


# The class of the exception inside a stream, and whether the same request is sent again.
MEANINGS: dict[tuple[type[ServerError], bool], str] = {
    (ServerError, False): (
        "invalid_parameters missing_required_field invalid_voice_settings unsupported_model "
        "invalid_output_format output_format_not_allowed text_too_long text_too_short empty_text "
        "max_character_limit_exceeded invalid_text unsupported_language model_not_found "
        "bad_request malformed_json invalid_content_type request_too_large payment_required "
        "paid_plan_required forbidden workspace_access_denied feature_not_available "
        "subscription_required voice_access_denied model_access_denied only_for_creator+ "
        "history_item_not_found pronunciation_dictionary_not_found conflict already_running "
        "concurrent_modification context_closing too_many_contexts max_active_conversations"
    ),
    (ServerError, True): (
        "rate_limit_exceeded concurrent_limit_exceeded system_busy too_many_concurrent_requests "
        "internal_error something_went_wrong service_unavailable maintenance"
    ),
    (VoiceNotFound, False): "invalid_voice_id voice_not_found voice_does_not_exist",
    (AuthenticationError, False): (
        "invalid_api_key missing_api_key invalid_authorization_header unauthorized "
        "sign_in_required needs_authorization not_logged_in authentication_required "
        "missing_permissions insufficient_permissions detected_unusual_activity invalid_token_type"
    ),
    (QuotaExceeded, False): "insufficient_credits quota_exceeded",
    (InputTimeout, True): "input_timeout_exceeded",
}
CASES = [
    (kind, passes, error_id) for (kind, passes), ids in MEANINGS.items() for error_id in ids.split()
]


@pytest.mark.parametrize(("kind", "passes", "error_id"), CASES, ids=[case[2] for case in CASES])
def test_every_id_has_a_class_a_next_step_and_a_rule_for_trying_again(
    kind: type[ServerError], passes: bool, error_id: str
) -> None:
    failure = server_error("It said so.", error=error_id, code=1008)
    assert type(failure) is kind
    assert failure.error == error_id
    assert failure.hint.endswith(".")
    assert failure.retryable is passes
    body = json.dumps({"detail": {"code": error_id, "message": "It said so."}})
    refused = handshake_error(429 if passes else 400, body)
    assert refused.hint == failure.hint
    assert refused.retryable is passes


def test_no_id_is_left_out() -> None:
    assert {case[2] for case in CASES} == set(ERROR_IDS)


@pytest.mark.parametrize(
    "error_id",
    [
        *("paid_plan_required", "payment_required", "insufficient_credits", "quota_exceeded"),
        *("missing_permissions", "insufficient_permissions", "subscription_required"),
    ],
)
def test_what_is_no_fault_of_the_key_says_so(error_id: str) -> None:
    hint = ERROR_IDS[error_id].hint
    assert "The key is right" in hint
    assert "ELEVENLABS_API_KEY" not in hint


def test_402_without_a_body_is_no_fault_of_the_key() -> None:
    assert "The key is right" in handshake_error(402).hint


@pytest.mark.parametrize(
    ("message", "permission"),
    [
        ("The API key you used is missing the permission text_to_speech.", "text_to_speech"),
        ("Missing permissions: user_read, voices_read", "user_read"),
        ("This key does not have permission to voices_write", "voices_write"),
    ],
)
def test_a_permission_is_named(message: str, permission: str) -> None:
    failure = server_error(message, error="missing_permissions", code=1008)
    assert f"lacks the permission {permission}:" in failure.hint


def test_a_permission_that_is_not_named_is_still_one() -> None:
    assert "lacks a permission" in server_error("No.", error="missing_permissions").hint


def test_an_id_that_is_not_known_does_not_hide_one_that_is() -> None:
    assert finer_id("brand_new", "unsupported_language") == "unsupported_language"
    assert finer_id("unauthorized", "brand_new") == "unauthorized"
    assert finer_id("brand_new", "also_new") == "brand_new"
    assert finer_id("", "") == finer_id() == ""


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        (
            [{"loc": ["query", "seed"], "msg": "value is not an integer", "type": "int"}],
            "query.seed: value is not an integer.",
        ),
        (
            [{"loc": ["body", 0], "msg": "a"}, {"msg": "b"}, "c", "d"],
            "body.0: a; b; c.",
        ),
        ({"message": ["One.", {"msg": "two"}]}, "One.; two."),
        ({"message": 5, "code": "text_too_long"}, "text_too_long."),
        ({"code": 5, "status": None}, "HTTP 422."),
        ([5], "5."),
        ([], "HTTP 422."),
    ],
)
def test_every_shape_of_a_body_is_read(detail: object, words: str) -> None:
    assert words in handshake_error(422, json.dumps({"detail": detail})).message


def test_the_field_at_fault_is_named() -> None:
    detail = {"code": "invalid_parameters", "message": "Not so.", "param": "voice_settings.speed"}
    failure = handshake_error(400, json.dumps({"detail": detail}))
    assert failure.param == "voice_settings.speed"
    assert "The field at fault is voice_settings.speed." in failure.hint


@pytest.mark.parametrize(
    ("sentence", "error_id"),
    [
        (
            "Model 'eleven_flash_v2_5' does not support language_code 'mr'.",
            "unsupported_language",
        ),
        (
            "Token type mismatch: expected 'ttd_websocket', got 'tts_websocket'.",
            "invalid_token_type",
        ),
    ],
)
def test_a_sentence_of_the_dialogue_sockets_is_known(sentence: str, error_id: str) -> None:
    assert server_error(sentence, code=1008).hint == ERROR_IDS[error_id].hint


def test_a_bare_403_may_be_the_wrong_endpoint_or_an_unknown_voice() -> None:
    failure = handshake_error(403)
    assert isinstance(failure, HandshakeRefused)
    assert "voice" in failure.hint
    assert "not served at this address" in failure.hint
