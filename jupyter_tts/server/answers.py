"""The JSON objects that the HTTP routes answer with: types for what makes them, and what
``/openapi.json`` describes.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

__all__ = [
    "CharacterTimes",
    "Error",
    "ModelAnswer",
    "ModelLanguage",
    "SubscriptionAnswer",
    "TimedDialogue",
    "TimedSound",
    "TokenAnswer",
    "UserAnswer",
    "VoiceAnswer",
    "VoiceList",
    "VoicePage",
    "VoiceSegment",
]


class ErrorDetail(TypedDict):
    type: str
    code: str
    message: str
    status: str
    param: str | None
    request_id: NotRequired[str]


class Fault(TypedDict):
    loc: list[str | int]
    msg: str
    type: str


class Error(TypedDict):
    detail: ErrorDetail | list[Fault] | str


class VoiceAnswer(TypedDict):
    voice_id: str
    name: str
    category: str
    description: str
    labels: dict[str, str]
    preview_url: str
    available_for_tiers: list[str]
    high_quality_base_model_ids: list[str]


class VoiceList(TypedDict):
    voices: list[VoiceAnswer]


class VoicePage(VoiceList):
    has_more: bool
    total_count: int
    next_page_token: str | None


class ModelLanguage(TypedDict):
    language_id: str
    name: str


class ModelAnswer(TypedDict):
    model_id: str
    name: str
    description: str
    can_be_finetuned: bool
    can_do_text_to_speech: bool
    can_do_voice_conversion: bool
    can_use_style: bool
    can_use_speaker_boost: bool
    serves_pro_voices: bool
    requires_alpha_access: bool
    token_cost_factor: float
    model_rates: dict[str, float]
    max_characters_request_free_user: int
    max_characters_request_subscribed_user: int
    maximum_text_length_per_request: int
    concurrency_group: str
    languages: list[ModelLanguage]


class SubscriptionAnswer(TypedDict):
    tier: str
    status: str
    character_count: int
    character_limit: int
    max_character_limit_extension: int | None
    max_credit_limit_extension: int
    can_extend_character_limit: bool
    allowed_to_extend_character_limit: bool
    next_character_count_reset_unix: int | None
    voice_slots_used: int
    professional_voice_slots_used: int
    professional_voice_slots_used_in_workspace: int
    voice_limit: int
    max_voice_add_edits: int
    voice_add_edit_counter: int
    professional_voice_limit: int
    can_extend_voice_limit: bool
    can_use_instant_voice_cloning: bool
    can_use_professional_voice_cloning: bool
    currency: str | None
    current_overage: dict[str, str]
    billing_period: str | None
    character_refresh_period: str | None
    next_invoice: None
    open_invoices: list[None]
    has_open_invoices: bool


class UserAnswer(TypedDict):
    user_id: str
    workspace_id: str
    first_name: str | None
    subscription: SubscriptionAnswer
    is_new_user: bool
    can_use_delayed_payment_methods: bool
    is_onboarding_completed: bool
    is_onboarding_checklist_completed: bool
    created_at: int
    seat_type: str


class TokenAnswer(TypedDict):
    token: str


class CharacterTimes(TypedDict):
    characters: list[str]
    character_start_times_seconds: list[float]
    character_end_times_seconds: list[float]


class VoiceSegment(TypedDict):
    voice_id: str
    start_time_seconds: float
    end_time_seconds: float
    character_start_index: int
    character_end_index: int
    dialogue_input_index: int | None


class TimedSound(TypedDict):
    audio_base64: str
    alignment: CharacterTimes | None
    normalized_alignment: CharacterTimes | None
    embedded_voice: NotRequired[str]  # `NOTE`


class TimedDialogue(TimedSound):
    voice_segments: NotRequired[list[VoiceSegment]]
