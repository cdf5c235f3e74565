"""The list of voices as a user sees and uses it, without a kernel."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .panel_stage import Panel, hold_clock, open_panel_stage, taken_keys


def voice(id_: str, name: str, language: str, **more: str) -> dict[str, str]:
    known = {"gender": "female", "kind": "synthetic", "size": "", "command": ""}
    return {"id": id_, "name": name, "language": language, **known, **more}


EMMA = voice("emma", "Emma", "en-gb", kind="natural", size="7.9 MB", command="%tts_voices add emma")
GROUPS: list[dict[str, Any]] = [
    {
        "language": "English",
        "voices": [
            voice("heart", "Heart", "en-us", kind="natural", size="7.9 MB"),
            EMMA,
            voice("en-029", "English (Caribbean)", "en-029", gender="male"),
        ],
    },
    {"language": "German", "voices": [voice("de", "<b>German</b>", "de", gender="male")]},
    {"language": "", "voices": [voice("odd", "", "")]},
]


@pytest.fixture
def voices(panel_page: Page) -> Panel:
    return Panel(panel_page, "Voices", groups=GROUPS)


def row(voices: Panel, id_: str) -> Locator:
    return voices.root().locator(f'[data-voice="{id_}"]')


def shown(voices: Panel) -> list[str]:
    rows = voices.root().locator("[data-voice]:visible")
    return [str(row.get_attribute("data-voice")) for row in rows.all()]


def test_each_voice_has_its_line(voices: Panel) -> None:
    lines = [line.split("\n") for line in voices.root().locator("li").all_inner_texts()]
    assert lines[0] == ["Heart", "heart", "en-us, female", "natural", "7.9 MB"]
    assert [word for word in lines[2] if word] == ["Caribbean", "en-029", "male", "synthetic"]
    assert lines[3][0] == "<b>German</b>"
    assert lines[4][0] == "odd"
    expect(voices.root().locator(".jtts-voices-language").last).to_have_text("Other")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("german", ["de"]),
        ("MALE", ["en-029", "de"]),
        (" natural  female ", ["heart", "emma"]),
        ("emma", ["emma"]),
        ("zzz", []),
        ("", ["heart", "emma", "en-029", "de", "odd"]),
    ],
)
def test_words_filter_the_list_and_nothing_moves(
    voices: Panel, typed: str, expected: list[str]
) -> None:
    height = voices.root().bounding_box()
    voices.labelled("Filter").fill(typed)
    assert shown(voices) == expected
    count = "5" if len(expected) == 5 else f"{len(expected)} of 5"
    expect(voices.root().get_by_text(f"{count} voices", exact=True)).to_be_visible()
    assert voices.root().bounding_box() == height


def test_what_is_typed_is_not_the_notebooks(voices: Panel) -> None:
    voices.labelled("Filter").press_sequentially("bad")
    assert taken_keys(voices.page) == []
    assert shown(voices) == []


def test_a_preview_is_asked_for_and_given_up(voices: Panel) -> None:
    voices.button("Hear Heart").click()
    voices.button("Stop Heart").click()
    expect(voices.button("Hear Heart")).to_be_visible()
    voices.button("Hear <b>German</b>").press("Enter")
    expect(row(voices, "de")).to_have_attribute("aria-current", "true")
    asked = voices.sent("preview")
    assert [message["voice"] for message in asked] == ["heart", "de"]
    # The first one's answer comes late.
    voices.tell({"kind": "failed", "number": asked[0]["number"], "message": "Too late."})
    expect(voices.root().get_by_text("Too late.")).to_have_count(0)
    voices.tell({"kind": "failed", "number": asked[1]["number"], "message": "No <i>preview</i>."})
    expect(voices.root().get_by_text("No <i>preview</i>.", exact=True)).to_be_visible()
    expect(voices.root().locator("[aria-current]")).to_have_count(0)
    voices.button("Hear Heart").click()
    expect(voices.root().get_by_text("No <i>preview</i>.")).to_have_count(0)


def test_what_is_no_sound_ends_in_a_sentence(voices: Panel) -> None:
    voices.button("Hear Heart").click()
    number = voices.sent("preview")[0]["number"]
    voices.page.evaluate(
        """([index, number]) => window.panels[index].model.emit(
            "msg:custom", { kind: "sound", number }, [new Uint8Array([1, 2, 3])])""",
        [voices.index, number],
    )
    expect(voices.root().get_by_text("This browser cannot play the preview.")).to_be_visible()


def test_a_voice_to_fetch_names_its_command(voices: Panel) -> None:
    height = voices.root().bounding_box()
    voices.button("Fetch Emma").click()
    sentence = (
        "Emma is not on the kernel's machine yet. To fetch it (7.9 MB), run: %tts_voices add emma"
    )
    expect(voices.root().get_by_text(sentence, exact=True)).to_be_visible()
    assert voices.sent("preview") == []
    assert voices.root().bounding_box() == height


def test_a_kernel_that_does_not_answer_is_named(chromium: Browser) -> None:
    with open_panel_stage(chromium) as page:
        hold_clock(page)
        voices = Panel(page, "Voices", groups=GROUPS)
        voices.deafen()
        voices.button("Hear Heart").click()
        page.clock.run_for(6000)
        expect(voices.root().get_by_text("The kernel does not answer.")).to_be_visible()
        expect(voices.button("Hear Heart")).to_be_visible()
