"""Speaking the rows of a batch on the workers of an executor; their sound comes back."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Collection, Mapping
from concurrent.futures import Executor
from typing import Any

from .... import __version__
from ....wire.errors import TTSError, WorkerLost
from ....wire.parameters import PARAMETERS
from ....wire.request import SpeechRequest
from ...speech.events import Audio
from ...speech.speech import Speech
from ...speech.timeline import Timeline
from ...streaming.retry import Retry
from ...streaming.stream import audio_format, stream_speech
from ..workers.executors import check_executor, completed
from ..workers.remote import failure_of
from ..workers.secret import Secret, check_secret
from ..workers.worker import WorkerBench, run_here
from .items import read_aloud
from .rate_limit import RateLimit

__all__ = ["Workers", "speak_text"]


class Workers:
    """The workers of an executor, which speak one text each at a time.

    Parameters
    ----------
    executor : concurrent.futures.Executor
    secret : Secret, optional
        Where each worker finds the key; by default in ``ELEVENLABS_API_KEY``.
    trusted : collection of str, optional
        Further hosts that may have it.

    Raises
    ------
    ParameterError
        For an executor or a secret that is none.
    """

    def __init__(
        self,
        executor: Executor,
        *,
        secret: Secret | None = None,
        trusted: Collection[str] = (),
    ) -> None:
        check_executor(executor)
        checked = check_secret(secret)
        self._executor = executor
        self._shared = {
            "version": __version__,
            "secret": None if checked is None else dataclasses.asdict(checked),
            "trusted": sorted(trusted),
            "regions": {},
        }

    def task(self, request: SpeechRequest, text: str) -> dict[str, Any]:
        """Return the task of a text: plain values, and no key."""
        return {**self._shared, "parameters": _plain(request), "text": text}

    async def speak(self, request: SpeechRequest, speech: Speech) -> bool:
        """Have the text of an empty speech spoken.

        Parameters
        ----------
        request : SpeechRequest
            With its server as the user names it: each worker has an embedded voice of its own.
        speech : Speech

        Returns
        -------
        bool
            Whether the sound has no seam where a socket was lost.

        Raises
        ------
        TTSError
            Of the stream, or of the worker. What came before is in the speech.
        """
        task = self.task(request, speech.text)
        coming = completed(self._executor, speak_text, [task], in_flight=1)
        async with contextlib.aclosing(coming) as results:
            async for _, result in results:
                if isinstance(result, WorkerLost):
                    raise result
                if "failure" in result:
                    raise failure_of(**result["failure"])
                _fill(speech, result)
                return not result["reconnects"]
        raise AssertionError("a task has one result")


def speak_text(task: Mapping[str, Any]) -> dict[str, Any]:
    """Speak a text where this runs.

    Returns
    -------
    dict
        ``pcm``, ``words``, ``notes``, ``sent``, ``reconnects``, and ``error``, which is None for a
        speech that is whole; or ``failure``, as :func:`~..worker.run_here` tells it.
    """
    return run_here(task, _speak, "speak")


async def _speak(bench: WorkerBench, task: Mapping[str, Any]) -> dict[str, Any]:
    request = SpeechRequest(**task["parameters"])
    server = await bench.prepare(task["parameters"])
    if server.url is not None:
        request = request.at(server.url)
    speech = Speech(task["text"], request, audio_format(request).sample_rate, Timeline())
    # A refusal goes back at once: all workers are to wait.
    limit = RateLimit(Retry(attempts=0))
    error = None
    try:
        async for event in stream_speech(
            request,
            speech.text,
            key=server.key,
            timeline=speech.timeline,
            sockets=limit.source(server.sockets),
            reading=read_aloud(request, speech.text),
        ):
            if isinstance(event, Audio):
                speech.add(event)
    except TTSError as failure:
        failure.retryable = failure.retryable or limit.is_spent
        error = failure
    return {
        "pcm": speech.pcm,
        "words": speech.words,
        "notes": speech.notes,
        "sent": speech.timeline.sent,
        "reconnects": len(speech.timeline.reconnects),
        "error": error,
    }


def _fill(speech: Speech, result: Mapping[str, Any]) -> None:
    """Take over what a worker has made."""
    speech.timeline.send(result["sent"])
    speech.notes += result["notes"]
    error: TTSError | None = result["error"]
    if error is None:
        speech.restore(result["pcm"], result["words"])
        return
    if result["pcm"]:
        speech.add(Audio(result["pcm"], speech.sample_rate, result["words"], 0))
    error.speech = speech
    raise error


def _plain(request: SpeechRequest) -> dict[str, Any]:
    """Return the parameters of a request by keyword name, as plain values."""
    given = {declared.name: getattr(request, declared.name) for declared in PARAMETERS}
    return {name: value for name, value in given.items() if value is not None}
