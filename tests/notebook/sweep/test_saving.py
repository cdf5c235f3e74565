from __future__ import annotations

import io
from typing import Any

import pandas as pd
import pytest

from jupyter_tts.notebook.sweep.saving import as_frame, table_bytes

from .measured import measured

AXES: dict[str, Any] = {
    "latency": [0, 2],
    "schedule": [[50], [50, 90]],
    "stability": [0, 0.5, 1],
    "speaker_boost": [True, False],
    "network": ["here", "rtt 100 ms"],
}


@pytest.mark.parametrize("failed", ["", "The server said: ⛔"])
def test_a_parquet_file_has_the_table_whatever_is_varied(failed: str) -> None:
    pytest.importorskip("pyarrow", reason="python -m tests.versions has it")
    plan, rows = measured(AXES, texts=1, repeat=1, failed=failed)
    read = pd.read_parquet(io.BytesIO(table_bytes(plan, rows, ".parquet")))
    expected = as_frame(plan, rows)
    assert list(read.columns) == list(expected.columns)
    assert len(read) == 48
    for name in expected:
        assert read[name].isna().tolist() == expected[name].isna().tolist(), name
        assert read[name].dropna().tolist() == expected[name].dropna().tolist(), name
    assert len(pd.read_parquet(io.BytesIO(table_bytes(plan, [], ".parquet")))) == 0
