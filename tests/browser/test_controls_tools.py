"""What else is at hand in the panel: copying, the URL doctor, keys; and how it lives and looks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from jupyter_tts.wire.request import SpeechRequest

from .panel_stage import Panel, clear_stage, open_panel_stage, taken_keys

SNIPPETS = [{"name": "python", "title": "Python"}, {"name": "url", "title": "URL"}]
PASTED = "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input?model_id=m?seed=x"
MENDED = "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input?model_id=m"
FINDINGS = [
    {
        "severity": "error",
        "parameter": "seed",
        "message": "A second ? stands where & belongs.",
        "effect": "The server answers HTTP 500.",
    },
    {"severity": "warning", "parameter": "", "message": "<b>Odd</b>.", "effect": ""},
    {"severity": "note", "parameter": "", "message": "Deprecated.", "effect": "Ignored."},
]
EVIL = "<img src=x onerror='window.harmed = true'>"


@pytest.fixture(scope="module")
def stage(chromium: Browser) -> Iterator[Page]:
    permissions = ["clipboard-read", "clipboard-write"]
    with open_panel_stage(chromium, permissions=permissions) as page:
        yield page


@pytest.fixture
def page(stage: Page) -> Iterator[Page]:
    yield stage
    clear_stage(stage)


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def diagnose(panel: Panel, **answer: Any) -> None:
    """Ask about a URL, and let the kernel answer."""
    panel.labelled("URL to check").fill(PASTED)
    panel.button("Check").click()
    [asked] = panel.sent("check")
    assert asked["url"] == PASTED
    full = {"findings": FINDINGS, "mended": MENDED, "ok": False, "settings": {}, **answer}
    panel.tell({"kind": "checked", "number": asked["number"], **full})


def test_the_url_is_copied_without_the_kernel_and_without_what_is_not_sent(page: Page) -> None:
    panel = Panel(page, snippets=SNIPPETS, values={"latency": 4, "voice": "ü"})
    panel.labelled("Show defaults").check()
    panel.labelled("Copy as").select_option("URL")
    panel.button("Copy").click()
    expect(panel.root().get_by_text("Copied", exact=True)).to_be_visible()
    assert clipboard(page) == SpeechRequest(latency=4, voice="ü").url
    assert panel.sent("copy") == []


def test_a_snippet_is_written_by_the_kernel_for_what_is_set_by_then(page: Page) -> None:
    panel = Panel(page, snippets=SNIPPETS)
    panel.slider("Latency").press("ArrowRight")
    panel.button("Copy").click()
    [asked] = panel.sent("copy")
    assert asked["name"] == "python"
    assert panel.saves()[-1]["values"]["latency"] == 3
    panel.tell({"kind": "copied", "number": asked["number"], "name": "python", "text": "a\nb"})
    expect(panel.root().get_by_text("Copied", exact=True)).to_be_visible()
    panel.tell({"kind": "copied", "number": asked["number"] + 1, "name": "python", "text": "no"})
    assert clipboard(page) == "a\nb"


def test_where_the_browser_refuses_to_copy_the_text_is_there_to_be_copied(page: Page) -> None:
    page.evaluate(
        "() => { document.execCommand = () => false;"
        " navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"
    )
    panel = Panel(page)
    panel.button("Copy").click()
    text = panel.labelled("Text to copy")
    expect(text).to_be_visible()
    assert text.input_value() == panel.url()
    selected = "(area) => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert text.evaluate(selected) == panel.url()
    page.evaluate("() => { delete document.execCommand; delete navigator.clipboard.writeText; }")
    panel.button("Copy").click()
    expect(text).to_be_hidden()


def test_the_doctor_lists_its_findings_and_the_mended_url(page: Page) -> None:
    panel = Panel(page)
    diagnose(panel)
    items = panel.root().get_by_role("listitem")
    expect(items).to_have_count(3)
    for item, word, finding in zip(
        items.all(), ("Error", "Warning", "Note"), FINDINGS, strict=True
    ):
        for text in (word, finding["message"], finding["effect"], finding["parameter"]):
            expect(item).to_contain_text(text)
    expect(panel.root().get_by_text("1 error, 1 warning, 1 note.")).to_be_visible()
    expect(panel.root().get_by_text(MENDED, exact=True)).to_be_visible()
    assert page.locator("li b").count() == 0


def test_the_settings_of_a_url_are_taken_over_and_no_others_stay(page: Page) -> None:
    panel = Panel(page, values={"stability": 0.9, "latency": 4})
    panel.open_more()
    panel.labelled("Schedule").fill("rubbish")
    settings = {"voice": "abc", "model": "m", "server": "elevenlabs"}
    diagnose(panel, settings=settings)
    panel.button("Use these settings").click()
    assert panel.url() == SpeechRequest(**settings).url
    assert panel.settled() == settings
    assert panel.labelled("Schedule").input_value() == ""
    assert panel.slider("Stability").get_attribute("aria-valuetext") == "0.5, not set"


def test_a_sound_url_is_called_so_and_only_the_last_question_is_answered(page: Page) -> None:
    panel = Panel(page)
    panel.button("Check").click()
    expect(panel.root().get_by_text("Paste a URL first.")).to_be_visible()
    panel.labelled("URL to check").fill("first")
    panel.labelled("URL to check").press("Enter")
    panel.labelled("URL to check").fill(MENDED)
    panel.labelled("URL to check").press("Enter")
    old, new = panel.sent("check")
    answer = {"kind": "checked", "mended": MENDED, "settings": {}}
    panel.tell({**answer, "number": old["number"], "findings": FINDINGS, "ok": False})
    expect(panel.root().get_by_role("listitem")).to_have_count(0)
    panel.tell({**answer, "number": new["number"], "findings": [], "ok": True})
    expect(panel.root().get_by_text("Nothing to find fault with.")).to_be_visible()
    expect(panel.root().get_by_text("Mended")).to_have_count(0)


def test_buttons_tell_the_kernel_once_it_knows_what_is_set(page: Page) -> None:
    panel = Panel(page)
    panel.labelled("Text").fill("hello")
    panel.slider("Stability").press("ArrowRight")
    page.evaluate(
        "() => [...document.querySelectorAll('button')]"
        ".find((button) => button.textContent === 'Speak').click()"
    )
    [save] = panel.saves()[-1:]
    assert save["messages"] == len(panel.page.evaluate("panels[0].model.sent")) - 1
    assert (panel.get("text"), panel.get("values")["stability"]) == ("hello", 0.51)
    panel.button("Stop").click()
    assert panel.sent("speak") == [{"kind": "speak"}]
    assert panel.sent("stop") == [{"kind": "stop"}]


def test_keys_stay_in_the_panel_and_shortcuts_do_not(page: Page) -> None:
    panel = Panel(page)
    panel.open_more()
    for name in ("Latency", "Stability", "Speaker boost", "Format", "Seed", "Text"):
        for key in ("ArrowDown", "ArrowUp", "x", "Shift+Enter"):
            panel.labelled(name).press(key)
    for key in ("Control+a", "Control+Backspace", "Control+Enter", "Meta+Enter"):
        panel.labelled("Text").press(key)
    panel.slider("Latency").press("Control+Enter")
    assert taken_keys(page) == []
    assert len(panel.sent("speak")) == 3
    panel.slider("Latency").press("Control+s")
    panel.labelled("Text").press("Escape")
    assert taken_keys(page) == ["s", "s", "Escape", "Escape"]


def test_the_first_focus_is_reported_once(page: Page) -> None:
    panel = Panel(page, views=2)
    assert panel.sent("focus") == []
    panel.slider("Latency").focus()
    panel.slider("Stability").focus()
    panel.slider("Latency", view=1).focus()
    assert panel.sent("focus") == [{"kind": "focus"}]


def test_two_panels_are_independent_and_two_views_alike(page: Page) -> None:
    one, two = Panel(page, views=2), Panel(page)
    one.slider("Latency").press("ArrowRight")
    one.labelled("Text").fill("mine")
    assert one.url(1) == one.url() == SpeechRequest(latency=3).url
    assert one.root(1).get_by_label("Text", exact=True).input_value() == "mine"
    assert two.url() == SpeechRequest().url
    assert two.labelled("Text").input_value() == ""
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(({ id }) => id)")
    assert len(set(ids)) == len(ids) > 60


def test_a_closed_panel_leaves_nothing_and_loses_nothing(page: Page) -> None:
    panel = Panel(page, views=2)
    panel.slider("Latency").press("ArrowRight")
    page.evaluate("() => stage.close(panels[0])")
    assert page.evaluate("panels[0].model.listeners") == 0
    assert panel.get("values")["latency"] == 3
    expect(page.locator(".jtts-controls")).to_have_count(0)


def test_words_of_others_never_become_markup(page: Page) -> None:
    panel = Panel(
        page,
        values={"voice": EVIL, "model": EVIL},
        voices=[{"id": EVIL, "name": EVIL, "language": EVIL, "gender": EVIL}],
        message=EVIL,
        error=EVIL,
        effects={"stability": EVIL},
        snippets=[{"name": "x", "title": EVIL}],
        text=EVIL,
    )
    diagnose(panel, mended=EVIL)
    panel.frames(2)
    assert page.locator("img").count() == 0
    assert page.evaluate("window.harmed") is None


def test_a_sentence_that_appears_moves_nothing(page: Page) -> None:
    panel = Panel(page)
    panel.open_more()

    def places() -> Any:
        names = ("Latency", "Stability", "Voice", "Seed", "Copy as", "URL to check")
        top = "(control) => control.getBoundingClientRect().top + scrollY"
        return [panel.labelled(name).evaluate(top) for name in names]

    before = places()
    panel.receive("message", "What has moved applies from the next sentence.")
    panel.receive("error", "No connection to 127.0.0.1:9.")
    panel.receive("effects", {"style": "The embedded voice has no style.", "seed": "No effect."})
    panel.labelled("Seed").fill("x")
    for level in "40312":
        panel.slider("Latency").fill(level)
    panel.slider("Stability").press("ArrowRight")
    panel.labelled("Show defaults").uncheck()
    expect(panel.root().get_by_role("alert")).to_have_text("No connection to 127.0.0.1:9.")
    assert places() == before


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (480, "dark"), (1000, "light")])
def test_it_fits_the_width_in_both_schemes(
    chromium: Browser, shots: Path, width: int, scheme: Any
) -> None:
    viewport = {"width": width, "height": 900}
    with open_panel_stage(chromium, viewport=viewport, color_scheme=scheme) as page:
        panel = Panel(page, text="Hello.", snippets=SNIPPETS, values={"voice": "v" * 90})
        panel.open_more()
        panel.slider("Latency").fill("4")
        panel.labelled("Show defaults").check()
        panel.receive("effects", {"style": "The embedded voice has no style."})
        diagnose(panel, mended=MENDED + "x" * 200)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        ground = page.evaluate(
            "getComputedStyle(document.querySelector('.jtts-controls')).backgroundColor"
        )
        assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(30, 34, 39)")
        page.screenshot(path=shots / f"controls-{width}-{scheme}.png", full_page=True)
