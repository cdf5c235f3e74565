"""The wire is redrawn as a control moves, and the kernel learns where it came to rest."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from jupyter_tts.wire.parameters import PARAMETERS, Place
from jupyter_tts.wire.request import SpeechRequest

from .panel_stage import Panel, hold_clock, open_panel_stage

MANY = {
    "language": "en",
    "format": "pcm_8000",
    "seed": 1,
    "sync_alignment": True,
    "ssml": True,
    "logging": False,
}


def test_the_wire_is_redrawn_within_the_frame_of_the_change(panel_page: Page) -> None:
    Panel(panel_page)
    shown = panel_page.evaluate(
        """async () => {
            const slider = hand.slider("Latency");
            const seen = [];
            for (const value of [0, 4, 1, 3, 2]) {
                hand.move(slider, value);
                await hand.frame();
                seen.push([hand.url(), hand.message()]);
            }
            return seen;
        }"""
    )
    requests = [SpeechRequest(latency=level) for level in (0, 4, 1, 3, 2)]
    assert [url for url, _ in shown] == [request.url for request in requests]
    assert all(("schedule" in message) == (i > 0) for i, (_, message) in enumerate(shown))


def test_thirty_changes_a_second_leave_no_lag_and_the_right_end(panel_page: Page) -> None:
    panel = Panel(panel_page)
    # A kernel that echoes what it got, late.
    seen = panel_page.evaluate(
        """async () => {
            const { model } = panels[0];
            model.saved = ({ values }) => setTimeout(() => model.receive("values", values), 120);
            const slider = hand.slider("Stability");
            const seen = { behind: 0, pulled: 0, changes: 0 };
            for (let i = 1; i <= 60; i++) {
                const value = (i * 37) % 101 / 100;
                hand.move(slider, value);
                await hand.frame();
                seen.behind += !hand.message().includes(`"stability": ${value}`);
                await hand.frame();
                seen.pulled += slider.valueAsNumber !== value;
                seen.changes++;
            }
            return { ...seen, last: slider.valueAsNumber };
        }"""
    )
    assert seen == {"behind": 0, "pulled": 0, "changes": 60, "last": 60 * 37 % 101 / 100}
    panel_page.wait_for_function(
        "(last) => panels[0].model.get('values').stability === last", arg=0.99
    )
    assert panel.saves()[-1]["values"]["stability"] == 0.99
    assert len(panel.saves()) <= 60 + 1


def test_many_changes_within_a_frame_are_saved_once(panel_page: Page) -> None:
    panel = Panel(panel_page)
    panel_page.evaluate(
        """() => {
            for (let i = 0; i <= 100; i++) hand.move(hand.slider("Stability"), i / 100);
            for (let i = 0; i <= 4; i++) hand.move(hand.slider("Latency"), i);
        }"""
    )
    panel.frames(2)
    [save] = panel.saves()
    assert save["values"]["stability"] == 1
    assert save["values"]["latency"] == 4
    assert set(save["values"]) == {parameter.name for parameter in PARAMETERS}


def test_an_older_state_does_not_move_what_the_hand_is_on(chromium: Browser) -> None:
    with open_panel_stage(chromium) as page:
        page.clock.install()
        panel = Panel(page)
        box = panel.slider("Stability").bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2, steps=4)
        held = panel.settled()["stability"]
        page.clock.run_for(5000)  # the hand rests
        panel.receive("values", {"stability": 0.1, "similarity": 0.2})
        assert panel.slider("Stability").input_value() == str(held)
        assert panel.slider("Similarity").input_value() == "0.2"
        page.mouse.up()
        panel.receive("values", {"stability": 0.3, "similarity": 0.2})
        assert panel.slider("Stability").input_value() == str(held)
        # What the user did is sent again, and is what the kernel has in the end.
        page.clock.run_for(2000)
        assert panel.settled() == {"stability": held, "similarity": 0.2}
        # A change that comes when all is at rest is the kernel's to make.
        panel.receive("values", {"stability": 0.3})
        assert panel.slider("Stability").input_value() == "0.3"
        assert panel.settled() == {"stability": 0.3}


def test_an_older_text_does_not_undo_what_was_typed(panel_page: Page) -> None:
    panel = Panel(panel_page, text="one")
    panel.labelled("Text").press("End")
    panel.labelled("Text").press_sequentially(" two")
    panel.frames(2)
    panel.receive("text", "one t")
    assert panel.labelled("Text").input_value() == "one two"
    panel_page.wait_for_function("panels[0].model.get('text') === 'one two'")


def test_a_text_from_the_kernel_is_shown(panel_page: Page) -> None:
    panel = Panel(panel_page, text="one")
    panel.receive("text", "two")
    assert panel.labelled("Text").input_value() == "two"


def test_what_changed_lights_up_and_what_did_not_goes_on_fading(panel_page: Page) -> None:
    panel = Panel(panel_page)
    lit = "() => [...document.querySelectorAll('.jtts-lit')].map((part) => part.textContent)"
    assert panel_page.evaluate(lit) == []
    panel.slider("Latency").fill("4")
    assert panel_page.evaluate(lit) == ["4", "apply_text_normalization=", "off", "[50]"]
    panel_page.evaluate("window.before = document.querySelector('.jtts-lit').getAnimations()[0]")
    panel.slider("Stability").press("ArrowRight")
    assert '"stability": ' in panel_page.evaluate(lit)
    same = "window.before === document.querySelector('.jtts-lit').getAnimations()[0]"
    assert panel_page.evaluate(same)
    assert panel_page.evaluate("before.effect.getComputedTiming().duration") > 500


def test_what_changes_for_another_reason_than_the_users_does_not_light(panel_page: Page) -> None:
    panel = Panel(panel_page, values={"server": "local"}, own_voices={})
    panel.receive("address", "http://127.0.0.1:40123")
    panel.receive("own_voices", {"local": "mine"})
    lit = panel.root().locator(".jtts-lit")
    expect(panel.root().locator(".jtts-host")).to_have_text("127.0.0.1:40123")
    expect(lit).to_have_count(0)
    panel.slider("Latency").press("ArrowRight")
    expect(lit).to_have_text(["3", "[50, 90, 140, 200]"])
    panel.receive("address", "http://127.0.0.1:40124")
    expect(lit).to_have_text(["3", "[50, 90, 140, 200]"])


def test_while_it_speaks_the_wire_has_the_next_request_beside_the_one_that_is_heard(
    panel_page: Page,
) -> None:
    panel = Panel(panel_page, values={"latency": 2}, status="speaking")
    tabs = panel.root().get_by_role("radiogroup", name="Request shown")
    place = panel.slider("Latency").bounding_box()
    panel.receive("playing_values", {"latency": 2})
    expect(tabs).to_be_hidden()  # they are the same
    panel.slider("Latency").press("ArrowRight")
    expect(tabs).to_be_visible()
    assert panel.slider("Latency").bounding_box() == place
    assert panel.url() == SpeechRequest(latency=3).url
    tabs.get_by_text("Now playing").click()
    assert panel.url() == SpeechRequest(latency=2).url
    expect(panel.root().locator(".jtts-lit")).to_have_count(0)
    panel.slider("Latency").press("ArrowRight")
    assert panel.url() == SpeechRequest(latency=4).url  # where the hand is, the eye is
    tabs.get_by_text("Now playing").click()
    panel.receive("playing_values", None)
    expect(tabs).to_be_hidden()
    assert panel.url() == SpeechRequest(latency=4).url


def test_a_change_is_spoken_a_moment_later_where_that_is_wanted_and_costs_nothing(
    chromium: Browser,
) -> None:
    with open_panel_stage(chromium) as page:
        hold_clock(page)
        panel = Panel(page, text="Hello.", views=2)
        wanted = panel.labelled("Speak on change")
        panel.slider("Latency").press("ArrowRight")
        page.clock.run_for(2000)
        assert panel.sent("speak") == []
        wanted.check()
        expect(panel.root(1).get_by_label("Speak on change")).to_be_checked()
        for key in ("ArrowRight", "ArrowLeft", "ArrowLeft"):
            panel.slider("Latency").press(key)
            page.clock.run_for(500)
        assert panel.sent("speak") == []
        page.clock.run_for(200)
        (speak,) = panel.sent("speak")
        assert speak["on_change"]
        # A change may still be held back by then, and the message overtakes it.
        assert (speak["set"]["values"]["latency"], speak["set"]["speak_on_change"]) == (2, True)
        assert panel.saves()[-1]["values"]["latency"] == 2
        panel.receive("values", {"latency": 4})  # not the user's
        page.clock.run_for(2000)
        panel.labelled("Text comes").select_option("word by word")
        page.clock.run_for(700)
        (_, speak) = panel.sent("speak")
        assert speak["set"]["word_by_word"] is True
        panel.labelled("Text").fill(" ")
        page.clock.run_for(2000)
        panel.labelled("Text").fill("Hello again.")
        panel.receive("change_bar", "off: each change would cost")
        page.clock.run_for(2000)
        assert len(panel.sent("speak")) == 2
        bar = panel.root().get_by_label("Speak on change")
        expect(bar).to_be_disabled()
        expect(bar).not_to_be_checked()


def test_a_word_that_is_heard_beside_the_panel_keeps_its_own_light(panel_page: Page) -> None:
    word = "<p class='jtts-text'><span class='jtts-lit'>word</span></p>"
    panel_page.evaluate("(word) => document.body.insertAdjacentHTML('beforeend', word)", word)
    lit = panel_page.locator(".jtts-text .jtts-lit")
    assert lit.evaluate("(word) => word.getAnimations().length") == 0
    lit.evaluate("(word) => word.parentElement.remove()")


def test_whoever_wants_no_motion_gets_none(chromium: Browser) -> None:
    with open_panel_stage(chromium, reduced_motion="reduce") as page:
        panel = Panel(page)
        panel.slider("Latency").fill("4")
        timing = "getComputedStyle(document.querySelector('.jtts-lit')).animationTimingFunction"
        assert page.evaluate(timing) == "steps(1)"


def test_a_change_says_what_it_costs(panel_page: Page) -> None:
    panel = Panel(panel_page)
    cost = panel.cost()
    expect(panel.root().locator(".jtts-cost [aria-live=polite]")).to_have_text("")
    expect(cost).to_have_text("")
    panel.slider("Latency").press("ArrowRight")
    sentence = "Latency: new socket; schedule: first message only."
    expect(cost).to_have_text(sentence)
    expect(panel.root().locator(".jtts-cost [aria-live=polite]")).to_have_text(sentence)


def test_the_cost_is_said_in_the_frame_of_the_change_and_spoken_when_the_hand_rests(
    chromium: Browser,
) -> None:
    with open_panel_stage(chromium) as page:
        hold_clock(page)
        panel = Panel(page)
        spoken = panel.root().locator(".jtts-cost [aria-live=polite]")
        panel.slider("Latency").fill("3")
        panel.slider("Stability").fill("0.1")
        both = "Latency: new socket; stability: first message only; schedule: first message only."
        expect(panel.cost()).to_have_text(both)
        expect(spoken).to_have_text("Latency: new socket; schedule: first message only.")
        page.clock.run_for(400)
        expect(spoken).to_have_text(both)
        page.clock.run_for(1600)  # a new movement
        panel.slider("Stability").fill("0.2")
        expect(panel.cost()).to_have_text("Stability: first message only.")


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ({}, {"stability": 0.1}, "Stability: first message only."),
        ({}, {"ssml": True, "seed": 1}, "Seed: new socket; SSML: new socket."),
        ({"latency": 0}, {"latency": 0, "levers": False}, "Nothing changes on the wire."),
        (
            {"stability": 0.1, "style": 1, "model": "m", "seed": 1},
            {},
            "New socket: model, seed; first message only: stability, style.",
        ),
        ({}, MANY, "New socket: language, format, seed, sync alignment, SSML and 1 more."),
    ],
)
def test_one_movement_is_one_sentence(
    panel_page: Page, before: dict[str, object], after: dict[str, object], sentence: str
) -> None:
    panel = Panel(panel_page, values=before)
    panel.receive("values", after)
    expect(panel.cost()).to_have_text(sentence)


def test_defaults_are_shown_grey_and_are_not_part_of_the_url(panel_page: Page) -> None:
    panel = Panel(panel_page, values={"seed": 3, "stability": 0.2})
    unsent = panel.root().locator(".jtts-unsent")
    expect(unsent).to_have_count(0)
    url = panel.url()
    panel.labelled("Show defaults").check()
    text = "".join(unsent.all_text_contents())
    sent = SpeechRequest(seed=3, stability=0.2).sent
    for parameter in PARAMETERS:
        default = parameter.default is not None and parameter.name not in sent
        written = (
            f'"{parameter.wire}": '
            if parameter.place is Place.VOICE_SETTINGS
            else f"&{parameter.wire}="
        )
        assert (written in text) == default, parameter.name
    assert panel.url() == url
    expect(panel.root().get_by_text("Grey: left out")).to_be_visible()
    assert unsent.first.evaluate("(part) => getComputedStyle(part).userSelect") == "none"
    selected = (
        panel.root()
        .locator(".jtts-code")
        .first.evaluate(
            "(code) => { getSelection().selectAllChildren(code); return String(getSelection()); }"
        )
    )
    assert selected.replace("\n", "") == url
