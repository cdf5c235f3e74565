"""A pipecat pipeline of ElevenLabs' service alone, and the frames that come out of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from itertools import groupby

from pipecat.frames.frames import (
    EndFrame,
    Frame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TTSAudioRawFrame,
    TTSTextFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.elevenlabs.tts import ElevenLabsTTSService
from pipecat.services.elevenlabs.tts_base import ElevenLabsTTSBase
from pipecat.workers.runner import WorkerRunner

from jupyter_tts.wire.alignment import Word

from ..server.serving import PATIENCE
from .clients import BYTES_PER_SECOND, Heard

__all__ = ["Conversation", "conversation", "turn"]


class _Sink(FrameProcessor):
    """The end of the pipeline: keeps every frame."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[Frame] = []
        self.changed = asyncio.Condition()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        async with self.changed:
            self.frames.append(frame)
            self.changed.notify_all()
        await self.push_frame(frame, direction)


class Conversation:
    """A pipeline that runs.

    Parameters
    ----------
    worker
        What runs it.
    sink
        Its end.
    """

    def __init__(self, worker: PipelineWorker, sink: _Sink) -> None:
        self._worker = worker
        self._sink = sink

    async def say(self, *frames: Frame) -> None:
        """Put frames into the pipeline."""
        await self._worker.queue_frames(frames)

    async def until(self, kind: type[Frame], count: int = 1) -> None:
        """Wait until as many frames of a kind have come out."""

        def there() -> bool:
            return sum(isinstance(frame, kind) for frame in self._sink.frames) >= count

        async with asyncio.timeout(PATIENCE), self._sink.changed:
            await self._sink.changed.wait_for(there)

    @property
    def heard(self) -> list[Heard]:
        """Sound and words of every context, in their order; words count from the first one."""
        spoken = [
            frame
            for frame in self._sink.frames
            if isinstance(frame, TTSAudioRawFrame | TTSTextFrame)
        ]
        return [_heard(list(frames)) for _, frames in groupby(spoken, lambda each: each.context_id)]


@contextlib.asynccontextmanager
async def conversation(
    url: str, key: str, *, kind: type[ElevenLabsTTSBase] = ElevenLabsTTSService, **settings: object
) -> AsyncIterator[Conversation]:
    """Run a pipeline with a voice from `url`; at the end it says all that it was given."""
    voice = kind.Settings(**{"voice": "en-us"} | settings)
    service = kind(api_key=key, url=url, sample_rate=24_000, settings=voice)
    sink = _Sink()
    worker = PipelineWorker(
        Pipeline([service, sink]), cancel_on_idle_timeout=False, enable_rtvi=False
    )
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    running = asyncio.create_task(runner.run())
    try:
        yield Conversation(worker, sink)
        await worker.queue_frame(EndFrame())
        async with asyncio.timeout(PATIENCE):
            await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def turn(*sentences: str) -> tuple[Frame, ...]:
    """A turn as a language model makes it: word by word."""
    words = [LLMTextFrame(word + " ") for sentence in sentences for word in sentence.split()]
    return (LLMFullResponseStartFrame(), *words, LLMFullResponseEndFrame())


def _heard(frames: list[TTSAudioRawFrame | TTSTextFrame]) -> Heard:
    audio = b"".join(frame.audio for frame in frames if isinstance(frame, TTSAudioRawFrame))
    texts = [frame for frame in frames if isinstance(frame, TTSTextFrame)]
    first = texts[0].pts if texts else 0
    words = (Word(each.text, (each.pts - first) / 1e9, 0.0) for each in texts)
    return Heard(len(audio) / BYTES_PER_SECOND, tuple(words))
