"""The panel's controls, moved as a user moves them, and the wire they make."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jupyter_tts.wire.parameters import FORMATS, PARAMETERS, parameter
from jupyter_tts.wire.request import SpeechRequest

from .panel_stage import Panel

ADDRESS = "http://127.0.0.1:40123"


def assert_drawn(panel: Panel, **settings: Any) -> None:
    """What is shown is what these settings send, byte for byte."""
    request = SpeechRequest(**settings)
    if request.server == "local" and (address := panel.get("address")):
        request = request.at(address)
    message = json.dumps(request.first_message, ensure_ascii=False)
    assert panel.drawn() == (request.url, message)


def test_every_declared_parameter_has_a_control_with_its_name_and_help(panel_page: Page) -> None:
    panel = Panel(panel_page)
    panel.unfold("More", "Copy as", "Check a URL")
    for declared in panel.get("declaration")["parameters"]:
        control = panel.labelled(declared["label"])
        expect(control).to_have_count(1)
        expect(control).to_be_visible()
        help_text = re.compile(re.escape(declared["help"]))
        expect(control).to_have_accessible_description(help_text)
        expect(panel.field(declared["name"])).to_have_attribute("title", help_text)
    for name in ("Latency", "Stability", "Similarity"):
        expect(panel.slider(name)).to_have_count(1)
    for name in ("Speak", "Stop", "Reset", "Measure", "Copy", "Check"):
        expect(panel.button(name)).to_have_count(1)
    expect(panel.root().get_by_role("textbox", name="Text", exact=True)).to_have_count(1)


def test_what_most_need_is_in_front_and_the_rest_is_folded(panel_page: Page) -> None:
    panel = Panel(panel_page)
    expect(panel.slider("Latency")).to_be_visible()
    expect(panel.labelled("Model")).to_be_hidden()
    panel.open_more()
    expect(panel.labelled("Model")).to_be_visible()


def test_keys_move_the_sliders(panel_page: Page) -> None:
    panel = Panel(panel_page, values={"server": "local"}, address=ADDRESS)
    panel.slider("Latency").press("ArrowRight")
    panel.slider("Latency").press("ArrowRight")
    panel.slider("Stability").press("ArrowLeft")
    panel.slider("Similarity").press("End")
    settings = {"server": "local", "latency": 4, "stability": 0.49, "similarity": 1}
    assert panel.settled() == settings
    assert_drawn(panel, **settings)
    assert panel.slider("Latency").get_attribute("aria-valuetext") == "4, earliest sound"
    assert panel.slider("Stability").get_attribute("aria-valuetext") == "0.49"


def test_the_mouse_moves_the_sliders(panel_page: Page) -> None:
    panel = Panel(panel_page)
    for name, at in (("Latency", 0.98), ("Stability", 0.2), ("Similarity", 0.5)):
        box = panel.slider(name).bounding_box()
        assert box
        panel_page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        panel_page.mouse.down()
        panel_page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] / 2)
        panel_page.mouse.move(box["x"] + box["width"] * at, box["y"] + box["height"] / 2, steps=5)
        panel_page.mouse.up()
    settings = panel.settled()
    assert settings["latency"] == 4
    assert settings["stability"] == pytest.approx(0.2, abs=0.02)
    assert settings["similarity"] == pytest.approx(0.5, abs=0.02)
    assert_drawn(panel, **settings)


class Walk:
    """A user who goes through all controls at random."""

    def __init__(self, panel: Panel, seed: int) -> None:
        self.panel = panel
        self.random = random.Random(seed)
        self.settings: dict[str, Any] = {}

    def step(self) -> None:
        name = self.random.choice([declared.name for declared in PARAMETERS])
        if name in self.settings and self.random.random() < 0.3:
            self.panel.field(name).locator(".jtts-unset").click()
            del self.settings[name]
        elif self._control_of(name).is_enabled():
            self.settings[name] = getattr(self, f"_{self._control(name)}")(name)

    def _control(self, name: str) -> str:
        kind = parameter(name).kind.name
        return {"latency": "slider", "NUMBER": "slider", "SWITCH": "switch"}.get(
            name if name == "latency" else kind, "typed"
        )

    def _slider(self, name: str) -> float:
        declared = parameter(name)
        assert declared.low is not None
        assert declared.high is not None
        steps = 4 if name == "latency" else round((declared.high - declared.low) * 100)
        step = self.random.randint(0, steps)
        value = step if name == "latency" else round(declared.low + step / 100, 2)
        self._control_of(name).fill(str(value))
        return value

    def _switch(self, name: str) -> bool:
        self._control_of(name).click()
        return self._control_of(name).is_checked()

    def _typed(self, name: str) -> Any:
        choices: dict[str, list[Any]] = {
            "voice": ["en-us", "ü/?&=", "!*'()~"],
            "model": ["eleven_flash_v2_5", "eleven_v4_turbo", "my model"],
            "language": ["en", "zh"],
            "format": list(FORMATS),
            "schedule": [[50], [120, 500]],
            "normalize": ["auto", "on", "off"],
            "transport": ["websocket", "http"],
            "seed": [0, 4294967295],
            "inactivity_timeout": [1, 180],
            "pronunciation": [["abc:7"], ["a:1", "b:2"]],
            "read": ["auto", "markdown", "plain"],
            "pronounce": [["SQL=sequel"], ["GIF=/dʒɪf/", r"1\,5=one and a half"]],
            "server": ["local", "eu", "http://127.0.0.1:8000/x"],
        }
        value = self.random.choice(choices[name])
        control = self._control_of(name)
        if name == "server" and "://" in value:
            control.select_option("URL…")
            control = self.panel.labelled("Server URL")
            control.fill(value)
            control.press("Enter")
        elif control.evaluate("(input) => input.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(", ".join(map(str, value)) if isinstance(value, list) else str(value))
        return value

    def _control_of(self, name: str) -> Any:
        declared = self.panel.get("declaration")["parameters"]
        label = next(entry["label"] for entry in declared if entry["name"] == name)
        return self.panel.labelled(label)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_walk_through_all_controls_shows_the_request_at_every_step(
    panel_page: Page, seed: int
) -> None:
    panel = Panel(panel_page, address=ADDRESS)
    panel.open_more()
    walk = Walk(panel, seed)
    for _ in range(30):
        walk.step()
        assert_drawn(panel, **walk.settings)
    assert panel.settled() == walk.settings


def test_while_the_embedded_voice_does_not_run_its_address_has_no_port(panel_page: Page) -> None:
    panel = Panel(panel_page, values={"server": "local"})
    assert panel.url().startswith("ws://127.0.0.1/v1/text-to-speech/heart/")
    panel.receive("address", ADDRESS)
    assert panel.url().startswith("ws://127.0.0.1:40123/v1/text-to-speech/heart/")


def test_a_level_says_in_a_line_what_it_means_and_sends_and_unfolds_to_the_rest(
    panel_page: Page,
) -> None:
    panel = Panel(panel_page)
    panel.open_more()
    line = panel.field("latency").locator("summary .jtts-room > :first-child")
    for level in panel.get("declaration")["levels"]:
        panel.slider("Latency").fill(str(level["value"]))
        expect(line).to_contain_text(level["meaning"])
    lowest = "lowest latency, may affect quality"
    expect(line).to_have_text(f"{lowest}; sends schedule 50, normalize off")
    deprecation = panel.field("latency").get_by_text("deprecated")
    expect(deprecation).to_be_hidden()
    line.click()
    expect(deprecation).to_have_count(1)
    expect(deprecation).to_be_visible()
    expect(panel.field("latency").get_by_text("with the text normalizer off")).to_be_visible()
    expect(panel.note("schedule")).to_have_text("Not set: the level sends 50.")
    panel.labelled("Auto mode").check()
    expect(line).to_have_text(f"{lowest}; sends normalize off")
    panel.labelled("Levers").uncheck()
    expect(line).to_have_text(lowest)
    assert_drawn(panel, latency=4, auto_mode=True, levers=False)


def test_a_slider_says_what_its_ends_mean_and_marks_its_default(panel_page: Page) -> None:
    panel = Panel(panel_page, values={"stability": 0.2, "latency": 4})
    ends = {
        "latency": ["best quality", "earliest sound"],
        "stability": ["more variable", "more stable"],
        "similarity": ["further from", "closer to the voice"],
    }
    for name, default in (("latency", 2 / 4), ("stability", 0.5), ("similarity", 0.75)):
        field = panel.field(name)
        for end in ends[name]:
            expect(field.get_by_text(end, exact=True)).to_be_visible()
        mark = field.locator(".jtts-default-at").bounding_box()
        slider = panel.slider(name.capitalize()).bounding_box()
        assert mark
        assert slider
        middle = mark["x"] + mark["width"] / 2 - slider["x"] - 8  # of a thumb of 16 pixels
        assert middle == pytest.approx(default * (slider["width"] - 16), abs=2)
    panel.receive("effects", {"stability": "The voice joe does not have it."})
    expect(panel.field("stability").get_by_text("more stable")).to_be_hidden()
    expect(panel.note("stability")).to_be_visible()


def test_a_model_of_text_to_dialogue_changes_the_endpoint_and_what_can_be_set(
    panel_page: Page,
) -> None:
    panel = Panel(panel_page, values={"voice": "v", "similarity": 0.4, "latency": 3})
    panel.open_more()
    panel.labelled("Model").fill("eleven_v4_turbo")
    settings: dict[str, Any] = {"voice": "v", "similarity": 0.4, "latency": 3}
    settings["model"] = "eleven_v4_turbo"
    assert panel.url() == (
        "wss://api.elevenlabs.io/v1/text-to-dialogue/stream-input"
        "?model_id=eleven_v4_turbo&sync_alignment=true"
    )
    assert panel.drawn()[1] == '{"voices": ["v"]}'
    assert_drawn(panel, **settings)
    for name in ("Similarity", "Style", "Speed", "Schedule", "Auto mode", "Inactivity timeout"):
        expect(panel.labelled(name)).to_be_disabled()
    for name in ("Latency", "Stability", "Voice", "Seed"):
        expect(panel.labelled(name)).to_be_enabled()
    lacking = "Not sent: text-to-dialogue lacks it."
    for name in ("similarity", "schedule", "latency"):
        expect(panel.note(name)).to_have_text(lacking)
    expect(panel.field("latency")).to_contain_text("sends each sentence flushed")
    panel.labelled("Multi").check()
    assert_drawn(panel, **settings, multi=True)
    panel.labelled("Voice").fill("w")
    expect(panel.cost()).to_contain_text("first message only")
    panel.labelled("Multi").uncheck()
    panel.labelled("Model").fill("eleven_flash_v2_5")
    assert_drawn(panel, **settings | {"voice": "w", "model": "eleven_flash_v2_5"})
    expect(panel.labelled("Similarity")).to_be_enabled()
    assert panel.slider("Similarity").input_value() == "0.4"


def test_over_http_the_card_shows_the_request_line_and_the_body(panel_page: Page) -> None:
    panel = Panel(panel_page, values={"voice": "v", "latency": 4, "seed": 7})
    panel.open_more()
    panel.labelled("Transport").select_option("http")
    settings: dict[str, Any] = {"voice": "v", "latency": 4, "seed": 7, "transport": "http"}
    assert panel.url() == (
        "https://api.elevenlabs.io/v1/text-to-speech/v/stream/with-timestamps"
        "?optimize_streaming_latency=4"
    )
    assert panel.drawn()[1] == '{"text": "…", "apply_text_normalization": "off", "seed": 7}'
    assert_drawn(panel, **settings)
    card = panel_page.locator(".jtts-request").first
    expect(card).to_contain_text("RequestPOST")
    expect(card).to_contain_text("Body")
    for name in ("Schedule", "Auto mode", "Multi", "Inactivity timeout"):
        expect(panel.labelled(name)).to_be_disabled()
    expect(panel.note("schedule")).to_have_text("Not sent: HTTP lacks it.")
    panel.slider("Stability").press("Home")
    expect(panel.cost()).to_contain_text("Next request: stability")
    panel.labelled("Model").fill("eleven_v4")
    assert_drawn(panel, **settings, stability=0.0, model="eleven_v4")
    expect(panel.labelled("Similarity")).to_be_disabled()
    panel.labelled("Model").fill("eleven_v4_turbo")
    assert_drawn(panel, **settings, stability=0.0, model="eleven_v4_turbo")
    expect(panel.field("latency")).to_contain_text("nobody has tried")
    panel.labelled("Transport").select_option("websocket")
    expect(card).to_contain_text("First message")


def test_several_contexts_have_an_endpoint_of_their_own_that_takes_no_level(
    panel_page: Page,
) -> None:
    panel = Panel(panel_page)
    panel.open_more()
    panel.labelled("Multi").check()
    assert_drawn(panel, multi=True)
    expect(panel.note("pvc_as_ivc")).to_have_text("Not sent: multi-stream-input lacks it.")
    panel.slider("Latency").fill("4")
    assert_drawn(panel, multi=True, latency=4)
    panel.labelled("Multi").uncheck()
    assert_drawn(panel, latency=4)


def test_what_is_not_set_shows_its_default_and_is_not_sent(panel_page: Page) -> None:
    panel = Panel(panel_page)
    panel.open_more()
    expect(panel.field("stability")).to_have_attribute("data-state", "unset")
    assert panel.slider("Stability").input_value() == "0.5"
    assert panel.slider("Stability").get_attribute("aria-valuetext") == "0.5, not set"
    expect(panel.note("style")).to_have_text("Not set: by default 0.")
    expect(panel.labelled("Voice")).to_have_attribute("placeholder", "6WwXjDDEMyNmFG95zycZ")
    expect(panel.labelled("Logging")).to_be_checked()
    for note in panel.root().locator(".jtts-field-note").all_text_contents():
        assert not re.search(r"undefined|null|: \.", note)
    expect(panel.labelled("Schedule")).to_have_attribute("placeholder", "80, 120, 200, 260")
    assert_drawn(panel)
    panel.slider("Stability").press("ArrowRight")
    expect(panel.field("stability")).to_have_attribute("data-state", "set")
    panel.button("Unset Stability").click()
    expect(panel.field("stability")).to_have_attribute("data-state", "unset")
    expect(panel.slider("Stability")).to_be_focused()
    assert panel.settled() == {}
    assert_drawn(panel)


def test_what_cannot_be_read_is_said_beside_the_control_and_not_sent(panel_page: Page) -> None:
    panel = Panel(panel_page, values={"seed": 7})
    panel.open_more()
    panel.labelled("Seed").fill("4294967296")
    span = f"must be {parameter('seed').accepted}."
    expect(panel.note("seed")).to_have_text(f"Still 7: {span}")
    expect(panel.labelled("Seed")).to_have_attribute("aria-invalid", "true")
    panel.labelled("Schedule").fill("120, 49")
    expect(panel.note("schedule")).to_contain_text("Still 80, 120, 200, 260: must be")
    panel.labelled("Voice").fill("..")
    expect(panel.note("voice")).to_have_text("Still 6WwXjDDEMyNmFG95zycZ: must be a voice id.")
    panel.labelled("Language").fill("english")
    expect(panel.note("language")).to_contain_text("Not sent: must be")
    panel.slider("Stability").press("ArrowRight")
    assert panel.settled() == {"seed": 7, "stability": 0.51}
    assert panel.labelled("Seed").input_value() == "4294967296"
    assert panel.labelled("Schedule").input_value() == "120, 49"
    panel.labelled("Schedule").fill("120,")
    expect(panel.note("schedule")).to_contain_text("Still 80, 120, 200, 260")
    panel.labelled("Schedule").press_sequentially(" 50")
    assert panel.labelled("Schedule").input_value() == "120, 50"
    panel.labelled("Seed").fill("")
    assert panel.settled() == {"schedule": [120, 50], "stability": 0.51}
    assert_drawn(panel, schedule=[120, 50], stability=0.51)


def test_half_a_servers_url_is_nobodys_address(panel_page: Page) -> None:
    panel = Panel(panel_page)
    panel.open_more()
    expect(panel.labelled("Server URL")).to_be_hidden()
    panel.labelled("Server").select_option("URL…")
    expect(panel.labelled("Server URL")).to_be_focused()
    panel.labelled("Server URL").press_sequentially("https://tts.example.test/x")
    assert panel.settled() == {}
    panel.labelled("Server URL").press("Enter")
    assert_drawn(panel, server="https://tts.example.test/x")
    panel.labelled("Server URL").fill("ftp://x")
    panel.labelled("Server URL").press("Enter")
    expect(panel.note("server")).to_contain_text("Still https://tts.example.test/x: must be local,")
    panel.labelled("Server").select_option("local")
    expect(panel.labelled("Server URL")).to_be_hidden()
    expect(panel.note("server")).to_have_text("")
    assert panel.settled() == {"server": "local"}


def test_speak_takes_a_servers_url_that_is_typed_and_not_yet_entered(panel_page: Page) -> None:
    panel = Panel(panel_page, values={"server": "local"})
    panel.open_more()
    panel.labelled("Server").select_option("URL…")
    panel.labelled("Server URL").press("Control+Enter")  # nothing is typed
    assert panel.settled() == {"server": "local"}
    panel.labelled("Server URL").press_sequentially("https://tts.example.test/x")
    panel.labelled("Server URL").press("Control+Enter")
    assert len(panel.sent("speak")) == 2
    [save] = panel.saves()
    assert save["values"]["server"] == "https://tts.example.test/x"
    assert save["messages"] == len(panel_page.evaluate("panels[0].model.sent")) - 1
    assert_drawn(panel, server="https://tts.example.test/x")
    panel.labelled("Server URL").fill("ftp://x")
    panel.labelled("Server URL").press("Control+Enter")
    expect(panel.note("server")).to_contain_text("Still https://tts.example.test/x: must be local,")


def first_values(**settings: Any) -> dict[str, Any]:
    """What the kernel hands over for a panel with these settings."""
    request = SpeechRequest(**settings)
    return {declared.name: getattr(request, declared.name) for declared in PARAMETERS}


FIRST: dict[str, Any] = {"server": "local", "format": "pcm_24000"}


def test_in_a_fresh_panel_nothing_looks_as_if_the_user_had_set_it(panel_page: Page) -> None:
    panel = Panel(panel_page, values=first_values(**FIRST, stability=0.4))
    panel.open_more()
    for declared in PARAMETERS:
        expect(panel.field(declared.name).locator(".jtts-unset")).to_be_hidden()
        expect(panel.field(declared.name)).to_have_attribute(
            "data-state", re.compile("unset|first")
        )
    expect(panel.field("latency")).to_have_attribute("data-state", "first")
    assert panel.slider("Stability").get_attribute("aria-valuetext") == "0.4"
    panel.slider("Latency").press("ArrowRight")
    expect(panel.field("latency")).to_have_attribute("data-state", "set")
    panel.slider("Latency").press("ArrowLeft")
    expect(panel.field("latency")).to_have_attribute("data-state", "first")


def test_what_is_taken_back_goes_to_where_the_panel_opened(panel_page: Page) -> None:
    panel = Panel(panel_page, values=first_values(**FIRST))
    panel.open_more()
    panel.slider("Latency").press("End")
    panel.labelled("Server").select_option("eu")
    panel.labelled("Levers").uncheck()
    panel.slider("Style").press("End")
    for name in ("Latency", "Server", "Levers"):
        panel.button(f"Reset {name}").click()
    assert panel.button("Reset Server").count() == 0
    panel.frames(2)
    assert panel.get("values") == first_values(**FIRST, style=1)
    panel.button("Unset Style").click()
    panel.frames(2)
    assert panel.get("values") == first_values(**FIRST)
    expect(panel.button("Reset")).to_have_attribute("title", "Back to how the panel opened")


def test_a_page_loaded_later_still_knows_how_the_panel_opened(panel_page: Page) -> None:
    panel = Panel(
        panel_page, values=first_values(**FIRST, latency=4), initial=first_values(**FIRST)
    )
    panel.button("Reset Latency").click()
    panel.frames(2)
    assert panel.get("values") == first_values(**FIRST)


def test_a_choice_says_what_leaving_it_unset_would_mean(panel_page: Page) -> None:
    panel = Panel(panel_page, values=first_values(**FIRST))
    panel.open_more()
    unset = "(select) => select.options[0].textContent"
    assert panel.labelled("Server").evaluate(unset) == "not set (elevenlabs)"
    assert panel.labelled("Format").evaluate(unset) == "not set (mp3_44100_128)"


def test_where_no_voice_is_named_the_wire_has_that_of_the_account(panel_page: Page) -> None:
    panel = Panel(panel_page, own_voices={"eu": "mine"})
    panel.open_more()
    panel.receive("own_voices", {"elevenlabs": "own"})
    expect(panel.labelled("Voice")).to_have_attribute("placeholder", "own")
    assert "/own/stream-input" in panel.url()
    panel.labelled("Server").select_option("eu")
    expect(panel.labelled("Voice")).to_have_attribute("placeholder", "mine")


def test_reset_goes_back_to_the_beginning_at_once_and_tells_the_kernel(panel_page: Page) -> None:
    panel = Panel(panel_page, values={"latency": 3, "server": "local"}, text="kept")
    panel.open_more()
    panel.slider("Latency").press("ArrowLeft")
    panel.slider("Stability").press("ArrowLeft")
    panel.labelled("Seed").fill("nonsense")
    panel.button("Reset").click()
    assert_drawn(panel, latency=3, server="local")
    assert panel.labelled("Seed").input_value() == ""
    expect(panel.note("seed")).to_have_text("Not set.")
    (reset,) = panel.sent("reset")
    assert reset["set"]["values"]["latency"] == 3
    assert panel.settled() == {"latency": 3, "server": "local"}
    assert panel.get("text") == "kept"
    panel.receive("values", {"latency": 1})
    assert_drawn(panel, latency=1)


def test_voices_and_models_can_be_searched_and_named_freely(panel_page: Page) -> None:
    voice = {"id": "abc", "name": "George", "language": "en", "gender": "male"}
    panel = Panel(panel_page, models=["eleven_flash_v2_5"])
    panel.open_more()
    panel.receive("voices", [voice, {"id": "x", "name": "X", "language": "de", "gender": ""}])
    options = "(input) => [...input.list.options].map(({ value, label }) => [value, label])"
    assert panel.labelled("Voice").evaluate(options) == [
        ["abc", "George, en, male"],
        ["x", "X, de"],
    ]
    assert panel.labelled("Model").evaluate(options) == [["eleven_flash_v2_5", ""]]
    panel.labelled("Voice").fill("abc")
    expect(panel.note("voice")).to_have_text("George, en, male")
    panel.labelled("Voice").fill("one of my own")
    expect(panel.note("voice")).to_have_text("")
    assert_drawn(panel, voice="one of my own")


def test_what_is_to_be_known_of_a_value_stands_under_it(panel_page: Page) -> None:
    panel = Panel(panel_page, remarks={"model": "It is deprecated."})
    expect(panel.note("model")).to_have_text("It is deprecated.")
    panel.receive("remarks", {})
    expect(panel.note("model")).to_have_text("Not set.")


def test_how_the_text_comes_is_saved_shown_in_every_view_and_taken_back_by_reset(
    panel_page: Page,
) -> None:
    panel = Panel(panel_page, views=2, remarks={"text": "any level will do"})
    first, second = (panel.root(view).get_by_label("Text comes") for view in (0, 1))
    pace = panel.labelled("words/s")
    expect(first).to_have_value("whole")
    expect(pace).to_be_hidden()
    expect(panel.root().get_by_text("any level will do")).to_be_visible()
    first.select_option("word by word")
    assert panel.saves()[-1]["word_by_word"] is True
    expect(second).to_have_value("words")
    expect(pace).to_have_value("15")
    for typed, remark in (
        ("400", "must be 1 to 100"),
        ("", "any level"),
        ("5", "any level"),
    ):
        pace.fill(typed)
        expect(panel.root().locator(".jtts-coming .jtts-remark")).to_contain_text(remark)
    assert panel.get("words_per_second") == 5
    panel.receive("word_by_word", False)
    expect(first).to_have_value("whole")
    second.select_option("word by word")
    panel.root().get_by_role("button", name="Reset", exact=True).click()
    expect(first).to_have_value("whole")
    assert panel.get("word_by_word") is False


def test_a_control_without_effect_says_so(panel_page: Page) -> None:
    panel = Panel(panel_page, effects={"similarity": "The embedded voice has no original."})
    expect(panel.note("similarity")).to_have_text("The embedded voice has no original.")
    panel.slider("Similarity").press("ArrowRight")
    expect(panel.note("similarity")).to_have_text("The embedded voice has no original.")
    panel.receive("effects", {})
    expect(panel.note("similarity")).to_have_text("")


def test_measuring_is_told_started_followed_and_closed(panel_page: Page) -> None:
    panel = Panel(panel_page)
    words = panel.root().locator(".jtts-measuring [role=status]")
    expect(words).to_be_hidden()
    panel.button("Measure").click()
    panel.receive("measuring", {"state": "planned", "words": "75 streams, about 1 min"})
    expect(words).to_have_text("75 streams, about 1 min")
    panel.button("Start").click()
    found = '<div class="jtts-sweep"><svg class="jtts-s-picture"></svg></div>'
    running = {"state": "running", "words": "1 of 75 measured", "results": found}
    panel.receive("measuring", running)
    expect(panel.button("Start")).to_be_hidden()
    expect(panel.root().locator(".jtts-measured svg")).to_have_count(1)
    panel.button("Cancel").click()
    panel.receive("measuring", {"state": "done", "words": "Levels 0 to 4", "results": found})
    expect(words).to_have_text("Levels 0 to 4")
    panel.button("Close").click()
    panel.receive("measuring", {})
    expect(words).to_be_hidden()
    expect(panel.root().locator(".jtts-measured svg")).to_have_count(0)
    steps = [message["step"] for message in panel.sent("measure")]
    assert steps == ["propose", "start", "cancel", "cancel"]
