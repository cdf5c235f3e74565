"""pipecat's ElevenLabs service in a pipeline of its own; a turn as a language model makes it."""

from __future__ import annotations

import asyncio

from loguru import logger
from pipecat.frames.frames import (
    EndFrame,
    Frame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TTSAudioRawFrame,
    TTSStoppedFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.elevenlabs.tts import ElevenLabsTTSService
from pipecat.workers.runner import WorkerRunner

from . import VOICE, Ear, Target, Tokens

__all__ = ["CONTENDER"]

logger.remove()  # a line per frame


class _End(FrameProcessor):
    """The end of the pipeline: takes the sound that comes out."""

    def __init__(self) -> None:
        super().__init__()
        self.ear: Ear | None = None
        self.stopped = asyncio.Event()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, TTSAudioRawFrame) and self.ear is not None:
            self.ear.take(len(frame.audio))
        elif isinstance(frame, TTSStoppedFrame):
            self.stopped.set()
        await self.push_frame(frame, direction)


class _Pipecat:
    async def open(self, target: Target) -> None:
        service = ElevenLabsTTSService(
            api_key="loopback",
            url=target.websocket,
            sample_rate=24_000,
            settings=ElevenLabsTTSService.Settings(voice=VOICE),
        )
        self._end = _End()
        self._worker = PipelineWorker(
            Pipeline([service, self._end]), cancel_on_idle_timeout=False, enable_rtvi=False
        )
        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(self._worker)
        self._running = asyncio.create_task(runner.run())

    async def speak(self, tokens: Tokens, ear: Ear) -> None:
        self._end.ear = ear
        self._end.stopped.clear()
        await self._worker.queue_frame(LLMFullResponseStartFrame())
        async for token in tokens:
            await self._worker.queue_frame(LLMTextFrame(token))
        await self._worker.queue_frame(LLMFullResponseEndFrame())
        await self._end.stopped.wait()

    async def close(self) -> None:
        await self._worker.queue_frame(EndFrame())
        await self._running


CONTENDER = _Pipecat()
