"""What a user does with a player and sees of it."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from .ear import Recording, wait_for_silence_after
from .stage import FADE, HEARD_WHOLE, RATE, Player, exact_stretches, listen, noise

# Where the line is drawn, and how far its colours reach, while the sound plays: seconds after the
# time that is shown beside it, of a sound of four seconds.
DRAWN = """async (view) => {
    const [wave, head, played] = ["wave", "head", "played"].map((name) =>
        view.querySelector(`.jtts-${name}`));
    const found = [];
    while (view.dataset.state !== "finished") {
        const elapsed = Number(view.querySelector(".jtts-elapsed").textContent);
        const { left, width } = wave.getBoundingClientRect();
        const edges = [head.getBoundingClientRect().left, played.getBoundingClientRect().right];
        if (view.dataset.state === "playing" && elapsed > 2.5) {
            found.push(edges.map((edge) => (4 * (edge - left)) / width - elapsed));
        }
        await new Promise(requestAnimationFrame);
    }
    return found;
}"""
STILL = "*, ::before { transition-duration: 0.01ms !important }"


def test_stop_is_silence_at_once_and_for_good(page: Page) -> None:
    sent = noise(3.0)
    player = Player(page)
    player.feed(sent[: 2 * RATE])
    player.wait_played(RATE // 4)
    player.button("Stop").click()
    player.wait_state("stopped")
    player.feed(sent[2 * RATE :])
    player.end()
    recording = listen(player)
    [(start, stop)] = exact_stretches(recording, sent)
    assert start == 0
    assert stop < 2 * RATE
    assert len(recording.sound) <= stop + FADE
    assert player.sent("stop") == [{"kind": "stop"}]
    player.wait_sent("progress", state="stopped", played=stop)
    assert player.sent("ended") == []


def test_the_kernels_stop_is_silence_at_once(page: Page) -> None:
    sent = noise(2.0)
    player = Player(page)
    player.feed(sent)
    player.end()
    player.wait_played(RATE // 4)
    player.tell({"kind": "stop"})
    player.wait_state("stopped")
    [(start, stop)] = exact_stretches(listen(player), sent)
    assert (start, stop < RATE) == (0, True)
    player.button("Play").click()
    player.wait_state("playing")
    player.wait_state("stopped")
    assert exact_stretches(listen(player), sent) == [(0, stop), (0, stop)]
    assert player.sent("stop") == []


def test_a_whole_speech_can_be_replayed_after_stop(page: Page) -> None:
    sent = noise(3.0)
    player = Player(page)
    player.feed(sent)
    player.end()
    player.wait_played(RATE // 4)
    player.button("Stop").click()
    player.wait_state("stopped")
    player.button("Play").click()
    player.wait_state("playing")
    player.wait_state("stopped")
    (_, stop), *rest = exact_stretches(listen(player), sent)
    assert 0 < stop < len(sent)
    assert rest == [(0, len(sent))]


def test_pause_and_play_lose_nothing(page: Page) -> None:
    sent = noise(2.0)
    player = Player(page)
    player.feed(sent)
    player.end()
    for quarter in (1, 2, 3):
        player.wait_played(quarter * RATE // 4)
        player.button("Pause").click()
        player.wait_state("paused")
        wait_for_silence_after(page)
        player.button("Play").click()
    player.wait_state("finished")
    stretches = exact_stretches(listen(player), sent)
    assert len(stretches) == 4
    assert [start for start, _ in stretches] == [0, *(stop for _, stop in stretches[:-1])]
    assert stretches[-1][1] == len(sent)
    for _, stop in stretches[:-1]:  # the kernel knows where it rested, to the frame
        player.wait_sent("progress", state="paused", played=stop)
    assert player.wait_sent("ended") == HEARD_WHOLE | {"heard": len(sent)}


def test_seek_goes_on_from_the_chosen_frame(page: Page) -> None:
    sent = noise(20.0)  # so that a busy page does not reach its end before it is told to go back
    player = Player(page)
    player.feed(sent)
    player.end()
    player.wait_played(RATE // 2)
    player.slider().fill("3")
    player.wait_played(round(3.5 * RATE))
    player.slider().fill("1.25")
    player.wait_state("playing")
    player.button("Pause").click()
    player.wait_state("paused")
    starts = [start for start, _ in exact_stretches(listen(player), sent)]
    assert starts == [0, 3 * RATE, round(1.25 * RATE)]


@pytest.mark.parametrize("style", ["/* */", STILL], ids=["gliding", "without transitions"])
def test_the_position_is_drawn_where_the_sound_is(page: Page, style: str) -> None:
    page.add_style_tag(content=style)
    player = Player(page)
    player.feed(noise(4.0))
    player.end()
    player.wait_played(RATE // 4)
    player.slider().fill("2.5")
    drawn = np.array(player.view().evaluate(DRAWN))
    assert len(drawn) > 10
    # The time is cut to a tenth, and may be drawn a tenth late.
    assert np.quantile(drawn, 0.05) > -0.1, drawn
    assert np.quantile(drawn, 0.95) < 0.3, drawn


def test_replay_repeats_every_sample(page: Page) -> None:
    sent = noise(0.5)
    player = Player(page)
    player.feed(sent)
    player.end()
    player.wait_state("finished")
    player.button("Play").click()
    player.wait_state("playing")
    player.wait_state("finished")
    player.button("Play").click()
    player.wait_state("playing")
    player.wait_state("finished")
    assert exact_stretches(listen(player), sent) == [(0, len(sent))] * 3
    assert len(player.sent("ended")) == 1


def test_a_seek_to_the_edge_of_a_growing_stream_is_no_underrun(page: Page) -> None:
    sent = noise(3.0)
    player = Player(page)
    player.feed(sent[: 2 * RATE])
    player.wait_state("playing")
    player.slider().fill("7")
    player.wait_sent("progress", state="buffering", played=2 * RATE)
    player.feed(sent[2 * RATE :])
    player.end()
    assert player.wait_sent("ended")["underruns"] == 0
    assert exact_stretches(listen(player), sent)[-1] == (2 * RATE, 3 * RATE)


def test_without_autoplay_nothing_sounds_before_play(page: Page) -> None:
    sent = noise(0.5)
    player = Player(page, autoplay=False)
    player.feed(sent)
    player.end()
    player.wait_state("paused")
    wait_for_silence_after(page)
    assert len(Recording.of(page).sound) == 0
    assert player.sent("interaction") == []
    player.button("Play").click()
    player.wait_state("finished")
    assert np.array_equal(listen(player).exact, sent)


def test_the_keyboard_does_all(page: Page) -> None:
    sent = noise(4.0)
    player = Player(page)
    page.evaluate("document.addEventListener('keydown', (e) => (window.leaked ??= []).push(e.key))")
    player.feed(sent)
    player.end()
    player.wait_state("playing")
    player.button("Pause").focus()
    page.keyboard.press("Space")
    player.wait_state("paused")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Play"
    page.keyboard.press("Enter")
    player.wait_state("playing")
    page.keyboard.press("Space")
    player.wait_state("paused")
    player.slider().focus()
    for key, seconds in [("Home", 0), ("ArrowRight", 1), ("PageUp", 4), ("ArrowLeft", 3)]:
        page.keyboard.press(key)
        page.wait_for_function(
            "(time) => document.activeElement.valueAsNumber === time", arg=seconds
        )
    assert player.slider().get_attribute("aria-valuetext") == "3.0 of 4.0 s"
    assert page.evaluate("window.leaked") is None


def test_what_the_user_is_at_is_told_to_the_kernel(page: Page) -> None:
    player = Player(page)
    player.feed(noise(3.0))
    player.end()
    player.wait_state("playing")
    player.button("Pause").click()
    player.wait_sent("interaction", active=True)
    player.button("Play").click()
    player.wait_sent("interaction", active=False)
    player.wait_sent("ended")
    player.button("Play").click()
    player.wait_state("playing")
    player.wait_state("finished")
    assert [m["active"] for m in player.sent("interaction")] == [True, False, True, False]


def test_dragging_previews_and_seeks_on_release(page: Page) -> None:
    sent = noise(4.0)
    player = Player(page)
    player.feed(sent)
    player.end()
    player.wait_state("playing")
    box = player.slider().bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    player.wait_sent("interaction", active=True)
    expect(player.slider()).to_have_attribute("aria-valuetext", "2.0 of 4.0 s")
    page.mouse.up()
    player.wait_sent("interaction", active=False)
    player.button("Pause").click()
    stretches = exact_stretches(listen(player), sent)
    assert len(stretches) == 2
    assert abs(stretches[1][0] - 2 * RATE) < RATE // 20


def test_strings_are_text_and_only_the_card_is_markup(page: Page) -> None:
    evil = "<img src=x onerror='window.evil = 1'>"
    player = Player(
        page, label=evil, text=evil, card="<details><summary>Request</summary></details>"
    )
    assert player.view().locator(".jtts-label").inner_text() == evil
    assert player.view().locator(".jtts-text").inner_text() == evil
    player.view().locator("summary").click()
    player.set("card", "<details><summary>Request 2</summary></details>")
    assert player.view().locator("details").get_attribute("open") is not None
    assert page.evaluate("window.evil") is None


def test_a_long_text_is_clamped_and_can_be_unfolded(page: Page) -> None:
    player = Player(page, text="A sentence that goes on. " * 200)
    text = player.view().locator(".jtts-text")
    folded = text.bounding_box()
    player.button("More").click()
    unfolded = text.bounding_box()
    assert folded is not None
    assert unfolded is not None
    assert folded["height"] < 50 < unfolded["height"]


def test_a_text_that_grows_can_be_unfolded_as_soon_as_it_is_cut_off(page: Page) -> None:
    # Two lines fill the space: that it is cut off, then, changes nothing of its size.
    page.add_style_tag(content=".jtts-text { font-size: 15px !important }")
    player = Player(page, text="One\ntwo")
    text = player.view().locator(".jtts-text")
    folded = text.bounding_box()
    expect(player.button("More")).to_be_hidden()
    player.set("text", "One\ntwo\nthree")
    expect(player.button("More")).to_be_visible()
    assert text.bounding_box() == folded


def test_nothing_moves_when_the_state_changes(page: Page) -> None:
    sent = noise(0.5)
    player = Player(page, status="connecting")
    heights = {player.view().bounding_box()["height"]}  # type: ignore[index]  # it is shown
    for state in ("playing", "finished"):
        if state == "playing":
            player.feed(sent)
            player.end()
        player.wait_state(state)
        heights.add(player.view().bounding_box()["height"])  # type: ignore[index]  # it is shown
    assert len(heights) == 1


def test_the_waveform_follows_the_theme(page: Page) -> None:
    player = Player(page)
    player.feed(noise(0.3))
    player.end()
    player.wait_state("finished")
    page.evaluate("document.documentElement.style.setProperty('--jp-ui-font-color1', 'white')")
    page.evaluate("document.documentElement.style.setProperty('--jp-brand-color1', 'lime')")
    page.wait_for_function(
        """() => {
            const canvas = document.querySelector(".jtts-wave-played");
            const pixel = canvas.getContext("2d").getImageData(0, canvas.height / 2, 1, 1).data;
            return pixel.join() === "0,255,0,255";
        }"""
    )


WAVE_DRAWN = """() => {
    const canvas = document.querySelector(".jtts-wave-rest");
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    return pixels.some((value) => value > 0);
}"""


@pytest.fixture
def out_of_sight(page: Page) -> Player:
    """A player that has received all, below what the page shows."""
    page.evaluate("document.body.insertAdjacentHTML('afterbegin', '<p style=\"height: 3000px\">')")
    player = Player(page)
    player.feed(noise(0.3))
    player.end()
    player.wait_state("finished")
    assert page.evaluate(WAVE_DRAWN) is False
    return player


def test_a_waveform_is_drawn_once_it_comes_into_sight(page: Page, out_of_sight: Player) -> None:
    out_of_sight.view().scroll_into_view_if_needed()
    page.wait_for_function(WAVE_DRAWN)


def test_a_waveform_out_of_sight_is_printed(page: Page, out_of_sight: Player) -> None:
    page.pdf()
    assert page.evaluate(WAVE_DRAWN) is True
