"""A speech played on a sound device of this machine, where there is no page for a player."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...audio.devices import DRAIN, SoundDevice, find_device
from ...client.speech.speech import Speech
from ...client.streaming.text_sources import Text
from ...wire.errors import ParameterError, TTSError
from ..output.saved_view import summary
from ..runtime.frontend import Frontend, detect
from ..runtime.interrupts import wait
from ..runtime.session import Session
from .speak import speak

__all__ = ["speak_on_device"]

# Seconds of sound before it begins: a stream is not at every moment faster than speech.
HEAD_START = 0.15


def speak_on_device(
    session: Session,
    text: Text | Sequence[tuple[str, str]],
    parameters: Mapping[str, Any],
    play_with: str,
    **options: Any,
) -> Speech:
    """Speak a text, and return when it has been heard on a device.

    Parameters
    ----------
    session : Session
    text, parameters
        As for :func:`speak`.
    play_with : str
        The device's name; see :func:`find_device`.
    **options
        Of :func:`speak`.

    Raises
    ------
    TTSError
        As for :func:`speak` and :func:`find_device`; nothing has been sent without a device.
    """
    if not isinstance(play_with, str):
        raise ParameterError([f"play_with must be the name of a sound device, not {play_with!r}"])
    if detect() is Frontend.LIVE:
        raise ParameterError(["play_with is for a terminal: here the player in the page plays"])
    device = find_device(play_with)
    outputs: list[DeviceOutput] = []

    def make_output(session: Session, speech: Speech, overlap: bool) -> DeviceOutput:
        outputs.append(DeviceOutput(speech, device, session.event_loop.loop))
        return outputs[0]

    try:
        speech = speak(session, text, parameters, output=make_output, **options)
    finally:  # what came before a failure is heard, too
        for output in outputs:
            wait(session, session.event_loop.submit(output.wait_until_heard()))
    if speech.frames:
        print(f"{speech.label}: {summary(speech)}")
    return speech


class DeviceOutput:
    """Plays a speech on a device while it grows.

    Parameters
    ----------
    speech : Speech
    device : SoundDevice
    loop : AbstractEventLoop
        Where all but :meth:`_read` happens.

    Attributes
    ----------
    on_stop : callable
        Called when its user stops it: never, for there is no button.
    """

    def __init__(
        self, speech: Speech, device: SoundDevice, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.on_stop: Callable[[], object] = lambda: None
        self._speech = speech
        self._device = device
        self._loop = loop
        self._news = asyncio.Event()
        self._heard = asyncio.Event()
        self._failure: TTSError | None = None
        self._complete = False
        self._played = 0  # frames of the speech that the device has been given
        self._silent = 0  # frames after its end

    async def run(self) -> None:
        """Play to the end."""
        head_start = HEAD_START * self._speech.sample_rate
        try:
            while not self._complete and self._speech.frames < head_start:
                await self._news.wait()
                self._news.clear()
            if self._speech.frames and not self._heard.is_set():
                self._device.start(self._speech.sample_rate, self._read)
                await self._heard.wait()
        except TTSError as failure:
            self._failure = failure
        finally:
            self._device.close()
            self._heard.set()

    async def wait_until_heard(self) -> None:
        """Wait for the end of the sound.

        Raises
        ------
        TTSError
            If the device could not be opened.
        """
        await self._heard.wait()
        if self._failure is not None:
            raise self._failure

    def arrived(self) -> None:
        """Note that the speech has grown."""
        self._news.set()

    def received(self, failure: Exception | None = None) -> None:
        """Note that no more will come."""
        self._complete = True
        self._news.set()

    def refresh(self) -> None:
        """Note that more is known about the cost, which is printed at the end."""

    def stop(self) -> None:
        """Fall silent at once."""
        self._complete = True
        self._news.set()
        self._heard.set()

    def _read(self, frames: int) -> bytes:
        """Return the next sound, on the device's thread: silence where there is none yet."""
        complete = self._complete  # before the sound, or the last of it might be missed
        sound = self._speech.slice(self._played, self._played + frames)
        self._played += len(sound) // 2
        missing = frames - len(sound) // 2
        if complete and missing:
            self._silent += missing
            if self._silent > DRAIN * self._speech.sample_rate:
                self._loop.call_soon_threadsafe(self._heard.set)
        return sound + bytes(2 * missing)
