"""What a browser page sounded like: the recordings of ``ear.js``, as samples to compare."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from playwright.sync_api import Page

__all__ = ["EAR_SCRIPT", "Recording", "runs", "wait_for_silence_after"]

EAR_SCRIPT = Path(__file__).with_name("ear.js")
"""For ``page.add_init_script(path=EAR_SCRIPT)``, before the page is opened."""

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Recording:
    """Everything one audio context rendered.

    Attributes
    ----------
    rate
        Sample rate in Hz.
    sound
        What reached the destination, from the first sample that is not zero to the last, as floats
        in units of int16, shape (frames,). Frames that the browser did not render are left out:
        Chromium lets the context's clock jump when it is late, chiefly while it starts up.
    """

    rate: int
    sound: npt.NDArray[np.float32]

    @classmethod
    def of(cls, page: Page, context: int = 0) -> Recording:
        """Read what the page's audio context number ``context`` has rendered so far."""
        dump = page.evaluate("(index) => window.ear.dump(index)", context)
        samples = np.frombuffer(base64.b64decode(dump["base64"]), "<f4") * np.float32(32768)
        loud = np.flatnonzero(samples)
        sound = samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]
        return cls(rate=round(dump["rate"]), sound=sound)

    @property
    def exact(self) -> Samples:
        """`sound` as int16. Raises `AssertionError` where a sample is not a whole number."""
        assert np.array_equal(self.sound, np.round(self.sound)), "not as any int16 was sent"
        return self.sound.astype(np.int16)


def runs(condition: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches (start, stop) in which ``condition`` holds."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], condition.astype(np.int8), [0]))))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


def wait_for_silence_after(page: Page, context: int = 0) -> None:
    """Let the ear record what has been rendered up to now, and a moment more."""
    page.evaluate(
        """(index) => {
            const { context } = window.ear.ears[index];
            window.enough = Math.ceil(context.currentTime * context.sampleRate) + 4096;
        }""",
        context,
    )
    page.wait_for_function("(index) => window.ear.frames(index) >= window.enough", arg=context)
