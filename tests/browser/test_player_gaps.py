"""A stream that stalls stops at a pause, goes on without a click, and says what that took."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from .ear import runs
from .stage import FADE, RATE, Player, exact_stretches, listen, noise, open_stage
from .test_player_browsers import HIDE_WORKLET

QUIET = 150  # of 32768: nothing that is heard
PAUSE = (round(0.5 * RATE), round(0.56 * RATE))
STALL = round(0.7 * RATE)


@pytest.mark.parametrize("scripts", [(), (HIDE_WORKLET,)], ids=["worklet", "scheduled"])
def test_a_stalled_stream_stops_at_its_last_pause(
    chromium: Browser, scripts: tuple[str, ...]
) -> None:
    sent = noise(1.6)
    start, stop = PAUSE
    sent[start:stop] = noise(1.0, seed=2)[: stop - start] // (32768 // QUIET) | 1
    with open_stage(chromium, *scripts) as page:
        player = Player(page, card='<div class="jtts-figures"></div>')
        player.feed(sent[:STALL])
        resting = player.wait_sent("progress", state="buffering", underruns=1)["played"]
        assert start < resting < stop
        player.feed(sent[STALL:])
        player.end()
        ended = player.wait_sent("ended")
        finished = player.sent("progress")[-1]
        recording = listen(player)
        figures = player.view().locator(".jtts-figures")
        expect(figures).to_contain_text("Underruns 1")
        expect(figures).to_contain_text(f"Gap ratio {ended['gap'] / len(sent):.1%}")
        expect(figures).to_contain_text("Buffer 0.0 s")
        shown = re.search(r"Playout delay (\d+) ms", figures.inner_text())
        assert shown
        # The kernel gets a tenth of a millisecond, so the two may round a half differently.
        reported = player.sent("started")[0]["playout_delay_ms"]
        assert abs(int(shown[1]) - reported) < 0.56
    assert exact_stretches(recording, sent) == [(0, resting), (resting, len(sent))]
    gap = len(recording.sound) - len(sent)
    assert ended == {"kind": "ended", "underruns": 1, "gap": gap, "heard": len(sent)}
    assert (finished["steady"], finished["dry"]) == (len(sent), [[resting, gap]])
    inserted = recording.sound[resting : resting + gap]
    assert runs(inserted == 0) == [(FADE, gap - FADE)]
    assert np.abs(inserted).max() <= QUIET


def test_what_runs_dry_in_a_word_fades(chromium: Browser) -> None:
    tone = (12_000 * np.sin(2 * np.pi * 300 * np.arange(RATE) / RATE)).astype(np.int16)
    with open_stage(chromium) as page:
        player = Player(page)
        player.feed(tone[: RATE // 2])
        player.wait_sent("progress", state="buffering", played=RATE // 2)
        player.feed(tone[RATE // 2 :])
        player.end()
        assert player.wait_sent("ended")["underruns"] == 1
        sound = listen(player).sound
    # No step anywhere is larger than the tone's own, but for its hard beginning and end.
    assert np.abs(np.diff(sound)).max() <= 1.05 * np.abs(np.diff(tone.astype(float))).max()


BUSY_AT_FIRST = """{
    const Real = AudioBuffer;
    window.AudioBuffer = class extends Real {
        constructor(options) {
            super(options);
            window.AudioBuffer = Real;
            for (const end = performance.now() + 60; performance.now() < end; );
        }
    };
}"""
"""The page is held up between looking at the clock and starting the first sound."""


def test_without_worklet_nothing_is_lost_of_a_start_that_is_held_up(chromium: Browser) -> None:
    sent = noise(0.6)
    with open_stage(chromium, HIDE_WORKLET, BUSY_AT_FIRST) as page:
        player = Player(page)
        player.feed(sent)
        player.end()
        player.wait_sent("ended", heard=len(sent), underruns=0)
        recording = listen(player)
    assert exact_stretches(recording, sent) == [(0, len(sent))]


def test_without_worklet_it_fades_in_time_though_the_page_is_busy(chromium: Browser) -> None:
    sent = noise(0.6)
    half = len(sent) // 2
    with open_stage(chromium, HIDE_WORKLET) as page:
        player = Player(page)
        player.feed(sent[:half])
        player.wait_sent("started")
        page.evaluate("for (const end = performance.now() + 500; performance.now() < end; );")
        player.feed(sent[half:])
        player.end()
        assert player.wait_sent("ended")["underruns"] == 1
        recording = listen(player)
    assert exact_stretches(recording, sent) == [(0, half), (half, len(sent))]
    gap = len(recording.sound) - len(sent)
    assert runs(recording.sound[half : half + gap] == 0) == [(FADE, gap - FADE)]
