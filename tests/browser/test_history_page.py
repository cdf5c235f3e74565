"""The strip of the last utterances, as a user sees and uses it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .panel_stage import Panel, open_panel_stage, taken_keys

ENTRIES: list[dict[str, Any]] = [
    {"number": 1, "title": "One", "diff": [], "ttfb": 0.0124, "ttfa": 0.034, "duration": 2.31},
    {
        "number": 2,
        "title": "<b>Two</b>",
        "diff": [
            {"label": "Latency", "before": 2, "after": 3},
            {"label": "Schedule", "before": None, "after": [50, 90]},
            {"label": "Logging", "before": True, "after": False},
        ],
        "ttfb": 11.52,
        "ttfa": None,
        "duration": 61.0,
    },
    {"number": 3, "title": "Three", "diff": [], "ttfb": None, "ttfa": None, "duration": None},
]


def row(history: Panel, number: int) -> Locator:
    return history.root().locator(f'tr[data-number="{number}"]')


def press(history: Panel, number: int, name: str) -> None:
    row(history, number).get_by_role("button", name=name, exact=True).click()


def test_an_empty_strip_says_what_it_is_for(panel_page: Page) -> None:
    history = Panel(panel_page, "History")
    expect(history.root().get_by_text("What you speak is listed here.")).to_be_visible()
    expect(history.root().get_by_role("table")).to_be_hidden()
    history.receive("entries", ENTRIES[:1])
    expect(history.root().get_by_text("What you speak is listed here.")).to_be_hidden()
    expect(history.root().get_by_role("table")).to_be_visible()


def test_each_utterance_shows_what_changed_and_its_figures_the_newest_first(
    panel_page: Page,
) -> None:
    history = Panel(panel_page, "History", entries=ENTRIES)
    numbers = history.root().locator("tbody th").all_text_contents()
    assert numbers == ["3", "2", "1"]
    cells = row(history, 2).locator("td").all_text_contents()
    assert cells[0] == ("<b>Two</b>Latency: 2 → 3; Schedule: not set → 50, 90; Logging: on → off")
    assert cells[1:4] == ["11.5 s", "–", "61.0 s"]
    assert row(history, 1).locator("td").all_text_contents()[1:4] == ["12 ms", "34 ms", "2.3 s"]
    assert row(history, 3).locator("td").all_text_contents()[1:4] == ["–", "–", "–"]
    assert history.root().locator("b").count() == 0


def test_an_utterance_is_played_again_and_the_one_heard_is_marked(panel_page: Page) -> None:
    history = Panel(panel_page, "History", entries=ENTRIES)
    history.button("Play 2").click()
    assert history.sent("play") == [{"kind": "play", "number": 2}]
    history.receive("playing", 2)
    expect(row(history, 2)).to_have_attribute("aria-current", "true")
    history.receive("playing", -1)
    expect(history.root().locator("[aria-current]")).to_have_count(0)


def test_a_key_switches_between_two_and_each_keeps_its_letter(panel_page: Page) -> None:
    history = Panel(panel_page, "History", entries=ENTRIES)
    switch = history.button("Switch A/B")
    expect(switch).to_have_attribute("aria-disabled", "true")
    press(history, 1, "A")
    switch.press("Enter")
    assert history.sent("compare") == []
    press(history, 3, "B")
    expect(switch).to_have_attribute("aria-disabled", "false")
    # The kernel obeys: the first of a pair is heard, as loud as the second.
    for heard, other in ((1, 3), (3, 1), (1, 3)):
        assert history.sent("compare")[-1] == {"kind": "compare", "a": heard, "b": other}
        history.receive("a", heard)
        history.receive("b", other)
        history.receive("playing", heard)
        for number, name in ((1, "A"), (3, "B")):
            button = row(history, number).get_by_role("button", name=name, exact=True)
            expect(button).to_have_attribute("aria-pressed", "true")
        history.button("Play 2").press("x")
    switch.click()
    assert len(history.sent("compare")) == 5


def test_fast_switching_alternates_though_the_kernel_lags(panel_page: Page) -> None:
    history = Panel(panel_page, "History", entries=ENTRIES)
    press(history, 1, "A")
    press(history, 2, "B")
    for _ in range(4):
        history.button("Play 1").press("x")
    assert [message["a"] for message in history.sent("compare")] == [1, 2, 1, 2, 1]


def test_a_pair_known_to_the_kernel_is_there_after_a_reload(panel_page: Page) -> None:
    history = Panel(panel_page, "History", entries=ENTRIES, a=2, b=1, playing=2)
    history.button("Switch A/B").click()
    assert history.sent("compare") == [{"kind": "compare", "a": 1, "b": 2}]


def test_a_choice_is_taken_back_and_none_is_compared_with_itself(panel_page: Page) -> None:
    history = Panel(panel_page, "History", entries=ENTRIES)
    press(history, 1, "A")
    press(history, 1, "B")
    pressed = history.root().locator('[aria-pressed="true"]')
    expect(pressed).to_have_text(["B"])
    press(history, 1, "B")
    expect(pressed).to_have_count(0)
    assert history.sent("compare") == []


def test_a_new_utterance_takes_neither_the_focus_nor_the_choice(panel_page: Page) -> None:
    history = Panel(panel_page, "History", entries=ENTRIES[:2])
    press(history, 1, "A")
    history.button("Play 2").focus()
    history.receive("entries", ENTRIES)
    expect(history.button("Play 2")).to_be_focused()
    expect(history.root().locator('[aria-pressed="true"]')).to_have_text(["A"])


def test_an_utterance_no_longer_kept_cannot_be_compared(panel_page: Page) -> None:
    history = Panel(panel_page, "History", entries=ENTRIES)
    press(history, 1, "A")
    press(history, 2, "B")
    history.receive("entries", ENTRIES[1:])
    expect(history.button("Switch A/B")).to_have_attribute("aria-disabled", "true")
    history.button("Play 2").press("x")
    assert len(history.sent("compare")) == 1


def test_its_keys_stay_in_the_strip(panel_page: Page) -> None:
    history = Panel(panel_page, "History", entries=ENTRIES)
    for key in ("x", "ArrowDown", "Enter"):
        history.button("Play 1").press(key)
    assert taken_keys(panel_page) == []


def test_a_closed_strip_leaves_nothing(panel_page: Page) -> None:
    Panel(panel_page, "History", entries=ENTRIES, views=2)
    panel_page.evaluate("() => stage.close(panels[0])")
    assert panel_page.evaluate("panels[0].model.listeners") == 0
    expect(panel_page.locator(".jtts-history")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 480, 800])
def test_it_fits_the_width(chromium: Browser, shots: Path, width: int) -> None:
    with open_panel_stage(chromium, viewport={"width": width, "height": 500}) as page:
        history = Panel(page, "History", entries=[*ENTRIES, {**ENTRIES[1], "title": "w" * 300}])
        press(history, 1, "A")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        frame = history.root().locator(".jtts-history-frame")
        assert frame.evaluate("(frame) => frame.scrollWidth <= frame.clientWidth")
        page.screenshot(path=shots / f"history-{width}.png")
