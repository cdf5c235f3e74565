"""Sound devices of this machine, opened with miniaudio: for a terminal, which has no player."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Generator, Iterator
from typing import Any

from ..wire.errors import ParameterError, TTSError

__all__ = ["DEFAULT_DEVICE", "DRAIN", "SoundDevice", "find_device"]

DEFAULT_DEVICE = "default"

# Seconds that a device keeps of what it was given, and that it goes on for once there is no more.
BUFFER = 0.1
DRAIN = 0.3
# Hz: a device that opens at one rate opens at any, since miniaudio converts.
TRIED_AT = 24_000

Read = Callable[[int], bytes]
"""Returns so many frames of s16le mono, on the device's thread."""


class SoundDevice:
    """A device to play on; see :func:`find_device`.

    Parameters
    ----------
    identity : object
        miniaudio's, None for the one that the system prefers.
    """

    def __init__(self, identity: Any) -> None:
        self._identity = identity
        self._open: Any = None

    def start(self, sample_rate: int, read: Read) -> None:
        """Play what ``read`` returns, until it is closed.

        Raises
        ------
        TTSError
            If the device cannot be opened.
        """
        self._open = _open(self._identity, sample_rate)
        source = _chunks(read)
        next(source)
        self._open.start(source)

    def close(self) -> None:
        """Fall silent."""
        if self._open is not None:
            self._open.close()
            self._open = None


def find_device(name: str) -> SoundDevice:
    """Return the device of a name, or of a part of it in any case; ``default`` is the system's.

    Raises
    ------
    ParameterError
        If no device, or more than one, is called so.
    TTSError
        If miniaudio is missing, or the device cannot be opened.
    """
    miniaudio = _load()
    with _opening(miniaudio):
        found = miniaudio.Devices(_backends(miniaudio)).get_playbacks()
    if not found:
        raise _no_device()
    identity = None if name.lower() == DEFAULT_DEVICE else _identity(name, found)
    _open(identity, TRIED_AT).close()
    return SoundDevice(identity)


def _identity(name: str, found: list[dict[str, Any]]) -> Any:
    exact = [device for device in found if device["name"].lower() == name.lower()]
    alike = exact or [device for device in found if name.lower() in device["name"].lower()]
    if not name or len(alike) != 1:
        known = ", ".join(repr(device["name"]) for device in (name and alike) or found)
        how_many = "several sound devices are" if name and alike else "no sound device is"
        raise ParameterError([f"{how_many} called {name!r} (there is default, {known})"])
    return alike[0]["id"]


def _open(identity: Any, sample_rate: int) -> Any:
    miniaudio = _load()
    with _opening(miniaudio):
        return miniaudio.PlaybackDevice(
            output_format=miniaudio.SampleFormat.SIGNED16,
            nchannels=1,
            sample_rate=sample_rate,
            buffersize_msec=round(1000 * BUFFER),
            device_id=identity,
            backends=_backends(miniaudio),
        )


@contextlib.contextmanager
def _opening(miniaudio: Any) -> Iterator[None]:
    """Say in one sentence that there is no device, instead of ALSA's many on stderr."""
    stderr = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    except miniaudio.MiniaudioError as error:
        raise _no_device() from error
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)


def _load() -> Any:
    try:
        import miniaudio
    except ImportError:
        raise TTSError(
            "A sound device is played on with miniaudio, which is not installed.",
            hint='Run pip install "jupyter_tts[play]". Nothing was sent.',
        ) from None
    return miniaudio


def _backends(miniaudio: Any) -> list[Any]:
    """Return all but the one without a device, which miniaudio would otherwise fall back on."""
    own = (miniaudio.Backend.NULL, miniaudio.Backend.CUSTOM)
    return [backend for backend in miniaudio.Backend if backend not in own]


def _no_device() -> TTSError:
    return TTSError(
        "This machine has no sound device that can be opened.",
        hint="--save FILE (or save=) keeps the sound.",
    )


def _chunks(read: Read) -> Generator[bytes, int, None]:
    frames = yield b""
    while True:
        frames = yield read(frames)
