"""Texts spoken by the workers of executors; their files are written here."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from jupyter_tts import narrate
from jupyter_tts.client.keys import KEY_VARIABLE, Key
from jupyter_tts.client.sweep.batch.remote import Workers, speak_text
from jupyter_tts.client.sweep.workers.secret import Secret
from jupyter_tts.client.sweep.workers.worker import end_worker
from jupyter_tts.server import TTSServer
from jupyter_tts.wire.errors import MissingKey, ParameterError, QuotaExceeded, WorkerError
from jupyter_tts.wire.request import SpeechRequest

TEXTS = [f"This is text {number}." for number in range(6)]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where files go; what workers in this process have started ends with the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")
    yield tmp_path / "out"
    end_worker()


def options(server: TTSServer) -> dict[str, Any]:
    parameters = {"server": server.url, "voice": "en-us", "latency": 3, "read": "plain"}
    return {"to": "out/{id}.wav", "subtitles": "srt", **parameters}


def test_processes_speak_with_a_key_of_their_own(
    tts_server: TTSServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPEECH_KEY", str(tts_server.key))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        narration = narrate(
            TEXTS, executor=executor, secret=Secret("SPEECH_KEY"), **options(tts_server)
        )
        assert (narration.failed, narration.sent) == ([], sum(map(len, TEXTS)))
        assert "This is text 3." in (folder / "4.srt").read_text().replace("\n", " ")
        assert all(path.stat().st_size > 20_000 for path in folder.glob("*.wav"))
        # A pool takes no more once one of its processes ended: what is done stays.
        for process in list(executor._processes.values()):
            os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(WorkerError, match=r"no more tasks.* 6 of 7 rows are done"):
            narrate([*TEXTS, "More."], executor=executor, **options(tts_server))


def test_a_worker_without_the_key_ends_the_batch(tts_server: TTSServer, folder: Path) -> None:
    with ThreadPoolExecutor(2) as executor:
        with pytest.raises(MissingKey, match="cannot speak: NO_SUCH_KEY is not set there"):
            narrate(TEXTS, executor=executor, secret=Secret("NO_SUCH_KEY"), **options(tts_server))
        assert not [*folder.iterdir()]


def test_what_a_server_refuses_to_a_worker_is_told_as_here(
    tts_server: TTSServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, str(tts_server.key))
    tts_server.conditions(status={429: 0.4}, seed=3)
    with ThreadPoolExecutor(2) as executor:
        assert narrate(TEXTS[:3], executor=executor, **options(tts_server)).failed == []
        tts_server.conditions(quota=20)
        with pytest.raises(QuotaExceeded, match="4 of 6 rows are done"):
            narrate(TEXTS, executor=executor, yes=True, **options(tts_server))


@pytest.mark.usefixtures("shared_server")
def test_the_embedded_voice_speaks_on_workers_too(folder: Path) -> None:
    with ThreadPoolExecutor(1) as executor:
        narration = narrate(
            TEXTS[:2], "out/{id}.wav", executor=executor, server="local", voice="en-us"
        )
    assert narration.failed == []
    assert len([*folder.glob("*.wav")]) == 2


def test_what_is_no_executor_or_secret_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"executor must be a concurrent\.futures\.Executor"):
        narrate(TEXTS, executor="threads")  # type: ignore[arg-type]
    with ThreadPoolExecutor(1) as executor, pytest.raises(ParameterError) as refused:
        narrate(TEXTS, executor=executor, secret=Key("sk_1234567"))  # type: ignore[arg-type]
    assert refused.value.faults == ("secret must be a Secret",)
    with pytest.raises(ParameterError, match="secret is for the workers of an executor"):
        narrate(TEXTS, secret=Secret("SPEECH_KEY"))
    assert "sk_1234567" not in str(refused.value)


def test_no_task_or_result_holds_a_key(
    tts_server: TTSServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = str(tts_server.key)
    monkeypatch.setenv(KEY_VARIABLE, key)
    with ThreadPoolExecutor(1) as executor:
        task = Workers(executor).task(
            SpeechRequest(server=tts_server.url, voice="en-us"), "A text."
        )
    tts_server.conditions(status={401: 1.0})
    refused = speak_text(task)  # first: a socket that is open already is not refused
    tts_server.conditions()
    whole = speak_text(task)
    assert whole["error"] is None
    assert refused["error"].status == 401
    for travels in (task, whole, refused):
        assert key.encode() not in pickle.dumps(travels)
