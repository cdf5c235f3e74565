"""The program of every worker, with a speaker that the test writes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jupyter_tts.server.engines import worker_program
from jupyter_tts.server.engines.worker_process import FRAME, WorkerProcess
from jupyter_tts.wire.errors import LocalVoiceMissing, VoiceEngineError

BEEPS = """
class Speaker:
    version = "1"
    sample_rate = 8000

    def __init__(self, level):
        self._beep = bytes([0, int(level)]) * 800

    def warm_up(self):
        print("printed to standard output")

    def speak(self, request):
        words = [[0, 0]] if request["text"] else []
        return {"words": words, "phonemes": []}, self._beep * len(request["text"])
"""


def command(path: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-I", "-S", worker_program.__file__, str(path), *arguments]


def test_worker_and_server_have_the_same_frames() -> None:
    assert worker_program.FRAME.format == FRAME.format


async def test_a_class_in_a_file_anywhere_is_a_worker(tmp_path: Path) -> None:
    path = tmp_path / "beeps.py"
    path.write_text(BEEPS)
    worker = await WorkerProcess.start(command(path, "9"), hint="")
    answer, pcm = await worker.ask({"text": "abc"}, timeout=60)
    assert answer == {"words": [[0, 0]], "phonemes": []}
    assert pcm == bytes([0, 9]) * 2400
    await worker.end()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import no_such_module", "No module named 'no_such_module'"),
        ("raise OSError('no\\nsuch  device.')", "no such device"),
        ("raise MemoryError", "MemoryError"),
        ("x = 1", "has no attribute 'Speaker'"),
    ],
)
async def test_what_a_file_raises_is_told_in_a_sentence(
    tmp_path: Path, text: str, reason: str
) -> None:
    path = tmp_path / "broken.py"
    path.write_text(text)
    with pytest.raises(LocalVoiceMissing) as missing:
        await WorkerProcess.start(command(path), hint="")
    assert missing.value.message.endswith(f"{reason}.")
    assert "\n" not in missing.value.message


async def test_a_fault_at_one_text_ends_no_worker(tmp_path: Path) -> None:
    path = tmp_path / "beeps.py"
    path.write_text(BEEPS)
    worker = await WorkerProcess.start(command(path, "9"), hint="")
    with pytest.raises(VoiceEngineError, match="failed at this text: 'text'"):
        await worker.ask({}, timeout=60)
    answer, _ = await worker.ask({"text": "a"}, timeout=60)
    assert answer["words"] == [[0, 0]]
    await worker.end()
