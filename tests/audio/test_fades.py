from __future__ import annotations

import numpy as np

from jupyter_tts.audio.fades import decay, fade_in, fade_out

PCM = np.full(10, 1000, "<i2").tobytes()


def values(pcm: bytes) -> list[int]:
    return [int(value) for value in np.frombuffer(pcm, "<i2")]


def test_a_fade_rises_over_its_length_however_it_is_cut() -> None:
    whole = values(fade_in(PCM, 0, 4))
    assert whole == [200, 400, 600, 800] + [1000] * 6
    assert values(fade_in(PCM[:6], 0, 4)) + values(fade_in(PCM[6:], 3, 4)) == whole


def test_a_fade_falls_to_silence() -> None:
    assert values(fade_out(PCM[:8])) == [800, 600, 400, 200]
    assert values(decay(-1000, 4)) == [-800, -600, -400, -200]
    assert (fade_out(b""), fade_in(b"", 0, 4)) == (b"", b"")
