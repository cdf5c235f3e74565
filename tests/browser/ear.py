"""What a browser page sounded like: the recordings of ``ear.js``, as samples to compare."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
from playwright.sync_api import Page

__all__ = ["EAR_SCRIPT", "Recording", "runs", "wait_for_silence_after"]

EAR_SCRIPT = Path(__file__).with_name("ear.js")
"""For ``page.add_init_script(path=EAR_SCRIPT)``, before the page is opened."""

Samples = npt.NDArray[np.int16]
FADE_SECONDS = 0.005


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
    def of(cls, page: Page) -> Recording:
        """Read what has been rendered so far by the page's audio context, the last that sounded.

        A page opens one before it knows the first stream's rate, and that may not be its rate.
        """
        recordings = [cls._of(page, n) for n in range(page.evaluate("window.ear.ears.length"))]
        sounded = [recording for recording in recordings if len(recording.sound)]
        return sounded[-1] if sounded else recordings[0]

    @classmethod
    def _of(cls, page: Page, context: int) -> Recording:
        dump = page.evaluate("(index) => window.ear.dump(index)", context)
        samples = np.frombuffer(base64.b64decode(dump["base64"]), "<f4") * np.float32(32768)
        loud = np.flatnonzero(samples)
        sound = samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]
        return cls(rate=round(dump["rate"]), sound=sound)

    @property
    def _fade(self) -> int:
        """How many frames a fade takes, a half rounded up as the player's script does."""
        return math.floor(FADE_SECONDS * self.rate + 0.5)

    @property
    def exact(self) -> Samples:
        """`sound` as int16. Raises `AssertionError` where a sample is not a whole number."""
        assert np.array_equal(self.sound, np.round(self.sound)), "not as any int16 was sent"
        return self.sound.astype(np.int16)

    def is_all_of(self, sent: Samples) -> bool:
        """Whether it is a sound, each sample in its turn and once.

        Where a busy machine let the sound run dry it fades out, is silent, and fades in; where it
        goes on soon, the fades overlap.
        """
        pieces = self._pieces(sent)
        return pieces is not None and pieces[-1][0] == 0

    def ends_with_all_of(self, sent: Samples) -> bool:
        """Whether its last part is a sound as `is_all_of` takes it."""
        return self._pieces(sent) is not None

    def until_dry(self) -> npt.NDArray[np.float32]:
        """Return `sound` up to its first silence, or its end."""
        fade = self._fade
        silences = (start for start, stop in runs(self.sound == 0) if stop - start > fade)
        return self.sound[: next(silences, None)]

    def places(self, sent: Samples, frames: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return which frame of a sound some frames of `sound` are, also before and behind it.

        Raises
        ------
        AssertionError
            If the sound is not its last part.
        """
        pieces = self._pieces(sent)
        assert pieces is not None
        ends = [(at + n, place + n) for at, place, run in pieces[::-1] for n in (0, run)]
        heard, places = np.array(ends).T
        before, behind = np.minimum(frames - heard[0], 0), np.maximum(frames - heard[-1], 0)
        return np.interp(frames, heard, places) + before + behind

    def _pieces(self, sent: Samples) -> list[tuple[int, int, int]] | None:
        """Return where each piece of a sound was heard, from its last one on.

        The first frame of `sound`, that of the sound, and how many; None where that is not the last
        part.
        """
        return self._pieces_of(self.sound[::-1], sent[::-1])

    def _pieces_of(
        self, heard: npt.NDArray[np.float32], missing: Samples
    ) -> list[tuple[int, int, int]] | None:
        """Return the pieces of what has not been found yet, both given from their ends on."""
        length = min(len(heard), len(missing))
        same = heard[:length] == missing[:length]
        run = length if same.all() else int(np.argmin(same))
        is_whole = run == len(missing)
        if not is_whole:  # a zero may be one of the silence
            run = len(np.trim_zeros(missing[:run], "b"))
        pieces = [(len(heard) - run, len(missing) - run, run)] if run else []
        if is_whole:
            return pieces
        heard, missing = heard[run:], missing[run:]
        # Between the sounds before and behind a gap there are the sound's own zeros, too.
        zeros = len(missing) - len(np.trim_zeros(missing, "f"))
        missing = missing[zeros:]
        piece = missing[:64]
        if len(heard) < len(piece):
            return None
        found = np.flatnonzero((sliding_window_view(heard, len(piece)) == piece).all(axis=1))
        for at in found[found >= zeros]:
            gap, fade = np.trim_zeros(heard[:at]), self._fade
            if gap[fade : max(fade, len(gap) - fade)].any():
                return None
            # Between two sounds there may be hardly any silence, and no fade.
            if len(gap) and at - zeros < fade:
                continue
            if (rest := self._pieces_of(heard[at:], missing)) is not None:
                return pieces + rest
        return None


def runs(condition: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches (start, stop) in which ``condition`` holds."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], condition.astype(np.int8), [0]))))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


def wait_for_silence_after(page: Page) -> None:
    """Let the ear record what has been rendered up to now, and a moment more.

    A context at rest renders nothing more.
    """
    page.evaluate(
        """() => {
            window.enough = window.ear.ears.map(({ context }) =>
                Math.ceil(context.currentTime * context.sampleRate) + 4096);
        }"""
    )
    page.wait_for_function(
        """() => window.ear.ears.every(({ context }, index) =>
            context.state !== "running" || !(window.ear.frames(index) < window.enough[index]))"""
    )
