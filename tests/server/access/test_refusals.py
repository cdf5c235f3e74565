"""The shapes of errors."""

from __future__ import annotations

import pytest

from jupyter_tts.server.access.refusals import error_body, fault, invalid, refused


def test_one_body_has_the_older_shape_and_the_newer_one() -> None:
    assert error_body("quota_exceeded", "Too much.", parameter="text") == {
        "detail": {
            "type": "quota_error",
            "code": "quota_exceeded",
            "message": "Too much.",
            "status": "quota_exceeded",
            "param": "text",
        }
    }


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("invalid_api_key", "authentication_error"),
        ("voice_not_found", "not_found"),
        ("max_character_limit_exceeded", "validation_error"),
    ],
)
def test_an_error_has_the_type_of_its_code(error: str, kind: str) -> None:
    refusal = refused(400, error, "No.")
    assert refusal.status == 400
    detail = refusal.body["detail"]
    assert isinstance(detail, dict)
    assert detail["type"] == kind


def test_faults_are_listed_as_the_framework_of_elevenlabs_lists_them() -> None:
    refusal = invalid([fault(["body", "text"], "Field required", "missing")])
    assert refusal.status == 422
    assert refusal.body == {
        "detail": [{"loc": ["body", "text"], "msg": "Field required", "type": "missing"}]
    }
