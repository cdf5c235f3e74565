"""Where the browser gives a player less than all."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from .chromium import launch_chromium
from .ear import Recording, wait_for_silence_after
from .stage import HEARD_WHOLE, RATE, Player, exact_stretches, listen, noise, open_stage
from .test_downloads import downloaded, open_menu, samples_of


@pytest.fixture
def page_without_worklet(chromium: Browser) -> Iterator[Page]:
    with open_stage(chromium, HIDE_WORKLET) as page:
        yield page


HIDE_WORKLET = """
    Object.defineProperty(BaseAudioContext.prototype, "audioWorklet", { get: () => undefined });
"""
"""What a page finds that is served over plain http from another host. The ear was there before."""

REFUSE_MODULES = """
    AudioWorklet.prototype.addModule = () => Promise.reject(new Error("refused by policy"));
"""
"""What a page finds whose security policy forbids scripts from blob: addresses."""


NO_DEVICE = """
    const resume = AudioContext.prototype.resume;
    const plugged = new Promise((resolve) => (window.plug = resolve));
    AudioContext.prototype.resume = async function () {
        await plugged;
        await resume.call(this);
    };
    const RealContext = AudioContext;
    window.AudioContext = class extends RealContext {
        constructor(options) {
            super(options);
            this.suspend();
        }
    };
"""
"""What a page finds in Firefox where there is no audio device, until ``plug()``."""


@pytest.mark.parametrize("rate", [22_050, 24_000, 44_100, 48_000])
def test_without_worklet_what_is_heard_is_what_was_sent(
    page_without_worklet: Page, rate: int
) -> None:
    sent = noise(1.5, rate=rate)
    player = Player(page_without_worklet, sample_rate=rate, autoplay=False)
    player.feed(sent, 1, 333, 2400, 4801)
    player.end()
    player.button("Play").click()
    player.wait_state("finished")
    assert np.array_equal(listen(player).exact, sent)
    assert player.wait_sent("ended") == HEARD_WHOLE | {"heard": len(sent)}
    assert player.sent("started")[0]["playout_delay_ms"] > 0


def test_without_worklet_a_starved_stream_loses_no_sample(page_without_worklet: Page) -> None:
    sent = noise(1.5)
    player = Player(page_without_worklet)
    player.feed(sent[: RATE // 2])
    player.wait_sent("progress", state="buffering", played=RATE // 2)
    player.feed(sent[RATE // 2 :])
    player.end()
    ended = player.wait_sent("ended")
    recording = listen(player)
    assert exact_stretches(recording, sent) == [(0, RATE // 2), (RATE // 2, len(sent))]
    gap = len(recording.sound) - len(sent)
    assert ended == {"kind": "ended", "underruns": 1, "gap": gap, "heard": len(sent)}


def test_without_worklet_pause_seek_replay_and_stop_do_the_same(page_without_worklet: Page) -> None:
    sent = noise(3.0)
    player = Player(page_without_worklet)
    player.feed(sent)
    player.end()
    player.wait_played(RATE // 2)
    player.button("Pause").click()
    player.wait_state("paused")
    wait_for_silence_after(page_without_worklet)
    player.button("Play").click()
    player.wait_played(RATE)
    player.slider().fill("2")
    player.wait_played(round(2.25 * RATE))
    player.button("Play").click()
    player.wait_played(RATE // 4)
    player.button("Stop").click()
    player.wait_state("stopped")
    first, second, third, fourth = exact_stretches(listen(player), sent)
    assert first[0] == 0
    assert second[0] == first[1]
    assert third[0] == 2 * RATE
    assert (fourth[0], fourth[1] < RATE) == (0, True)


def test_a_page_from_an_insecure_origin_speaks(chromium: Browser) -> None:
    sent = noise(0.5)
    with open_stage(chromium, origin="http://notebook.lan", ear=False) as page:
        assert page.evaluate("window.isSecureContext") is False
        player = Player(page)
        player.feed(sent)
        player.end()
        assert player.wait_sent("ended") == HEARD_WHOLE | {"heard": len(sent)}


def test_where_modules_are_refused_the_fallback_speaks(chromium: Browser) -> None:
    sent = noise(0.5)
    with open_stage(chromium, REFUSE_MODULES) as page:
        player = Player(page)
        player.feed(sent)
        player.end()
        player.wait_state("finished")
        assert np.array_equal(listen(player).exact, sent)


def test_a_rate_the_browser_cannot_play_is_an_error(page: Page) -> None:
    player = Player(page, sample_rate=1)
    player.wait_state("failed")
    assert "1 Hz" in player.wait_sent("error")["message"]


def test_blocked_autoplay_loses_nothing(pytestconfig: pytest.Config) -> None:
    browser = launch_chromium(pytestconfig, autoplay=False)
    try:
        with open_stage(browser) as page:
            blocked_page_loses_nothing(page)
    finally:
        browser.close()


def blocked_page_loses_nothing(page: Page) -> None:
    sent = noise(0.5)
    data = base64.b64encode(sent.tobytes()).decode()
    session = page.context.new_cdp_session(page)

    def run(expression: str) -> Any:
        """Playwright's own evaluate would count as a user gesture."""
        request = {"expression": expression, "userGesture": False, "awaitPromise": True}
        return session.send("Runtime.evaluate", {**request, "returnByValue": True})["result"]

    run(
        f"""(async () => {{
            await window.stage.add();
            await window.ear.ready();
            window.stage.feed(0, [[0, "{data}"]]);
            window.stage.tell(0, {{ kind: "end", seq: 1, frames: {len(sent)} }});
            const blocked = () => document.querySelector("[data-state=blocked]");
            while (!blocked()) await new Promise(requestAnimationFrame);
        }})()"""
    )
    assert run("window.ear.ears[0].context.state")["value"] == "suspended"
    assert run("navigator.userActivation.hasBeenActive")["value"] is False
    page.get_by_role("button", name="Click to hear", exact=True).click()
    page.wait_for_selector("[data-state=finished]")
    wait_for_silence_after(page)
    assert np.array_equal(Recording.of(page).exact, sent)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Play"


