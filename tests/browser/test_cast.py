"""Several speakers in a notebook: two voices alternate, and each turn is named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
from playwright.sync_api import Page, expect

from .conftest import OpenNotebook
from .ear import Recording
from .stage import Player, noise
from .test_player_words import text_of
from .test_speaking import wait_for_state

CELL = """%%tts --cast "Anna=en-us+f3, Ben=en-us+m3" --name speech
Anna: Where were you all day long?
Ben: Over the hills and away.
Anna: Were you alone there?
Ben: No, we were many."""
PRINT_TURNS = """
import json
print(json.dumps([[t.start, len(t.text), t.speaker] for t in speech.turns]))
print(json.dumps([[*w.span, w.start, w.end] for w in speech.words]))"""

LOWEST, HIGHEST = 60, 400  # Hz


def pitch(sound: npt.NDArray[np.float32], rate: int) -> float:
    """The median pitch (Hz) of what is voiced in a sound, by autocorrelation."""
    size = rate // 20
    pitches = []
    for start in range(0, len(sound) - size, size // 2):
        frame = sound[start : start + size] - sound[start : start + size].mean()
        power = np.correlate(frame, frame, "full")[size - 1 :]
        if power[0] < 1e6 * size / 100:
            continue
        first, last = rate // HIGHEST, rate // LOWEST
        lag = first + int(np.argmax(power[first:last]))
        if power[lag] > 0.5 * power[0]:
            pitches.append(rate / lag)
    return float(np.median(pitches))


def test_two_voices_alternate_and_their_names_are_seen(
    reuse_notebook: OpenNotebook, shots: Path
) -> None:
    notebook = reuse_notebook(CELL, PRINT_TURNS)
    notebook.start(1)
    cell = notebook.cell(1)
    wait_for_state(notebook, 1, "Playing")
    expect(cell.locator(".jtts-player .jtts-speaker")).to_have_text(
        ["Anna: ", "Ben: ", "Anna: ", "Ben: "]
    )
    expect(cell.locator(".jtts-player .jtts-label")).to_have_text("Embedded voice · Anna, Ben")
    cell.get_by_role("button", name="More").first.click()
    expect(cell.locator(".jtts-lit")).to_have_text(re.compile("Over|the|hills|and|away"))
    notebook.page.screenshot(path=shots / "cast-live.png")
    notebook.wait_until_ended(1)
    notebook.wait_for_saved_view(1)
    expect(cell.locator(".jtts-view .jtts-speaker")).to_have_text(
        ["Anna: ", "Ben: ", "Anna: ", "Ben: "]
    )
    expect(cell.locator(".jtts-view")).to_contain_text("4 streams, one after another")
    notebook.page.screenshot(path=shots / "cast-saved.png")
    notebook.run(2)
    turns, words = map(json.loads, notebook.printed(2).splitlines())
    recording = Recording.of(notebook.page)
    heard = []
    for start, length, _ in turns:
        times = [word[2:] for word in words if start <= word[0] < start + length]
        first, last = round(times[0][0] * recording.rate), round(times[-1][1] * recording.rate)
        heard.append(pitch(recording.sound[first:last], recording.rate))
    anna, ben = heard[::2], heard[1::2]
    assert min(anna) > 1.15 * max(ben), heard


def test_words_are_marked_in_the_turn_they_are_in(page: Page) -> None:
    turns = [["Ann", "One two.\n"], ["Ben", "Two\nthree.\n"], ["Ann", "𝄞 four!"]]
    text = "".join(part for _, part in turns)
    player = Player(page, autoplay=False, text=text, turns=turns)
    player.feed(noise(6.0))
    marked = text_of(player)
    expect(marked.locator(".jtts-speaker")).to_have_text(["Ann: ", "Ben: ", "Ann: "])
    words = [
        ["", "One", 0.0, 1.0],
        [" ", "two.", 1.0, 2.0],
        ["\n", "Two", 2.0, 3.0],
        ["\nthree.\n𝄞 ", "four!", 4.0, 5.0],
    ]
    player.tell({"kind": "words", "words": {"first": 0, "list": words}})
    expect(marked.locator("span")).to_have_text(["One", "two.", "Two", "four!"])
    assert marked.evaluate("(text) => text.textContent") == (
        "Ann: One two.\nBen: Two\nthree.\nAnn: 𝄞 four!"
    )
    marked.get_by_text("four!", exact=True).click()
    expect(marked.locator(".jtts-lit")).to_have_text("four!")
    marked.press("ArrowLeft")
    expect(marked.locator(".jtts-lit")).to_have_text("Two")
