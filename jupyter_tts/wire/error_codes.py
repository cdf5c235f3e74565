"""The ids of ElevenLabs' errors: which exception each becomes, what to do, whether to try again.

Ids as the errors page of ElevenLabs lists them (2026), older ones as they were seen on the wire
(livekit/agents#218, pipecat#1006, elevenlabs-python#351, home-assistant/core#160414), and those of
the text-to-dialogue sockets (pipecat#5601). The advice is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .errors import (
    AuthenticationError,
    InputTimeout,
    QuotaExceeded,
    ServerError,
    VoiceNotFound,
)

__all__ = ["ERROR_IDS", "ErrorMeaning", "finer_id"]


@dataclass(frozen=True)
class ErrorMeaning:
    """What an error id means.

    Attributes
    ----------
    kind : type of ServerError
        The exception, where the error came inside a stream.
    hint : str
        What to do.
    passes : bool
        Whether the same request may succeed later.
    is_coarse : bool
        Whether it only repeats the HTTP status, so that another id beside it says more.
    """

    kind: type[ServerError]
    hint: str
    passes: bool = False
    is_coarse: bool = False


def _all(ids: str, meaning: ErrorMeaning) -> Mapping[str, ErrorMeaning]:
    return dict.fromkeys(ids.split(), meaning)


def _other(hint: str, *, passes: bool = False, is_coarse: bool = False) -> ErrorMeaning:
    return ErrorMeaning(ServerError, hint, passes, is_coarse)


_REPORT: Final = "This is a fault of the client; please report it."
_NO_VOICE: Final = "Check the voice against the server's list of voices."
_WRONG_KEY: Final = "Check ELEVENLABS_API_KEY."
_NO_KEY: Final = "Set ELEVENLABS_API_KEY."
_TOO_LONG: Final = "Split the text, or choose another model."
_BUSY: Final = "The service is in trouble; try again in a moment."
_TOO_MANY: Final = "Too many streams at once for this account; wait for one to end."
_PERMISSION: Final = (
    "The key is right, but lacks a permission: switch it on for this key in ElevenLabs' dashboard, "
    "or use another key."
)
_NO_CREDITS: Final = (
    "The account's credits are used up: wait for the quota to be renewed, buy more, or choose the "
    "server local. The key is right."
)
_OTHER_PLAN: Final = (
    "The plan does not include it: choose another voice, one of the account's own say, or another "
    "plan. The key is right."
)
_MODEL: Final = (
    "Choose another model, eleven_flash_v2_5 say, or leave out what this one does not take."
)

ERROR_IDS: Final[Mapping[str, ErrorMeaning]] = {
    # 400 validation_error
    "invalid_parameters": _other("Change or leave out the parameter at fault.", is_coarse=True),
    "missing_required_field": _other("Send the field that is missing."),
    "invalid_voice_settings": _other(
        "Check stability, similarity, style and speed against their ranges."
    ),
    **_all(
        "invalid_voice_id voice_not_found voice_does_not_exist",
        ErrorMeaning(VoiceNotFound, _NO_VOICE),
    ),
    "unsupported_model": _other(_MODEL),
    "model_not_found": _other("Check the model's id; Tab completes those that are known."),
    "invalid_output_format": _other("Choose one of the output formats in the reference."),
    "output_format_not_allowed": _other("Choose a format that the plan includes."),
    **_all("text_too_long max_character_limit_exceeded", _other(_TOO_LONG)),
    **_all("text_too_short empty_text", _other("Give a text that can be spoken.")),
    "invalid_text": _other("Take out of the text what cannot be spoken."),
    "unsupported_language": _other(
        "Choose a language that the model speaks, or another model; write it with two letters, "
        "without a region."
    ),
    # 400 invalid_request
    "bad_request": _other(_REPORT, is_coarse=True),
    **_all("malformed_json invalid_content_type", _other(_REPORT)),
    "request_too_large": _other("Send less text at once."),
    # 401 authentication_error
    "unauthorized": ErrorMeaning(AuthenticationError, _WRONG_KEY, is_coarse=True),
    **_all(
        "invalid_api_key invalid_authorization_header",
        ErrorMeaning(AuthenticationError, _WRONG_KEY),
    ),
    **_all(
        "missing_api_key authentication_required needs_authorization not_logged_in "
        "sign_in_required",
        ErrorMeaning(AuthenticationError, _NO_KEY),
    ),
    "detected_unusual_activity": ErrorMeaning(
        AuthenticationError,
        "ElevenLabs has switched its free tier off for this network; a paid plan is not affected.",
    ),
    **_all(
        "missing_permissions insufficient_permissions",
        ErrorMeaning(AuthenticationError, _PERMISSION),
    ),
    # 402 payment_required; ElevenLabs answers 401 with quota_exceeded, too
    "payment_required": _other(_OTHER_PLAN, is_coarse=True),
    "paid_plan_required": _other(
        "The voice speaks over the API on paid plans only: choose one of the account's own voices, "
        "or a paid plan. The key is right."
    ),
    **_all("insufficient_credits quota_exceeded", ErrorMeaning(QuotaExceeded, _NO_CREDITS)),
    # 403 authorization_error
    "forbidden": _other(
        "The account may not do this; check the voice and the plan.", is_coarse=True
    ),
    "workspace_access_denied": _other("Use a key of the workspace that this belongs to."),
    "subscription_required": _other(_OTHER_PLAN, is_coarse=True),
    **_all("feature_not_available only_for_creator+", _other(_OTHER_PLAN)),
    "voice_access_denied": _other("Choose a voice that the account may use."),
    "model_access_denied": _other("Choose a model that the account may use."),
    # 404 not_found
    **_all(
        "history_item_not_found pronunciation_dictionary_not_found",
        _other("Check the id of what was asked for."),
    ),
    # 409 conflict
    "conflict": _other("Run the cell again.", is_coarse=True),
    **_all(
        "already_running concurrent_modification", _other("Wait for it to end, then run again.")
    ),
    # 429 rate_limit_error
    "rate_limit_exceeded": _other("Too many requests in a short time; slow down.", passes=True),
    **_all(
        "concurrent_limit_exceeded too_many_concurrent_requests", _other(_TOO_MANY, passes=True)
    ),
    "max_active_conversations": _other(_TOO_MANY),
    "system_busy": _other(_BUSY, passes=True),
    # 500 internal_error, 503 service_unavailable
    **_all(
        "internal_error something_went_wrong service_unavailable maintenance",
        _other(_BUSY, passes=True),
    ),
    # inside a stream
    "input_timeout_exceeded": ErrorMeaning(
        InputTimeout,
        "Send text sooner, or raise the inactivity timeout (at most 180 seconds).",
        passes=True,
    ),
    "context_closing": _other("Nothing may follow in a context that was closed; open another."),
    "too_many_contexts": _other(
        "A socket has five contexts at most, those that are closing included; wait for one to end."
    ),
    "invalid_token_type": ErrorMeaning(
        AuthenticationError,
        "Ask for a single-use token of this endpoint's type: ttd_websocket for text-to-dialogue, "
        "tts_websocket for text-to-speech.",
    ),
}
"""Every id that is known, with what it means."""


def finer_id(*ids: str) -> str:
    """Return the id that says the most, of those a server gave for one error.

    The new ``code`` is finer than the old ``status`` as often as the other way round. Ids that are
    not known count less than those that are; where two count the same, the first is taken.
    """
    return max(filter(None, ids), key=_fineness, default="")


def _fineness(error_id: str) -> int:
    meaning = ERROR_IDS.get(error_id)
    return 0 if meaning is None else 1 if meaning.is_coarse else 2
