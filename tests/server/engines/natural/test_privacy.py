"""onnxruntime, left to itself, writes down events and sends them to its maker."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from jupyter_tts.server.engines.natural.engine import NaturalEngine
from jupyter_tts.server.engines.natural.voices import HEART


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_the_natural_voice_keeps_no_record_and_opens_no_connection(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    async with NaturalEngine() as engine:
        await engine.speak("Nobody hears of this.", HEART)
        (pid,) = engine.pids
        opened = [os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir()]
    assert [name for name in opened if not name.startswith(("pipe:", "/dev/null"))] == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