def test_where_sound_does_not_start_the_player_says_so_and_starts_as_soon_as_it_can(
    chromium: Browser, shots: Path
) -> None:
    sent = noise(0.5)
    with open_stage(chromium, NO_DEVICE) as page:
        player = Player(page, blocked=True)
        player.feed(sent)
        player.end()
        player.wait_state("blocked")
        sentence = player.view().locator(".jtts-error")
        expect(sentence).to_be_empty()
        player.button("Click to hear").click()
        expect(sentence).to_contain_text("is there an audio device?")
        expect(player.button("Try again")).to_be_visible()
        page.screenshot(path=shots / "silent.png")
        open_menu(player.view())
        assert samples_of(downloaded(player.view(), "WAV")[1]) == sent.tobytes()
        page.evaluate("window.plug()")
        assert player.wait_sent("ended") == HEARD_WHOLE | {"heard": len(sent)}
        assert np.array_equal(listen(player).exact, sent)
        expect(sentence).to_be_empty()
        assert player.sent("error") == []


def test_an_idle_page_gives_the_audio_device_back_and_takes_it_again(page: Page) -> None:
    sent = noise(3.0)
    player = Player(page)
    player.feed(sent)
    player.end()
    player.wait_played(RATE // 4)
    page.evaluate("globalThis[Symbol.for('jupyter_tts.page')].linger = 0")
    player.button("Pause").click()
    page.wait_for_function("window.ear.ears[0].context.state === 'suspended'")
    player.button("Play").click()
    player.wait_state("finished")
    page.evaluate("window.ear.ears[0].context.resume()")
    (_, stop), rest = exact_stretches(listen(player), sent)
    assert rest == (stop, len(sent))
