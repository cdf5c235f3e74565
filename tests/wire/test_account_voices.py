"""Which of an account's voices speaks where none is named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.wire.account_voices import choose_voice, read_account_voices
from jupyter_tts.wire.voices import LAST_DAY

TODAY = date(2026, 11, 30)
AFTER = LAST_DAY + timedelta(days=1)


def entry(voice_id: str, **fields: Any) -> dict[str, Any]:
    return {"voice_id": voice_id, "name": voice_id.title(), **fields}


def library(voice_id: str, **sharing: Any) -> dict[str, Any]:
    return entry(voice_id, category="professional", is_owner=False, sharing=sharing)


OWN = entry("own", category="generated", is_owner=True)
PROFESSIONAL = entry("clone", category="professional", is_owner=True)
SAVED = library("saved", rate=None, free_users_allowed=True)
DEFAULT = entry("JBFqnCBsd6RMkjVDRZzb", category="premade", is_owner=False)
LEGACY = entry("21m00Tcm4TlvDq8ikWAM", category="professional", is_owner=False)


def chosen(*entries: Any, today: date = TODAY, tier: str = "") -> str | None:
    voice = choose_voice(read_account_voices({"voices": list(entries)}), today, tier)
    return voice and voice.id


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([DEFAULT, SAVED, PROFESSIONAL, OWN], "own"),
        ([DEFAULT, SAVED, PROFESSIONAL], "clone"),
        ([DEFAULT, SAVED], "saved"),
        ([DEFAULT], DEFAULT["voice_id"]),
        ([], None),
        ([library("twice", rate=2.0), library("once", rate=1)], "once"),
        ([library("twice", rate=2.0)], None),
        ([LEGACY], None),
        ([entry("old", category="cloned", is_owner=True, is_legacy=True)], None),
        ([entry("made", category="cloned")], "made"),
        ([library("first"), library("second")], "first"),
    ],
)
def test_own_voices_come_before_saved_ones_and_these_before_default_ones(
    entries: list[Any], expected: str | None
) -> None:
    assert chosen(*entries) == expected


def test_default_voices_are_taken_up_to_their_last_day() -> None:
    assert chosen(DEFAULT, today=LAST_DAY) == DEFAULT["voice_id"]
    assert chosen(DEFAULT, today=AFTER) is None
    assert chosen(DEFAULT, SAVED, today=AFTER) == "saved"


def test_a_voice_that_ends_soon_is_not_taken() -> None:
    def at(days: int) -> dict[str, Any]:
        end = datetime(2026, 11, 30, tzinfo=UTC) + timedelta(days=days)
        return library(f"in {days}", disable_at_unix=end.timestamp())

    assert chosen(at(29), at(31)) == "in 31"
    assert chosen(at(-1)) is None


def test_a_saved_voice_is_one_that_the_plan_may_use() -> None:
    paid = library("paid", free_users_allowed=False)
    assert chosen(paid) is None
    assert chosen(paid, tier="free") is None
    assert chosen(paid, tier="creator") == "paid"
    limited = {**library("limited"), "available_for_tiers": ["pro", "scale"]}
    assert [chosen(limited, tier=tier) for tier in ("", "starter", "pro")] == [
        None,
        None,
        "limited",
    ]


def test_a_name_is_one_short_line_and_never_empty() -> None:
    voices = read_account_voices({"voices": [entry("a", name=" A\n\x00 b "), entry("b", name="")]})
    assert [voice.name for voice in voices] == ["A b", "b"]
    assert len(read_account_voices({"voices": [entry("a", name="x" * 999)]})[0].name) == 100


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
FIELDS = ["voice_id", "name", "category", "is_owner", "is_legacy", "available_for_tiers", "sharing"]
SHARING = st.dictionaries(
    st.sampled_from(["rate", "free_users_allowed", "disable_at_unix"]), values
)


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), values | SHARING) | values))
def test_no_list_is_too_strange(entries: list[Any]) -> None:
    choose_voice(read_account_voices({"voices": entries}), TODAY)


@pytest.mark.parametrize("listing", [None, [], "voices", {}, {"voices": None}, {"voices": {}}])
def test_what_is_no_list_has_no_voices(listing: object) -> None:
    assert read_account_voices(listing) == []
