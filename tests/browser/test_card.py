"""The lines of a speech: each is one line, on every width, live, saved and as a dry run."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Arrival, Timeline
from jupyter_tts.notebook.output.saved_view import request_bundle, view_bundle
from jupyter_tts.notebook.output.speech_card import brief, speech_card
from jupyter_tts.wire.request import SpeechRequest

from .stage import RATE, Player, noise, open_stage

WIDTHS = [480, 1280, 1366, 1920]
LABEL = "Embedded voice · Heart · simulated: a round trip of 60 ms, 2 % lost"
TEXT = "The first words are heard while the last ones are still being made. " * 3
DRY = request_bundle(SpeechRequest(latency=3), text=TEXT)["text/html"]

# Parts of a view that stick out of it, or of the page, and parts of the third line that are not on
# one line with it.
FAULTS = """(view) => {
    const frame = view.getBoundingClientRect();
    const line = view.querySelector(".jtts-info").getBoundingClientRect();
    // The waveform clips its parts, which move into it as the sound is heard.
    const seen = (part) =>
        part.checkVisibility() &&
        part.getBoundingClientRect().width > 0 &&
        !part.closest(".jtts-wave > *");
    const outside = [...view.querySelectorAll("*")].filter((part) => {
        const { left, right } = part.getBoundingClientRect();
        return seen(part) && (left < frame.left - 1 || right > frame.right + 1);
    });
    const parts = [...view.querySelectorAll(".jtts-info > *, summary")].filter(seen);
    const boxes = parts.map((part) => part.getBoundingClientRect());
    const below = boxes.filter(({ top, bottom }) => top < line.top - 1 || bottom > line.bottom + 1);
    const overlapping = boxes.filter(
        (box, i) => boxes.some((other, j) => j < i && other.right > box.left + 1),
    );
    return {
        outside: outside.map((part) => part.outerHTML.slice(0, 80)),
        below: below.length,
        overlapping: overlapping.length,
        wide: view.scrollWidth > view.clientWidth,
        tall: line.height > 30,
    };
}"""
FAULTLESS = {"outside": [], "below": 0, "overlapping": 0, "wide": False, "tall": False}


def spoken() -> Speech:
    timeline = Timeline(submitted=1.0, connected=1.012)
    timeline.arrivals = [Arrival(1.058 + 0.03 * n, 0.1) for n in range(10)]
    request = SpeechRequest(latency=3, server="local")
    speech = Speech(TEXT, request, RATE, timeline, label=LABEL)
    speech.add(Audio(noise(1.0).tobytes(), RATE))
    timeline.silence, timeline.playout_delay, timeline.output_latency = 0.02, 0.04, 0.03
    timeline.underruns, timeline.gap = 1, 0.2
    timeline.play(1.0, [(0.5, 0.2)])
    return speech


def assert_faultless(view: Locator) -> None:
    assert view.evaluate(FAULTS) == FAULTLESS
    shown = view.locator(".jtts-brief")
    if shown.count():
        assert shown.evaluate("(part) => part.scrollWidth <= part.clientWidth")
    for part in view.locator("summary").all():
        expect(part).to_be_visible()


def put(page: Page, speech: Speech, **traits: object) -> Player:
    shown = {"brief": brief(speech.request, speech.timeline), "card": speech_card(speech)}
    return Player(page, label=LABEL, text=TEXT, **shown, **traits)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_wraps_or_sticks_out_on_any_width(chromium: Browser, scheme: str) -> None:
    speech = spoken()
    with open_stage(chromium) as page:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        playing, waiting = put(page, speech), put(page, speech)
        for player in (playing, waiting):
            player.feed(noise(30.0))
        waiting.end()
        playing.wait_state("playing")
        waiting.wait_state("waiting")
        failed = put(page, speech, status="failed", error="The voice does not exist. " * 5)
        failed.wait_state("failed")
        elsewhere = put(page, speech, session="other", client="this")
        elsewhere.wait_state("elsewhere")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for player in (playing, waiting, failed, elsewhere):
                assert_faultless(player.view())
            playing.view().locator("summary").click()
            expect(playing.view().get_by_role("img")).to_be_visible()
            assert_faultless(playing.view())
            playing.view().locator("summary").click()
        page.set_content(view_bundle(speech)["text/html"])
        page.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", DRY)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for view in page.locator(".jtts-view").all():
                assert_faultless(view)


def test_what_is_unfolded_stays_so_and_keeps_the_focus(page: Page) -> None:
    speech = spoken()
    player = put(page, speech)
    summary = player.view().locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(player.view().get_by_role("img")).to_be_visible()
    speech.timeline.underruns = 2
    player.set("card", speech_card(speech))
    expect(player.view().locator(".jtts-events")).to_contain_text("twice")
    expect(player.view().get_by_role("img")).to_be_visible()
    expect(summary).to_be_focused()


def test_url_and_message_are_copied_with_one_click_each(chromium: Browser) -> None:
    speech = spoken()
    address = speech.request.url
    message = '{"text": " ", "generation_config": {"chunk_length_schedule": [50, 90, 140, 200]}}'
    keep = "document.addEventListener('copy', () => (window.copied = document.activeElement.value))"
    with open_stage(chromium, "delete Navigator.prototype.clipboard", keep) as page:
        player = put(page, speech)
        player.view().locator("summary").click()
        player.button("Copy URL").click()
        expect(player.button("Copied")).to_be_visible()
        assert page.evaluate("window.copied") == address
        player.button("Copy first message").click()
        assert page.evaluate("window.copied") == message
        page.set_content(view_bundle(speech)["text/html"])
        page.evaluate("window.put = []")
        page.evaluate(
            "Object.defineProperty(navigator, 'clipboard', "
            "{ value: { writeText: async (text) => window.put.push(text) } })"
        )
        page.locator("summary").click()
        for name in ("Copy URL", "Copy first message"):
            page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_function("window.put.length === 2")
        assert page.evaluate("window.put") == [address, message]
        page.set_content(DRY)
        for name in ("Copy URL", "Copy first message"):
            expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
