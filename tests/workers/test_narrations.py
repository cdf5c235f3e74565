"""Texts spoken on Dask's workers, one of which is lost; their files are written here."""

from __future__ import annotations

import logging
import os
import signal
import wave
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

from jupyter_tts import narrate
from jupyter_tts.client.http import get_json
from jupyter_tts.client.keys import Key
from jupyter_tts.notebook.runtime.session import drop_session
from jupyter_tts.server import TTSServer

from .conftest import KEY

pytestmark = [pytest.mark.workers, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def client() -> Iterator[Client]:
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


class Killing(Executor):
    """Passes everything on, and kills one of the workers with the fifth task."""

    def __init__(self, client: Client) -> None:
        self._executor = client.get_executor()
        self._pids = [*client.run(os.getpid).values()]
        self.submitted = 0

    def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        self.submitted += 1
        future: Future[Any] = self._executor.submit(function, *arguments, **options)
        if self.submitted == 5:
            os.kill(self._pids[0], signal.SIGKILL)
        return future


async def test_a_killed_worker_costs_the_text_that_it_spoke_and_no_row(
    client: Client, server: TTSServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    texts = [f"This is text number {number}." for number in range(10, 22)]
    executor = Killing(client)
    try:
        narration = narrate(
            texts,
            tmp_path / "{id}.wav",
            subtitles="srt",
            executor=executor,
            yes=True,
            server=server.url,
            voice="en-us",
        )
    finally:
        drop_session(None)
    assert [(row.text, row.error) for row in narration] == [(text, "") for text in texts]
    for row in narration:
        sound, subtitles = row.files
        with wave.open(str(sound)) as file:
            assert file.getnframes() / file.getframerate() == pytest.approx(row.seconds, abs=0.01)
        assert row.text in subtitles.read_text().replace("\n", " ")
    account: Any = await get_json(server.url, "/v1/user/subscription", Key(KEY))
    spoken = account["character_count"] / len(texts[0])
    assert 12 <= spoken <= 14  # what was on its way is spoken again
    logs = repr((client.get_worker_logs(), client.get_scheduler_logs(), caplog.text))
    assert KEY not in logs
