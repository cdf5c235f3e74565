"""What is found of the sound of a sweep."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupyter_tts.client.sweep.axes import axes_of
from jupyter_tts.client.sweep.plan import Plan
from jupyter_tts.client.sweep.prompts import choose_prompts
from jupyter_tts.client.sweep.recordings import Recording, Recordings, recordings_beside
from jupyter_tts.client.sweep.rows import Row, RowFile
from jupyter_tts.client.sweep.scores import check_scores, dnsmos, score, word_error_rate
from jupyter_tts.wire.errors import ParameterError, TTSError

TEXT = "Sure, I can do that."


@pytest.fixture
def plan() -> Plan:
    return Plan(axes_of({"latency": [0, 4]}), choose_prompts([TEXT]), repeat=2)


@pytest.fixture
def file(plan: Plan, tmp_path: Path) -> RowFile:
    """Every cell measured, and a second of sound kept of each condition."""
    file = RowFile(tmp_path / "rows.jsonl", plan.key)
    recordings = recordings_beside(file.path, plan)
    for cell in plan.cells:
        level = int(cell.condition["latency"])
        row = Row(
            cell=cell.name,
            condition=cell.condition,
            text=cell.prompt.name,
            repetition=cell.repetition,
        )
        pcm = np.full(24_000, 1000 * level, "<i2").tobytes()
        file.add(recordings.keep(row, Recording(pcm, 24_000)))
    return file


@pytest.fixture
def recordings(plan: Plan, file: RowFile) -> Recordings:
    return recordings_beside(file.path, plan)


async def test_each_recording_is_scored_once(
    plan: Plan, file: RowFile, recordings: Recordings
) -> None:
    asked: list[tuple[float, int, str]] = []

    def loudest(samples: Any, sample_rate: int, text: str) -> float:
        assert samples.dtype == np.float32
        asked.append((float(samples.max()), sample_rate, text))
        return float(samples.max())

    seen: list[Row] = []
    await score(plan, file, recordings, {"loudest": loudest}, seen.append)
    await score(plan, file, recordings, {"loudest": loudest, "one": lambda *_: 1})
    assert sorted(asked) == [(0.0, 24_000, TEXT), (4000 / 32768, 24_000, TEXT)]
    rows = RowFile(file.path, plan.key).rows
    assert rows == file.rows
    scores = {(row.condition["latency"], row.repetition): row.scores for row in rows}
    assert scores == {
        (0, 0): {"loudest": 0.0, "one": 1.0},
        (4, 0): {"loudest": 4000 / 32768, "one": 1.0},
        (0, 1): {},
        (4, 1): {},
    }
    assert [row.scores.keys() for row in seen] == [{"loudest"}] * 2


@pytest.mark.parametrize(
    ("scorer", "why"),
    [
        (lambda *_: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda *_: float("nan"), "it gave nan"),
        (word_error_rate(lambda *_: None), "TypeError: the recogniser gave NoneType, not a text"),  # type: ignore[arg-type,return-value]
    ],
)
async def test_a_score_that_fails_is_told_and_nothing_is_lost(
    plan: Plan, file: RowFile, recordings: Recordings, scorer: Any, why: str
) -> None:
    with pytest.raises(TTSError, match=f"The score mine of '000. text 1, level .*: {why}. What"):
        await score(plan, file, recordings, {"one": lambda *_: 1, "mine": scorer})
    rows = RowFile(file.path, plan.key).rows
    assert len(rows) == 4
    assert sum(row.scores == {"one": 1.0} for row in rows) == 1


@pytest.mark.parametrize(
    ("scores", "fault"),
    [
        ([dnsmos], "scores must be a mapping"),
        ({"": dnsmos}, "a score must have a name"),
        ({"ttfb": dnsmos}, "ttfb cannot be a score: a row has it"),
        ({"latency": dnsmos}, "latency cannot be a score"),
        ({"wer": 0.5}, "the score wer must be a function"),
    ],
)
def test_what_is_no_score_is_refused(scores: Any, fault: str) -> None:
    with pytest.raises(ParameterError, match=fault):
        check_scores(scores)


@pytest.mark.parametrize(
    ("text", "heard", "errors"),
    [
        (TEXT, "sure i can do that", 0),
        (TEXT, "Sure, I can't do it!", 2 / 5),
        (TEXT, "", 1),
        ("Don’t.", "don't", 0),
        ("好的，没问题。", "好的没有题", 1 / 5),
        ("Schöne Grüße", "scho\u0308ne GRÜSSE", 0),
    ],
)
def test_word_errors_do_not_count_case_and_punctuation(
    text: str, heard: str, errors: float
) -> None:
    scorer = word_error_rate(lambda samples, sample_rate: heard)
    assert scorer(np.zeros(1, np.float32), 16_000, text) == pytest.approx(errors)


def test_dnsmos_is_what_its_authors_code_gives() -> None:
    # speechmos 0.0.1.1, dnsmos.run(...)["ovrl_mos"]
    noise = np.random.default_rng(1).normal(0, 0.1, 48_000).clip(-1, 1).astype(np.float32)
    assert dnsmos(noise, 16_000) == pytest.approx(1.104884, abs=1e-4)
    assert 1 < dnsmos(np.repeat(noise, 3), 48_000) < 5


def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jiwer", None)
    with pytest.raises(TTSError, match=r"needs jiwer, which is not installed\. Install it with"):
        word_error_rate(lambda *_: "")
