"""The program of every worker, with a speaker that the test writes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from jupyter_tts.server.engines import worker_process, worker_program
from jupyter_tts.server.engines.worker_pool import WorkerPool
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


YIELDS = """
class Speaker:
    version = "1"
    sample_rate = 8000

    def warm_up(self):
        pass

    def speak(self, request):
        for number, word in enumerate(request["text"].split()):
            if word == "fail":
                raise ValueError(word)
            yield {"words": [], "phonemes": [], "stop": number, "more": True}, word.encode()
        yield {"words": [], "phonemes": []}, b"."
"""


async def test_a_speaker_may_answer_bit_by_bit(tmp_path: Path) -> None:
    path = tmp_path / "yields.py"
    path.write_text(YIELDS)
    worker = await WorkerProcess.start(command(path), hint="")
    begun: list[tuple[int, bytes]] = []

    def take(header: dict[str, Any], body: bytes) -> None:
        begun.append((header["stop"], body))

    _, body = await worker.ask({"text": "one two"}, 60, take)
    assert (begun, body) == ([(0, b"one"), (1, b"two")], b".")
    _, body = await worker.ask({"text": "nobody listens"}, 60)
    assert body == b"."
    with pytest.raises(VoiceEngineError, match="failed at this text: fail"):
        await worker.ask({"text": "one fail"}, 60, take)
    assert begun[2:] == [(0, b"one")]
    _, body = await worker.ask({"text": ""}, 60, take)
    assert body == b"."
    await worker.end()


ENDLESS = """
class Speaker:
    version = "1"
    sample_rate = 8000

    def warm_up(self):
        pass

    def speak(self, request):
        begun = {"words": [], "phonemes": [], "stop": 0, "more": True}
        while request["text"] == "endless":
            yield begun, bytes(1000)
        yield begun, b""
        if request["text"] != "unfinished":
            yield {"words": [], "phonemes": []}, request["text"].encode()
            yield {"words": [], "phonemes": []}, b"one too many"
"""


async def test_an_answer_has_one_end(tmp_path: Path) -> None:
    path = tmp_path / "endless.py"
    path.write_text(ENDLESS)
    worker = await WorkerProcess.start(command(path), hint="")
    with pytest.raises(VoiceEngineError, match="not spoken to its end"):
        await worker.ask({"text": "unfinished"}, 60)
    for text in ("one", "two"):
        assert (await worker.ask({"text": text}, 60))[1] == text.encode()
    await worker.end()


async def test_an_answer_without_end_is_that_of_a_lost_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "endless.py"
    path.write_text(ENDLESS)
    monkeypatch.setattr(worker_process, "MAX_FRAME", 100_000)
    worker = await WorkerProcess.start(command(path), hint="")
    begun: list[int] = []
    with pytest.raises(ConnectionError, match="malformed"):
        await worker.ask({"text": "endless"}, 60, lambda _, body: begun.append(len(body)))
    assert sum(begun) < 100_000
    await worker.end()


async def test_a_fault_in_who_takes_a_beginning_is_that_requests_alone(tmp_path: Path) -> None:
    path = tmp_path / "yields.py"
    path.write_text(YIELDS)
    pool = WorkerPool[bytes](1, reply_timeout=60, read_reply=lambda _, body: body, start_hint="")
    await pool.start(command(path))

    def fail(_: bytes) -> None:
        raise RuntimeError("a fault")

    try:
        with pytest.raises(RuntimeError, match="a fault"):
            await pool.ask({"text": "one two"}, fail)
        begun: list[bytes] = []
        assert await pool.ask({"text": "three"}, begun.append) == b"."
        assert begun == [b"three"]
        assert pool.restarts == 0
    finally:
        await pool.close()


async def test_a_fault_at_one_text_ends_no_worker(tmp_path: Path) -> None:
    path = tmp_path / "beeps.py"
    path.write_text(BEEPS)
    worker = await WorkerProcess.start(command(path, "9"), hint="")
    with pytest.raises(VoiceEngineError, match="failed at this text: 'text'"):
        await worker.ask({}, timeout=60)
    answer, _ = await worker.ask({"text": "a"}, timeout=60)
    assert answer["words"] == [[0, 0]]
    await worker.end()
