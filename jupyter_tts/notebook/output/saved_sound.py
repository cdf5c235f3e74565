"""The sound of a speech as a notebook keeps it: once, as mp3, in the page itself."""

from __future__ import annotations

import base64
import threading
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ...audio.mp3 import Mp3File
from ...client.speech.saving import describe
from ...client.speech.speech import Speech
from ..runtime.settings import SAVED_MEGABYTES

__all__ = ["SavedSound", "data_url", "most_bytes", "waveform"]

# Seconds that are encoded at a time, which takes some 20 ms: the encoder releases the GIL, but the
# code around it does not.
PIECE = 10.0

# Bars of the picture, and the height of the box they stand in.
BARS = 200
HEIGHT = 40
# As the live player draws them.
_PITCH = 3
_REST = 2
_POWER = 0.7


class SavedSound:
    """A speech's sound, encoded as it grows, on any thread.

    Encoding a minute of speech takes some 125 ms of one core, so the event loop has other
    threads do it.

    Parameters
    ----------
    speech : Speech
    megabytes : float, optional
        The most that it may take in the notebook's file; 0 for no sound.
    """

    def __init__(self, speech: Speech, megabytes: float = SAVED_MEGABYTES) -> None:
        self._speech = speech
        self._most = most_bytes(megabytes)
        self._lock = threading.Lock()
        self._file: Mp3File | None = None
        self._data: bytes | None = None
        self._too_large = not self._most

    @property
    def behind(self) -> float:
        """Seconds of speech that have not been encoded, 0 if they are too many to be kept."""
        if self._data is not None:
            return 0.0
        missing = self._speech.frames - (self._file.samples if self._file else 0)
        return 0.0 if self.too_large else missing / self._speech.sample_rate

    @property
    def too_large(self) -> bool:
        """Whether it is more than a notebook may keep."""
        return self._too_large

    def catch_up(self) -> None:
        """Encode all the sound so far."""
        piece = round(PIECE * self._speech.sample_rate)
        with self._lock:
            while self.behind:
                file = self._opened_file()
                file.write(self._speech.slice(file.samples, file.samples + piece))
                if file.size > self._most:
                    self._too_large = True
                    self._file = None  # of no use any more

    def _opened_file(self) -> Mp3File:
        # Opened late, since the encoder takes a while to set up.
        self._file = self._file or Mp3File(self._speech.sample_rate)
        return self._file

    def finish(self) -> bytes | None:
        """Return the mp3 file with all there is, as :meth:`Speech.save` writes it.

        None if it is too large to be kept.
        """
        self.catch_up()
        with self._lock:
            if self._data is None and not self.too_large:
                self._data = self._opened_file().finish(describe(self._speech))
                self._file = None  # the encoder takes much more memory than the sound
        return self._data if self._data and len(self._data) <= self._most else None


def most_bytes(megabytes: float) -> int:
    """Return the bytes of sound that fit so much of a file; base64 makes them a third larger."""
    return int(megabytes * 1_000_000 * 3 / 4)


def data_url(mime: str, data: bytes) -> str:
    """Return a file as a URL that holds it."""
    return f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"


def waveform(speech: Speech) -> str:
    """Return the loudness over time as an SVG picture: one path of as many bars as fit a page.

    The picture is grey, and is stretched to its place; a script may draw it in other colours.
    """
    heights = np.maximum(_REST, HEIGHT * _peaks(speech) ** _POWER)
    middle = HEIGHT / 2
    bars = "".join(
        f"M{_PITCH * number + 1} {middle - height / 2:.0f}v{height:.0f}"
        for number, height in enumerate(heights)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_PITCH * BARS} {HEIGHT}"'
        f' preserveAspectRatio="none" fill="none" stroke="#888" stroke-width="2">'
        f'<path d="{bars}"/></svg>'
    )


def _peaks(speech: Speech) -> npt.NDArray[np.float64]:
    """Return the loudest sample under each bar, 0 to 1."""
    edges = np.linspace(0, speech.frames, BARS + 1).astype(int)
    return np.array([_peak(speech.slice(start, stop)) for start, stop in pairwise(edges)])


def _peak(pcm: bytes) -> float:
    samples = np.frombuffer(pcm, "<i2")
    return max(int(samples.max()), -int(samples.min())) / 32_768 if len(samples) else 0.0
