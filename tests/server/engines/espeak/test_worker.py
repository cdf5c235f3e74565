"""The worker process by itself: a program with two pipes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import espeakng_loader
import pytest

from jupyter_tts.server.engines.espeak.installation import worker_command
from jupyter_tts.server.engines.espeak.voice_table import ESPEAK_VOICES
from jupyter_tts.server.engines.espeak.worker import DEFAULTS
from jupyter_tts.server.engines.espeak_library import LIBRARY
from jupyter_tts.server.engines.worker_program import read_frame, write_frame

DIRECTORY = Path(espeakng_loader.__file__).parent


class Worker:
    """A running worker and its pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process, self.stdin, self.stdout = process, process.stdin, process.stdout
        frame = read_frame(self.stdout)
        assert frame is not None
        self.hello = frame[0]

    def ask(self, text: str, **changes: Any) -> tuple[dict[str, Any], bytes]:
        write_frame(self.stdin, {"text": text, **DEFAULTS, **changes})
        frame = read_frame(self.stdout)
        assert frame is not None
        return frame


@contextmanager
def running(*command: str) -> Iterator[Worker]:
    with subprocess.Popen(
        command or worker_command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield Worker(process)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with running() as started:
        yield started


def phonemes(answer: dict[str, Any]) -> str:
    return " ".join(name for _, name in answer["phonemes"])


def test_the_hello_says_version_and_sample_rate(worker: Worker) -> None:
    assert worker.hello == {"version": worker.hello["version"], "sample_rate": 22_050}
    assert worker.hello["version"].startswith("1.")


def test_an_answer_has_words_phonemes_and_sound_in_one_time(worker: Worker) -> None:
    answer, pcm = worker.ask("Hello big world.")
    assert [position for position, _ in answer["words"]] == [0, 6, 10]
    samples = [sample for _, sample in answer["words"]]
    assert samples == sorted(samples)
    assert samples[-1] < len(pcm) // 2
    assert phonemes(answer).startswith("h @ l 'oU")


def test_positions_count_code_points(worker: Worker) -> None:
    answer, _ = worker.ask("😀 é world")
    assert answer["words"][-1][0] == 4


def test_end_pause_adds_the_pause_after_the_clause(worker: Worker) -> None:
    without = len(worker.ask("Hello.")[1])
    assert len(worker.ask("Hello.", end_pause=True)[1]) > without + 2 * 22_050 // 10


def test_markup_is_text(worker: Worker) -> None:
    spoken_ssml = phonemes(worker.ask("<break time='9s'/> x")[0])
    assert "b r 'eI k" in spoken_ssml
    assert phonemes(worker.ask("[[h@l'oU]]")[0]) != phonemes(worker.ask("hello")[0])
    assert len(worker.ask("[[h@l'oU]]")[0]["words"]) > 1


def test_every_request_sets_voice_and_parameters_again(worker: Worker) -> None:
    def durations(*changes: dict[str, Any]) -> list[int]:
        return [len(worker.ask("One two three four.", **change)[1]) for change in changes]

    german = {"voice": "de", "rate": 300, "word_gap": 9}
    alone = durations({}, {})[0], durations(german, german)[0]
    mixed = durations({}, german, {}, german)
    # The library's own dither moves a length by some milliseconds from call to call.
    assert mixed == pytest.approx([*alone, *alone], abs=2 * 22_050 // 50)


def test_an_unknown_voice_is_an_answer_and_not_the_end(worker: Worker) -> None:
    answer, pcm = worker.ask("Hello.", voice="klingonese")
    assert answer == {"error": "eSpeak NG has no voice 'klingonese'"}
    assert pcm == b""
    assert worker.ask("Hello.")[1]


def test_lone_surrogates_cannot_stop_it(worker: Worker) -> None:
    assert worker.ask("a \ud800 b")[1]


def test_every_voice_of_the_table_speaks(worker: Worker) -> None:
    for voice, name in ESPEAK_VOICES:
        answer, pcm = worker.ask("a 1 2 3", voice=voice)
        assert "error" not in answer, name
        assert len(pcm) > 2_000, name


def test_it_ends_when_its_input_ends() -> None:
    with running() as started:
        started.ask("Hello.")
        started.stdin.close()
        assert started.process.wait(timeout=60) == 0


def test_it_ends_when_nobody_reads_its_answers() -> None:
    with running() as started:
        started.ask("Hello.")
        started.stdout.close()
        write_frame(started.stdin, {"text": "Hello.", **DEFAULTS})
        assert started.process.wait(timeout=60) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_it_ignores_an_interrupt() -> None:
    with running() as started:
        os.kill(started.process.pid, signal.SIGINT)
        assert started.ask("Hello.")[1]


def test_prints_do_not_land_between_the_answers() -> None:
    *program, worker, directory = worker_command()
    faulty = str(Path(__file__).with_name("faulty_worker.py"))
    with running(*program, faulty, worker, directory) as started:
        assert started.ask("chatter")[1]
        assert started.ask("Hello.")[1]


def test_missing_voice_data_is_reported_and_does_not_exit_without_a_word(tmp_path: Path) -> None:
    (tmp_path / LIBRARY).symlink_to(DIRECTORY / LIBRARY)
    with running(*worker_command()[:-1], str(tmp_path)) as started:
        assert started.hello == {"error": "eSpeak NG found no voice data"}
        assert started.process.wait(timeout=60) == 1


def test_a_missing_library_is_reported(tmp_path: Path) -> None:
    with running(*worker_command()[:-1], str(tmp_path)) as started:
        assert LIBRARY in started.hello["error"]
        assert started.process.wait(timeout=60) == 1


def test_a_long_and_non_ascii_path_is_fine(tmp_path: Path) -> None:
    # The library copies its data path into 160 bytes.
    deep = tmp_path / ("声" * 40) / ("ä" * 60) / ("x" * 100)
    deep.mkdir(parents=True)
    for name in (LIBRARY, "espeak-ng-data"):
        (deep / name).symlink_to(DIRECTORY / name)
    with running(*worker_command()[:-1], str(deep)) as started:
        assert started.ask("Hello.")[1]


def test_the_module_pulls_in_nothing_heavy() -> None:
    heavy = {"numpy", "asyncio", "IPython", "aiohttp", "websockets", "espeakng_loader"}
    code = """
import sys
import jupyter_tts.server.engines.worker_program, jupyter_tts.server.engines.espeak.worker
print(*sys.modules)
"""
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert heavy.isdisjoint(loaded)
