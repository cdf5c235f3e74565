"""The panel's tools: copying, the URL check, keys; and its life cycle and its looks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from jupyter_tts.wire.request import SpeechRequest

from .panel_stage import Panel, hold_clock, open_panel_stage, taken_keys
from .test_history_page import entry

SNIPPETS = [{"name": "python", "title": "Python"}, {"name": "magic", "title": "%%tts"}]
PASTED = "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input?model_id=m?seed=x"
CORRECTED = "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input?model_id=m"
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


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def copy_written(panel: Panel, text: str) -> None:
    """Ask for a snippet, and let the kernel write it."""
    panel.button("Copy").click()
    asked = panel.sent("copy")[-1]
    panel.tell({"kind": "copied", "number": asked["number"], "name": asked["name"], "text": text})


def diagnose(panel: Panel, **answer: Any) -> None:
    """Ask about a URL, and let the kernel answer."""
    panel.unfold("Check a URL")
    panel.labelled("URL to check").fill(PASTED)
    panel.button("Check").click()
    [asked] = panel.sent("check")
    assert asked["url"] == PASTED
    settings = {"server": "elevenlabs", "voice": "abc", "model": "m"}
    full = {
        "findings": FINDINGS,
        "corrected": CORRECTED,
        "ok": False,
        "settings": settings,
        **answer,
    }
    panel.tell({"kind": "checked", "number": asked["number"], **full})


def test_url_and_first_message_are_copied_without_the_kernel_and_without_what_is_not_sent(
    panel_page: Page,
) -> None:
    panel = Panel(panel_page, snippets=SNIPPETS, values={"latency": 4, "voice": "ü"})
    request = SpeechRequest(latency=4, voice="ü")
    panel.labelled("Show defaults").check()
    expect(panel.button("Copy URL").locator("svg")).to_have_css("fill", "none")
    panel.button("Copy URL").click()
    expect(panel.button("Copied")).to_be_visible()
    assert clipboard(panel_page) == request.url
    panel.button("Copy first message").click()
    expect(panel.button("Copied")).to_have_count(2)
    assert clipboard(panel_page) == json.dumps(request.first_message)
    assert panel.sent("copy") == []


def test_a_snippet_is_written_by_the_kernel_for_what_is_set_by_then(panel_page: Page) -> None:
    panel = Panel(panel_page, snippets=SNIPPETS)
    panel.slider("Latency").press("ArrowRight")
    panel.unfold("Copy as")
    panel.button("Copy").click()
    [asked] = panel.sent("copy")
    assert asked["name"] == "python"
    assert panel.saves()[-1]["values"]["latency"] == 3
    panel.tell({"kind": "copied", "number": asked["number"], "name": "python", "text": "a\nb"})
    expect(panel.root().get_by_text("Copied", exact=True)).to_be_visible()
    panel.tell({"kind": "copied", "number": asked["number"] + 1, "name": "python", "text": "no"})
    assert clipboard(panel_page) == "a\nb"


def test_where_the_browser_refuses_to_copy_the_text_is_there_to_be_copied(panel_page: Page) -> None:
    panel_page.evaluate(
        "() => { document.execCommand = () => false;"
        " navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"
    )
    panel = Panel(panel_page, snippets=SNIPPETS)
    panel.unfold("Copy as")
    copy_written(panel, "one")
    text = panel.labelled("Text to copy")
    expect(text).to_be_visible()
    assert text.input_value() == "one"
    selected = "(area) => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert text.evaluate(selected) == "one"
    panel.button("Copy URL").click()
    assert panel_page.evaluate("String(getSelection())") == panel.url()
    panel_page.evaluate(
        "() => { delete document.execCommand; delete navigator.clipboard.writeText; }"
    )
    copy_written(panel, "other")
    expect(text).to_be_hidden()
    assert clipboard(panel_page) == "other"


def test_the_url_check_lists_its_findings_and_the_corrected_url(panel_page: Page) -> None:
    panel = Panel(panel_page)
    diagnose(panel)
    items = panel.root().get_by_role("listitem")
    expect(items).to_have_count(3)
    for item, word, finding in zip(
        items.all(), ("Error", "Warning", "Note"), FINDINGS, strict=True
    ):
        for text in (word, finding["message"], finding["effect"], finding["parameter"]):
            expect(item).to_contain_text(text)
    expect(panel.root().get_by_text("1 error, 1 warning, 1 note.")).to_be_visible()
    expect(panel.root().get_by_text(CORRECTED, exact=True)).to_be_visible()
    assert panel_page.locator("li b").count() == 0


def test_a_text_of_which_nothing_was_understood_has_no_settings_to_use(panel_page: Page) -> None:
    panel = Panel(panel_page)
    diagnose(panel, settings={})
    expect(panel.root().get_by_role("listitem")).to_have_count(3)
    expect(panel.button("Use these settings")).to_have_count(0)
    expect(panel.root().get_by_text("Corrected")).to_have_count(0)


def test_a_name_that_a_message_begins_with_is_not_said_twice(panel_page: Page) -> None:
    panel = Panel(panel_page)
    finding = {"severity": "error", "parameter": "seed", "effect": ""}
    diagnose(
        panel,
        findings=[
            {**finding, "message": "seed has no value."},
            {**finding, "message": "The parameter's name is seed."},
        ],
    )
    one, other = panel.root().get_by_role("listitem").all()
    expect(one).to_have_text("×Errorseed has no value.")
    expect(other).to_have_text("×Errorseed: The parameter's name is seed.")


def test_the_settings_of_a_url_are_taken_over_and_no_others_stay(panel_page: Page) -> None:
    panel = Panel(panel_page, values={"stability": 0.9, "latency": 4})
    panel.open_more()
    panel.labelled("Schedule").fill("rubbish")
    settings = {"voice": "abc", "model": "m", "server": "elevenlabs"}
    diagnose(panel, settings=settings)
    panel.button("Use these settings").click()
    assert panel.url() == SpeechRequest(**settings).url
    assert panel.settled() == settings
    assert panel.labelled("Schedule").input_value() == ""
    assert panel.slider("Stability").get_attribute("aria-valuetext") == "0.5, not set"


def test_a_sound_url_is_called_so_and_only_the_last_question_is_answered(panel_page: Page) -> None:
    panel = Panel(panel_page)
    panel.unfold("Check a URL")
    panel.button("Check").click()
    expect(panel.root().get_by_text("Paste a URL first.")).to_be_visible()
    panel.labelled("URL to check").fill("first")
    panel.labelled("URL to check").press("Enter")
    panel.labelled("URL to check").fill(CORRECTED)
    panel.labelled("URL to check").press("Enter")
    old, new = panel.sent("check")
    answer = {"kind": "checked", "corrected": CORRECTED, "settings": {"voice": "abc"}}
    panel.tell({**answer, "number": old["number"], "findings": FINDINGS, "ok": False})
    expect(panel.root().get_by_role("listitem")).to_have_count(0)
    panel.tell({**answer, "number": new["number"], "findings": [], "ok": True})
    expect(panel.root().get_by_text("Nothing to find fault with.")).to_be_visible()
    expect(panel.root().get_by_text("Corrected")).to_have_count(0)


def test_buttons_tell_the_kernel_once_it_knows_what_is_set(panel_page: Page) -> None:
    panel = Panel(panel_page)
    panel.labelled("Text").fill("hello")
    panel.slider("Stability").press("ArrowRight")
    panel_page.evaluate(
        "() => [...document.querySelectorAll('button')]"
        ".find((button) => button.textContent === 'Speak').click()"
    )
    [save] = panel.saves()[-1:]
    assert save["messages"] == len(panel.page.evaluate("panels[0].model.sent")) - 1
    assert (panel.get("text"), panel.get("values")["stability"]) == ("hello", 0.51)
    panel.button("Stop").click()
    (speak,) = panel.sent("speak")
    assert (speak["set"]["text"], speak["set"]["values"]["stability"]) == ("hello", 0.51)
    assert panel.sent("stop") == [{"kind": "stop"}]


def test_keys_stay_in_the_panel_and_shortcuts_do_not(panel_page: Page) -> None:
    panel = Panel(panel_page)
    panel.open_more()
    for name in ("Latency", "Stability", "Speaker boost", "Format", "Seed", "Text"):
        for key in ("ArrowDown", "ArrowUp", "x", "Shift+Enter"):
            panel.labelled(name).press(key)
    for key in ("Control+a", "Control+Backspace", "Control+Enter", "Meta+Enter"):
        panel.labelled("Text").press(key)
    panel.slider("Latency").press("Control+Enter")
    assert taken_keys(panel_page) == []
    assert len(panel.sent("speak")) == 3
    panel.slider("Latency").press("Control+s")
    panel.labelled("Text").press("Escape")
    assert taken_keys(panel_page) == ["s", "s", "Escape", "Escape"]


def test_a_pointer_that_comes_near_is_reported_once_and_without_an_answer(panel_page: Page) -> None:
    panel_page.mouse.move(0, 0)  # where the test before left it, a panel may come to lie
    panel = Panel(panel_page, views=2)
    panel.deafen()
    assert panel.sent("near") == []
    for view in (0, 1, 0):
        panel.slider("Latency", view=view).hover()
        panel_page.mouse.move(0, 0)
    assert panel.sent("near") == [{"kind": "near"}]
    expect(panel.root().locator(".jtts-fault")).to_have_text("")


def test_how_it_stands_with_the_socket_is_one_line_by_the_wire(panel_page: Page) -> None:
    panel = Panel(panel_page)
    line = panel.root().locator(".jtts-socket")
    before = panel.root().bounding_box()
    expect(line).to_have_text("")
    panel.receive("socket", "Warm socket ready: held 16 s at a time")
    expect(line).to_have_text("Warm socket ready: held 16 s at a time")
    assert panel.root().bounding_box() == before  # nothing moves


def test_the_first_focus_is_reported_once(panel_page: Page) -> None:
    panel = Panel(panel_page, views=2)
    assert panel.sent("focus") == []
    panel.slider("Latency").focus()
    panel.slider("Stability").focus()
    panel.slider("Latency", view=1).focus()
    assert panel.sent("focus") == [{"kind": "focus"}]


def test_two_panels_are_independent_and_two_views_alike(panel_page: Page) -> None:
    one, two = Panel(panel_page, views=2), Panel(panel_page)
    one.slider("Latency").press("ArrowRight")
    one.labelled("Text").fill("mine")
    assert one.url(1) == one.url() == SpeechRequest(latency=3).url
    assert one.root(1).get_by_label("Text", exact=True).input_value() == "mine"
    assert two.url() == SpeechRequest().url
    assert two.labelled("Text").input_value() == ""
    ids = panel_page.evaluate("() => [...document.querySelectorAll('[id]')].map(({ id }) => id)")
    assert len(set(ids)) == len(ids) > 60


def test_a_closed_panel_leaves_nothing_and_loses_nothing(panel_page: Page) -> None:
    panel = Panel(panel_page, views=2)
    panel.slider("Latency").press("ArrowRight")
    panel_page.evaluate("() => stage.close(panels[0])")
    assert panel_page.evaluate("panels[0].model.listeners") == 0
    assert panel.get("values")["latency"] == 3
    expect(panel_page.locator(".jtts-controls")).to_have_count(0)


def test_words_of_others_never_become_markup(panel_page: Page) -> None:
    panel = Panel(
        panel_page,
        values={"voice": EVIL, "model": EVIL},
        voices=[{"id": EVIL, "name": EVIL, "language": EVIL, "gender": EVIL}],
        error=EVIL,
        effects={"stability": EVIL},
        snippets=[{"name": "x", "title": EVIL}],
        text=EVIL,
    )
    diagnose(panel, corrected=EVIL)
    panel.frames(2)
    assert panel_page.locator("img").count() == 0
    assert panel_page.evaluate("window.harmed") is None


def test_a_sentence_that_appears_moves_nothing(panel_page: Page) -> None:
    panel = Panel(panel_page)
    panel.unfold("More", "Copy as", "Check a URL")

    def places() -> Any:
        names = ("Latency", "Stability", "Voice", "Seed", "Form", "URL to check")
        top = "(control) => control.getBoundingClientRect().top + scrollY"
        return [panel.labelled(name).evaluate(top) for name in names]

    before = places()
    panel.receive("error", "No connection to 127.0.0.1:9.")
    expect(panel.root().get_by_role("alert")).to_have_text("No connection to 127.0.0.1:9.")
    panel.receive("effects", {"style": "The embedded voice has no style.", "seed": "No effect."})
    panel.labelled("Seed").fill("x")
    for level in "40312":
        panel.slider("Latency").fill(level)
    panel.slider("Stability").press("ArrowRight")
    panel.labelled("Show defaults").uncheck()
    assert places() == before


# Settings that a user comes from, up to those whose URL takes many lines.
OPENED: list[dict[str, Any]] = [
    {},
    {"format": "pcm_24000", "levers": False},
    {"server": "eu", "model": "eleven_multilingual_v2", "format": "mp3_44100_128", "seed": 7},
]


@pytest.mark.parametrize("width", [1000, 760, 700, 560, 480, 360])
@pytest.mark.parametrize("values", OPENED, ids=["bare", "levers off", "long"])
def test_the_controls_in_front_change_no_height(
    panel_page: Page, width: int, values: dict[str, Any]
) -> None:
    panel_page.set_viewport_size({"width": width, "height": 900})
    panel = Panel(panel_page, values=values)
    height = "(panel) => panel.getBoundingClientRect().height"
    heights = {panel.root().evaluate(height)}
    for name, moved in (("Latency", "01234"), ("Stability", ["0.51"]), ("Similarity", ["1"])):
        for value in moved:
            panel.slider(name).fill(value)
            heights.add(panel.root().evaluate(height))
    panel.slider("Latency").fill("0")
    assert heights == {panel.root().evaluate(height)}


UNHEARD = "The kernel does not answer. It may be busy; if it was restarted, run the cell again."


def test_a_kernel_that_does_not_answer_is_said_to_and_no_longer_when_it_does(
    chromium: Browser,
) -> None:
    with open_panel_stage(chromium) as page:
        hold_clock(page)
        panel = Panel(page, snippets=SNIPPETS)
        panel.unfold("Copy as", "Check a URL")
        alert = panel.root().get_by_role("alert")
        panel.button("Speak").click()
        page.clock.run_for(6000)
        expect(alert).to_have_text("")
        panel.deafen()
        panel.button("Copy").click()
        panel.labelled("URL to check").fill("wss://x")
        panel.button("Check").click()
        page.clock.run_for(4900)
        expect(alert).to_have_text("")
        expect(panel.root().get_by_text("Asking the kernel…")).to_be_visible()
        page.clock.run_for(200)
        expect(alert).to_have_text(UNHEARD)
        expect(panel.root().get_by_text("Asking the kernel…")).to_have_count(0)
        expect(panel.root().get_by_text("Checking…")).to_have_count(0)
        panel.button("Check").click()
        page.clock.run_for(5100)
        expect(panel.root().get_by_text("Checking…")).to_have_count(0)
        expect(alert).to_have_text(UNHEARD)
        # It was busy: what was asked is answered now.
        panel.tell({"kind": "heard"})
        expect(alert).to_have_text("")
        asked = panel.sent("check")[-1]["number"]
        answer = {"findings": [], "corrected": "wss://x", "ok": True, "settings": {"voice": "x"}}
        panel.tell({"kind": "checked", "number": asked, **answer})
        expect(panel.root().get_by_text("Nothing to find fault with.")).to_be_visible()
        page.clock.run_for(6000)
        expect(alert).to_have_text("")


def test_an_error_goes_once_the_user_changes_something_and_does_not_come_back(
    panel_page: Page,
) -> None:
    panel = Panel(panel_page, views=2)
    alerts = panel_page.get_by_role("alert")
    changes = [
        lambda: panel.labelled("Text").fill("Another text."),
        lambda: panel.slider("Stability").press("ArrowRight"),
        lambda: panel.button("Reset").click(),
    ]
    for number, change in enumerate(changes):
        panel.receive("error", f"the text is empty {number}.")
        expect(alerts).to_have_text([f"the text is empty {number}."] * 2)
        panel.slider("Latency").focus()
        change()
        expect(alerts).to_have_text(["", ""])
        panel.frames(2)
        assert panel.saves()[-1]["error"] == ""  # so that the kernel can say it again
        panel.receive("status", "speaking")
        panel.receive("status", "idle")
        expect(alerts).to_have_text(["", ""])


# Of JupyterLab's themes what the panel uses.
THEMES = {
    "light": {},
    "dark": {},
    "JupyterLab Light": {
        "layout-color0": "white",
        "layout-color1": "white",
        "layout-color2": "#eee",
        "error-color1": "#d32f2f",
        "ui-font-color1": "rgba(0, 0, 0, 0.87)",
        "ui-font-color2": "rgba(0, 0, 0, 0.54)",
    },
    "JupyterLab Dark": {
        "layout-color0": "#111",
        "layout-color1": "#212121",
        "layout-color2": "#424242",
        "error-color1": "#f44336",
        "ui-font-color1": "rgba(255, 255, 255, 0.87)",
        "ui-font-color2": "rgba(255, 255, 255, 0.54)",
    },
}

# The lowest contrast of what a selector finds, as WCAG 2 has it. A canvas knows every notation.
CONTRAST = """(elements) => {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const over = (colors) => {
    for (const color of colors) { context.fillStyle = color; context.fillRect(0, 0, 1, 1); }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb) => rgb
    .map((value) => value / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  return Math.min(...elements.map((element) => {
    const grounds = [];
    let opacity = 1;
    for (let node = element; node; node = node.parentElement) {
      grounds.unshift(getComputedStyle(node).backgroundColor);
      opacity *= Number(getComputedStyle(node).opacity);
    }
    const part = element.matches("input") ? "::placeholder" : null;
    const { color } = getComputedStyle(element, part);
    if (part) opacity *= Number(getComputedStyle(element, part).opacity);
    if (opacity < 1) return 0;
    const [dark, light] = [over(["white", ...grounds]), over(["white", ...grounds, color])]
      .map(luminance)
      .sort((one, other) => one - other);
    return (light + 0.05) / (dark + 0.05);
  }));
}"""


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_quiet_can_still_be_read(chromium: Browser, theme: str) -> None:
    scheme: Any = "dark" if "ark" in theme else "light"
    with open_panel_stage(chromium, color_scheme=scheme) as page:
        colors = "".join(f"--jp-{name}: {value};" for name, value in THEMES[theme].items())
        page.add_style_tag(content=f":root {{ {colors} }}")
        panel = Panel(page, values={"latency": 2})
        panel.open_more()
        panel.field("latency").locator("summary").click()
        panel.labelled("Show defaults").check()
        panel.labelled("Seed").fill("x")
        panel.receive("error", "No connection to 127.0.0.1:9.")
        diagnose(panel)
        for selector in (
            ".jtts-fault",
            ".jtts-severity",
            ".jtts-unsent",
            ".jtts-field-note",
            ".jtts-field input[type=text]",
            ".jtts-legend",
            ".jtts-level summary",
            ".jtts-level p",
            ".jtts-words",
            ".jtts-ends span",
            ".jtts-remark",
        ):
            contrast = panel.root().locator(selector).evaluate_all(CONTRAST)
            assert contrast >= 4.5, (selector, contrast)


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
        diagnose(panel, corrected=CORRECTED + "x" * 200)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        ground = page.evaluate(
            "getComputedStyle(document.querySelector('.jtts-controls')).backgroundColor"
        )
        assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(30, 34, 39)")
        page.screenshot(path=shots / f"controls-{width}-{scheme}.png", full_page=True)


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [(1920, 900, "light"), (1366, 700, "dark"), (1280, 900, "light"), (480, 900, "dark")],
)
def test_a_panel_uses_its_width_and_shows_first_what_counts(
    chromium: Browser, shots: Path, width: int, height: int, scheme: Any
) -> None:
    viewport = {"width": width, "height": height}
    with open_panel_stage(chromium, viewport=viewport, color_scheme=scheme) as page:
        panel = Panel(page, text="Hello.", snippets=SNIPPETS, values={"server": "local"})
        history = Panel(page, "History", entries=[entry(1, "One"), entry(2, "Two")], seconds=1)
        page.evaluate("(panels) => stage.frame(...panels)", [panel.index, history.index])
        frame = page.locator(".jtts-panel").bounding_box()
        places = {
            part: page.locator(f".jtts-{part}").bounding_box()
            for part in ("text-field", "actions", "front", "wire", "history")
        }
        assert frame
        assert frame["width"] == pytest.approx(width - 24)
        tops = [place["y"] for place in places.values() if place]
        assert len(tops) == len(places)
        front, wire, below = places["front"], places["wire"], places["history"]
        assert front
        assert wire
        assert below
        if width == 480:
            assert tops == sorted(tops)
        else:
            assert wire["y"] == pytest.approx(tops[0], abs=1)
            assert wire["x"] > front["x"] + front["width"]
            for part in (".jtts-front", ".jtts-request"):
                expect(page.locator(part)).to_be_in_viewport(ratio=1)
        assert below["width"] == pytest.approx(frame["width"] - 26)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=shots / f"panel-{width}.png", full_page=True)
        whole = page.locator(".jtts-panel")
        for own, columns in ((720, 2), (719, 1)):
            whole.evaluate("(panel, width) => { panel.style.width = `${width}px`; }", own)
            counted = "(panel) => getComputedStyle(panel).gridTemplateColumns.split(' ').length"
            assert whole.evaluate(counted) == columns
