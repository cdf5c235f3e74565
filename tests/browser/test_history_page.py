"""The strip of the last utterances, as a user sees and uses it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .panel_stage import Panel, open_panel_stage, taken_keys


def entry(number: int, title: str, **figures: Any) -> dict[str, Any]:
    """An utterance, as the kernel has it."""
    settings = {"latency": (2, False), "stability": (0.5, False), "similarity": (0.75, False)}
    settings |= figures.pop("settings", {})
    return {
        "number": number,
        "title": title,
        "settings": {name: {"value": v, "own": own} for name, (v, own) in settings.items()},
        "words": None,
        "notes": [],
        "first": None,
        "gaps": None,
        "underruns": 0,
        "duration": None,
        "picture": "<svg></svg>",
        **figures,
    }


ENTRIES = [
    entry(1, "One", first=0.034, gaps=0, duration=2.31),
    entry(
        2,
        "<b>Two</b>",
        settings={"latency": (3, True)},
        words=15,
        notes=["Schedule: 50, 90", "text: <b>Two</b>"],
        first=1.2,
        gaps=0.12,
        underruns=1,
        duration=61.0,
    ),
    entry(3, "Three", settings={"similarity": (None, False)}),
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


def test_settings_and_figures_stand_in_columns_the_newest_first_and_marked(
    panel_page: Page,
) -> None:
    history = Panel(panel_page, "History", entries=ENTRIES, seconds=12.4)
    rows = history.root().locator("tbody tr").all()
    expect(history.root().locator("tbody th")).to_have_text(["3, the newest", "2", "1"])
    three, two, one = (line.locator("td").all_text_contents()[:-1] for line in rows)
    assert one == ["2", "0.5", "0.75", "at once", "34 ms", "none", "2.3 s", ""]
    notes = "Schedule: 50, 90; text: <b>Two</b>"
    assert two == ["3", "0.5", "0.75", "15/s", "1.2 s", "120 ms", "61.0 s", notes]
    assert three == ["2", "0.5", "", "at once", "–", "–", "–", ""]
    expect(row(history, 2).locator(".jtts-history-default")).to_have_text(["0.5", "0.75"])
    expect(history.root().locator(".jtts-history-axis")).to_have_text("0 to 12.4 s")
    pictures = [line.locator("svg").bounding_box() for line in rows]
    assert len({(box["x"], box["width"]) for box in pictures if box}) == 1  # one axis
    assert history.root().locator("b").count() == 0


def test_a_columns_head_sorts_by_mouse_and_key_and_says_so(panel_page: Page) -> None:
    history = Panel(panel_page, "History", entries=ENTRIES)
    numbers = history.root().locator("tbody th")

    def head(name: str) -> Locator:
        return history.root().get_by_role("columnheader", name=name)

    expect(head("#")).to_have_attribute("aria-sort", "descending")
    history.button("First sound").click()
    expect(numbers).to_have_text(["1", "2", "3, the newest"])  # none comes last
    expect(head("First sound")).to_have_attribute("aria-sort", "ascending")
    expect(head("#")).to_have_attribute("aria-sort", "none")
    history.button("First sound").press("Enter")
    expect(numbers).to_have_text(["2", "1", "3, the newest"])
    expect(history.button("First sound")).to_be_focused()
    history.button("Level").press("Space")
    expect(numbers).to_have_text(["3, the newest", "1", "2"])  # equal ones: the newest first
    history.receive("entries", [*ENTRIES, entry(4, "Four", settings={"latency": (0, True)})])
    expect(numbers).to_have_text(["4, the newest", "3", "1", "2"])


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
        history = Panel(page, "History", entries=[*ENTRIES, entry(4, "w", notes=["w" * 300])])
        press(history, 1, "A")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        frame = history.root().locator(".jtts-history-frame")
        assert frame.evaluate("(frame) => frame.scrollWidth <= frame.clientWidth")
        page.screenshot(path=shots / f"history-{width}.png")
