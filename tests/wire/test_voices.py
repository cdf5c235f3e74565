from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from jupyter_tts.wire.hosts import default_voice
from jupyter_tts.wire.voices import (
    DEFAULT_VOICES,
    LAST_DAY,
    LEGACY_VOICES,
    SUCCESSOR_NAMES,
    default_voice_of,
    retirement,
    short_retirement,
)

BEFORE = date(2026, 11, 29)
AFTER = LAST_DAY + timedelta(days=1)

GEORGE = "JBFqnCBsd6RMkjVDRZzb"
BELLA = "hpp4J3VqNfWAUOO0d1Us"
RACHEL = "21m00Tcm4TlvDq8ikWAM"


@pytest.mark.parametrize("today", [BEFORE, LAST_DAY])
def test_a_default_voice_ends_on_a_day(today: date) -> None:
    note = retirement(GEORGE, today)
    assert note is not None
    assert "end on 2026-12-31" in note
    assert "Eldrin, 6WwXjDDEMyNmFG95zycZ" in note
    assert short_retirement(GEORGE, today) == "ends on 2026-12-31"


def test_after_that_day_it_has_ended() -> None:
    note = retirement(GEORGE, AFTER)
    assert note is not None
    assert "ended on 2026-12-31" in note
    assert "Eldrin, 6WwXjDDEMyNmFG95zycZ" in note
    assert short_retirement(GEORGE, AFTER) == "ended on 2026-12-31"


@pytest.mark.parametrize("voice_id", [BELLA, "pNInz6obpgDQGcFmaJgB"])
@pytest.mark.parametrize("today", [BEFORE, AFTER])
def test_two_have_no_successor(voice_id: str, today: date) -> None:
    assert "no successor" in (retirement(voice_id, today) or "")


@pytest.mark.parametrize("today", [BEFORE, AFTER])
def test_a_legacy_voice_needs_a_paid_plan_at_any_time(today: date) -> None:
    note = retirement(RACHEL, today)
    assert note is not None
    assert note.startswith("Rachel is a legacy voice")
    assert "paid plans" in note
    assert "paid plans" in (short_retirement(RACHEL, today) or "")


@pytest.mark.parametrize("voice_id", ["abc", *SUCCESSOR_NAMES])
def test_no_other_voice_ends(voice_id: str) -> None:
    assert retirement(voice_id, AFTER) is None
    assert short_retirement(voice_id, AFTER) is None
    assert default_voice_of(voice_id) is None


def test_the_table_is_whole() -> None:
    assert len(DEFAULT_VOICES) == 21
    assert len(SUCCESSOR_NAMES) == 19
    ids = [voice.id for voice in DEFAULT_VOICES] + [*SUCCESSOR_NAMES, *LEGACY_VOICES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[A-Za-z0-9]{20}", voice_id) for voice_id in ids)
    assert default_voice("elevenlabs") in SUCCESSOR_NAMES
